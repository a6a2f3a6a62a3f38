package base64

import (
	"flag"
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/harness/script"
)

var _ = flag.Bool("update", false, "write the golden files")

// The expected output is CPython's, but for the wording of errors.
func TestScripts(t *testing.T) {
	scripttest.Golden(t, "testdata", func(*testing.T, string) scripttest.Options {
		return scripttest.Options{Modules: []*script.Module{Module()}}
	})
}
