package uzlib

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

func samples() [][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	few, many := make([]byte, 9000), make([]byte, 5000)
	for i := range few {
		few[i] = "ab"[random.IntN(2)]
	}
	for i := range many {
		many[i] = byte(random.Uint32())
	}
	return [][]byte{nil, []byte("a"), []byte("aaa"), []byte(strings.Repeat("micropython ", 4000)), few, many, bytes.Repeat(many[:300], 20)}
}

// Go's package reads what deflater writes, and inflater what Go's package writes.
func TestWhatIsPackedComesOutAgain(t *testing.T) {
	for i, plain := range samples() {
		for _, window := range []int{1 << smallestBits, 1 << 8, 1 << largestBits} {
			var packed bytes.Buffer
			d, err := newDeflater(&packed, window)
			if err != nil {
				t.Fatal(err)
			}
			for rest := plain; len(rest) > 0; {
				n := min(len(rest), 777)
				if _, err := d.Write(rest[:n]); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			if err := d.finish(); err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed.Bytes())))
			if err != nil || !bytes.Equal(got, plain) {
				t.Errorf("sample %d, window %d: Go reads %d bytes of %d, error %v", i, window, len(got), len(plain), err)
			}
			got, err = io.ReadAll(newInflater(&packed, window))
			if err != nil || !bytes.Equal(got, plain) || packed.Len() > 0 {
				t.Errorf("sample %d, window %d: read %d bytes of %d, %d left, error %v", i, window, len(got), len(plain), packed.Len(), err)
			}
		}
		for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
			var packed bytes.Buffer
			w, err := flate.NewWriter(&packed, level)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(plain); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(newInflater(&packed, maxWindow))
			if err != nil || !bytes.Equal(got, plain) {
				t.Errorf("sample %d, level %d: read %d bytes of %d, error %v", i, level, len(got), len(plain), err)
			}
		}
	}
}

// inflater and Go's package agree on what is DEFLATE data, and on what it is.
func FuzzInflate(f *testing.F) {
	for _, s := range []string{"\xcbH\xcd\xc9\xc9\x07\x00", "\x05\xc1\x81\x01\x00\x30\x04\x04\xb1\x95", "\x01\x05\x00\xfa\xffhello", "\x07"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		want, wantErr := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), 1<<20))
		got, err := io.ReadAll(io.LimitReader(newInflater(bytes.NewReader(data), maxWindow), 1<<20))
		if wantErr == nil && (err != nil || !bytes.Equal(got, want)) {
			t.Errorf("read %d bytes, error %v; Go read %d", len(got), err, len(want))
		}
	})
}
