package suite

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func noEnv(string) string { return "" }

// moments are times of what came, which a change of any part moves.
var moments = regexp.MustCompile(`\+\d+\.\d{3}`)

// TestFiles runs all tests of the files in testdata, and compares what becomes of them with FILE.golden.
func TestFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*_test.*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, ".golden") {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			got := []byte(moments.ReplaceAllString(outcome(t, path), "+TIME"))
			golden := path + ".golden"
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%v\n%s\nwant\n%s", err, got, want)
			}
		})
	}
}

// outcome is what becomes of the tests of a file.
func outcome(t *testing.T, path string) string {
	o := Options{Env: noEnv}
	var b strings.Builder
	tests, err := Collect(t.Context(), path, o)
	var bad *CollectError
	if errors.As(err, &bad) {
		return fmt.Sprintf("%s:%d: %s\n", bad.Problem.File, bad.Problem.Line, bad.Problem.Text)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range tests {
		r := Run(t.Context(), one, 7, o, nil)
		fmt.Fprintf(&b, "%s %s, %d checks\n", r.Verdict, one.ID, r.Checks)
		for _, p := range r.Problems {
			fmt.Fprintf(&b, "  %s in %s %s at %s:%d\n    %s\n", p.Class, p.Phase, p.Fixture, p.File, p.Line,
				strings.ReplaceAll(p.Text, "\n", "\n    "))
		}
	}
	return b.String()
}

// TestSameSeed: two runs with one seed tell the same things at the same times.
func TestSameSeed(t *testing.T) {
	o := Options{Env: noEnv}
	tests, err := Collect(t.Context(), "testdata/devices_test.star", o)
	if err != nil {
		t.Fatal(err)
	}
	told := func(one Test) string {
		var b strings.Builder
		r := Run(t.Context(), one, 11, o, func(e Event) { fmt.Fprintf(&b, "%v %s %s %s\n", e.At, e.Source, e.Kind, e.Text) })
		return fmt.Sprintf("%s %v\n%s", r.Verdict, r.Took, b.String())
	}
	for _, one := range tests {
		if a, b := told(one), told(one); a != b {
			t.Errorf("%s: once\n%s\nand then\n%s", one.ID, a, b)
		}
	}
}

// TestInterrupted: the end of the caller's context ends a test that sleeps, in whatever time.
func TestInterrupted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x_test.star")
	text := "def test_long(clock, t):\n    t.log(\"begun\")\n    check(True)\n    for i in range(10000000):\n        " +
		"clock.sleep(\"1s\")\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, clock := range []string{"virtual", "real"} {
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("the user wants no more")
		one := Test{ID: "x", File: file, Name: "test_long", Device: "direct", Marks: Marks{Clock: clock, Timeout: 1e18}}
		began := make(chan struct{})
		done := make(chan Result)
		go func() {
			begun := false
			done <- Run(ctx, one, 1, Options{Env: noEnv}, func(Event) {
				if !begun {
					begun = true
					close(began)
				}
			})
		}()
		<-began
		cancel(why)
		if r := <-done; !r.Verdict.Bad() {
			t.Errorf("%s: %+v", clock, r)
		}
	}
}

// BenchmarkTest is a whole test: an empty one, and the sample with a command on each kind of device.
func BenchmarkTest(b *testing.B) {
	for _, path := range []string{"testdata/wide_test.star", "testdata/devices_test.star"} {
		o := Options{Env: noEnv}
		tests, err := Collect(b.Context(), path, o)
		if err != nil {
			b.Fatal(err)
		}
		for _, one := range tests {
			if one.Name != "test_data2" && one.Name != "test_answer" {
				continue
			}
			b.Run(strings.TrimPrefix(one.ID, "testdata/"), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if r := Run(b.Context(), one, 1, o, nil); r.Verdict != Passed {
						b.Fatal(r)
					}
				}
			})
		}
	}
}

// BenchmarkEmpty is an empty test of a file that has a thousand of them.
func BenchmarkEmpty(b *testing.B) {
	for _, ext := range []string{".star", ".py"} {
		o := Options{Root: b.TempDir(), Env: noEnv}
		var text strings.Builder
		for i := range 1000 {
			fmt.Fprintf(&text, "def test_%d():\n    %s\n", i, map[string]string{".star": "check(True)",
				".py": "assert True"}[ext])
		}
		if err := os.WriteFile(filepath.Join(o.Root, "a_test"+ext), []byte(text.String()), 0o600); err != nil {
			b.Fatal(err)
		}
		tests, err := Collect(b.Context(), "a_test"+ext, o)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(ext, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if r := Run(b.Context(), tests[i%len(tests)], 1, o, nil); r.Verdict != Passed {
					b.Fatal(r)
				}
			}
		})
	}
}
