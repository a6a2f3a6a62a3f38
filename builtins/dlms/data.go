package dlms

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// tag is a type of data (IEC 62056-6-2, Common data types).
type tag byte

// The types that the server reads and writes.
const (
	tagNull       tag = 0
	tagArray      tag = 1
	tagStructure  tag = 2
	tagBool       tag = 3
	tagBits       tag = 4
	tagInt32      tag = 5
	tagUint32     tag = 6
	tagOctets     tag = 9
	tagVisible    tag = 10
	tagUTF8       tag = 12
	tagInt8       tag = 15
	tagInt16      tag = 16
	tagUint8      tag = 17
	tagUint16     tag = 18
	tagInt64      tag = 20
	tagUint64     tag = 21
	tagEnum       tag = 22
	tagFloat32    tag = 23
	tagFloat64    tag = 24
	tagDateTime   tag = 25
	tagDate       tag = 26
	tagTime       tag = 27
	maxNesting        = 8
	dateTimeBytes     = 12
)

// datum is one value: nil, bool, int64, uint64, float64, []byte or []datum by its tag.
type datum struct {
	tag   tag
	value any
}

// widths are the bytes of integers; below 0 for those without a sign.
var widths = map[tag]int{tagInt8: 1, tagInt16: 2, tagInt32: 4, tagInt64: 8, tagUint8: -1, tagUint16: -2, tagUint32: -4, tagUint64: -8, tagEnum: -1}

// fixed are the bytes of values that are bytes of a known number.
var fixed = map[tag]int{tagDateTime: dateTimeBytes, tagDate: 5, tagTime: 4}

// errData is what is wrong with data that is cut short or of a type that the server does not know.
var errData = errors.New("data is cut short or of an unknown type")

func octets(b []byte) datum        { return datum{tagOctets, b} }
func integer(t tag, v int64) datum { return datum{t, v} }
func structure(fs ...datum) datum  { return datum{tagStructure, fs} }
func array(elements []datum) datum { return datum{tagArray, elements} }

// append writes the value in A-XDR (IEC 61334-6).
func (d datum) append(buf []byte) ([]byte, error) {
	buf = append(buf, byte(d.tag))
	if w, ok := widths[d.tag]; ok {
		return appendInt(buf, w, d)
	}
	if n, ok := fixed[d.tag]; ok {
		b, _ := d.value.([]byte)
		if len(b) != n {
			return nil, fmt.Errorf("type %d has %d bytes, want %d", d.tag, len(b), n)
		}
		return append(buf, b...), nil
	}
	switch d.tag {
	case tagNull:
		return buf, nil
	case tagBool:
		if d.value == true {
			return append(buf, 1), nil
		}
		return append(buf, 0), nil
	case tagOctets, tagVisible, tagUTF8:
		b, _ := d.value.([]byte)
		return append(appendLength(buf, len(b)), b...), nil
	case tagBits:
		b, _ := d.value.([]byte)
		return append(appendLength(buf, 8*len(b)), b...), nil
	case tagFloat64:
		f, _ := d.value.(float64)
		return binary.BigEndian.AppendUint64(buf, math.Float64bits(f)), nil
	case tagArray, tagStructure:
		return appendAll(buf, d.value)
	}
	return nil, fmt.Errorf("type %d is not written", d.tag)
}

func appendAll(buf []byte, value any) ([]byte, error) {
	elements, _ := value.([]datum)
	buf = appendLength(buf, len(elements))
	var err error
	for _, e := range elements {
		if buf, err = e.append(buf); err != nil {
			return nil, err
		}
	}
	return buf, nil
}

// appendInt writes an integer, which must fit.
func appendInt(buf []byte, width int, d datum) ([]byte, error) {
	size := max(width, -width)
	low, high := int64(0), int64(math.MaxInt64)
	switch {
	case width > 0:
		low, high = -1<<(8*size-1), int64(uint64(1)<<(8*size-1)-1)
	case size < 8:
		high = 1<<(8*size) - 1
	}
	v, ok := d.value.(int64)
	if !ok || v < low || v > high {
		return nil, fmt.Errorf("%v does not fit into type %d", d.value, d.tag)
	}
	raw := binary.BigEndian.AppendUint64(nil, uint64(v))
	return append(buf, raw[8-size:]...), nil
}

// appendLength writes a length as BER and A-XDR have it.
func appendLength(buf []byte, n int) []byte {
	switch {
	case n < 0x80:
		return append(buf, byte(n))
	case n <= 0xFF:
		return append(buf, 0x81, byte(n))
	}
	return append(buf, 0x82, byte(n>>8), byte(n))
}

// readLength reads a length; ok is false when it is cut short or larger than what the server takes.
func readLength(b []byte) (n int, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, false
	}
	if b[0] < 0x80 {
		return int(b[0]), b[1:], true
	}
	size := int(b[0] & 0x7F)
	if size == 0 || size > 3 || len(b) < 1+size {
		return 0, nil, false
	}
	for _, x := range b[1 : 1+size] {
		n = n<<8 | int(x)
	}
	return n, b[1+size:], true
}

// readDatum reads one value.
func readDatum(b []byte) (datum, []byte, error) { return readNested(b, 0) }

func readNested(b []byte, depth int) (datum, []byte, error) {
	if len(b) == 0 || depth > maxNesting {
		return datum{}, nil, errData
	}
	d, b := datum{tag: tag(b[0])}, b[1:]
	if w, ok := widths[d.tag]; ok {
		return d.readInt(b, w)
	}
	if n, ok := fixed[d.tag]; ok {
		return d.readBytes(b, n)
	}
	switch d.tag {
	case tagNull:
		return d, b, nil
	case tagBool:
		if len(b) < 1 {
			return datum{}, nil, errData
		}
		d.value = b[0] != 0
		return d, b[1:], nil
	case tagFloat32, tagFloat64:
		return d.readFloat(b)
	case tagOctets, tagVisible, tagUTF8, tagBits:
		n, rest, ok := readLength(b)
		if !ok {
			return datum{}, nil, errData
		}
		if d.tag == tagBits {
			n = (n + 7) / 8
		}
		return d.readBytes(rest, n)
	case tagArray, tagStructure:
		return d.readElements(b, depth)
	}
	return datum{}, nil, errData
}

func (d datum) readInt(b []byte, width int) (datum, []byte, error) {
	size := max(width, -width)
	if len(b) < size {
		return datum{}, nil, errData
	}
	var raw uint64
	for _, x := range b[:size] {
		raw = raw<<8 | uint64(x)
	}
	v := int64(raw)
	if width > 0 {
		shift := 64 - 8*size
		v = int64(raw<<shift) >> shift
	}
	if width == -8 && v < 0 {
		// What is larger than an int64 has no place in the objects of the server.
		return datum{}, nil, errData
	}
	d.value = v
	return d, b[size:], nil
}

func (d datum) readFloat(b []byte) (datum, []byte, error) {
	size := 8
	if d.tag == tagFloat32 {
		size = 4
	}
	if len(b) < size {
		return datum{}, nil, errData
	}
	if size == 4 {
		d.value = float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
	} else {
		d.value = math.Float64frombits(binary.BigEndian.Uint64(b))
	}
	return d, b[size:], nil
}

func (d datum) readBytes(b []byte, n int) (datum, []byte, error) {
	if len(b) < n {
		return datum{}, nil, errData
	}
	d.value = append([]byte{}, b[:n]...)
	return d, b[n:], nil
}

func (d datum) readElements(b []byte, depth int) (datum, []byte, error) {
	n, rest, ok := readLength(b)
	if !ok || n > len(rest) {
		return datum{}, nil, errData
	}
	elements := []datum{}
	for range n {
		e, after, err := readNested(rest, depth+1)
		if err != nil {
			return datum{}, nil, err
		}
		elements, rest = append(elements, e), after
	}
	d.value = elements
	return d, rest, nil
}
