package uzlib

import (
	"encoding/binary"
	"errors"
	"hash"
	"hash/adler32"
	"hash/crc32"
	"io"

	"quecstar/builtins/uio"
)

// format is what is around DEFLATE data, by its number in the module deflate.
type format int

const (
	asAuto format = iota // zlib's or gzip's form
	asRaw                // nothing
	asZlib               // RFC 1950
	asGzip               // RFC 1952
)

// What is wrong with data, beside errDeflate.
var (
	errHeader   = errors.New("no header of compressed data")
	errChecksum = errors.New("the checksum is not that of the data")
	errDict     = errors.New("a dictionary is wanted")
)

// source reads a script's stream byte by byte.
type source struct{ *uio.Reader }

// ReadByte is io.ByteReader's.
func (s *source) ReadByte() (byte, error) {
	var b [1]byte
	_, err := io.ReadFull(s.Reader, b[:])
	return b[0], err
}

// unpacker reads the plain form of wrapped data and compares the checksum at its end.
type unpacker struct {
	z       *inflater
	sum     hash.Hash32
	trailer int // its bytes
	checked error
}

// bitsOf is what a window of 1<<bits bytes is made of; smallest is the least that it may be.
const smallestBits, largestBits = 5, 15

// unpack reads the header of wrapped data. wbits is the size of the window; 0 is that of the header, and
// of raw data the module's.
func unpack(src io.ByteReader, f format, wbits int) (*unpacker, error) {
	u := &unpacker{}
	head := &header{src: src}
	if f != asRaw {
		first, second := head.byte(), head.byte()
		isGzip := first == 0x1f && second == 0x8b
		switch {
		case head.err != nil:
		case f != asZlib && isGzip:
			head.gzip()
			u.sum, u.trailer = crc32.NewIEEE(), 8
			wbits = largestOr(wbits)
		case f == asGzip || (first<<8|second)%31 != 0 || first&15 != 8 || first>>4 > 7:
			return nil, errHeader
		case second&0x20 != 0:
			return nil, errDict
		default:
			u.sum, u.trailer = adler32.New(), 4
			if wbits == 0 {
				wbits = max(first>>4+8, smallestBits)
			}
		}
	}
	if wbits == 0 {
		wbits = defaultBits
	}
	u.z = newInflater(src, 1<<wbits)
	return u, head.err
}

func largestOr(wbits int) int {
	if wbits == 0 {
		return largestBits
	}
	return wbits
}

// header reads the bytes of a header up to the first error.
type header struct {
	src io.ByteReader
	err error
}

func (h *header) byte() int {
	if h.err != nil {
		return 0
	}
	b, err := h.src.ReadByte()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	h.err = err
	return int(b)
}

func (h *header) skip(n int) {
	for ; n > 0 && h.err == nil; n-- {
		h.byte()
	}
}

// gzip reads what follows the first two bytes (RFC 1952, 2.3).
func (h *header) gzip() {
	const (
		crc = 1 << (iota + 1)
		extra
		name
		comment
	)
	method, flags := h.byte(), h.byte()
	if h.err == nil && method != 8 {
		h.err = errHeader
	}
	h.skip(6)
	if flags&extra != 0 {
		h.skip(h.byte() | h.byte()<<8)
	}
	for _, text := range []int{name, comment} {
		for flags&text != 0 && h.err == nil && h.byte() != 0 {
		}
	}
	if flags&crc != 0 {
		h.skip(2)
	}
}

// Read is io.Reader's.
func (u *unpacker) Read(p []byte) (int, error) {
	if u.checked != nil {
		return 0, u.checked
	}
	n, err := u.z.Read(p)
	if u.sum != nil {
		u.sum.Write(p[:n])
	}
	if errors.Is(err, io.EOF) {
		u.checked = u.check()
		err = u.checked
	}
	return n, err
}

// check reads the trailer; io.EOF says that the sum is right.
func (u *unpacker) check() error {
	if u.sum == nil {
		return io.EOF
	}
	h := header{src: u.z.src}
	var b [4]byte
	for i := range b {
		b[i] = byte(h.byte())
	}
	h.skip(u.trailer - len(b))
	want := binary.BigEndian.Uint32(b[:])
	if u.trailer > len(b) {
		want = binary.LittleEndian.Uint32(b[:])
	}
	if h.err == nil && want != u.sum.Sum32() {
		h.err = errChecksum
	}
	if h.err == nil {
		h.err = io.EOF
	}
	return h.err
}

// packer writes the compressed form, wrapped.
type packer struct {
	out  io.Writer
	d    *deflater
	f    format
	sum  hash.Hash32
	size uint32
}

func pack(out io.Writer, f format, wbits int) (*packer, error) {
	if wbits == 0 {
		wbits = defaultBits
	}
	p := &packer{out: out, f: f}
	var head []byte
	switch f {
	case asZlib:
		const fast = 2 << 6 // the level, which no reader looks at
		first := (max(wbits, 9)-8)<<4 | 8
		head = []byte{byte(first), byte(fast + 31 - (first<<8+fast)%31)}
		p.sum = adler32.New()
	case asGzip:
		head = []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\x03")
		p.sum = crc32.NewIEEE()
	}
	if len(head) > 0 {
		if _, err := out.Write(head); err != nil {
			return nil, err
		}
	}
	var err error
	p.d, err = newDeflater(out, 1<<wbits)
	return p, err
}

// Write compresses b.
func (p *packer) Write(b []byte) (int, error) {
	if p.sum != nil {
		p.sum.Write(b)
	}
	p.size += uint32(len(b))
	return p.d.Write(b)
}

// finish writes what is left, and the trailer.
func (p *packer) finish() error {
	if err := p.d.finish(); err != nil {
		return err
	}
	var tail []byte
	switch p.f {
	case asZlib:
		tail = binary.BigEndian.AppendUint32(nil, p.sum.Sum32())
	case asGzip:
		tail = binary.LittleEndian.AppendUint32(nil, p.sum.Sum32())
		tail = binary.LittleEndian.AppendUint32(tail, p.size)
	default:
		return nil
	}
	_, err := p.out.Write(tail)
	return err
}
