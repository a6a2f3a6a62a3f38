package uzlib

import (
	"io"
	"maps"
	"math/bits"
)

// span is a range of lengths or distances that one symbol stands for: from, and as many more as its extra
// bits tell (RFC 1951, 3.2.5).
type span struct{ from, extra int }

const (
	endOfBlock = 256
	minMatch   = 3
	maxMatch   = 258
)

var matchLengths, distances = spans(minMatch, 8, 28, 4, maxMatch), spans(1, 4, 30, 2, 0)

// spans makes n of them: the first plain ones stand for one value each, then every group of some has an
// extra bit more. A last one of a single value may follow.
func spans(from, plain, n, group, last int) []span {
	var all []span
	for i := range n {
		s := span{from: from}
		if i >= plain {
			s.extra = (i-plain)/group + 1
		}
		all = append(all, s)
		from += 1 << s.extra
	}
	if last > 0 {
		all = append(all, span{from: last})
	}
	return all
}

// deflater compresses as MicroPython's module does: one block of fixed codes, in which each write is
// matched, greedily, with what is no further back than the window. Each byte goes out once it is full.
// compress/flate looks back 32 KB, which a reader with a smaller window does not have.
type deflater struct {
	out    io.Writer
	bits   uint
	n      int
	window int

	plain   []byte // at least the last window of what was written
	base    int    // where plain begins in all that was written
	indexed int    // up to where latest and earlier know of plain
	latest  map[[minMatch]byte]int
	earlier []int // by position modulo the window: the one before with the same bytes
}

func newDeflater(out io.Writer, window int) (*deflater, error) {
	d := &deflater{out: out, window: window, latest: map[[minMatch]byte]int{}, earlier: make([]int, window)}
	const lastBlock, fixedCodes = 1, 1
	return d, d.put(lastBlock|fixedCodes<<1, 3)
}

// put writes n bits, the lowest one first.
func (d *deflater) put(v, n int) error {
	d.bits, d.n = d.bits|uint(v)<<d.n, d.n+n
	for d.n >= 8 {
		b := byte(d.bits)
		d.bits, d.n = d.bits>>8, d.n-8
		if _, err := d.out.Write([]byte{b}); err != nil {
			return err
		}
	}
	return nil
}

// code writes n bits of a Huffman code, whose highest one comes first.
func (d *deflater) code(v, n int) error {
	return d.put(int(bits.Reverse16(uint16(v))>>(16-n)), n)
}

// symbol writes a literal or length in the fixed code (RFC 1951, 3.2.6).
func (d *deflater) symbol(s int) error {
	switch {
	case s < 144:
		return d.code(0b00110000+s, 8)
	case s < endOfBlock:
		return d.code(0b110010000+s-144, 9)
	case s < 280:
		return d.code(s-endOfBlock, 7)
	}
	return d.code(0b11000000+s-280, 8)
}

// Write compresses p.
func (d *deflater) Write(p []byte) (int, error) {
	if drop := len(d.plain) - d.window; drop > d.window {
		d.plain = append([]byte(nil), d.plain[drop:]...)
		d.base += drop
	}
	at := len(d.plain)
	d.plain = append(d.plain, p...)
	for at < len(d.plain) {
		d.index(at)
		n, back := d.longest(at)
		if n == 0 {
			n = 1
			if err := d.symbol(int(d.plain[at])); err != nil {
				return 0, err
			}
		} else if err := d.match(n, back); err != nil {
			return 0, err
		}
		at += n
	}
	return len(p), nil
}

// index notes what is before at.
func (d *deflater) index(at int) {
	d.indexed = max(d.indexed, d.base)
	for ; d.indexed < d.base+at && d.indexed-d.base+minMatch <= len(d.plain); d.indexed++ {
		key := [minMatch]byte(d.plain[d.indexed-d.base:])
		before, ok := d.latest[key]
		if !ok {
			before = -1
		}
		d.latest[key], d.earlier[d.indexed%d.window] = d.indexed, before
	}
	if len(d.latest) > 4*d.window {
		maps.DeleteFunc(d.latest, func(_ [minMatch]byte, i int) bool { return i < d.base+at-d.window })
	}
}

// longest is the longest match of what is at a position, of those the nearest; n is 0 when there is none.
func (d *deflater) longest(at int) (n, back int) {
	rest := d.plain[at:]
	if len(rest) < minMatch {
		return 0, 0
	}
	rest = rest[:min(len(rest), maxMatch)]
	here := d.base + at
	from, ok := d.latest[[minMatch]byte(rest)]
	for ok && from >= max(d.base, here-d.window) && n < len(rest) {
		k := 0
		for k < len(rest) && d.plain[from-d.base+k] == rest[k] {
			k++
		}
		if k > n {
			n, back = k, here-from
		}
		before := d.earlier[from%d.window]
		ok, from = before < from, before
	}
	return n, back
}

// match writes a match.
func (d *deflater) match(n, back int) error {
	for _, part := range []struct {
		of    []span
		value int
		put   func(i int) error
	}{
		{matchLengths, n, func(i int) error { return d.symbol(endOfBlock + 1 + i) }},
		{distances, back, func(i int) error { return d.code(i, 5) }},
	} {
		i := len(part.of) - 1
		for part.of[i].from > part.value {
			i--
		}
		if err := part.put(i); err != nil {
			return err
		}
		if err := d.put(part.value-part.of[i].from, part.of[i].extra); err != nil {
			return err
		}
	}
	return nil
}

// finish ends the block.
func (d *deflater) finish() error {
	if err := d.symbol(endOfBlock); err != nil {
		return err
	}
	return d.put(0, 7) // whole bytes
}
