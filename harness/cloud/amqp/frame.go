package amqp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The performatives (part 2, section 2.7; SASL: part 5, section 5.3.3), and what else is told by descriptors: outcomes
// (part 3, section 3.4), ends of links (3.5), errors (part 2, 2.8.14) and sections of messages (3.2).
const (
	opOpen        = 0x10
	opBegin       = 0x11
	opAttach      = 0x12
	opFlow        = 0x13
	opTransfer    = 0x14
	opDisposition = 0x15
	opDetach      = 0x16
	opEnd         = 0x17
	opClose       = 0x18
	anError       = 0x1d
	accepted      = 0x24
	rejected      = 0x25
	released      = 0x26
	modified      = 0x27
	aSource       = 0x28
	aTarget       = 0x29
	saslMechs     = 0x40
	saslInit      = 0x41
	saslOutcome   = 0x44
	headerSection = 0x70
	valueSection  = 0x77
)

// The conditions of errors (part 2, sections 2.8.15 to 2.8.18).
const (
	condDecode     symbol = "amqp:decode-error"
	condField      symbol = "amqp:invalid-field"
	condNotAllowed symbol = "amqp:not-allowed"
	condNotFound   symbol = "amqp:not-found"
	condLimit      symbol = "amqp:resource-limit-exceeded"
	condFraming    symbol = "amqp:connection:framing-error"
	condForced     symbol = "amqp:connection:forced"
	condIdle       symbol = condLimit // idle time-outs have no condition of their own
)

// fault is why a connection, or a link, ends.
type fault struct {
	cond symbol
	text string
}

func (f *fault) Error() string { return string(f.cond) + ": " + f.text }

func faultf(cond symbol, format string, args ...any) *fault {
	return &fault{cond, fmt.Sprintf(format, args...)}
}

// value is a fault as an error of the protocol.
func (f *fault) value() any {
	if f == nil {
		return nil
	}
	return described{anError, []any{f.cond, f.text}}
}

// Types of frames (part 2, section 2.3; part 5, section 5.3.1).
const (
	amqpFrame = 0
	saslFrame = 1
)

// maxFrame is the largest frame that is read, and that is announced; minFrame is what every peer reads (part 2,
// section 2.7.1).
const (
	maxFrame = 64 << 10
	minFrame = 512
)

// frame is one that was read; op 0 is an empty one, which says that the peer is there.
type frame struct {
	kind    byte
	channel uint16
	op      uint64
	fields  fields
}

func readFrame(r io.Reader) (frame, error) {
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return frame{}, err
	}
	size, offset := binary.BigEndian.Uint32(head[:4]), int(head[4])*4
	if size < 8 || size > maxFrame || offset < 8 || offset > int(size) || head[5] > saslFrame {
		return frame{}, faultf(condFraming, "a frame of %d bytes, data at %d, type %d; up to %d bytes are taken", size,
			offset, head[5], maxFrame)
	}
	body := make([]byte, size-8)
	if _, err := io.ReadFull(r, body); err != nil {
		return frame{}, err
	}
	f := frame{kind: head[5], channel: binary.BigEndian.Uint16(head[6:])}
	if body = body[offset-8:]; len(body) == 0 {
		return f, nil
	}
	v, _, err := decode(body, 0) // behind it is the payload of a transfer, which is refused
	d, is := v.(described)
	list, listed := d.value.([]any)
	if err != nil || !is || !listed {
		return frame{}, faultf(condDecode, "a frame holds no performative")
	}
	f.op, f.fields = d.code, fields{list: list}
	return f, nil
}

// appendFrame appends a frame with a performative and what is behind it.
func appendFrame(to []byte, kind byte, channel uint16, op uint64, list []any, payload []byte) []byte {
	start := len(to)
	to = append(to, 0, 0, 0, 0, 2, kind, 0, 0)
	binary.BigEndian.PutUint16(to[start+6:], channel)
	if list != nil {
		to = encode(to, described{op, list})
	}
	to = append(to, payload...)
	binary.BigEndian.PutUint32(to[start:], uint32(len(to)-start))
	return to
}

// fields are those of a performative, in their order; the first that is not what it must be is remembered.
type fields struct {
	list []any
	err  *fault
}

// get is a field; nil where it is left out.
func (f *fields) get(i int) any {
	if i < len(f.list) {
		return f.list[i]
	}
	return nil
}

func field[T any](f *fields, i int, def T) T {
	v := f.get(i)
	if v == nil {
		return def
	}
	t, is := v.(T)
	if !is && f.err == nil {
		f.err = faultf(condField, "the field %d is %T, not %T", i, v, def)
	}
	return t
}

// needed is a field that must be there.
func needed[T any](f *fields, i int) T {
	var none T
	if f.get(i) == nil && f.err == nil {
		f.err = faultf(condField, "the field %d is wanted", i)
	}
	return field(f, i, none)
}

// failed is what was wrong with the fields that were read.
func (f *fields) failed() error {
	if f.err != nil {
		return f.err
	}
	return nil
}

// asFault is an error as the peer is told it.
func asFault(err error) *fault {
	var f *fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}
