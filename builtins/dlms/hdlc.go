package dlms

import (
	"encoding/binary"
	"errors"
)

// The bytes of HDLC frames (IEC 62056-46, 6.4): a flag, the format and length, both addresses, the
// control field, a check of the header where information follows, the information, and a check of all.
const (
	frameFlag   = 0x7E
	formatType  = 0xA0
	segmentBit  = 0x08
	controlSNRM = 0x93
	controlUA   = 0x73
	controlDISC = 0x53
	controlDM   = 0x1F
	controlFRMR = 0x97
	pollFinal   = 0x10
	allStations = 0x7F // the lower or only part of a server's address
	maxFrame    = 0x7FF
)

// frame is one HDLC frame.
type frame struct {
	to, from  []byte // addresses as they stand in the frame
	control   byte
	info      []byte
	segmented bool
}

// errShort says that a buffer may still become a frame.
var errShort = errors.New("the frame is cut short")

// errFrame says that a buffer does not begin with a whole and right frame.
var errFrame = errors.New("not a frame of HDLC, or a wrong check")

// fcs is the check of HDLC (ISO/IEC 13239, CRC-16/X-25).
func fcs(b []byte) uint16 {
	crc := uint16(0xFFFF)
	for _, x := range b {
		crc ^= uint16(x)
		for range 8 {
			if crc&1 == 1 {
				crc = crc>>1 ^ 0x8408
			} else {
				crc >>= 1
			}
		}
	}
	return ^crc
}

// encode makes the frame with its flags.
func (f frame) encode() []byte {
	head := append(append([]byte{0, 0}, f.to...), f.from...)
	head = append(head, f.control)
	size := len(head) + 2
	if len(f.info) > 0 {
		size += len(f.info) + 2
	}
	format := uint16(formatType)<<8 | uint16(size)
	if f.segmented {
		format |= segmentBit << 8
	}
	binary.BigEndian.PutUint16(head, format)
	out := binary.LittleEndian.AppendUint16(head, fcs(head))
	if len(f.info) > 0 {
		out = append(out, f.info...)
		out = binary.LittleEndian.AppendUint16(out, fcs(out))
	}
	return append(append([]byte{frameFlag}, out...), frameFlag)
}

// readFrame reads the frame at the beginning of b, flags included.
func readFrame(b []byte) (f frame, rest []byte, err error) {
	if len(b) < 3 {
		return frame{}, nil, errShort
	}
	if b[0] != frameFlag || b[1]&0xF0 != formatType {
		return frame{}, nil, errFrame
	}
	size := int(binary.BigEndian.Uint16(b[1:]) & maxFrame)
	if len(b) < size+2 {
		return frame{}, nil, errShort
	}
	// The closing flag may open the next frame.
	body, rest := b[1:1+size], b[1+size:]
	if b[1+size] != frameFlag || size < 7 || fcs(body[:size-2]) != binary.LittleEndian.Uint16(body[size-2:]) {
		return frame{}, nil, errFrame
	}
	f.segmented = body[0]&segmentBit != 0
	content := body[2 : size-2]
	if f.to, content = readAddress(content); f.to == nil {
		return frame{}, nil, errFrame
	}
	if f.from, content = readAddress(content); f.from == nil || len(content) == 0 {
		return frame{}, nil, errFrame
	}
	f.control, content = content[0], content[1:]
	if len(content) > 0 {
		head := size - 2 - len(content)
		if len(content) < 2 || fcs(body[:head]) != binary.LittleEndian.Uint16(content) {
			return frame{}, nil, errFrame
		}
		f.info = content[2:]
	}
	return f, rest, nil
}

// readAddress reads an address of 1, 2 or 4 bytes, of which the last has its lowest bit set.
func readAddress(b []byte) (address, rest []byte) {
	for n := 1; n <= 4 && n <= len(b); n++ {
		if b[n-1]&1 == 1 {
			if n == 3 {
				return nil, nil
			}
			return b[:n], b[n:]
		}
	}
	return nil, nil
}

// upper and lower are the parts of an address: the logical device and the physical one, which is 0
// where there is one part only.
func splitAddress(a []byte) (upper, lower int) {
	switch len(a) {
	case 1:
		return int(a[0] >> 1), 0
	case 2:
		return int(a[0] >> 1), int(a[1] >> 1)
	}
	return int(a[0]>>1)<<7 | int(a[1]>>1), int(a[2]>>1)<<7 | int(a[3]>>1)
}
