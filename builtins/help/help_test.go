package help_test

import (
	"flag"
	"testing"

	"quecstar/builtins"
	"quecstar/builtins/scripttest"
)

var _ = flag.Bool("update", false, "write the golden files")

func TestScripts(t *testing.T) {
	scripttest.Golden(t, "testdata", func(*testing.T, string) scripttest.Options {
		return scripttest.Options{Modules: builtins.All()}
	})
}
