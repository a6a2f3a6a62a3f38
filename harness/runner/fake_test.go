package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/harness/results"
	"quecstar/harness/suite"
)

// TestMain makes this program a worker process, too.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		out := os.Stdout
		os.Stdout = os.Stderr
		if err := Work(context.Background(), os.Stdin, out, Engine{fakeCollect, fakeRun}, os.Getenv, os.Exit); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// fakeCollect reads a test a line: its name, then NAME=VALUE marks, then what it does.
func fakeCollect(_ context.Context, file string, o suite.Options) ([]suite.Test, error) {
	text, err := os.ReadFile(filepath.Join(o.Root, file))
	if err != nil {
		return nil, err
	}
	var out []suite.Test
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		switch words[0] {
		case "syntax":
			return nil, &suite.CollectError{Problem: suite.Problem{Class: suite.Harness, Text: "no such syntax", File: file, Line: i + 1}}
		case "collect-panics":
			panic("while it collects")
		}
		t := suite.Test{ID: file + "::" + words[0], File: file, Name: words[0], Device: "direct", Line: i + 1}
		for len(words) > 1 && strings.Contains(words[1], "=") {
			name, value, _ := strings.Cut(words[1], "=")
			mark(&t, name, strings.ReplaceAll(value, "_", " "))
			words = append(words[:1], words[2:]...)
		}
		t.Doc = strings.Join(words[1:], " ")
		out = append(out, t)
	}
	return out, nil
}

func mark(t *suite.Test, name, value string) {
	switch name {
	case "tags":
		t.Tags = strings.Split(value, ",")
	case "skip":
		t.Skip = value
	case "until":
		t.Until = value
	case "quarantine":
		t.Quarantine, t.Owner = value, "qa"
	case "timeout":
		t.Timeout, _ = time.ParseDuration(value)
	case "clock":
		t.Clock = value
	case "leases":
		t.Leases = strings.Split(value, ",")
	case "device":
		t.Device = value
		t.ID += "[" + value + "]"
	}
}

var concurrent = map[int]int{}

// fakeRun does what a test's doc says.
func fakeRun(ctx context.Context, t suite.Test, seed uint64, o suite.Options, emit func(suite.Event)) suite.Result {
	what, rest, _ := strings.Cut(t.Doc, " ")
	failed := func(c suite.Class, text string) suite.Result {
		v := suite.Failed
		if c != suite.Assertion {
			v = suite.Errored
		}
		return suite.Result{Verdict: v, Problems: []suite.Problem{{Class: c, Text: text, File: t.File, Line: t.Line}}, Checks: 1}
	}
	emit(suite.Event{Source: "test", Kind: "note", Text: "begins " + t.Name})
	switch what {
	case "fail":
		return failed(suite.Assertion, "1 is not 2")
	case "class":
		return failed(suite.Class(rest), "class "+rest)
	case "seed":
		if fmt.Sprint(seed) == rest {
			return failed(suite.Assertion, "seed "+rest)
		}
	case "panic":
		panic("the test's own")
	case "background":
		go func() { panic("in the background") }()
		<-ctx.Done()
	case "fatal":
		for range 8 {
			go func() {
				for {
					concurrent[1]++
				}
			}()
		}
		<-ctx.Done()
	case "spin":
		for {
		}
	case "kill":
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			_ = self.Kill()
		}
		<-ctx.Done()
	case "exits":
		fmt.Fprintln(os.Stderr, "last words, with hunter2-secret")
		os.Exit(7)
	case "wait":
		emit(suite.Event{Source: "test", Kind: "note", Text: "waits"})
		<-ctx.Done()
		return failed(suite.Harness, context.Cause(ctx).Error())
	case "secret":
		o.Secret("hunter2-secret")
		emit(suite.Event{Source: "dev", Kind: "publish", Topic: "t/hunter2-secret", Payload: "hunter2-secret"})
		if rest == "dies" {
			fmt.Fprintln(os.Stderr, "last words, with hunter2-secret")
			os.Exit(7)
		}
		return failed(suite.Assertion, "the password hunter2-secret is wrong")
	case "flaky": // passes once the file is there
		if _, err := os.Stat(rest); errors.Is(err, os.ErrNotExist) {
			if err := os.WriteFile(rest, nil, 0o600); err != nil {
				panic(err)
			}
			return failed(suite.Link, "the link was lost")
		}
	case "raw":
		emit(suite.Event{Source: "dev", Kind: "output", Payload: "\x00]]>\xff"})
		emit(suite.Event{Source: "dev", Kind: "note", Text: "text \xff\x00"})
		return failed(suite.Assertion, "raw \xfe")
	case "prints":
		for i := range 10_000 {
			emit(suite.Event{At: time.Duration(i), Source: "dev", Kind: "output", Payload: fmt.Sprintf("line %d\n", i)})
		}
		return failed(suite.Assertion, "enough")
	case "together": // fails where another of these runs, and runs until whom it calls has hung up
		addr, path, _ := strings.Cut(rest, " ")
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return failed(suite.Assertion, "not alone")
		}
		if err := held(addr); err != nil {
			return failed(suite.Harness, err.Error())
		}
		if err := errors.Join(f.Close(), os.Remove(path)); err != nil {
			return failed(suite.Harness, err.Error())
		}
	case "reads":
		return suite.Result{Verdict: suite.Passed, Files: []string{rest}}
	}
	return suite.Result{Verdict: suite.Passed, Checks: 1, Took: time.Millisecond}
}

// held calls a meeting and waits until that has hung up.
func held(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, c)
	return errors.Join(err, c.Close())
}

// meeting is where tests call that are to run until something has happened.
type meeting struct {
	net.Listener
	came chan struct{} // closed when the first has called
	over chan struct{} // to be closed, when all may go
}

func newMeeting(t *testing.T) *meeting {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &meeting{l, make(chan struct{}), make(chan struct{})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for first := true; ; first = false {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if first {
				close(m.came)
			}
			<-m.over
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-ended })
	return m
}

// notes are what a run told beside its results.
type notes struct {
	mu   sync.Mutex
	text []string
}

func (n *notes) add(text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.text = append(n.text, text)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.text, "\n")
}

// trial is a run in a folder of its own.
type trial struct {
	Options
	dir   string
	lines bytes.Buffer
	notes notes
	cases map[string]*results.Case
	order []string
	end   *results.End
	begin *results.Run

	last func(test string) // told of a test in which something happened
}

func newTry(t testing.TB, files map[string]string) *trial {
	t.Helper()
	y := &trial{dir: filepath.Join(t.TempDir(), "root")}
	for name, text := range files {
		path := filepath.Join(y.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(y.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	y.Suite.Root, y.Seed, y.Worker, y.Jobs = y.dir, 1, []string{os.Args[0], "worker"}, 2
	y.LeaseFolder = filepath.Join(y.dir, "leases")
	y.Note = y.notes.add
	return y
}

func (y *trial) Started(*results.Case) {}
func (y *trial) Last(test, _ string) {
	if y.last != nil && test != "" {
		y.last(test)
	}
}
func (y *trial) Begin(l *results.Line) { y.begin = l.Run }
func (y *trial) Done(c *results.Case)  { y.cases[c.Key] = c; y.order = append(y.order, c.Key) }
func (y *trial) End(l *results.Line) error {
	if l != nil {
		y.end = l.End
	}
	return nil
}

func (y *trial) run(t testing.TB, ctx context.Context) *Outcome {
	t.Helper()
	y.cases, y.order, y.end = map[string]*results.Case{}, nil, nil
	y.lines.Reset()
	y.Stream = &results.Stream{Lines: nil, Views: []results.View{y}}
	y.Stream.Lines = append(y.Stream.Lines, &y.lines)
	p, err := NewPlan(ctx, &y.Options)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Run(ctx, p, &y.Options)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range y.Stream.Close() {
		t.Error(err)
	}
	return out
}

// is checks the verdict of a test of a_test.star and returns the text of its first problem.
func (y *trial) is(t testing.TB, name string, want suite.Verdict) string {
	t.Helper()
	c := y.cases["a_test.star::"+name]
	if c == nil {
		t.Errorf("%s has no verdict", name)
		return ""
	}
	if c.Verdict != want {
		t.Errorf("%s is %s, want %s: %+v", name, c.Verdict, want, c.Last().Result.Problems)
	}
	if p := c.Last().Result.Problems; len(p) > 0 {
		return p[0].Text
	}
	return c.Last().Result.Reason
}
