package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quecstar/builtins"
	"quecstar/harness/manual"
	"quecstar/harness/script"
)

// pyright returns the program; where there is none, the test is skipped, or fails when
// QUECSTAR_NEED_PARTS is set.
func pyright(t *testing.T) string {
	t.Helper()
	path := os.Getenv("QUECSTAR_PYRIGHT")
	if path == "" {
		path = "pyright"
	}
	found, err := exec.LookPath(path)
	if err == nil {
		return found
	}
	const what = "QUECSTAR_PYRIGHT does not name npm's pyright"
	if os.Getenv("QUECSTAR_NEED_PARTS") != "" {
		t.Fatal(what + ", and QUECSTAR_NEED_PARTS is set")
	}
	t.Skip(what)
	return ""
}

// checkWith runs pyright on all of a folder.
func checkWith(t *testing.T, program, dir string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "-p", dir).CombinedOutput()
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		t.Fatal(err)
	}
	return string(out)
}

// A real type checker takes the stubs, and the samples and the manual's examples by them; and it finds by
// them what is wrong.
func TestPyrightTakesTheStubs(t *testing.T) {
	program := pyright(t)
	for _, lang := range []struct{ name, ext, wrong, want string }{
		{"python", ".py", "import modem\nmodem.getDevImie()\n", `"getDevImie" is not a known attribute`},
		{"starlark", ".star", "mqtt.connect('host', serve = 'x')\n", `No parameter named "serve"`},
	} {
		t.Run(lang.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := runStubs(filepath.Join(dir, "typings"), lang.name); err != nil {
				t.Fatal(err)
			}
			put(t, dir, "pyrightconfig.json", `{"include": ["."]}`)
			samples, err := filepath.Glob(filepath.Join("../../../scripts/samples/*" + lang.ext))
			if err != nil || len(samples) == 0 {
				t.Fatalf("no samples: %v", err)
			}
			for _, path := range samples {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				put(t, dir, "sample_"+strings.TrimSuffix(filepath.Base(path), lang.ext)+".py", string(text))
				if lang.ext == ".py" { // as another sample may import it
					put(t, filepath.Join(dir, "usr"), filepath.Base(path), string(text))
				}
			}
			for _, e := range examples(t, languages[lang.name]) {
				put(t, dir, "example_"+strings.ReplaceAll(e.Name, ".", "_")+".py", e.Text)
			}
			put(t, dir, "wrong.py", lang.wrong)
			if out := checkWith(t, program, dir); !strings.Contains(out, lang.want) || !strings.Contains(out, "\n1 error,") {
				t.Errorf("%q is all that is wrong, and pyright says\n%s", lang.wrong, out)
			}
		})
	}
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func examples(t *testing.T, lang script.Lang) []manual.Example {
	t.Helper()
	m, err := manual.New(builtins.All())
	if err != nil {
		t.Fatal(err)
	}
	var out []manual.Example
	for _, e := range m.Examples() {
		if e.Lang == lang {
			out = append(out, e)
		}
	}
	return out
}
