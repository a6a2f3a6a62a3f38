package dlms

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"quecstar/harness/event"
	"quecstar/harness/script"
)

// server is the DLMS server of a run. Its lock guards it and all objects; it is taken behind the
// interpreter lock, or without it by a serial line.
type server struct {
	in   *script.Interp
	emit event.Sink

	mu      sync.Mutex
	objects []*cosem
	clients map[int]*client
	clock   *cosem
	setup   *cosem // of the line, nil for the defaults
	serial  int64
	flagID  string
	running bool
	line    *line
}

func shared(in *script.Interp) *server {
	return script.Shared(in, func() *server { return &server{in: in, emit: in.Emit, clients: map[int]*client{}} })
}

func (s *server) now() time.Time { return s.in.Clock().Now() }

func (s *server) tell(k event.Kind, text string) {
	s.emit.Emit(event.Event{Layer: event.Builtin, Kind: k, Text: text})
}

// add registers an object that a script has made; one of the same class and name gives way.
func (s *server) add(o *cosem) {
	if o.class.id == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, old := range s.objects {
		if old.class == o.class && old.name == o.name {
			s.objects[i] = o
			return
		}
	}
	s.objects = append(s.objects, o)
}

// association is the one for a client, nil for none.
func (s *server) association(sap int) *cosem {
	for _, o := range s.objects {
		if o.class == associationClass && int(o.int("clientSAP")) == sap {
			return o
		}
	}
	return nil
}

// deviceName is the logical name of the logical device name (IEC 62056-6-1).
var deviceName = obis{0, 0, 42, 0, 0, 255}

// device is the object of the logical device name: the maker's three letters and the serial number.
func (s *server) device() *cosem {
	return &cosem{class: dataClass, server: s, name: deviceName, fields: map[string]any{"value": fmt.Appendf(nil, "%s%013d", s.flagID, s.serial)}}
}

// client is one client of the server's: its line state and its association.
type client struct {
	server      *server
	sap         int
	connected   bool // by HDLC
	received    byte // the number of the next frame received
	sent        byte
	partial     []byte   // a message that comes in several frames
	segments    [][]byte // an answer that goes in several
	maxInfo     int      // of a frame sent
	association *cosem
	conformance uint32
	maxSend     int
	blocks      []byte
	block       uint32
}

func (s *server) client(sap int) *client {
	c := s.clients[sap]
	if c == nil {
		c = &client{server: s, sap: sap, maxInfo: 128}
		s.clients[sap] = c
	}
	return c
}

// handle answers what came, frames of HDLC or of the wrapper; used is how much of it was whole. An
// answer of nothing is none.
func (s *server) handle(in []byte) (out []byte, used int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := len(in)
	for len(in) > 0 {
		answer, rest, err := s.one(in)
		if errors.Is(err, errShort) {
			break
		}
		if err != nil {
			// What is no frame is skipped, a byte at a time.
			in = in[1:]
			continue
		}
		out, in = append(out, answer...), rest
	}
	return out, total - len(in)
}

func (s *server) one(in []byte) (answer, rest []byte, err error) {
	if in[0] != frameFlag {
		return s.wrapped(in)
	}
	f, rest, err := readFrame(in)
	if errors.Is(err, errFrame) && len(in) > 1 && in[1] == frameFlag {
		// Frames may share a flag.
		return nil, in[1:], nil
	}
	if err != nil {
		return nil, nil, err
	}
	return s.hdlc(f), rest, nil
}

// wrapped answers a message in the wrapper of TCP and UDP: the version 1, both ports and the length
// (IEC 62056-47).
func (s *server) wrapped(in []byte) (answer, rest []byte, err error) {
	const head = 8
	if len(in) < head && in[0] == 0 {
		return nil, nil, errShort
	}
	if len(in) < head || binary.BigEndian.Uint16(in) != 1 {
		return nil, nil, errFrame
	}
	size := int(binary.BigEndian.Uint16(in[6:]))
	if len(in) < head+size {
		return nil, nil, errShort
	}
	apdu := s.client(int(binary.BigEndian.Uint16(in[2:]))).serve(in[head : head+size])
	if apdu == nil {
		return nil, in[head+size:], nil
	}
	answer = append([]byte{0, 1}, in[4:6]...)
	answer = append(answer, in[2:4]...)
	answer = binary.BigEndian.AppendUint16(answer, uint16(len(apdu)))
	return append(answer, apdu...), in[head+size:], nil
}

// address is the device's on the line.
func (s *server) address() int {
	if s.setup != nil {
		return int(s.setup.int("deviceAddr"))
	}
	return int(hdlcClass.defaults["deviceAddr"].(int64))
}

// mine reports whether a frame is for this device.
func (s *server) mine(to []byte) bool {
	upper, lower := splitAddress(to)
	if len(to) == 1 {
		return upper == s.address() || upper == allStations || upper == 1
	}
	return lower == s.address() || lower == allStations || lower == allStations<<7|allStations
}
