package packet

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// Read reads the next packet of a client that speaks this version; 0 before its CONNECT. A packet of more
// than max bytes is refused by its header. What is held grows with what has come, not with what the header
// promises. began, which may be nil, is called when the first byte has come. The error is an *Error, or that of the
// connection.
func Read(r *bufio.Reader, version byte, max int, began func()) (*Packet, error) {
	first, err := r.ReadByte()
	if err != nil {
		return nil, err
	}
	if began != nil {
		began()
	}
	n, _, err := readLength(r)
	if err != nil {
		return nil, unexpected(err)
	}
	p := &Packet{Type: Type(first >> 4)}
	if version == 0 && p.Type != CONNECT {
		return nil, violation("the first packet is no CONNECT") // [MQTT-3.1.0-1]
	}
	if !slices.Contains(ofClients, p.Type) {
		return nil, violation("a client does not send packets of type %d", p.Type)
	}
	if n > max {
		return nil, &Error{Code: TooLarge, Text: fmt.Sprintf("a packet of %d bytes is more than %d", n, max)}
	}
	if err := p.readFlags(first & 0x0F); err != nil {
		return nil, err
	}
	body, err := readBody(r, n)
	if err != nil {
		return nil, unexpected(err)
	}
	return p, p.read(&reader{b: body}, version)
}

// readBody reads n bytes into a slice that has no more room than them in the end.
func readBody(r io.Reader, n int) ([]byte, error) {
	body := make([]byte, 0, min(n, 64<<10))
	for len(body) < n {
		if len(body) == cap(body) {
			body = append(make([]byte, 0, min(n, 2*cap(body))), body...)
		}
		got, err := r.Read(body[len(body):cap(body)])
		body = body[:len(body)+got]
		if err != nil && len(body) < n {
			return nil, err
		}
	}
	return body, nil
}

// ofClients are the types that a client sends.
var ofClients = []Type{CONNECT, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT, AUTH}

// unexpected is the end of a connection inside of a packet.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readLength reads a number of four bytes at most, and says whether a shorter form of it exists. Behind a
// longer one nobody knows where the next packet begins, so there is nothing to answer.
func readLength(r io.ByteReader) (n int, padded bool, err error) {
	for shift := 0; shift < 28; shift += 7 {
		b, err := r.ReadByte()
		if err != nil {
			return 0, false, err
		}
		n |= int(b&0x7F) << shift
		if b&0x80 == 0 {
			return n, shift > 0 && b == 0, nil
		}
	}
	return 0, false, &Error{Text: "a length has more than four bytes"}
}

// readFlags checks the lower half of the first byte [MQTT-2.2.2-2].
func (p *Packet) readFlags(flags byte) error {
	want := byte(0)
	switch p.Type {
	case PUBLISH:
		p.Dup, p.QoS, p.Retain = flags&8 != 0, flags>>1&3, flags&1 != 0
		if p.QoS == 3 {
			return malformed("a PUBLISH has QoS 3") // [MQTT-3.3.1-4]
		}
		if p.QoS == 0 && p.Dup {
			return malformed("a PUBLISH of QoS 0 says that it is sent again") // [MQTT-3.3.1-2]
		}
		return nil
	case PUBREL, SUBSCRIBE, UNSUBSCRIBE:
		want = 2
	}
	if flags == want {
		return nil
	}
	err := &Error{Code: Malformed, Text: fmt.Sprintf("the reserved flags of a packet of type %d are %d", p.Type, flags)}
	if p.Type != SUBSCRIBE && p.Type != UNSUBSCRIBE {
		err.Code = ProtocolError // as Mosquitto; the specification leaves which (MQTT 5.0, 4.13.1)
	}
	return err
}

func (p *Packet) read(r *reader, version byte) error {
	switch p.Type {
	case CONNECT:
		p.readConnect(r)
	case PUBLISH:
		p.readPublish(r, version)
	case PUBACK, PUBREC, PUBREL, PUBCOMP:
		p.readAck(r, version)
	case SUBSCRIBE:
		p.readSubscribe(r, version)
	case UNSUBSCRIBE:
		p.readUnsubscribe(r, version)
	case PINGREQ:
	case DISCONNECT, AUTH:
		p.readReason(r, version)
	}
	if r.err == nil && len(r.b) > 0 {
		r.fail(malformed("a packet of type %d has %d bytes too many", p.Type, len(r.b)))
	}
	return r.err
}

// readConnect reads what CONNECT has; its errors have the reply that its version knows.
func (p *Packet) readConnect(r *reader) {
	c := &Connect{}
	p.Connect = c
	name := r.text()
	c.Version = r.byte()
	if r.err == nil {
		r.fail(checkVersion(name, c.Version))
	}
	flags := r.byte()
	c.KeepAlive = r.uint16()
	if c.Version == V5 {
		p.Props = r.properties(CONNECT)
		if p.Props.Only(AuthData) != nil && p.Props.Only(AuthMethod) == nil {
			r.fail(violation("CONNECT has authentication data and no method")) // 3.1.2.11.10
		}
	}
	if r.err != nil {
		return
	}
	c.Clean = flags&2 != 0
	c.HasUser, c.HasPassword = flags&0x80 != 0, flags&0x40 != 0
	c.ClientID = string(r.bytes())
	if r.err == nil && !validText(c.ClientID) {
		r.fail(&Error{Code: InvalidClientID, Text: "the client id is no text"})
	}
	r.fail(checkConnectFlags(flags, c.Version))
	if flags&4 != 0 {
		w := &Will{QoS: flags >> 3 & 3, Retain: flags&0x20 != 0}
		if c.Version == V5 {
			w.Props = r.properties(will)
		}
		w.Topic, w.Payload = r.text(), r.bytes()
		switch {
		case r.err != nil:
		case !ValidName(w.Topic):
			r.fail(malformed("the topic of the will is %.80q", w.Topic))
		default:
			r.fail(checkResponseTopic(w.Props))
		}
		c.Will = w
	}
	if c.HasUser {
		c.User = r.text()
	}
	if c.HasPassword {
		c.Password = r.bytes()
	}
}

// checkVersion refuses another protocol [MQTT-3.1.2-1] and another version of it [MQTT-3.1.2-2].
func checkVersion(name string, version byte) error {
	switch name {
	case "MQIsdp":
		if version != V31 {
			return &Error{Code: UnsupportedVersion, Reply: RefusedVersion, Text: fmt.Sprintf("the version of MQIsdp is %d", version)}
		}
	case "MQTT":
		if version != V311 && version != V5 {
			return &Error{Code: UnsupportedVersion, Reply: RefusedVersion, Text: fmt.Sprintf("the version of MQTT is %d", version)}
		}
	default:
		return violation("the protocol is %.20q and not MQTT", name)
	}
	return nil
}

func checkConnectFlags(flags, version byte) error {
	switch {
	case flags&1 != 0 && version != V31:
		return malformed("the reserved flag of CONNECT is set") // [MQTT-3.1.2-3]
	case flags&4 == 0 && flags&0x38 != 0:
		return malformed("CONNECT has no will, but the flags of one") // [MQTT-3.1.2-11, 13]
	case flags>>3&3 == 3:
		return malformed("the will has QoS 3") // [MQTT-3.1.2-14]
	case flags&0xC0 == 0x40 && version != V5:
		return malformed("CONNECT has a password and no user name") // [MQTT-3.1.2-22]
	}
	return nil
}

func (p *Packet) readPublish(r *reader, version byte) {
	p.Topic = r.text()
	if p.QoS > 0 {
		p.ID = r.id(violation)
	}
	if version == V5 {
		p.Props = r.properties(PUBLISH)
	}
	p.Payload, r.b = r.b, nil
	alias, aliased := p.Props.N(TopicAlias)
	switch {
	case r.err != nil:
	case aliased && alias == 0:
		r.fail(&Error{Code: InvalidAlias, Text: "a PUBLISH has the topic alias 0"})
	case p.Topic == "" && aliased:
	case !ValidName(p.Topic):
		r.fail(malformed("a PUBLISH has the topic %.80q", p.Topic)) // [MQTT-3.3.2-2]
	default:
		r.fail(checkResponseTopic(p.Props))
	}
}

// checkResponseTopic refuses one that is no topic name [MQTT-3.3.2-14].
func checkResponseTopic(p Properties) error {
	if given := p.Only(ResponseTopic); given != nil && !ValidName(given[0].Text) {
		return violation("the response topic is %.80q", given[0].Text)
	}
	return nil
}

// readAck reads PUBACK and its kin, in MQTT 5 with a reason and properties that may be left out.
func (p *Packet) readAck(r *reader, version byte) {
	p.ID = r.id(violation)
	if version == V5 && len(r.b) > 0 && r.err == nil {
		p.Code = r.byte()
		p.checkReason(r)
		if len(r.b) > 0 && r.err == nil {
			p.Props = r.properties(p.Type)
		}
	}
}

// reasons are the codes that a client may say.
var reasons = map[Type]string{
	PUBACK:     "\x00\x10\x80\x83\x87\x90\x91\x97\x99",
	PUBREC:     "\x00\x10\x80\x83\x87\x90\x91\x97\x99",
	PUBREL:     "\x00\x92",
	PUBCOMP:    "\x00\x92",
	DISCONNECT: "\x00\x04\x80\x81\x82\x83\x90\x93\x94\x95\x96\x97\x98\x99",
	AUTH:       "\x18\x19",
}

func (p *Packet) checkReason(r *reader) {
	if r.err != nil || bytes.IndexByte([]byte(reasons[p.Type]), p.Code) >= 0 {
		return
	}
	err := &Error{Code: ProtocolError, Text: fmt.Sprintf("a packet of type %d has the reason 0x%02X", p.Type, p.Code)}
	if p.Type == DISCONNECT {
		err.Code = 0 // who leaves is not answered
	}
	r.fail(err)
}

func (p *Packet) readReason(r *reader, version byte) {
	if p.Type == AUTH && version != V5 {
		r.fail(violation("AUTH is a packet of MQTT 5"))
	}
	if version == V5 && len(r.b) > 0 && r.err == nil {
		p.Code = r.byte()
		p.checkReason(r)
		if len(r.b) > 0 && r.err == nil {
			p.Props = r.properties(p.Type)
		}
	}
}

func (p *Packet) readSubscribe(r *reader, version byte) {
	p.ID = r.id(malformed)
	if version == V5 {
		p.Props = r.properties(SUBSCRIBE)
	}
	for first := true; r.err == nil && (first || len(r.b) > 0); first = false {
		f := Filter{Topic: r.text()}
		options := r.byte()
		f.QoS = options & 3
		if version == V5 {
			f.NoLocal, f.RetainAsPublished, f.RetainHandling = options&4 != 0, options&8 != 0, options>>4&3
			options &= 0xC0
		} else {
			options &= 0xFC
		}
		switch group, _ := Shared(f.Topic); {
		case r.err != nil:
		case options != 0, f.QoS == 3:
			r.fail(malformed("a SUBSCRIBE has reserved options")) // [MQTT-3.8.3-4]
		case f.RetainHandling == 3:
			r.fail(malformed("a SUBSCRIBE has the retain handling 3"))
		case !ValidFilter(f.Topic):
			r.fail(malformed("a SUBSCRIBE has the filter %.80q", f.Topic)) // [MQTT-4.7.1-2]
		case f.NoLocal && group != "":
			r.fail(violation("a shared subscription is not local")) // [MQTT-3.8.3-4]
		}
		p.Filters = append(p.Filters, f)
	}
}

func (p *Packet) readUnsubscribe(r *reader, version byte) {
	p.ID = r.id(malformed)
	if version == V5 {
		p.Props = r.properties(UNSUBSCRIBE)
	}
	for first := true; r.err == nil && (first || len(r.b) > 0); first = false {
		f := Filter{Topic: r.text()}
		if r.err == nil && !ValidFilter(f.Topic) {
			r.fail(malformed("an UNSUBSCRIBE has the filter %.80q", f.Topic))
		}
		p.Filters = append(p.Filters, f)
	}
}

// reader takes values off a packet; behind its first error it gives zeros.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *reader) take(n int) []byte {
	if r.err == nil && len(r.b) < n {
		r.fail(malformed("a packet ends too early"))
	}
	if r.err != nil {
		return nil
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint16() uint16 {
	if b := r.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (r *reader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// id is a packet identifier, which is not 0 [MQTT-2.3.1-1]; otherwise says what such a one is.
func (r *reader) id(otherwise func(string, ...any) error) uint16 {
	id := r.uint16()
	if id == 0 && r.err == nil {
		r.fail(otherwise("a packet identifier is 0"))
	}
	return id
}

func (r *reader) varInt() int {
	n, padded, err := readLength(byteReader{r})
	if err != nil || padded {
		r.fail(malformed("a number is cut off, too long or not in its shortest form")) // [MQTT-1.5.5-1]
		return 0
	}
	return n
}

// byteReader reads a reader's bytes.
type byteReader struct{ r *reader }

// ReadByte gives the next byte.
func (b byteReader) ReadByte() (byte, error) {
	v := b.r.byte()
	return v, b.r.err
}

func (r *reader) bytes() []byte { return r.take(int(r.uint16())) }

// text is a UTF-8 text [MQTT-1.5.3-1, 2].
func (r *reader) text() string {
	s := string(r.bytes())
	if r.err == nil && !validText(s) {
		r.fail(malformed("a text is no UTF-8, or has control characters"))
	}
	return s
}

// validText refuses what a text must not have, and the control characters and non-characters that a
// receiver may close the connection for (MQTT 3.1.1, 1.5.3), as Mosquitto does.
func validText(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, c := range s {
		if c <= 0x1F || c >= 0x7F && c <= 0x9F || c >= 0xFDD0 && c <= 0xFDEF || c&0xFFFE == 0xFFFE {
			return false
		}
	}
	return true
}
