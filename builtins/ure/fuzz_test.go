package ure

import (
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/harness/script"
)

// A bad pattern raises a ValueError, one that tries for ever a RuntimeError or the step limit.
func FuzzMatch(f *testing.F) {
	scripttest.Hostile(f, `
import hostile, ure
pattern, _, text = hostile.data.partition(b"/")
try:
    r = ure.compile(pattern)
    for found in (r.match(text), r.search(text)):
        if found:
            found.groups()
            found.span()
    r.sub(pattern, text)
    r.split(text)
except (ValueError, RuntimeError, IndexError, NotImplementedError):
    pass
`, scripttest.Options{Modules: []*script.Module{Module()}},
		"a*b/aab", "(a|b)+?c/abab", "[^a-z\\d]*$/12", "(?:x+x+)+y/xxxxxxxxxxxxxxxxxxxxxxxxxxxx", "(a*)*/a", "[a-", "\\", "(", "a\x00b/\xff", `(\w)/\1\g<0>`)
}
