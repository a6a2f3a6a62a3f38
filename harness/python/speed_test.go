package python

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"go.starlark.net/starlark"
)

// speedProgram is a program whose speed is measured.
type speedProgram struct {
	name         string
	python, star string // star is "" where plain Starlark cannot do it
}

func speedPrograms(t testing.TB) []speedProgram {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/speed/programs.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all []speedProgram
	for _, f := range archive.Files {
		switch name, ext, _ := strings.Cut(f.Name, "."); ext {
		case "py":
			all = append(all, speedProgram{name: name, python: string(f.Data)})
		case "star":
			all[len(all)-1].star = string(f.Data)
		}
	}
	return all
}

// runStar runs f(n) of a program in plain Starlark; it returns what that took, without the compiling.
func runStar(t testing.TB, text string, n int) (starlark.Value, time.Duration) {
	t.Helper()
	thread := &starlark.Thread{}
	globals, err := starlark.ExecFileOptions(portedOptions, thread, "speed.star", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	v, err := starlark.Call(thread, globals["f"], starlark.Tuple{starlark.MakeInt(n)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v, time.Since(start)
}

// TestSpeedPrograms: what is compared does the same.
func TestSpeedPrograms(t *testing.T) {
	for _, p := range speedPrograms(t) {
		t.Run(p.name, func(t *testing.T) {
			out, raised := execute(t, p.name+".py", p.python+"\nprint(f(400))\n")
			if raised != nil {
				t.Fatal(raised.Traceback())
			}
			if p.star == "" {
				return
			}
			v, _ := runStar(t, p.star, 400)
			text, ok := starlark.AsString(v)
			if !ok {
				text = v.String()
			}
			if out != text+"\n" {
				t.Errorf("Python says %q, plain Starlark %q", out, text)
			}
		})
	}
}

// BenchmarkSpeed measures a round of each program, and in the same run, as far as they are installed,
// that of the same program in plain Starlark, in MicroPython (QUECSTAR_MICROPYTHON names its
// micropython.mjs, run by node) and in CPython (python3).
func BenchmarkSpeed(b *testing.B) {
	for _, p := range speedPrograms(b) {
		b.Run(p.name, func(b *testing.B) {
			text := p.python + "\nf(" + strconv.Itoa(b.N) + ")\n"
			if _, raised := execute(b, p.name+".py", text); raised != nil {
				b.Fatal(raised.Traceback())
			}
			b.StopTimer()
			if b.N > 1 { // the benchmark's first call is for its own calibration
				comparePeers(b, p)
			}
		})
	}
}

// peerRounds is how many rounds the peers run, long enough for their clocks.
const peerRounds = 100_000

func comparePeers(b *testing.B, p speedProgram) {
	if p.star != "" {
		_, took := runStar(b, p.star, peerRounds)
		b.ReportMetric(float64(took.Nanoseconds())/peerRounds, "starlark-ns/op")
	}
	path := filepath.Join(b.TempDir(), p.name+".py")
	if err := os.WriteFile(path, []byte(p.python), 0o600); err != nil {
		b.Fatal(err)
	}
	if module := os.Getenv("QUECSTAR_MICROPYTHON"); module != "" {
		b.ReportMetric(peer(b, "node", "testdata/speed/peer.mjs", module, path), "micropython-ns/op")
	}
	if python, err := exec.LookPath("python3"); err == nil {
		b.ReportMetric(peer(b, python, "testdata/speed/peer.py", path), "cpython-ns/op")
	}
}

// peer returns the nanoseconds that a round takes another implementation, the best of three.
func peer(b *testing.B, command ...string) float64 {
	b.Helper()
	best := 0.0
	for range 3 {
		cmd := exec.Command(command[0], append(command[1:], strconv.Itoa(peerRounds))...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			b.Fatalf("%v: %v\n%s", command, err, stderr.String())
		}
		took, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		if err != nil {
			b.Fatal(err)
		}
		if best == 0 || took < best {
			best = took
		}
	}
	return best / peerRounds
}
