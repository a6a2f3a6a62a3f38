package scripttest

import (
	"errors"
	"slices"
	"testing"

	"quecstar/harness/script"
)

// Hostile fuzzes what a script does with data from outside, which it imports as hostile.data, a bytes
// value: the script catches what it may be raised, so whatever else ends it fails the test. A script
// that is still at it after many steps has ended as it should. The seeds are where the search begins.
func Hostile(f *testing.F, text string, o Options, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	modules := o.Modules
	o.StepLimit = hostileSteps
	f.Fuzz(func(t *testing.T, data []byte) {
		o := o
		o.Modules = append(slices.Clip(modules), &script.Module{Name: "hostile", Lang: script.Python,
			Consts: []script.Const{{Name: "data", Value: data}}})
		r := Source(t, "hostile.py", text, o)
		if r.Err != nil && !errors.Is(r.Err, script.ErrSteps) {
			t.Errorf("%q ended the script: %v\n%s", data, r.Err, script.Traceback(r.Err))
		}
	})
}

// hostileSteps are a second's work or so.
const hostileSteps = 5_000_000
