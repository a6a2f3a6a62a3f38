package uzlib

import (
	"errors"
	"io"
)

// maxBits is the longest code of DEFLATE, window the largest that it looks back.
const (
	maxCode   = 15
	maxWindow = 1 << 15
)

var errDeflate = errors.New("no DEFLATE data")

// inflater decompresses DEFLATE (RFC 1951). Unlike compress/flate it takes a byte of its source only when
// the next plain byte needs it, so that a script that shares a stream with it finds what is behind, and it
// looks no further back than its window, as a module that has little memory.
type inflater struct {
	src    io.ByteReader
	bits   uint // read and not used, the next one lowest
	n      int  // how many
	err    error
	window []byte
	made   int // bytes of plain data

	final, inBlock bool
	stored         int // bytes of a stored block that are left
	copies, back   int // bytes of a match that are left, and where they are
	lengths, dists code
}

func newInflater(src io.ByteReader, window int) *inflater {
	return &inflater{src: src, window: make([]byte, window)}
}

// code is a Huffman code: how many codes have each length, and their symbols in order.
type code struct {
	count   [maxCode + 1]int
	symbols []int
}

func newCode(lengths []byte) code {
	var c code
	var next [maxCode + 2]int
	for _, n := range lengths {
		c.count[n]++
	}
	c.count[0] = 0
	for n := 1; n <= maxCode; n++ {
		next[n+1] = next[n] + c.count[n]
	}
	c.symbols = make([]int, next[maxCode+1])
	for symbol, n := range lengths {
		if n > 0 {
			c.symbols[next[n]] = symbol
			next[n]++
		}
	}
	return c
}

// fixed are the codes of blocks that have none of their own (RFC 1951, 3.2.6).
func fixed() (lengths, dists code) {
	l, d := make([]byte, 288), make([]byte, 30)
	for i := range l {
		switch {
		case i < 144:
			l[i] = 8
		case i < 256:
			l[i] = 9
		case i < 280:
			l[i] = 7
		default:
			l[i] = 8
		}
	}
	for i := range d {
		d[i] = 5
	}
	return newCode(l), newCode(d)
}

// take reads n bits, the first one lowest.
func (z *inflater) take(n int) int {
	for z.n < n && z.err == nil {
		b, err := z.src.ReadByte()
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		z.bits, z.n, z.err = z.bits|uint(b)<<z.n, z.n+8, err
	}
	if z.err != nil {
		return 0
	}
	v := z.bits & (1<<n - 1)
	z.bits, z.n = z.bits>>n, z.n-n
	return int(v)
}

// symbol reads a symbol of a code, bit by bit.
func (z *inflater) symbol(c *code) int {
	at, first, value := 0, 0, 0
	for n := 1; n <= maxCode && z.err == nil; n++ {
		value = value<<1 | z.take(1)
		if value-first < c.count[n] {
			return c.symbols[at+value-first]
		}
		at, first = at+c.count[n], (first+c.count[n])<<1
	}
	z.fail()
	return 0
}

func (z *inflater) fail() {
	if z.err == nil {
		z.err = errDeflate
	}
}

// Read is io.Reader's.
func (z *inflater) Read(p []byte) (n int, err error) {
	for n < len(p) {
		b, err := z.ReadByte()
		if err != nil {
			return n, err
		}
		p[n] = b
		n++
	}
	return n, nil
}

// ReadByte is the next plain byte.
func (z *inflater) ReadByte() (byte, error) {
	for z.err == nil {
		switch {
		case z.copies > 0:
			z.copies--
			return z.put(z.window[(z.made-z.back)&(len(z.window)-1)]), nil
		case z.stored > 0:
			z.stored--
			if b := byte(z.take(8)); z.err == nil {
				return z.put(b), nil
			}
		case z.inBlock:
			if s := z.symbol(&z.lengths); z.err == nil && s < endOfBlock {
				return z.put(byte(s)), nil
			} else if s == endOfBlock {
				z.inBlock = false
			} else {
				z.match(s - endOfBlock - 1)
			}
		case z.final:
			z.err = io.EOF
		default:
			z.block()
		}
	}
	return 0, z.err
}

func (z *inflater) put(b byte) byte {
	z.window[z.made&(len(z.window)-1)] = b
	z.made++
	return b
}

// block reads the head of a block.
func (z *inflater) block() {
	z.final = z.take(1) == 1
	switch z.take(2) {
	case 0:
		z.bits, z.n = 0, 0
		n, inverse := z.take(16), z.take(16)
		if n^inverse != 0xffff {
			z.fail()
		}
		z.stored = n
	case 1:
		z.inBlock = true
		z.lengths, z.dists = fixed()
	case 2:
		z.inBlock = true
		z.codes()
	default:
		z.fail()
	}
}

// codes reads a block's own codes (RFC 1951, 3.2.7).
func (z *inflater) codes() {
	nLengths, nDists, nCodes := z.take(5)+257, z.take(5)+1, z.take(4)+4
	var of [19]byte
	for _, i := range []int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}[:nCodes] {
		of[i] = byte(z.take(3))
	}
	c := newCode(of[:])
	all := make([]byte, 0, nLengths+nDists)
	for len(all) < nLengths+nDists && z.err == nil {
		s, again, value := z.symbol(&c), 1, byte(0)
		switch s {
		case 16:
			again = 3 + z.take(2)
			if len(all) == 0 {
				z.fail()
				return
			}
			value = all[len(all)-1]
		case 17:
			again = 3 + z.take(3)
		case 18:
			again = 11 + z.take(7)
		default:
			value = byte(s)
		}
		for range again {
			all = append(all, value)
		}
	}
	if len(all) != nLengths+nDists {
		z.fail()
		return
	}
	z.lengths, z.dists = newCode(all[:nLengths]), newCode(all[nLengths:])
}

// match reads how far back a match of the i-th length is.
func (z *inflater) match(i int) {
	if z.err != nil || i >= len(matchLengths) {
		z.fail()
		return
	}
	n := matchLengths[i].from + z.take(matchLengths[i].extra)
	k := z.symbol(&z.dists)
	if z.err != nil || k >= len(distances) {
		z.fail()
		return
	}
	z.back = distances[k].from + z.take(distances[k].extra)
	if z.back > min(z.made, len(z.window)) {
		z.fail()
		return
	}
	z.copies = n
}
