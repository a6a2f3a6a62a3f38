package ujson

import (
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/uio"
	"quecstar/harness/script"
)

// What is no JSON raises a ValueError, a UnicodeError among them.
func FuzzLoads(f *testing.F) {
	scripttest.Hostile(f, `
import hostile, ujson
try:
    v = ujson.loads(hostile.data)
    w = ujson.loads(ujson.dumps(v))
except (ValueError, RuntimeError) as e:
    pass
except TypeError as e:
    print("a key that has no hash", e)
`, scripttest.Options{Modules: []*script.Module{Module(), uio.Module()}},
		`{"a": [1, -2.5e3, "x\\u00e9\\n", null, true, false]}`, `[[[[{}]]]]`, `{[1]:2}`, `"\\ud83d\\ude00"`, "\"\xff\"", `[1 2,,:3}`, `-`, `1e999`)
}
