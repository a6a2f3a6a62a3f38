package uzlib

import (
	"bytes"
	"compress/zlib"
	"io"
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/uio"
	"quecstar/harness/script"
)

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A few bytes that stand for more than memory holds raise a MemoryError; a stream gives them piece by
// piece.
func TestABombIsAMemoryError(t *testing.T) {
	var small bytes.Buffer
	w, err := zlib.NewWriterLevel(&small, zlib.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(w, zeros{}, 2*maxPlain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	bomb := &script.Module{Name: "bomb", Consts: []script.Const{{Name: "data", Value: small.Bytes()}}}
	r := scripttest.Source(t, "b.py", `
import uzlib, uio, bomb
s = uzlib.DecompIO(uio.BytesIO(bomb.data))
for f in (lambda: uzlib.decompress(bomb.data), lambda: s.read(1000), s.read):
    try:
        print(len(f()))
    except MemoryError:
        print("MemoryError")
`, scripttest.Options{Modules: []*script.Module{Module(), uio.Module(), bomb}})
	if r.Err != nil || r.Stdout != "MemoryError\n1000\nMemoryError\n" {
		t.Errorf("ended with %v and printed %.100q", r.Err, r.Stdout)
	}
}
