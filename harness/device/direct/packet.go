package direct

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"quecstar/harness/device"
)

// maxIncoming bounds what one packet of a server may take of this host's memory.
const maxIncoming = 64 << 20

// packet is what came from a server: checked, so that its parts can be taken without looking.
type packet struct {
	first byte // with the flags
	kind  byte // one of the types of package packets
	body  []byte
	msg   device.Message // of a PUBLISH
	id    uint16         // of all but CONNACK, PINGRESP and a PUBLISH at QoS 0
}

var errNotMQTT = errors.New("its answer is not MQTT")

// malformed is what a server sent that MQTT does not allow: the connection is closed for it (MQTT
// 3.1.1, section 4.8).
func malformed(format string, args ...any) error {
	return fmt.Errorf("the server broke the protocol: "+format, args...)
}

// lengths are those of the packets that a server may send behind CONNACK; -1 is any.
var lengths = map[byte]int{
	packets.Publish: -1, packets.Puback: 2, packets.Pubrec: 2, packets.Pubrel: 2, packets.Pubcomp: 2,
	packets.Suback: 3, packets.Unsuback: 2, packets.Pingresp: 0,
}

// readConnack reads a server's first packet and returns its flag "session present" and its code
// (MQTT 3.1.1, section 3.2).
func readConnack(r *bufio.Reader) (present bool, code byte, err error) {
	first, err := r.Peek(1)
	if err != nil {
		return false, 0, err
	}
	if first[0] != packets.Connack<<4 {
		return false, 0, errNotMQTT // its second byte would be taken for a length, and waited for
	}
	var p [4]byte
	if _, err := io.ReadFull(r, p[:]); err != nil {
		return false, 0, err
	}
	if p[1] != 2 {
		return false, 0, errNotMQTT
	}
	return p[2]&1 == 1, p[3], nil
}

// readPacket reads the next packet and checks it.
func readPacket(r *bufio.Reader, protocol int) (packet, error) {
	first, err := r.ReadByte()
	if err != nil {
		return packet{}, err
	}
	p := packet{first: first, kind: first >> 4}
	want, known := lengths[p.kind]
	if !known {
		return p, malformed("a packet of type %d (byte %#02x)", p.kind, first)
	}
	if err := checkFlags(p.kind, first&0xf, protocol); err != nil {
		return p, err
	}
	n, err := remainingLength(r)
	switch {
	case err != nil:
		return p, err
	case want >= 0 && n != want:
		return p, malformed("a %s of %d bytes", packets.PacketNames[p.kind], n)
	}
	if p.body, err = readBody(r, n); err != nil {
		return p, err
	}
	if p.kind == packets.Publish {
		err := p.publish(first & 0xf)
		return p, err
	}
	if n >= 2 {
		p.id = binary.BigEndian.Uint16(p.body)
	}
	return p, nil
}

// checkFlags checks the low half of a packet's first byte (MQTT 3.1.1, section 2.2.2).
func checkFlags(kind, flags byte, protocol int) error {
	switch {
	case kind == packets.Publish && flags>>1&3 == 3:
		return malformed("a message at QoS 3")
	case kind == packets.Publish:
		return nil
	case kind == packets.Pubrel && protocol == 3:
		flags &^= 8 // MQTT 3.1 marks a PUBREL that is sent again
	}
	want := byte(0)
	if kind == packets.Pubrel {
		want = 2
	}
	if flags != want {
		return malformed("a %s with the flags %#x", packets.PacketNames[kind], flags)
	}
	return nil
}

func remainingLength(r *bufio.Reader) (int, error) {
	n := 0
	for shift := 0; shift < 28; shift += 7 {
		b, err := r.ReadByte()
		if err != nil {
			return 0, unexpected(err)
		}
		n |= int(b&0x7f) << shift
		if b&0x80 == 0 {
			if n > maxIncoming {
				return 0, malformed("a packet of %d bytes, more than the %d that are taken here", n, maxIncoming)
			}
			return n, nil
		}
	}
	return 0, malformed("a length of more than four bytes")
}

// readBody reads as the bytes come: a length that is a lie takes no memory.
func readBody(r *bufio.Reader, n int) ([]byte, error) {
	var b bytes.Buffer
	if n <= r.Size() {
		b.Grow(n)
	}
	if _, err := io.CopyN(&b, r, int64(n)); err != nil {
		return nil, unexpected(err)
	}
	return b.Bytes(), nil
}

// unexpected is the end of a connection in the middle of a packet.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w in the middle of a packet", io.ErrUnexpectedEOF)
	}
	return err
}

// publish takes a PUBLISH apart (MQTT 3.1.1, section 3.3).
func (p *packet) publish(flags byte) error {
	qos := flags >> 1 & 3
	if len(p.body) < 2 {
		return malformed("a PUBLISH of %d bytes", len(p.body))
	}
	n, rest := int(binary.BigEndian.Uint16(p.body)), p.body[2:]
	if n == 0 || n > len(rest) || !utf8.Valid(rest[:n]) || bytes.IndexByte(rest[:n], 0) >= 0 {
		return malformed("a PUBLISH without a topic that can be read")
	}
	p.msg = device.Message{Topic: string(rest[:n]), QoS: qos, Retain: flags&1 == 1}
	rest = rest[n:]
	if qos > 0 {
		if len(rest) < 2 {
			return malformed("a PUBLISH at QoS %d without an identifier", qos)
		}
		p.id, rest = binary.BigEndian.Uint16(rest), rest[2:]
		if p.id == 0 {
			return malformed("a PUBLISH at QoS %d with the identifier 0", qos)
		}
	}
	p.msg.Payload = rest
	return nil
}
