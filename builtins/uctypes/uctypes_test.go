package uctypes

import (
	"flag"
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/harness/script"
)

var _ = flag.Bool("update", false, "write the golden files")

func TestScripts(t *testing.T) {
	scripttest.Golden(t, "testdata", func(*testing.T, string) scripttest.Options {
		return scripttest.Options{Modules: []*script.Module{Module()}}
	})
}
