package packet

import "encoding/binary"

func appendVarInt(b []byte, n int) []byte {
	for n >= 0x80 {
		b = append(b, byte(n)|0x80)
		n >>= 7
	}
	return append(b, byte(n))
}

func appendText(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
}

// Encode writes a packet for a client of this version: its head, behind which the payload follows as it is.
func (p *Packet) Encode(version byte) (head, payload []byte) {
	body := p.body(version)
	head = append(head, byte(p.Type)<<4|p.flags())
	head = appendVarInt(head, len(body)+len(p.Payload))
	return append(head, body...), p.Payload
}

func (p *Packet) flags() byte {
	switch p.Type {
	case PUBLISH:
		return p.QoS<<1 | bit(p.Dup)<<3 | bit(p.Retain)
	case PUBREL, SUBSCRIBE, UNSUBSCRIBE:
		return 2
	}
	return 0
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// body is what stands between the fixed header and the payload.
func (p *Packet) body(version byte) []byte {
	v5 := version == V5
	var b []byte
	switch p.Type {
	case CONNACK:
		b = append(b, bit(p.SessionPresent && version != V31), p.Code)
		if v5 {
			b = p.Props.append(b)
		}
	case PUBLISH:
		b = appendText(b, p.Topic)
		if p.QoS > 0 {
			b = binary.BigEndian.AppendUint16(b, p.ID)
		}
		if v5 {
			b = p.Props.append(b)
		}
	case PUBACK, PUBREC, PUBREL, PUBCOMP:
		b = binary.BigEndian.AppendUint16(b, p.ID)
		if v5 && p.Code != Success {
			b = append(b, p.Code)
		}
	case SUBACK, UNSUBACK:
		b = binary.BigEndian.AppendUint16(b, p.ID)
		if v5 {
			b = p.Props.append(b)
		}
		if v5 || p.Type == SUBACK {
			b = append(b, p.Codes...)
		}
	case DISCONNECT:
		if v5 && p.Code != Success {
			b = append(b, p.Code)
		}
	}
	return b
}
