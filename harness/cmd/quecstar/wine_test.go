package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// winePatience bounds one run of the Windows program.
const winePatience = 2 * time.Minute

// wine runs programs for Windows.
type wine struct {
	env          []string
	dir, program string
}

// newWine builds the Windows program, and a prefix of Wine's that it runs in: with the one library that Debian 12's
// Wine lacks. Without Wine or mingw-w64 it skips, or fails where QUECSTAR_NEED_PARTS is set.
func newWine(t *testing.T) *wine {
	t.Helper()
	const mingw = "x86_64-w64-mingw32-gcc"
	for _, part := range []string{"wine", "wineserver", mingw} {
		if _, err := exec.LookPath(part); err == nil {
			continue
		}
		if os.Getenv("QUECSTAR_NEED_PARTS") != "" {
			t.Fatalf("%s is not installed (Debian: apt install wine wine64 gcc-mingw-w64-x86-64), and "+
				"QUECSTAR_NEED_PARTS is set", part)
		}
		t.Skip(part + " is not installed")
	}
	dir := t.TempDir()
	w := &wine{dir: dir, program: filepath.Join(dir, "quecstar.exe")}
	w.env = append(os.Environ(), "WINEPREFIX="+filepath.Join(dir, "prefix"), "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree=")
	t.Cleanup(func() { w.must(t, nil, "wineserver", "-k") })
	w.must(t, nil, "wine", "cmd", "/c", "exit") // makes the prefix
	library := filepath.Join(dir, "prefix", "drive_c", "windows", "system32", "bcryptprimitives.dll")
	w.must(t, nil, mingw, "-shared", "-O2", "-o", library, "../../../.ci/bcryptprimitives.c", "-ladvapi32")
	w.must(t, []string{"GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0"}, "go", "build", "-o", w.program, ".")
	w.must(t, nil, "wineserver", "-p60") // runs start sooner where it is there
	return w
}

// must runs a command of this system.
func (w *wine) must(t *testing.T, env []string, name string, args ...string) {
	t.Helper()
	c := exec.Command(name, args...)
	c.Env = append(w.env, env...)
	out, err := w.finish(t, c)
	if err != nil && name != "wineserver" {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

// finish runs a command that writes to files: a pipe stays open as long as Wine's server, which inherits it.
func (w *wine) finish(t *testing.T, c *exec.Cmd) (output string, err error) {
	t.Helper()
	f, err := os.CreateTemp(w.dir, "output")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c.Stdout, c.Stderr = f, f
	err = c.Run()
	text, readErr := os.ReadFile(f.Name())
	if readErr != nil {
		t.Fatal(readErr)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n"), err
}

// run runs the program in a folder and returns what it printed, on both outputs.
func (w *wine) run(t *testing.T, dir string, args ...string) (output string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), winePatience)
	defer cancel()
	c := exec.CommandContext(ctx, "wine", append([]string{w.program}, args...)...)
	c.Dir, c.Env = dir, w.env
	return w.finish(t, c)
}

// TestWindows runs the program for Windows under Wine: the sample on each kind of device, by paths as people have them
// there, and tests in worker processes.
func TestWindows(t *testing.T) {
	if runtime.GOOS != "linux" || testing.Short() {
		t.Skip("it takes Linux, and a minute")
	}
	w := newWine(t)
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(t.TempDir(), "测试 目录", strings.Repeat("long ", 20)+"x", strings.Repeat("路", 60), "子 文件夹")
	if err := os.MkdirAll(long, 0o777); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{"huawei_iotda.py": "样 例.py", "bench.toml": "bench.toml"} {
		text, err := os.ReadFile(filepath.Join(root, "scripts", "samples", from))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(long, to), string(text))
	}
	suite := "import uos\ndef test_numbers():\n    for what, no in ((lambda: open('/usr/none'), 2), (lambda: uos.rmdir('/usr'), 16), " +
		"(lambda: open('/usr/' + 'n' * 300, 'w'), 36)):\n        try:\n            what()\n        except OSError as e:\n" +
		"            assert e.args[0] == no, e\n        else:\n            assert False\n" +
		"def test_fails():\n    assert False\n"
	writeFile(t, filepath.Join(long, "a_test.py"), suite)
	windows := `Z:` + strings.ReplaceAll(long, "/", `\`)
	// Both outputs are in one file, so that lines of the other may be between these.
	const waits, received = "Waiting command\n", "Subscribe Recv: Topic=$oc/devices/"
	for _, x := range []struct {
		name, dir string
		args      []string
		want      []string
		fails     bool
	}{
		{"direct", root, []string{"run", `scripts\samples\huawei_iotda.py`}, []string{waits, received, "commands/response/"}, false},
		{"AT", root, []string{"run", "--device", "at:sim", `.\scripts\samples\huawei_iotda.py`},
			[]string{waits, received, "over at:sim"}, false},
		{"REPL", long, []string{"run", "--device", "repl:sim", windows + `\样 例.py`},
			[]string{waits, received, "over repl:sim"}, false},
		{"a test", long, []string{"test", "-j", "2", "--output", "结果 1", "a_test.py"},
			[]string{"FAIL a_test.py::test_fails  a_test.py:", "1 failed, 1 passed"}, true},
		{"AT commands", root, []string{"at", "sim", "ATI"}, []string{"Quectel\n", "OK\n"}, false},
		{"ports", root, []string{"ports"}, []string{"COM"}, false},
	} {
		t.Run(x.name, func(t *testing.T) {
			out, err := w.run(t, x.dir, x.args...)
			if (err != nil) != x.fails || strings.Contains(out, "warning") {
				t.Errorf("%v: %v\n%s", x.args, err, out)
			}
			for _, want := range x.want {
				if !strings.Contains(out, want) {
					t.Errorf("%v: no %q in:\n%s", x.args, want, out)
				}
			}
		})
	}
	if _, err := os.Stat(filepath.Join(long, "结果 1", "results.jsonl")); err != nil {
		t.Error(err)
	}
	t.Run("a virtual module", func(t *testing.T) { simOnWindows(t, w) })
}

// simOnWindows has the ports of a virtual module on Windows, which are TCP there, used from here and from there.
func simOnWindows(t *testing.T, w *wine) {
	sim := exec.Command("wine", w.program, "sim", "--command", "switch")
	sim.Env = w.env
	keys, err := sim.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output := filepath.Join(t.TempDir(), "output")
	f, err := os.Create(output)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sim.Stdout, sim.Stderr = f, f
	if err := sim.Start(); err != nil {
		t.Fatal(err)
	}
	var ports map[string]string
	printed := regexp.MustCompile(`(?m)^(at|repl) +(tcp://127\.0\.0\.1:\d+)\r?$`)
	for late := time.Now().Add(winePatience); len(ports) < 2; {
		time.Sleep(50 * time.Millisecond) // a file tells nobody of a change
		text, err := os.ReadFile(output)
		if err != nil || time.Now().After(late) {
			t.Fatalf("it prints no ports: %v\n%s", err, text)
		}
		ports = map[string]string{}
		for _, m := range printed.FindAllStringSubmatch(string(text), -1) {
			ports[m[1]] = m[2]
		}
	}
	at := launch("at", ports["at"], "AT+CGSN")
	if status := at.wait(t, at.status); status != 0 || !regexp.MustCompile(`^\d{15}\nOK\n$`).MatchString(at.out.String()) {
		t.Errorf("AT+CGSN: status %d: %s%s", status, at.out, at.err)
	}
	script := file(t, "waits.py", waiting)
	remote := launch("run", "--live", "--timeout", "60s", "--device", "repl:"+ports["repl"], "--remote", script)
	if status := remote.wait(t, remote.status); status != 0 || !strings.Contains(remote.out.String(), "switch") {
		t.Errorf("a script in its prompt: status %d: %s%s", status, remote.out, remote.err)
	}
	there := []string{"run", "--live", "--timeout", "60s", "--device", "at:" + ports["at"], filepath.Base(script)}
	if out, err := w.run(t, filepath.Dir(script), there...); err != nil || !strings.Contains(out, "switch") {
		t.Errorf("a script by its AT commands: %v\n%s", err, out)
	}
	if _, err := io.WriteString(keys, "q\n"); err != nil {
		t.Error(err)
	}
	if err := sim.Wait(); err != nil {
		text, _ := os.ReadFile(output)
		t.Errorf("q: %v\n%s", err, text)
	}
}
