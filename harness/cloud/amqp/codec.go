package amqp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Types (OASIS AMQP 1.0, part 1, section 1.6). A value is nil, bool, uint8, uint16, uint32, uint64, int64 for any
// signed number, string, symbol, []byte for binary and for what nobody here looks into, []any for lists and arrays, mapping
// or described.
type (
	symbol    string
	mapping   []any // keys and values in turn
	described struct {
		code  uint64 // the descriptor; unknown for one that is no number
		value any
	}
)

// unknown is a descriptor that is a symbol: none of the protocol's own.
const unknown = math.MaxUint64

// maxDepth is how deep values lie in one another at most.
const maxDepth = 16

var errDecode = errors.New("a value is not encoded as AMQP 1.0 wants it")

// fixedWidth are the widths of values by the high half of their constructor: 4 to 9.
var fixedWidth = map[byte]int{0x4: 0, 0x5: 1, 0x6: 2, 0x7: 4, 0x8: 8, 0x9: 16}

// decode reads the value that data begins with.
func decode(data []byte, depth int) (v any, rest []byte, err error) {
	if len(data) == 0 || depth > maxDepth {
		return nil, nil, errDecode
	}
	if data[0] == 0 {
		return decodeDescribed(data[1:], depth)
	}
	return decodeAs(data[0], data[1:], depth)
}

func decodeDescribed(data []byte, depth int) (any, []byte, error) {
	descriptor, rest, err := decode(data, depth+1)
	if err != nil {
		return nil, nil, err
	}
	d := described{code: unknown}
	if n, is := descriptor.(uint64); is {
		d.code = n
	}
	d.value, rest, err = decode(rest, depth+1)
	return d, rest, err
}

// decodeAs reads a value whose constructor is known.
func decodeAs(constructor byte, data []byte, depth int) (any, []byte, error) {
	if depth > maxDepth {
		return nil, nil, errDecode
	}
	class := constructor >> 4
	if width, is := fixedWidth[class]; is {
		if len(data) < width {
			return nil, nil, errDecode
		}
		v, err := decodeFixed(constructor, data[:width])
		return v, data[width:], err
	}
	size, rest, err := decodeSize(class, data)
	if err != nil {
		return nil, nil, err
	}
	body, rest := rest[:size], rest[size:]
	var v any
	switch constructor {
	case 0xa0, 0xb0:
		v = body
	case 0xa1, 0xb1:
		v = string(body)
	case 0xa3, 0xb3:
		v = symbol(body)
	case 0xc0, 0xd0, 0xc1, 0xd1:
		var list []any
		list, err = decodeList(class, body, depth)
		if v = list; constructor&0xf == 1 {
			v = mapping(list)
			if len(list)%2 != 0 {
				err = errDecode
			}
		}
	case 0xe0, 0xf0:
		v, err = decodeArray(class, body, depth)
	default:
		err = errDecode
	}
	return v, rest, err
}

// decodeFixed reads a value of a known width.
func decodeFixed(constructor byte, data []byte) (any, error) {
	n := uint64(0)
	if len(data) <= 8 {
		for _, b := range data {
			n = n<<8 | uint64(b)
		}
	}
	switch constructor {
	case 0x40:
		return nil, nil
	case 0x41, 0x42:
		return constructor == 0x41, nil
	case 0x56:
		if n > 1 {
			return nil, errDecode
		}
		return n == 1, nil
	case 0x50:
		return uint8(n), nil
	case 0x60:
		return uint16(n), nil
	case 0x70, 0x52, 0x43, 0x73:
		return uint32(n), nil
	case 0x80, 0x53, 0x44:
		return n, nil
	case 0x51, 0x54, 0x55:
		return int64(int8(n)), nil
	case 0x61:
		return int64(int16(n)), nil
	case 0x71:
		return int64(int32(n)), nil
	case 0x81, 0x83:
		return int64(n), nil
	case 0x45:
		return []any{}, nil
	case 0x72, 0x82, 0x74, 0x84, 0x94, 0x98:
		return data, nil
	}
	return nil, errDecode
}

// decodeSize reads how many bytes a value of a variable width has: one byte says it in the classes a, c and e, four in
// b, d and f.
func decodeSize(class byte, data []byte) (size int, rest []byte, err error) {
	switch {
	case class < 0xa || len(data) < 1 || class%2 == 1 && len(data) < 4:
		return 0, nil, errDecode
	case class%2 == 1:
		size, rest = int(binary.BigEndian.Uint32(data)), data[4:]
	default:
		size, rest = int(data[0]), data[1:]
	}
	if size > len(rest) {
		return 0, nil, errDecode
	}
	return size, rest, nil
}

func decodeList(class byte, body []byte, depth int) ([]any, error) {
	count, rest, err := decodeCount(class, body)
	if err != nil || count > len(rest) { // each has a byte at least
		return nil, errDecode
	}
	out := make([]any, 0, count)
	for range count {
		var v any
		if v, rest, err = decode(rest, depth+1); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	if len(rest) > 0 {
		return nil, errDecode
	}
	return out, nil
}

func decodeCount(class byte, body []byte) (count int, rest []byte, err error) {
	width := 1
	if class%2 == 1 {
		width = 4
	}
	if len(body) < width {
		return 0, nil, errDecode
	}
	if width == 1 {
		return int(body[0]), body[1:], nil
	}
	return int(binary.BigEndian.Uint32(body)), body[4:], nil
}

// maxArray is how many elements an array has that may have no bytes.
const maxArray = 1000

func decodeArray(class byte, body []byte, depth int) ([]any, error) {
	count, rest, err := decodeCount(class, body)
	if err != nil || len(rest) == 0 || count > max(len(rest), maxArray) {
		return nil, errDecode
	}
	constructor, rest := rest[0], rest[1:]
	out := make([]any, 0, count)
	for range count {
		var v any
		if v, rest, err = decodeAs(constructor, rest, depth+1); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	if len(rest) > 0 {
		return nil, errDecode
	}
	return out, nil
}

// encode appends a value.
func encode(to []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(to, 0x40)
	case bool:
		if v {
			return append(to, 0x41)
		}
		return append(to, 0x42)
	case uint8:
		return append(to, 0x50, v)
	case uint16:
		return binary.BigEndian.AppendUint16(append(to, 0x60), v)
	case uint32:
		return binary.BigEndian.AppendUint32(append(to, 0x70), v)
	case uint64:
		if v <= math.MaxUint8 {
			return append(to, 0x53, byte(v)) // the only form of a descriptor that go-amqp reads
		}
		return binary.BigEndian.AppendUint64(append(to, 0x80), v)
	case string:
		return append(binary.BigEndian.AppendUint32(append(to, 0xb1), uint32(len(v))), v...)
	case symbol:
		return append(binary.BigEndian.AppendUint32(append(to, 0xb3), uint32(len(v))), v...)
	case []byte:
		return append(binary.BigEndian.AppendUint32(append(to, 0xb0), uint32(len(v))), v...)
	case []any:
		var body []byte
		for _, e := range v {
			body = encode(body, e)
		}
		to = binary.BigEndian.AppendUint32(append(to, 0xd0), uint32(len(body)+4))
		return append(binary.BigEndian.AppendUint32(to, uint32(len(v))), body...)
	case described:
		return encode(encode(append(to, 0), v.code), v.value)
	}
	panic(fmt.Sprintf("amqp: a %T is never sent", v)) // a mistake of this package
}
