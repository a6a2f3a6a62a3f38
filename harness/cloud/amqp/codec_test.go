package amqp

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
)

func TestCodec(t *testing.T) {
	for _, v := range []any{nil, true, false, uint8(7), uint16(7), uint32(7), uint64(7), uint64(7 << 40), "text", symbol("s"), []byte{1},
		[]any{uint32(1), "x"}, described{0x10, []any{"a"}}} {
		got, rest, err := decode(encode(nil, v), 0)
		if err != nil || len(rest) > 0 || !reflect.DeepEqual(got, v) {
			t.Errorf("%#v comes back as %#v, %v", v, got, err)
		}
	}
	for text, want := range map[string]any{
		"\x43": uint32(0), "\x52\x05": uint32(5), "\x44": uint64(0), "\x53\x05": uint64(5), "\x54\xff": int64(-1), "\x61\xff\xfe": int64(-2), "\x45": []any{},
		"\x56\x01": true, "\xa1\x02hi": "hi", "\xa3\x01s": symbol("s"), "\xc0\x03\x02\x41\x42": []any{true, false},
		"\xc1\x05\x02\xa3\x01k\x41": mapping{symbol("k"), true}, "\xe0\x06\x02\xa3\x01a\x01b": []any{symbol("a"), symbol("b")},
		"\x83\x00\x00\x00\x00\x00\x00\x00\x09": int64(9), "\x00\xa3\x01x\x40": described{unknown, nil},
	} {
		if got, _, err := decode([]byte(text), 0); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("% x is %#v, %v; want %#v", text, got, err, want)
		}
	}
	for name, text := range map[string]string{"nothing": "", "no such type": "\x01", "short": "\x70\x00", "a long text": "\xa1\xff", "a long list": "\xd0\xff\xff\xff\xff\xff\xff\xff\xff",
		"many of nothing": "\xf0\x00\x00\x00\x05\x7f\xff\xff\xff\x40", "half a map": "\xc1\x02\x01\x41", "more than a list": "\xc0\x03\x01\x41\x41",
		"deep": strings.Repeat("\x00\x40", 100), "a bool of 2": "\x56\x02"} {
		if v, _, err := decode([]byte(text), 0); err == nil {
			t.Errorf("%s is %#v", name, v)
		}
	}
}

func TestReadFrame(t *testing.T) {
	good := appendFrame(nil, amqpFrame, 3, opEnd, []any{}, nil)
	f, err := readFrame(bytes.NewReader(good))
	if err != nil || f.channel != 3 || f.op != opEnd {
		t.Errorf("%+v, %v", f, err)
	}
	if f, err = readFrame(bytes.NewReader(appendFrame(nil, amqpFrame, 0, 0, nil, nil))); err != nil || f.op != 0 {
		t.Errorf("an empty one: %+v, %v", f, err)
	}
	for name, text := range map[string]string{"small": "\x00\x00\x00\x07\x02\x00\x00\x00", "large": "\x7f\x00\x00\x00\x02\x00\x00\x00",
		"data behind its end": "\x00\x00\x00\x08\x09\x00\x00\x00", "data in its head": "\x00\x00\x00\x08\x01\x00\x00\x00",
		"another type": "\x00\x00\x00\x08\x02\x02\x00\x00", "no performative": "\x00\x00\x00\x09\x02\x00\x00\x00\x40", "garbage": "\x00\x00\x00\x09\x02\x00\x00\x00\x01"} {
		var fault *fault
		if _, err := readFrame(strings.NewReader(text)); !errors.As(err, &fault) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := readFrame(bytes.NewReader(good[:9])); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("half a frame: %v", err)
	}
}

func FuzzReadFrame(f *testing.F) {
	f.Add(appendFrame(nil, amqpFrame, 0, opOpen, []any{"c", nil, uint32(1)}, nil))
	f.Add([]byte("\x00\x00\x00\x12\x02\x00\x00\x00\x00\x53\x10\xe0\x06\x02\xa3\x01a\x01b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := readFrame(bytes.NewReader(data))
		if err == nil {
			_ = needed[string](&got.fields, 0)
			_ = field(&got.fields, 1, uint32(0))
		}
	})
}
