package ubinascii

import (
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/harness/script"
)

// What is neither hex nor base64 raises a ValueError, and what is encoded decodes.
func FuzzDecode(f *testing.F) {
	scripttest.Hostile(f, `
import hostile, ubinascii as b
for decode in (b.unhexlify, b.a2b_base64):
    try:
        decode(hostile.data)
    except ValueError:
        pass
assert b.unhexlify(b.hexlify(hostile.data)) == hostile.data
assert b.a2b_base64(b.b2a_base64(hostile.data)) == hostile.data
b.crc32(hostile.data)
`, scripttest.Options{Modules: []*script.Module{Module()}},
		"00ff", "0g", "YWJj", "Y=Q=", "====", " 00 \n")
}
