package ujson

import (
	"flag"
	"testing"

	"quecstar/builtins/array"
	"quecstar/builtins/scripttest"
	"quecstar/builtins/ucollections"
	"quecstar/builtins/uio"
	"quecstar/harness/script"
)

var _ = flag.Bool("update", false, "write the golden files")

func TestScripts(t *testing.T) {
	scripttest.Golden(t, "testdata", func(*testing.T, string) scripttest.Options {
		return scripttest.Options{Modules: []*script.Module{Module(), uio.Module(), ucollections.Module(), array.Module()}}
	})
}
