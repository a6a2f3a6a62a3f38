package dlms

import "encoding/binary"

// llcRequest and llcAnswer stand before the messages in HDLC (IEC 62056-46, LLC).
var (
	llcRequest = []byte{0xE6, 0xE6, 0x00}
	llcAnswer  = []byte{0xE6, 0xE7, 0x00}
)

// hdlc answers a frame, nil when it is not for this device.
func (s *server) hdlc(f frame) []byte {
	if !s.mine(f.to) || len(f.from) != 1 {
		return nil
	}
	sap, _ := splitAddress(f.from)
	c := s.client(sap)
	switch {
	case f.control == controlSNRM:
		return c.answer(f, controlUA, c.open(f.info), false)
	case f.control == controlDISC:
		was := c.connected
		c.close()
		if !was {
			return c.answer(f, controlDM, nil, false)
		}
		return c.answer(f, controlUA, nil, false)
	case !c.connected:
		return c.answer(f, controlDM, nil, false)
	case f.control&1 == 0:
		return c.information(f)
	case f.control&0x0F == 1:
		// Receive ready: the next segment, if one waits.
		return c.next(f)
	}
	return c.answer(f, controlFRMR, nil, false)
}

// answer makes a frame back.
func (c *client) answer(f frame, control byte, info []byte, segmented bool) []byte {
	return frame{to: f.from, from: f.to, control: control, info: info, segmented: segmented}.encode()
}

// open begins a connection and negotiates the sizes: the smaller of what one side sends and what the
// other takes.
func (c *client) open(proposal []byte) []byte {
	c.close()
	c.connected = true
	transmit, receive := c.server.size("maxInfoLenTx"), c.server.size("maxInfoLenRx")
	windowTx, windowRx := c.server.size("windowSizeTx"), c.server.size("windowSizeRx")
	theirs := readParameters(proposal)
	c.maxInfo = min(transmit, theirs[6])
	info := parameter(nil, 5, c.maxInfo)
	info = parameter(info, 6, min(receive, theirs[5]))
	info = append(info, 7, 4)
	info = binary.BigEndian.AppendUint32(info, uint32(min(windowTx, theirs[8])))
	info = append(info, 8, 4)
	info = binary.BigEndian.AppendUint32(info, uint32(min(windowRx, theirs[7])))
	return append([]byte{0x81, 0x80, byte(len(info))}, info...)
}

func (s *server) size(name string) int {
	if s.setup != nil {
		return int(s.setup.int(name))
	}
	return int(hdlcClass.defaults[name].(int64))
}

// parameter appends a size: one byte, or two.
func parameter(buf []byte, id byte, v int) []byte {
	if v > 0xFF {
		return append(buf, id, 2, byte(v>>8), byte(v))
	}
	return append(buf, id, 1, byte(v))
}

// readParameters reads what a client proposes; what it leaves out has the defaults of IEC 62056-46,
// 128 bytes and 1 frame.
func readParameters(b []byte) map[byte]int {
	out := map[byte]int{5: 128, 6: 128, 7: 1, 8: 1}
	if len(b) < 3 || b[0] != 0x81 || b[1] != 0x80 {
		return out
	}
	for b = b[3:]; len(b) >= 2 && len(b) >= 2+int(b[1]); b = b[2+int(b[1]):] {
		v := 0
		for _, x := range b[2 : 2+int(b[1])] {
			v = v<<8 | int(x)
		}
		if v > 0 {
			out[b[0]] = v
		}
	}
	return out
}

func (c *client) close() {
	c.forget()
	c.connected, c.received, c.sent, c.partial, c.segments = false, 0, 0, nil, nil
}

// information takes a frame of a message, and answers the last.
func (c *client) information(f frame) []byte {
	if number := f.control >> 1 & 7; number != c.received {
		// A frame that was lost or comes twice: say which is awaited.
		return c.answer(f, c.ready(), nil, false)
	}
	c.received = (c.received + 1) & 7
	c.partial = append(c.partial, f.info...)
	if f.segmented {
		return c.answer(f, c.ready(), nil, false)
	}
	message := c.partial
	c.partial = nil
	if len(message) < len(llcRequest) {
		return c.answer(f, c.ready(), nil, false)
	}
	answer := c.serve(message[len(llcRequest):])
	if answer == nil {
		return c.answer(f, c.ready(), nil, false)
	}
	c.split(append(append([]byte{}, llcAnswer...), answer...))
	return c.next(f)
}

// ready is the control field that asks for the next frame.
func (c *client) ready() byte { return c.received<<5 | pollFinal | 1 }

// split cuts an answer into what fits into frames.
func (c *client) split(message []byte) {
	c.segments = nil
	for len(message) > c.maxInfo {
		c.segments, message = append(c.segments, message[:c.maxInfo]), message[c.maxInfo:]
	}
	c.segments = append(c.segments, message)
}

// next sends the next segment.
func (c *client) next(f frame) []byte {
	if len(c.segments) == 0 {
		return c.answer(f, c.ready(), nil, false)
	}
	info := c.segments[0]
	c.segments = c.segments[1:]
	control := c.received<<5 | pollFinal | c.sent<<1
	c.sent = (c.sent + 1) & 7
	return c.answer(f, control, info, len(c.segments) > 0)
}
