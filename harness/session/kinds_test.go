package session

import (
	"strings"
	"testing"
)

// TestKinds: a row of the table is all that the command line's forms and errors are made of.
func TestKinds(t *testing.T) {
	for _, k := range Kinds() {
		if found, at, err := findKind(k.Name + strings.TrimPrefix(k.Form(), k.Name)); err != nil || found.Name != k.Name || at.operand != k.Operand {
			t.Errorf("%s: found %v with %q: %v", k.Form(), found, at.operand, err)
		}
		wrong := k.Name
		if k.Operand == "" {
			wrong += ":more"
		}
		if CheckKind(wrong) == nil {
			t.Errorf("%q names a device", wrong)
		}
		if err := CheckKind("fax"); err == nil || !strings.Contains(err.Error(), k.Form()) {
			t.Errorf("what names no kind does not tell of %s: %v", k.Form(), err)
		}
	}
	for name, want := range map[string]string{"at:auto": "auto", "repl:sim": "sim", "tcp://lab:1": "tcp://lab:1", "tape:x": "tape:x", "auto": "auto"} {
		if got := PortName(name); got != want {
			t.Errorf("the port of %q: %q, want %q", name, got, want)
		}
	}
}
