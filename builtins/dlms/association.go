package dlms

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"go.starlark.net/starlark"

	"quecstar/harness/event"
)

// The tags of the messages that make and end an association (IEC 62056-5-3, COSEM PDUs).
const (
	apduAARQ = 0x60
	apduAARE = 0x61
	apduRLRQ = 0x62
	apduRLRE = 0x63
)

// contextName is the object identifier of "logical names, no ciphering".
var contextName = []byte{0x60, 0x85, 0x74, 0x05, 0x08, 0x01, 0x01}

// mechanism is how a client shows who it is: 0 not at all, 1 by a password; 2 and more are refused.
type mechanism byte

func mechanismName(m mechanism) []byte { return []byte{0x60, 0x85, 0x74, 0x05, 0x08, 0x02, byte(m)} }

// mechanism is what an association asks for.
func (o *cosem) mechanism() mechanism {
	switch o.fields["auth_mechanism"] {
	case "None":
		return 0
	case "Low":
		return 1
	case "HighGMac":
		return 5
	}
	return 2
}

// The diagnostics of a refused association (IEC 62056-5-3, Associate-source-diagnostic).
const (
	diagnosticNone        = 0
	diagnosticUnspecified = 1
	diagnosticContext     = 2
	diagnosticMechanism   = 11
	diagnosticRequired    = 12
	diagnosticFailure     = 13
)

// request is an AARQ.
type request struct {
	context     []byte
	mechanism   mechanism
	password    []byte
	version     byte
	conformance uint32
	maxPDU      uint16
}

var errRequest = errors.New("the request for an association is cut short or not understood")

// readBER reads one element.
func readBER(b []byte) (tag byte, value, rest []byte, ok bool) {
	if len(b) < 2 {
		return 0, nil, nil, false
	}
	n, rest, ok := readLength(b[1:])
	if !ok || n > len(rest) {
		return 0, nil, nil, false
	}
	return b[0], rest[:n], rest[n:], true
}

func readRequest(apdu []byte) (request, error) {
	_, body, _, ok := readBER(apdu)
	if !ok {
		return request{}, errRequest
	}
	var r request
	for len(body) > 0 {
		tag, value, rest, ok := readBER(body)
		if !ok {
			return request{}, errRequest
		}
		body = rest
		switch tag {
		case 0xA1:
			_, r.context, _, _ = readBER(value)
		case 0x8B:
			if len(value) > 0 {
				r.mechanism = mechanism(value[len(value)-1])
			}
		case 0xAC:
			_, r.password, _, _ = readBER(value)
		case 0xBE:
			_, initiate, _, ok := readBER(value)
			if !ok {
				return request{}, errRequest
			}
			if err := r.readInitiate(initiate); err != nil {
				return request{}, err
			}
		}
	}
	return r, nil
}

// readInitiate reads the InitiateRequest: a dedicated key, whether an answer is allowed, the quality of
// service, each behind a byte that says whether it is there; the version; the conformance; the size.
func (r *request) readInitiate(b []byte) error {
	if len(b) < 2 || b[0] != 0x01 {
		return errRequest
	}
	if b = b[1:]; b[0] != 0 {
		n, rest, ok := readLength(b[1:])
		if !ok || n > len(rest) {
			return errRequest
		}
		b = rest[n:]
	} else {
		b = b[1:]
	}
	for range 2 {
		if len(b) < 2 {
			return errRequest
		}
		if b[0] != 0 {
			b = b[1:]
		}
		b = b[1:]
	}
	if len(b) < 10 || b[1] != 0x5F || b[2] != 0x1F || b[3] != 0x04 {
		return errRequest
	}
	r.version, r.conformance, r.maxPDU = b[0], readConformance(b[5:8]), binary.BigEndian.Uint16(b[8:])
	return nil
}

// readConformance turns the bits of the wire, of which the first is the highest of the first byte, into
// the vendor's numbers, of which the first is the lowest.
func readConformance(b []byte) uint32 {
	var c uint32
	for i := range 24 {
		if b[i/8]&(0x80>>(i%8)) != 0 {
			c |= 1 << i
		}
	}
	return c
}

func appendConformance(buf []byte, c uint32) []byte {
	b := []byte{0, 0, 0}
	for i := range 24 {
		if c&(1<<i) != 0 {
			b[i/8] |= 0x80 >> (i % 8)
		}
	}
	return append(buf, b...)
}

// limits are what an association's context allows.
func (o *cosem) limits() (conformance uint32, receive, send int) {
	conformance, receive, send = defaultConformance, defaultPDU, defaultPDU
	v, _ := o.fields["context"].(starlark.Value)
	c := cosemOf(v)
	if c == nil {
		return conformance, receive, send
	}
	if n := c.int("conformance"); n != 0 {
		conformance = uint32(n)
	}
	if n := c.int("maxReceivePduSize"); n != 0 {
		receive = int(n)
	}
	if n := c.int("maxSendPduSize"); n != 0 {
		send = int(n)
	}
	return conformance, receive, send
}

// contextInfo is attribute 5 of an association.
func contextInfo(o *cosem) datum {
	conformance, receive, send := o.limits()
	bits := appendConformance(nil, conformance)
	return structure(datum{tagBits, bits}, integer(tagUint16, int64(receive)), integer(tagUint16, int64(send)), integer(tagUint8, 6), integer(tagInt8, 0), octets(nil))
}

// associate answers an AARQ of a client.
func (c *client) associate(apdu []byte) []byte {
	r, err := readRequest(apdu)
	if err != nil {
		return refusal(diagnosticUnspecified, nil)
	}
	a := c.server.association(c.sap)
	switch {
	case a == nil:
		return c.refuse("there is no association for this client", diagnosticUnspecified, nil)
	case !bytes.Equal(r.context, contextName):
		return c.refuse("its application context is not logical names without ciphering", diagnosticContext, nil)
	case a.mechanism() > 1 || r.mechanism > 1:
		return c.refuse("authentication above Low is not simulated", diagnosticMechanism, nil)
	case a.mechanism() == 1 && r.mechanism == 0:
		return c.refuse("it shows no password", diagnosticRequired, nil)
	case a.mechanism() == 1 && !bytes.Equal(r.password, a.secret()):
		return c.refuse("its password is wrong", diagnosticFailure, nil)
	case r.version < 6:
		return c.refuse("its version of DLMS is below 6", diagnosticUnspecified, []byte{0x0E, 0x01, 0x06, 0x01})
	}
	conformance, receive, send := a.limits()
	c.conformance = conformance & r.conformance
	if c.conformance == 0 {
		return c.refuse("it shares no service with the server", diagnosticUnspecified, []byte{0x0E, 0x01, 0x06, 0x02})
	}
	c.association, c.maxSend = a, send
	if r.maxPDU != 0 {
		c.maxSend = min(send, int(r.maxPDU))
	}
	c.server.tell(event.Connect, fmt.Sprintf("client %d has the association %s", c.sap, a.name))
	initiate := appendConformance([]byte{0x08, 0x00, 0x06, 0x5F, 0x1F, 0x04, 0x00}, c.conformance)
	initiate = append(binary.BigEndian.AppendUint16(initiate, uint16(receive)), 0x00, 0x07)
	return aare(0, diagnosticNone, initiate)
}

func (o *cosem) secret() []byte {
	b, _ := o.fields["secret"].([]byte)
	return b
}

// refuse is an AARE that refuses, told on the event stream.
func (c *client) refuse(why string, diagnostic byte, initiate []byte) []byte {
	c.server.tell(event.Refused, fmt.Sprintf("client %d gets no association: %s", c.sap, why))
	c.association = nil
	return refusal(diagnostic, initiate)
}

func refusal(diagnostic byte, initiate []byte) []byte { return aare(1, diagnostic, initiate) }

// aare makes an AARE: the context, the result, the diagnostic and the answer to the InitiateRequest.
func aare(result, diagnostic byte, initiate []byte) []byte {
	body := []byte{0xA1, 0x09, 0x06, byte(len(contextName))}
	body = append(body, contextName...)
	body = append(body, 0xA2, 0x03, 0x02, 0x01, result, 0xA3, 0x05, 0xA1, 0x03, 0x02, 0x01, diagnostic)
	if len(initiate) > 0 {
		body = append(body, 0xBE, byte(len(initiate)+2), 0x04, byte(len(initiate)))
		body = append(body, initiate...)
	}
	return append([]byte{apduAARE, byte(len(body))}, body...)
}

// release ends an association.
func (c *client) release() []byte {
	c.forget()
	return []byte{apduRLRE, 0x03, 0x80, 0x01, 0x00}
}

func (c *client) forget() {
	if c.association != nil {
		c.server.tell(event.Disconnect, fmt.Sprintf("client %d has left the association %s", c.sap, c.association.name))
	}
	c.association, c.blocks = nil, nil
}
