package print

import (
	"strings"

	"quecstar/harness/python/runtime"
)

// Helpers is the table of the helpers that ported programs use, one to a line.
func Helpers() string {
	var b strings.Builder
	for _, h := range runtime.Constructs() {
		b.WriteString("py." + h.Name)
		if h.Params != "" || h.IsFunction() {
			b.WriteString("(" + h.Params + ")")
		}
		b.WriteString("  " + h.Doc + "\n")
	}
	return b.String()
}
