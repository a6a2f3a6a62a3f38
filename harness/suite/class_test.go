package suite

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
)

// TestClasses: what went wrong is told by its cause, where that is not what was checked: retries are chosen by it.
func TestClasses(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port // of nobody, once it is closed
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	calls := fmt.Sprintf("from umqtt import MQTTClient\nc = MQTTClient('d', '127.0.0.1', %d)\nc.connect()\n", port)
	for _, x := range []struct {
		name, dev, test string
		live            bool
		want            Class
	}{
		{"a connection that is refused", calls, "    expect(start('dev.py'), printed('x'))\n", true, Link},
		{"a script that is waited for", calls, "    start('dev.py').wait()\n", true, Link},
		{"a port that is not there", "", "    start('dev.py', device='at:/dev/no-such-port')\n", true, Port},
		{"of the test's own", "", "    exec(" + fmt.Sprintf("%q", calls) + ")\n    assert True\n", true, Link},
		{"a script that raises", "raise OSError(5)\n", "    expect(start('dev.py'), printed('x'))\n", true, Script},
		{"in virtual time", "raise OSError(5)\n", "    expect(start('dev.py'), printed('x'))\n", false, Script},
		{"a script that ends", "print('y')\n", "    expect(start('dev.py'), printed('x'))\n", false, Assertion},
		{"a script that is stopped", "import utime\nutime.sleep(100)\n",
			"    d = start('dev.py')\n    d.stop()\n    expect(d, printed('x'))\n", false, Assertion},
		{"a status", "import usys\nusys.exit(3)\n", "    expect(start('dev.py'), printed('x'))\n", false, Assertion},
	} {
		t.Run(x.name, func(t *testing.T) {
			o := Options{Root: t.TempDir(), Env: noEnv, Live: x.live}
			write(t, o, "dev.py", x.dev)
			write(t, o, "a_test.py", "def test_a(start):\n"+x.test)
			tests, err := Collect(t.Context(), "a_test.py", o)
			if err != nil {
				t.Fatal(err)
			}
			r := Run(t.Context(), tests[0], 1, o, nil)
			if len(r.Problems) == 0 || r.Problems[0].Class != x.want {
				t.Errorf("%s: %+v; want %s", r.Verdict, r.Problems, x.want)
			}
		})
	}
}

// TestTimeoutOfADecoratedTest: a test whose time was up is called by its name.
func TestTimeoutOfADecoratedTest(t *testing.T) {
	r := runText(t, "a_test.py", "@mark(timeout='1s')\ndef test_spin():\n    while True:\n        pass\n")
	if len(r.Problems) != 1 || !strings.HasSuffix(r.Problems[0].Traceback, ", in test_spin\n") {
		t.Errorf("%+v", r.Problems)
	}
}

// TestUnknownDevice: a device of a mark that is none is told where it stands.
func TestUnknownDevice(t *testing.T) {
	o := Options{Root: t.TempDir(), Env: noEnv}
	write(t, o, "a_test.py", "def test_a():\n    assert True\nmark(test_a, devices=['direct', 'teapot'])\n")
	_, err := Collect(t.Context(), "a_test.py", o)
	var bad *CollectError
	if !errors.As(err, &bad) || bad.Problem.Line != 3 || !strings.Contains(bad.Problem.Text, `devices: "teapot": there is no`) {
		t.Errorf("%+v", err)
	}
}
