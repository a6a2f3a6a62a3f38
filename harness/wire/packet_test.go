package wire

import (
	"bytes"
	"testing"
)

// publish is a PUBLISH of QoS 0.
func publish(topic, payload string) []byte {
	body := append([]byte{0, byte(len(topic))}, topic+payload...)
	return append([]byte{0x30, byte(len(body))}, body...)
}

func TestTopicOf(t *testing.T) {
	for _, c := range []struct {
		packet []byte
		topic  string
	}{{publish("a/b", "x"), "a/b"}, {[]byte{0x40, 2, 0, 1}, ""}, {[]byte{0x30, 1, 0}, ""}, {[]byte{0x30, 3, 0, 9, 'a'},
		"a"}} {
		if got := (unit{c.packet[0] >> 4, c.packet}).topic(); got != c.topic {
			t.Errorf("% x: topic %q, want %q", c.packet, got, c.topic)
		}
	}
}

func TestPacketOf(t *testing.T) {
	for _, c := range []struct {
		packet []byte
		want   Packet
	}{
		{publish("a/b", "x"), Packet{Type: "PUBLISH", Topic: "a/b"}},
		{[]byte{0x3d, 6, 0, 1, 'a', 1, 2, 'x'}, Packet{Type: "PUBLISH", ID: 0x102, Topic: "a", QoS: 2, Dup: true, Retain: true}},
		{[]byte{0x32, 3, 0, 1, 'a'}, Packet{Type: "PUBLISH", Topic: "a", QoS: 1}}, // cut off
		{[]byte{0x40, 2, 0, 7}, Packet{Type: "PUBACK", ID: 7}},
		{[]byte{0x90, 3, 0, 8, 1}, Packet{Type: "SUBACK", ID: 8}},
		{[]byte{0x20, 2, 1, 5}, Packet{Type: "CONNACK"}},
		{[]byte{0xc0, 0}, Packet{Type: "PINGREQ"}},
	} {
		c.want.Stream = Up
		if got := (unit{c.packet[0] >> 4, c.packet}).packet(Up); got != c.want {
			t.Errorf("% x: %+v, want %+v", c.packet, got, c.want)
		}
	}
}

func TestWhatIsNoMQTTPasses(t *testing.T) {
	for _, first := range []string{"\x16\x03\x01\x02\x00", "GET / HTTP/1.1", "\x00", "\x30\x02\x00\x00"} {
		var r framer
		if got := r.split([]byte(first), true); len(got) != 1 || got[0].kind != 0 || string(got[0].data) != first {
			t.Errorf("%q became %+v", first, got)
		}
	}
}

func FuzzFramer(f *testing.F) {
	f.Add(append([]byte{0x10, 2, 0, 0}, publish("t", "payload")...), byte(3), byte(0b1010))
	f.Add([]byte{0x20, 0xff, 0xff, 0xff, 0xff, 1}, byte(1), byte(0xff))
	f.Add([]byte{0x20, 2, 0, 0, 0x30, 0xff, 0xff, 0x7f, 1, 2, 3}, byte(2), byte(0b11))
	f.Fuzz(func(t *testing.T, stream []byte, size, wanted byte) {
		var r framer
		var got []byte
		for i, rest := 0, stream; len(rest) > 0; i++ {
			n := min(int(size)+1, len(rest))
			for _, u := range r.split(bytes.Clone(rest[:n]), wanted>>(i%8)&1 == 1) {
				if u.kind != 0 {
					if want, ok := packetSize(u.data); !ok || want != len(u.data) || u.data[0]>>4 != u.kind {
						t.Fatalf("% x is no packet", u.data)
					}
					_ = u.packet(Up)
				}
				got = append(got, u.data...)
			}
			if rest = rest[n:]; len(r.held) > largestHeld {
				t.Fatalf("%d bytes are held", len(r.held))
			}
		}
		if got = append(got, r.rest()...); !bytes.Equal(got, stream) {
			t.Fatalf("% x became % x", stream, got)
		}
	})
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"a", "a", true}, {"a", "ab", false}, {"*", "", true}, {"a*", "abc", true}, {"*c", "abc", true},
		{"a*c", "abc", true}, {"a*c", "ac", true}, {"a*a", "a", false}, {"*b*", "abc", true}, {"*b*b", "ab", false},
		{"*/sys/*/id=*", "x/sys/y/id=7", true},
	} {
		if Glob(c.pattern, c.text) != c.want {
			t.Errorf("Glob(%q, %q) = %v", c.pattern, c.text, !c.want)
		}
	}
}
