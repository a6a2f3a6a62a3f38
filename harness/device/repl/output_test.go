package repl

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// late is how many bytes of what came so far may be held back: those at its end that begin the marker.
func late(came, marker string) int {
	for n := min(len(marker)-1, len(came)); n > 0; n-- {
		if strings.HasSuffix(came, marker[:n]) {
			return n
		}
	}
	return 0
}

// TestOutputIsNotLate: what a script prints comes at once, but for what may begin the end.
func TestOutputIsNotLate(t *testing.T) {
	const nonce = "qs0123456789ab"
	texts := []string{"one\r\n", "q", "qq", "qsqsqs", strings.Repeat("qs0123456789a", 50), nonce[:13] + "qs0", "qs0123456789qs0123456789", "\x04", "a\x04b", strings.Repeat("q", 100)}
	random := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		var b strings.Builder
		for range 40 {
			b.WriteString(nonce[:random.IntN(len(nonce))])
		}
		texts = append(texts, b.String())
	}
	for _, text := range texts {
		var got bytes.Buffer
		r := &runOutput{nonce: []byte(nonce), stdout: func(p []byte) { got.Write(p) }}
		o := &output{marker: []byte(nonce + "Z")}
		for i := range len(text) {
			r.feed(o.feed([]byte{text[i]}))
			held := late(text[:i+1], nonce)
			if j := strings.IndexByte(text[:i+1], eot); j >= 0 {
				held = i + 1 - j // an exception that nobody caught may follow
			}
			if !bytes.Equal(got.Bytes(), []byte(text[:i+1-held])) {
				t.Fatalf("of %q, %q came", text[:i+1], got.Bytes())
			}
		}
		for _, b := range []byte(nonce + "None\r\n" + nonce + "Z\x04\x04>") {
			r.feed(o.feed([]byte{b}))
		}
		if got.String() != text || !o.done {
			t.Errorf("%q: all that came is %q, ended %v", text, got.String(), o.done)
		}
		if exit, err := (Script{}).exit(r); err != nil || exit.Code != 0 {
			t.Errorf("%q: %v, %v", text, exit, err)
		}
	}
}
