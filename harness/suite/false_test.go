package suite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// deviceFile writes a script for tests to start, and returns how they name it.
func deviceFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "device.py")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(path)
}

// TestNothingPassesFalsely: what would be green although something went wrong, or although nothing was looked at.
func TestNothingPassesFalsely(t *testing.T) {
	dies := deviceFile(t, "import utime\nprint('here')\nutime.sleep(1)\nraise ValueError('dry')\n")
	exits := deviceFile(t, "import sys\nprint('here')\nsys.exit(3)\n")
	ends := deviceFile(t, "print('here')\n")
	inThread := deviceFile(t, "import _thread, utime\ndef f():\n    raise OSError(5)\n_thread.start_new_thread(f, "+
		"())\nutime.sleep(60)\n")
	inTask := deviceFile(t, "import asyncio\nasync def f():\n    raise OSError(5)\nasync def main():\n    asyncio."+
		"create_task(f())\n    while True:\n        await asyncio.sleep(1)\nasyncio.run(main())\n")
	broken := deviceFile(t, "print('here'\n")
	for _, x := range []struct {
		name, file, text string
		wants            string // of the first problem; "" for a test that passes
	}{
		{"a callback of the test", "a_test.star", `
def test_a(clock):
    client = mqtt.connect("mqtt.example.com")
    client.subscribe("x", on_message = lambda m: fail("in the callback"))
    client.publish("x", "1")
    clock.advance("5s")
    check(True)
`, "behind its own back: "},
		{"a thread of the test", "a_test.py", `
import _thread
def f():
    raise ValueError("in the thread")
def test_a(clock):
    _thread.start_new_thread(f, ())
    clock.advance("1s")
    assert True
`, "ValueError: in the thread"},
		{"a thread of the test at its last moment", "a_test.py", `
import _thread
def f():
    raise ValueError("in the thread")
def test_a():
    assert True
    _thread.start_new_thread(f, ())
`, "ValueError: in the thread"},
		{"a task of the test", "a_test.py", `
import asyncio
async def f():
    raise ValueError("in the task")
async def main():
    asyncio.create_task(f())
    await asyncio.sleep(1)
def test_a():
    asyncio.run(main())
    assert True
`, "ValueError: in the task"},
		{"a task of the test that ends behind the loop's end", "a_test.py", `
import asyncio
async def f():
    raise ValueError("in the task")
async def main():
    asyncio.create_task(f())
    await asyncio.sleep_ms(0)
def test_a():
    asyncio.run(main())
    assert True
`, "ValueError: in the task"},
		{"a check in a task is told once", "a_test.py", `
import asyncio
async def f():
    assert 1 == 2
async def main():
    asyncio.create_task(f())
    await asyncio.sleep(1)
def test_a():
    asyncio.run(main())
    assert True
`, "assert 1 == 2"},
		{"a task that is awaited late, gathered, cancelled or handled", "a_test.py", `
import asyncio
async def f():
    raise ValueError("in the task")
async def main():
    t = asyncio.create_task(f())
    await asyncio.sleep_ms(0)
    with raises(ValueError):
        await t
    await asyncio.gather(f(), f(), return_exceptions=True)
    asyncio.create_task(asyncio.Event().wait()).cancel()
    asyncio.get_event_loop().set_exception_handler(lambda loop, context: None)
    asyncio.create_task(f())
    await asyncio.sleep(1)
def test_a():
    asyncio.run(main())
`, ""},
		{"a task of a script", "a_test.star", `
def test_a(start, clock):
    dev = start("` + inTask + `")
    clock.advance("5s")
    check(dev.running)
`, "OSError: [Errno 5] EIO"},
		{"a task of a script that is expected to", "a_test.star", `
def test_a(start):
    expect(start("` + inTask + `"), raised("OSError"))
`, ""},
		{"a check in a thread is told once", "a_test.py", `
import _thread
def f():
    assert 1 == 2
def test_a(clock):
    _thread.start_new_thread(f, ())
    clock.advance("1s")
    assert True
`, "assert 1 == 2"},
		{"a script that dies", "a_test.star", `
def test_a(start, clock):
    dev = start("` + dies + `")
    expect(dev, printed("here"))
    clock.advance("5s")
`, "device failed: ValueError: dry"},
		{"a script that dies at the last moment", "a_test.star", `
def test_a(start):
    dev = start("` + dies + `")
    expect_none(dev, printed("x"), during = "5s")
`, "that says nothing"},
		{"a script whose death is expected", "a_test.star", `
def test_a(start):
    dev = start("` + dies + `")
    expect(dev, raised("ValueError", "dry"))
`, ""},
		{"a script whose bad end is expected", "a_test.star", `
def test_a(start):
    expect(start("` + dies + `"), exited(ok = False))
`, ""},
		{"an end, but not a death, is expected", "a_test.star", `
def test_a(start):
    expect(start("` + dies + `"), exited())
`, "device failed: ValueError: dry"},
		{"wait is for a status, not for a death", "a_test.star", `
def test_a(start):
    check(start("` + dies + `").wait() == 1)
`, "device failed: ValueError: dry"},
		{"a status that is waited for", "a_test.star", `
def test_a(start):
    check(start("` + exits + `").wait() == 3)
`, ""},
		{"a status that is not", "a_test.star", `
def test_a(start):
    expect(start("` + exits + `"), printed("here"))
`, "status 3"},
		{"a thread of a script", "a_test.star", `
def test_a(start, clock):
    dev = start("` + inThread + `")
    clock.advance("5s")
    check(dev.running)
`, "OSError: [Errno 5] EIO"},
		{"a thread of a script that is expected to", "a_test.star", `
def test_a(start):
    expect(start("` + inThread + `"), raised("OSError"))
`, ""},
		{"a script that does not compile", "a_test.star", `
def test_a(start, clock):
    dev = start("` + broken + `")
    clock.advance("5s")
    check(True)
`, "device: "},
		{"nothing can come of who has ended", "a_test.star", `
def test_a(start):
    dev = start("` + ends + `")
    dev.wait()
    expect_none(dev, printed("error"))
`, "that says nothing: device has ended"},
		{"but one can look back", "a_test.star", `
def test_a(start):
    dev = start("` + ends + `")
    dev.wait()
    expect_none(dev, printed("error"), since = "start")
`, ""},
		{"a port that direct has not", "a_test.star", `
def test_a(start):
    dev = start("` + ends + `")
    dev.wait()
    expect_none(dev, line("ERROR"), since = "start")
`, "device never tells line("},
		{"a cloud that prints", "a_test.star", "def test_a(cloud):\n    expect_none(cloud, printed())\n",
			"cloud never tells printed()"},
		{"a kind that is not", "a_test.star", "def test_a(cloud):\n    expect_none(cloud, happened(\"disconect\"))\n",
			"did you mean disconnect?"},
		{"a field that is not", "a_test.star", "def test_a(cloud):\n    expect_none(cloud, happened(\"publish\", topics = " +
			"\"x\"))\n", "did you mean topic?"},
		{"a matcher that is not called", "a_test.star", "def test_a(cloud):\n    cloud.register()\n    expect(cloud, " +
			"connected)\n", "nothing like it"},
		{"a matcher that is not called, of what came", "a_test.star", `
def test_a(start):
    expect(start("` + ends + `"), printed)
`, "always true"},
		{"a function that is not called", "a_test.star", "def test_a(start):\n    check(start(\"" + ends + "\").output)\n",
			"always true: call it"},
		{"an assert of a function", "a_test.py", "def f():\n    return False\ndef test_a():\n    assert f\n",
			"always true: call it"},
		{"an assert of a tuple", "a_test.py", "def test_a():\n    assert (1 == 2, \"no\")\n", "a tuple is always true"},
		{"a pattern by itself", "a_test.star", "def test_a():\n    check(between(1, 2))\n", "always true: compare"},
		{"a pattern as a note", "a_test.star", "def test_a():\n    check(5, between(1, 2))\n", "a pattern as its note"},
		{"only the fixture checks", "a_test.star", "def _f():\n    check(True)\n    return 1\nf = fixture(_f)\ndef " +
			"test_a(f):\n    pass\n", "checks nothing"},
		{"a generator", "a_test.py", "def test_a():\n    assert True\n    yield\n", "did not run"},
		{"a coroutine", "a_test.py", "async def test_a():\n    assert True\n", "did not run"},
		{"a bool that nobody looks at", "a_test.star", "def test_a():\n    check(True)\n    return 1 == 2\n",
			"returns a bool"},
		{"a part that checks nothing", "a_test.star", "def test_a(t):\n    check(True)\n    t.sub(\"part\", lambda: None)\n",
			"part: lambda checks nothing"},
		{"what comes behind a part that is skipped", "a_test.star",
			"def test_a(t):\n    t.sub(\"part\", t.skip, \"no\")\n    check(False)\n", "check(False)"},
		{"what comes behind a caught skip", "a_test.py", "def test_a(t):\n    try:\n        t.skip(\"no\")\n    except " +
			"SystemExit:\n        pass\n    raise ValueError(\"x\")\n", "ValueError: x"},
		{"a misspelt failure", "a_test.star", "def test_a(t):\n    t.fails(lambda: mqtt.conect(\"x\"))\n",
			"a mistake of the test"},
		{"a golden file of nothing", "a_test.star", "def test_a(t):\n    t.golden(\"x\", \"\")\n", "compares nothing"},
		{"an exit of the test", "a_test.py", "import sys\ndef test_a():\n    assert True\n    sys.exit(0)\n", "SystemExit"},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := runText(t, x.file, x.text)
			switch {
			case x.wants == "" && r.Verdict != Passed:
				t.Errorf("%s: %v", r.Verdict, r.Problems)
			case x.wants != "" && (!r.Verdict.Bad() || !strings.Contains(r.Problems[0].Text, x.wants)):
				t.Errorf("%s: %v; want %q", r.Verdict, r.Problems, x.wants)
			case x.wants != "" && strings.Contains(x.name, "once") && len(r.Problems) != 1:
				t.Errorf("told %d times: %v", len(r.Problems), r.Problems)
			}
		})
	}
}

// TestTestsThatWouldNeverRun: a file that has one is not listed as if all were well.
func TestTestsThatWouldNeverRun(t *testing.T) {
	for _, x := range []struct{ file, text, wants string }{
		{"a_test.py", "def test_a():\n    assert True\ndef test_a():\n    assert True\n", "in line 1 already"},
		{"a_test.star", "def test_a():\n    check(True)\ndef test_a():\n    check(True)\n", "in line 1 already"},
		{"a_test.py", "class TestA:\n    def test_b(self):\n        assert True\ndef test_c():\n    assert True\n",
			"a method of TestA"},
		{"a_test.star", "test_a = 5\n", "test_a is a int"},
		{"a_test.star", "def helper():\n    pass\n", "has no test"},
	} {
		o := Options{Root: t.TempDir(), Env: noEnv}
		if err := os.WriteFile(filepath.Join(o.Root, x.file), []byte(x.text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Collect(t.Context(), x.file, o)
		if err == nil || !strings.Contains(err.Error(), x.wants) {
			t.Errorf("%s: %v; want %q", x.text, err, x.wants)
		}
	}
	if r := runText(t, "a_test.star", "def _a():\n    check(True)\ntest_a = mark(_a, tags = "+
		"\"x\")\n"); r.Verdict != Passed {
		t.Errorf("%s: %v", r.Verdict, r.Problems)
	}
}
