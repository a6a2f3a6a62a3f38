package object

import (
	"runtime"
	"testing"

	"go.starlark.net/starlark"

	"quecstar/harness/memory"
)

// TestTableToGrow: a table of Starlark's grows with the entry for which TableToGrow says so, to TableOf.
func TestTableToGrow(t *testing.T) {
	d := starlark.NewDict(0)
	grown := 0
	for n := range 20000 {
		expected := TableToGrow(n)
		before := allocated()
		if err := d.SetKey(starlark.MakeInt(n), starlark.None); err != nil {
			t.Fatal(err)
		}
		took := int(allocated() - before)
		if expected == 0 && took > memory.Much {
			t.Errorf("entry %d took %d bytes, unasked", n, took)
		}
		if expected == 0 {
			continue
		}
		grown++
		if took < expected || expected != TableOf(n+1) {
			t.Errorf("entry %d took %d bytes, %d were told, and of a table that has it %d", n, took, expected, TableOf(n+1))
		}
	}
	if grown != 3 {
		t.Errorf("the table grew %d times", grown)
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
