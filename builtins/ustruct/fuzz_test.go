package ustruct

import (
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/harness/script"
)

// What does not fit raises a ValueError.
func FuzzUnpack(f *testing.F) {
	scripttest.Hostile(f, `
import hostile, ustruct
n = len(hostile.data) // 2
try:
    form = str(hostile.data[:n], "utf-8")
except UnicodeError:
    form = "<b"
try:
    values = ustruct.unpack(form, hostile.data[n:])
    ustruct.pack(form, *values)
    ustruct.unpack_from(form, hostile.data, n)
except (ValueError, TypeError, MemoryError):
    pass
`, scripttest.Options{Modules: []*script.Module{Module()}},
		"<bHiQ0123456789abcdef", "@b3sq0e?", "99999999999b", ">2d4xfe\xff\xff\xff")
}
