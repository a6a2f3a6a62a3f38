package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"quecstar/harness/results"
	"quecstar/harness/schematest"
)

// TestTestEnds: Ctrl-C, SIGTERM and the run's deadline end what runs, and the results tell what ran.
func TestTestEnds(t *testing.T) {
	for _, tt := range []struct {
		name   string
		args   []string
		signal os.Signal
		status int
		want   string
	}{
		{"virtual", nil, os.Interrupt, interruptedStatus, "it was ended: interrupted"},
		{"real", []string{"--clock", "real"}, os.Interrupt, interruptedStatus, "it was ended: interrupted"},
		{"SIGTERM", []string{"--clock", "real"}, syscall.SIGTERM, interruptedStatus, "it was ended: interrupted"},
		{"deadline", []string{"--clock", "real", "--run-timeout", "1"}, nil, statusDeadline, "it was ended: the deadline passed: 1s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeFile(t, "a_test.py", "import utime\ndef test_begins(t):\n    assert True\ndef test_waits(t):\n    while True:\n        utime.sleep_ms(1)\n"+
				"def test_never(t):\n    assert True\n")
			c := launch(append([]string{"test", "--json", "-j", "1", "--timeout", "100000", "--output", "out"}, tt.args...)...)
			c.out.await(t, `"kind":"test.start","test":"a_test.py::test_waits"`)
			if tt.signal != nil {
				c.signals <- tt.signal
			}
			if status := c.wait(t, c.status); status != tt.status {
				t.Errorf("exit status %d, want %d: %s", status, tt.status, c.err)
			}
			text := c.out.String()
			for line := range strings.Lines(text) {
				schematest.Fits(t, results.Schema, line)
			}
			for _, want := range []string{tt.want, `"kind":"run.end"`, `"not_run":1`} {
				if !strings.Contains(text, want) {
					t.Errorf("no %s in %s", want, text)
				}
			}
			kept, err := os.ReadFile(filepath.Join("out", results.Name))
			forced := len(c.exited) > 0 // SIGTERM has it end within a second, if need be without the last lines
			if err != nil || string(kept) != text && !(forced && strings.HasPrefix(text, string(kept))) {
				t.Errorf("%v; the folder has %s", err, kept)
			}
		})
	}
}

// TestTestWatch: a change of a file runs its tests again, also while it is wrong, until Ctrl-C.
func TestTestWatch(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "a_test.star", "def test_a():\n    check(True)\n")
	writeFile(t, "b_test.star", "def test_b():\n    check(True)\n")
	writeFile(t, "bench.toml", "")
	c := launch("test", "--watch", "-j", "1")
	c.err.await(t, "watching 3 files; Ctrl-C ends it")
	c.out.await(t, "2 passed in")
	for _, step := range []struct{ text, said, shown string }{
		{"def test_b():\n    check(1 == 22)\n", "changed: b_test.star", "check(1 == 22)"},
		{"def test_b(:\n", "changed: b_test.star", "ERROR b_test.star"},
		{"def test_b():\n    check(22 == 22)\n", "changed: b_test.star", "1 passed in"},
	} {
		writeFile(t, "b_test.star", step.text)
		c.out.await(t, step.shown)
		c.err.await(t, step.said)
	}
	c.signals <- os.Interrupt
	if status := c.wait(t, c.status); status != interruptedStatus {
		t.Errorf("exit status %d: %s", status, c.err)
	}
	if n := strings.Count(c.out.String(), "test_a"); n != 1 {
		t.Errorf("the tests of a file that did not change ran %d times", n)
	}
}

// TestTestWatchKnowsWhatIsRead: a change of what a test's scripts import, of what it loads or compares with, and of
// its bench has it run again, and no other; a file that is taken away has nothing run.
func TestTestWatchKnowsWhatIsRead(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"lib", "testdata"} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, "lib/helper.py", "V = 1\n")
	writeFile(t, "dev.py", "from usr.lib import helper\nprint('v', helper.V)\n")
	writeFile(t, "a_test.py", "def test_a(start):\n    dev = start('dev.py')\n    expect(dev, printed('v'))\n    expect(dev, exited(ok=True))\n")
	writeFile(t, "known.star", "X = 1\n")
	writeFile(t, "b_test.star", "load('known.star', 'X')\ndef test_b(t):\n    t.golden('g', str(X))\n")
	writeFile(t, "testdata/g", "1")
	writeFile(t, "bench.toml", "")
	writeFile(t, "c_test.star", "def test_c():\n    check(True)\n")
	c := launch("test", "--watch", "-j", "1")
	said := &strings.Builder{} // all of it
	said.WriteString("quecstar: watching 8 files; Ctrl-C ends it\n")
	c.err.await(t, said.String())
	for _, step := range []struct {
		file, text, said string
		files            int
	}{
		{"lib/helper.py", "V = 22\n", "changed: a_test.py\n", 8},
		{"testdata/g", "22", "changed: b_test.star\n", 8},
		{"known.star", "X = (\n", "changed: b_test.star\n", 7}, // it does not come to its golden file
		{"known.star", "X = 22\n", "changed: b_test.star\n", 8},
		{"bench.toml", "# x\n", "changed: a_test.py, b_test.star, c_test.star\n", 8},
	} {
		writeFile(t, step.file, step.text)
		fmt.Fprintf(said, "quecstar: %squecstar: watching %d files; Ctrl-C ends it\n", step.said, step.files)
		c.err.await(t, said.String())
	}
	if err := os.Remove("c_test.star"); err != nil {
		t.Fatal(err)
	}
	c.err.await(t, "changed: c_test.star\n")
	c.signals <- os.Interrupt
	c.wait(t, c.status)
	if n := strings.Count(c.out.String(), "passed      c_test.star::test_c"); n != 2 {
		t.Errorf("test_c passed %d times: %s", n, c.out)
	}
}

// TestTestWatchAwaitsWhatIsMissing: a file that an import, a load, a start or a bench looked for in vain has the tests
// run again when it comes, at whichever place was looked at.
func TestTestWatchAwaitsWhatIsMissing(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"lib", "s"} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, "lib/there.py", "")
	writeFile(t, "s/a_test.py", "import missing\ndef test_a():\n    assert missing.OK\n")
	writeFile(t, "s/b_test.py", "def test_b():\n    from usr.lib import other\n    assert other.OK\n")
	writeFile(t, "s/c_test.star", "load('c.star', 'X')\ndef test_c():\n    check(X)\n")
	writeFile(t, "s/d_test.star", "def test_d(start):\n    expect(start('d.py'), printed('x'))\n")
	writeFile(t, "s/e_test.py", "try:\n    import extra\nexcept ImportError:\n    extra = None\ndef test_e():\n    assert extra\n")
	c := launch("test", "--watch", "-j", "1")
	said := &strings.Builder{} // all of it
	said.WriteString("quecstar: watching 5 files; Ctrl-C ends it\n")
	c.err.await(t, said.String())
	for i, step := range []struct{ file, text, said string }{
		{"s/missing.py", "OK = 1\n", "s/a_test.py"},
		{"lib/other.py", "OK = 1\n", "s/b_test.py"},
		{"s/c.star", "X = 1\n", "s/c_test.star"},
		{"s/d.py", "print('x')\n", "s/d_test.star"},
		{"s/extra.star", "# ported\nY = 1\n", "s/e_test.py"},
		{"s/bench.toml", "", "s/a_test.py, s/b_test.py, s/c_test.star, s/d_test.star, s/e_test.py"},
	} {
		writeFile(t, step.file, step.text)
		fmt.Fprintf(said, "quecstar: changed: %s\nquecstar: watching %d files; Ctrl-C ends it\n", step.said, 6+i)
		c.err.await(t, said.String())
	}
	c.signals <- os.Interrupt
	c.wait(t, c.status)
	for _, name := range []string{"a_test.py::test_a", "b_test.py::test_b", "c_test.star::test_c", "d_test.star::test_d"} {
		if !strings.Contains(c.out.String(), "passed      s/"+name) {
			t.Errorf("%s did not pass: %s", name, c.out)
		}
	}
}

// TestTestWithoutModule: where no test had its module the status says so.
func TestTestWithoutModule(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "a_test.py", "import modem\ndef test_imei(t):\n    assert modem.getDevImei()\n")
	c := launch("test", "--device", "at:/dev/no-such-port")
	if status := c.wait(t, c.status); status != statusUnreachable {
		t.Errorf("exit status %d: %s%s", status, c.out, c.err)
	}
}

// TestTestOnAPort: there is one module on a port. A test's own script has it until it starts another one, which has it
// from then on; what it said to both is played when it is not there any more.
func TestTestOnAPort(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("pseudo-terminals are Linux's")
	}
	links := filepath.Join(t.TempDir(), "module")
	for _, port := range []string{"at", "repl"} {
		t.Run(port, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeFile(t, "imei.py", "import modem\nprint('imei', modem.getDevImei())\n")
			writeFile(t, "a_test.py", "import modem\ndef test_own(t):\n    assert len(modem.getDevImei()) == 15\n"+
				"def test_started(start):\n    assert len(modem.getDevImei()) == 15\n    dev = start('imei.py')\n"+
				"    expect(dev, printed('imei 8'), within='20s')\n    expect(dev, exited(ok=True))\n")
			writeFile(t, "b_test.py", "import net\ndef test_taken(start):\n    start('imei.py').wait()\n    assert net.csqQueryPoll() == -1\n")
			writeFile(t, "stays.py", "import utime\nutime.sleep(1000)\n")
			writeFile(t, "c_test.py", "def test_two(start):\n    start('stays.py')\n    start('imei.py')\n")
			sim := launch("sim", "--links", links)
			sim.out.await(t, "repl /dev/")
			device := port + ":" + links + "/" + port
			for _, x := range []struct {
				status int
				want   string
				args   []string
			}{
				{0, "2 passed in", []string{"--live", "--record", "lab", "a_test.py"}},
				{0, "1 passed in", []string{"--live", "b_test.py"}},
				{1, "is in use by this program itself", []string{"--live", "c_test.py"}},
				{0, "2 passed in", []string{"--replay", "lab", "a_test.py"}},
				{statusUnreachable, "2 errors in", []string{"a_test.py"}},
			} {
				if x.args[0] == "--replay" { // from here on it is gone
					sim.signals <- os.Interrupt
					sim.wait(t, sim.status)
				}
				c := launch(append([]string{"test", "--device", device}, x.args...)...)
				if status := c.wait(t, c.status); status != x.status || !strings.Contains(c.out.String(), x.want) {
					t.Errorf("%v: status %d: %s%s", x.args, status, c.out, c.err)
				}
			}
		})
	}
}

// TestTestWorkerKilled: who ends a worker process, as the kernel does that has no memory left, ends one test. What ran
// and what is to run is told as ever.
func TestTestWorkerKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processes are looked for in /proc")
	}
	t.Chdir(t.TempDir())
	writeFile(t, "a_test.py", "import utime\ndef test_begins(t):\n    assert True\ndef test_waits(t):\n    t.attach('x', 'kept')\n"+
		"    utime.sleep(1000)\ndef test_after(t):\n    assert True\n")
	c := launch("test", "--json", "-j", "1", "--clock", "real", "--output", "out")
	c.out.await(t, `"kind":"test.start","test":"a_test.py::test_waits"`)
	worker, err := os.FindProcess(workerOf(t))
	if err == nil {
		err = worker.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
	if status := c.wait(t, c.status); status != statusFailed {
		t.Errorf("exit status %d: %s%s", status, c.out, c.err)
	}
	for _, want := range []string{`"text":"the worker process of this test ended: signal: killed"`, `"verdicts":{"error":1,"passed":2}`} {
		if !strings.Contains(c.out.String(), want) {
			t.Errorf("no %s in %s", want, c.out)
		}
	}
}

// workerOf is the worker process that this one has started.
func workerOf(t *testing.T) int {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		stat, err := os.ReadFile(path)
		var pid, parent int
		var state string
		if err != nil { // it has ended
			continue
		}
		_, rest, _ := strings.Cut(string(stat), ") ") // behind its name
		_, err1 := fmt.Sscan(string(stat), &pid)
		_, err2 := fmt.Sscan(rest, &state, &parent)
		line, err3 := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		if errors.Join(err1, err2, err3) == nil && parent == os.Getpid() && strings.Contains(string(line), "--worker") {
			return pid
		}
	}
	t.Fatal("there is no worker process")
	return 0
}
