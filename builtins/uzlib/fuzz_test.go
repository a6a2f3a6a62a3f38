package uzlib

import (
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/uio"
	"quecstar/harness/script"
)

// What is not compressed raises an error of the script's.
func FuzzDecompress(f *testing.F) {
	scripttest.Hostile(f, `
import hostile, uzlib, uio
for wbits in (0, -15, 31, 15):
    try:
        uzlib.decompress(hostile.data, wbits)
    except (ValueError, OSError, MemoryError):
        pass
    try:
        s = uzlib.DecompIO(uio.BytesIO(hostile.data), wbits)
        s.read(10)
        s.readline()
    except (ValueError, OSError, MemoryError, EOFError):
        pass
`, scripttest.Options{Modules: []*script.Module{Module(), uio.Module()}},
		"x\x9c\xcbH\xcd\xc9\xc9W\xc8@'\xb9\x00p\xbe\x08\xbb", "\x1f\x8b\x08\x00", "\xcbH", "")
}
