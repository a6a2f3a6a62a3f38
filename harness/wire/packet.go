package wire

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// packetNames are the types of MQTT packets by their number (MQTT 3.1.1, section 2.2.1; AUTH is of MQTT 5).
var packetNames = [16]string{"", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP",
	"SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"}

// largestHeld is the largest packet that is looked at whole; a larger one passes as it comes.
const largestHeld = 256 << 10

// unit is one packet; or bytes that are none, whose kind is 0.
type unit struct {
	kind byte
	data []byte
}

// kindPublish is the number of PUBLISH.
const kindPublish = 3

// topic is that of a PUBLISH; "" of all else.
func (u unit) topic() string {
	topic, _ := u.named()
	return topic
}

// body is what is behind the fixed header.
func (u unit) body() []byte {
	_, n := binary.Uvarint(u.data[1:]) // as MQTT writes a length, too
	if n <= 0 || len(u.data) < 1+n+2 {
		return nil
	}
	return u.data[1+n:]
}

// named is the topic of a PUBLISH, and what is behind it; of another packet "" and its body.
func (u unit) named() (topic string, rest []byte) {
	body := u.body()
	if u.kind != kindPublish || len(body) < 2 {
		return "", body
	}
	end := min(len(body), 2+int(binary.BigEndian.Uint16(body)))
	return string(body[2:end]), body[end:]
}

// packet is what is known of a packet (MQTT 3.1.1, sections 2.2 and 2.3.1).
func (u unit) packet(d Direction) Packet {
	p := Packet{Type: packetNames[u.kind], Stream: d}
	topic, rest := u.named()
	identified := u.kind > kindPublish && u.kind < 12 // PUBACK to UNSUBACK
	if u.kind == kindPublish {
		flags := u.data[0]
		p.Topic, p.QoS, p.Dup, p.Retain = topic, int(flags>>1&3), flags&8 != 0, flags&1 != 0
		identified = p.QoS > 0
	}
	if identified && len(rest) >= 2 {
		p.ID = int(binary.BigEndian.Uint16(rest))
	}
	return p
}

// framer finds the packets in one direction of a connection. It follows the stream while nobody wants
// packets, so that it knows where the next begins when somebody does.
type framer struct {
	other bool   // this is no MQTT
	begun bool   // the first byte came
	held  []byte // of a packet that is not whole
	pass  int    // bytes of a packet that pass as they come
}

// split cuts bytes into packets. Unless packets are wanted, bytes pass as they come.
func (r *framer) split(p []byte, wanted bool) []unit {
	if len(p) > 0 && !r.begun {
		r.begun = true
		r.other = p[0] != 0x10 && p[0] != 0x20 // CONNECT or CONNACK begins; TLS does with 0x16
	}
	if r.other {
		return []unit{{data: p}}
	}
	var out []unit
	for len(p) > 0 {
		if r.pass > 0 {
			n := min(r.pass, len(p))
			out, p = append(out, unit{data: p[:n]}), p[n:]
			r.pass -= n
			continue
		}
		r.held = append(r.held, p...)
		size, ok := packetSize(r.held)
		switch {
		case !ok:
			r.other = true
			out, p = append(out, unit{data: r.held}), nil
			r.held = nil
		case size == 0:
			return out // not even its length is there
		case len(r.held) >= size:
			out = append(out, unit{kind: r.held[0] >> 4, data: r.held[:size:size]})
			p, r.held = bytes.Clone(r.held[size:]), nil
		case wanted && size <= largestHeld:
			return out
		default:
			out, p = append(out, unit{data: r.held}), nil
			r.pass, r.held = size-len(r.held), nil
		}
	}
	return out
}

// rest is what came of a packet that is not whole.
func (r *framer) rest() []byte {
	p := r.held
	r.held = nil
	return p
}

// packetSize is the size of the packet that p begins with; 0 while that is not known, and not ok where
// its length is none (MQTT 3.1.1, section 2.2.3).
func packetSize(p []byte) (size int, ok bool) {
	for i := 1; i < len(p) && i <= 4; i++ {
		if p[i] < 0x80 {
			n, _ := binary.Uvarint(p[1 : i+1])
			return 1 + i + int(n), true
		}
	}
	return 0, len(p) < 5
}

// Glob reports whether a text fits a pattern in which * stands for any text.
func Glob(pattern, text string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == text
	}
	if !strings.HasPrefix(text, head) {
		return false
	}
	text = text[len(head):]
	for {
		part, more, star := strings.Cut(rest, "*")
		if !star {
			return strings.HasSuffix(text, part)
		}
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text, rest = text[i+len(part):], more
	}
}
