package qth

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// node is one value of the platform's TTLV form (tag, type, length, value), as the vendor's SDK in C
// lays it out (QuecPython/quecsdk, cloud/common/ql_iotTtlv.c). Its value is a bool, an int64, a
// float64, []byte or, for a structure, []node; a structure whose nodes all have the id 0 is an array.
type node struct {
	id    int
	value any
}

// The types of TTLV, the lower three bits of a tag.
const (
	typeFalse = iota
	typeTrue
	typeNumber
	typeBytes
	typeStruct
)

const (
	// lastID is what fits into a tag of 16 bits beside its type.
	lastID = 1<<13 - 1
	// maxDigits is how many digits behind the point a number can have.
	maxDigits = 15
	// maxDepth bounds structures within structures.
	maxDepth = 16
)

// errTTLV is what is wrong with bytes that are no TTLV.
var errTTLV = errors.New("not TTLV: a value is cut short or of an unknown type")

// encodeTTLV appends the nodes to buf.
func encodeTTLV(buf []byte, nodes []node) ([]byte, error) {
	var err error
	for _, n := range nodes {
		if n.id < 0 || n.id > lastID {
			return nil, fmt.Errorf("id %d is not 0 to %d", n.id, lastID)
		}
		if buf, err = n.encode(buf); err != nil {
			return nil, fmt.Errorf("id %d: %w", n.id, err)
		}
	}
	return buf, nil
}

func (n node) encode(buf []byte) ([]byte, error) {
	tag := uint16(n.id) << 3
	switch v := n.value.(type) {
	case bool:
		if v {
			tag |= typeTrue
		}
		return binary.BigEndian.AppendUint16(buf, tag), nil
	case int64:
		return appendNumber(buf, tag, v < 0, 0, magnitude(v)), nil
	case float64:
		return appendFloat(buf, tag, v)
	case []byte:
		if len(v) > math.MaxUint16 {
			return nil, fmt.Errorf("%d bytes in one value", len(v))
		}
		buf = binary.BigEndian.AppendUint16(buf, tag|typeBytes)
		return append(binary.BigEndian.AppendUint16(buf, uint16(len(v))), v...), nil
	case []node:
		if len(v) > math.MaxUint16 {
			return nil, fmt.Errorf("%d values in one structure", len(v))
		}
		buf = binary.BigEndian.AppendUint16(buf, tag|typeStruct)
		return encodeTTLV(binary.BigEndian.AppendUint16(buf, uint16(len(v))), v)
	}
	return nil, fmt.Errorf("a %T has no TTLV form", n.value)
}

// magnitude is |v|, also of the least int64.
func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

// appendNumber writes a sign, how many decimal digits stand behind the point, and the bytes of a
// number, as few as it needs.
func appendNumber(buf []byte, tag uint16, negative bool, digits int, n uint64) []byte {
	raw := binary.BigEndian.AppendUint64(nil, n)
	for len(raw) > 1 && raw[0] == 0 {
		raw = raw[1:]
	}
	head := byte(digits)<<3 | byte(len(raw)-1)
	if negative {
		head |= 1 << 7
	}
	return append(append(binary.BigEndian.AppendUint16(buf, tag|typeNumber), head), raw...)
}

// appendFloat writes the shortest decimal that reads back as v.
func appendFloat(buf []byte, tag uint16, v float64) ([]byte, error) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil, fmt.Errorf("%v has no TTLV form", v)
	}
	text := strconv.FormatFloat(math.Abs(v), 'f', -1, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	fraction = fraction[:min(len(fraction), maxDigits)]
	for {
		n, err := strconv.ParseUint(whole+fraction, 10, 64)
		switch {
		case err == nil:
			return appendNumber(buf, tag, v < 0, len(fraction), n), nil
		case fraction == "":
			return nil, fmt.Errorf("%v does not fit into 64 bits", v)
		}
		fraction = fraction[:len(fraction)-1]
	}
}

// decodeTTLV reads all of data.
func decodeTTLV(data []byte) ([]node, error) {
	var out []node
	for len(data) > 0 {
		n, rest, err := decodeNode(data, 0)
		if err != nil {
			return nil, err
		}
		out, data = append(out, n), rest
	}
	return out, arrayOrStruct(out)
}

// arrayOrStruct refuses elements of an array among values that have an id.
func arrayOrStruct(nodes []node) error {
	for _, n := range nodes {
		if (n.id == 0) != (nodes[0].id == 0) {
			return errors.New("not TTLV: array and structure in one")
		}
	}
	return nil
}

func decodeNode(data []byte, depth int) (node, []byte, error) {
	if len(data) < 2 || depth > maxDepth {
		return node{}, nil, errTTLV
	}
	tag := binary.BigEndian.Uint16(data)
	n, data := node{id: int(tag >> 3)}, data[2:]
	switch tag & 7 {
	case typeFalse, typeTrue:
		n.value = tag&7 == typeTrue
		return n, data, nil
	case typeNumber:
		return n.decodeNumber(data)
	case typeBytes:
		return n.decodeBytes(data)
	case typeStruct:
		return n.decodeStruct(data, depth)
	}
	return node{}, nil, errTTLV
}

func (n node) decodeNumber(data []byte) (node, []byte, error) {
	if len(data) < 1 || len(data) < 2+int(data[0]&7) {
		return node{}, nil, errTTLV
	}
	head, size := data[0], 1+int(data[0]&7)
	var raw uint64
	for _, b := range data[1 : 1+size] {
		raw = raw<<8 | uint64(b)
	}
	v := int64(raw)
	if head>>7 == 1 {
		v = -v
	}
	n.value = v
	if digits := int(head >> 3 & 0x0F); digits > 0 {
		// One division of exact numbers keeps 180.25 what it was.
		n.value = float64(v) / math.Pow10(digits)
	}
	return n, data[1+size:], nil
}

func (n node) decodeBytes(data []byte) (node, []byte, error) {
	if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
		return node{}, nil, errTTLV
	}
	end := 2 + int(binary.BigEndian.Uint16(data))
	n.value = append([]byte(nil), data[2:end]...)
	return n, data[end:], nil
}

func (n node) decodeStruct(data []byte, depth int) (node, []byte, error) {
	if len(data) < 2 {
		return node{}, nil, errTTLV
	}
	count, data := int(binary.BigEndian.Uint16(data)), data[2:]
	inner := []node{}
	for range count {
		child, rest, err := decodeNode(data, depth+1)
		if err != nil {
			return node{}, nil, err
		}
		inner, data = append(inner, child), rest
	}
	n.value = inner
	return n, data, arrayOrStruct(inner)
}
