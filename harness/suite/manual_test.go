package suite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"quecstar/harness/manual"
	"quecstar/harness/script"
)

// Every example of 'quecstar doc test' passes as it is, in the folder of the suites.
func TestExamplesOfTheManual(t *testing.T) {
	m, err := manual.New([]*script.Module{Module()})
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS(suitesDir)); err != nil {
		t.Fatal(err)
	}
	o := Options{Root: filepath.Join(root, "suites"), Env: noEnv}
	if len(m.Examples()) < 16 { // eight and more, in both languages but for what is of one
		t.Errorf("the manual has %d examples", len(m.Examples()))
	}
	for i, e := range m.Examples() {
		ext := "star"
		if e.Lang == script.Python {
			ext = "py"
		}
		t.Run(e.Name, func(t *testing.T) {
			file := fmt.Sprintf("example%d_test.%s", i, ext)
			if err := os.WriteFile(filepath.Join(o.Root, file), []byte(e.Text), 0o600); err != nil {
				t.Fatal(err)
			}
			tests, err := Collect(context.Background(), file, o)
			if err != nil {
				t.Fatal(err)
			}
			if len(tests) == 0 {
				t.Error("it has no test")
			}
			for _, one := range tests {
				if r := Run(context.Background(), one, 1, o, nil); r.Verdict != Passed {
					t.Errorf("%s: %s %s %v", one.ID, r.Verdict, r.Reason, r.Problems)
				}
			}
		})
	}
}
