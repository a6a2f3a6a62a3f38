package packet

import (
	"encoding/binary"
	"slices"
)

// PropertyID is the identifier of a property.
type PropertyID byte

// The properties (MQTT 5.0, 2.2.2.2).
const (
	PayloadFormat          PropertyID = 0x01
	MessageExpiry          PropertyID = 0x02
	ContentType            PropertyID = 0x03
	ResponseTopic          PropertyID = 0x08
	CorrelationData        PropertyID = 0x09
	SubscriptionIdentifier PropertyID = 0x0B
	SessionExpiry          PropertyID = 0x11
	AssignedClientID       PropertyID = 0x12
	ServerKeepAlive        PropertyID = 0x13
	AuthMethod             PropertyID = 0x15
	AuthData               PropertyID = 0x16
	RequestProblemInfo     PropertyID = 0x17
	WillDelay              PropertyID = 0x18
	RequestResponseInfo    PropertyID = 0x19
	ReasonString           PropertyID = 0x1F
	ReceiveMax             PropertyID = 0x21
	TopicAliasMax          PropertyID = 0x22
	TopicAlias             PropertyID = 0x23
	UserProperty           PropertyID = 0x26
	MaximumPacketSize      PropertyID = 0x27
)

// Property is one property: a number, or a text or bytes, or for a user property a name and a text.
type Property struct {
	ID   PropertyID
	N    uint32
	Text string
	Name string
}

// Properties are those of a packet, in their order.
type Properties []Property

// N is the number of a property, and whether it is there.
func (p Properties) N(id PropertyID) (uint32, bool) {
	for _, q := range p {
		if q.ID == id {
			return q.N, true
		}
	}
	return 0, false
}

// Text is the text of a property; "" when it is not there.
func (p Properties) Text(id PropertyID) string {
	for _, q := range p {
		if q.ID == id {
			return q.Text
		}
	}
	return ""
}

// Only are the properties with one of these identifiers.
func (p Properties) Only(ids ...PropertyID) Properties {
	var out Properties
	for _, q := range p {
		if slices.Contains(ids, q.ID) {
			out = append(out, q)
		}
	}
	return out
}

// kind is how a property is written.
type kind byte

const (
	oneByte kind = iota + 1
	flag         // one byte, 0 or 1
	twoBytes
	fourBytes
	varInt
	text
	binaryData
	pair
)

// will stands for the properties of a will in the table of what may be where.
const will Type = 0

// properties says for each property how it is written and where a client may send it; those of servers
// alone have no place. Their order is of no meaning.
var properties = map[PropertyID]struct {
	kind kind
	in   []Type
}{
	PayloadFormat:          {flag, []Type{PUBLISH, will}},
	MessageExpiry:          {fourBytes, []Type{PUBLISH, will}},
	ContentType:            {text, []Type{PUBLISH, will}},
	ResponseTopic:          {text, []Type{PUBLISH, will}},
	CorrelationData:        {binaryData, []Type{PUBLISH, will}},
	SubscriptionIdentifier: {varInt, []Type{SUBSCRIBE}},
	SessionExpiry:          {fourBytes, []Type{CONNECT, DISCONNECT}},
	AssignedClientID:       {text, nil},
	ServerKeepAlive:        {twoBytes, nil},
	AuthMethod:             {text, []Type{CONNECT, AUTH}},
	AuthData:               {binaryData, []Type{CONNECT, AUTH}},
	RequestProblemInfo:     {flag, []Type{CONNECT}},
	WillDelay:              {fourBytes, []Type{will}},
	RequestResponseInfo:    {flag, []Type{CONNECT}},
	0x1A:                   {text, nil}, // response information
	0x1C:                   {text, nil}, // server reference
	ReasonString:           {text, []Type{PUBACK, PUBREC, PUBREL, PUBCOMP, DISCONNECT, AUTH}},
	ReceiveMax:             {twoBytes, []Type{CONNECT}},
	TopicAliasMax:          {twoBytes, []Type{CONNECT}},
	TopicAlias:             {twoBytes, []Type{PUBLISH}},
	0x24:                   {flag, nil}, // maximum QoS
	0x25:                   {flag, nil}, // retain available
	UserProperty: {pair, []Type{CONNECT, PUBLISH, will, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, UNSUBSCRIBE,
		DISCONNECT, AUTH}},
	MaximumPacketSize: {fourBytes, []Type{CONNECT}},
	0x28:              {flag, nil}, // wildcard subscription available
	0x29:              {flag, nil}, // subscription identifiers available
	0x2A:              {flag, nil}, // shared subscription available
}

// notZero are the properties that may not be 0.
var notZero = []PropertyID{SubscriptionIdentifier, ReceiveMax, MaximumPacketSize}

// properties reads the properties of a packet, or of the will of a CONNECT.
func (r *reader) properties(of Type) Properties {
	n := r.varInt()
	if r.err != nil {
		return nil
	}
	if n > len(r.b) {
		r.fail(malformed("the properties are longer than their packet"))
		return nil
	}
	rest := r.b[n:]
	r.b = r.b[:n]
	var out Properties
	for len(r.b) > 0 && r.err == nil {
		p := r.property(of)
		if _, twice := out.N(p.ID); twice && p.ID != UserProperty && r.err == nil {
			r.fail(violation("the property 0x%02X is there twice", p.ID)) // [MQTT-3.1.2-11 ff.]
		}
		out = append(out, p)
	}
	r.b = rest
	return out
}

func (r *reader) property(of Type) Property {
	id := r.varInt()
	row, known := properties[PropertyID(id)]
	if r.err == nil && (id > 0xFF || !known) {
		r.fail(malformed("there is no property 0x%02X", id))
	}
	p := Property{ID: PropertyID(id)}
	switch row.kind {
	case oneByte, flag:
		p.N = uint32(r.byte())
	case twoBytes:
		p.N = uint32(r.uint16())
	case fourBytes:
		p.N = r.uint32()
	case varInt:
		p.N = uint32(r.varInt())
	case text:
		p.Text = r.text()
	case binaryData:
		p.Text = string(r.bytes())
	case pair:
		p.Name, p.Text = r.text(), r.text()
	}
	switch {
	case r.err != nil:
	case !slices.Contains(row.in, of) && (of == SUBSCRIBE || of == UNSUBSCRIBE):
		r.fail(malformed("the property 0x%02X does not belong here", id))
	case !slices.Contains(row.in, of):
		// Malformed, too (2.2.2.2), but Mosquitto and the tests of others expect this code.
		r.fail(violation("the property 0x%02X does not belong here", id))
	case row.kind == flag && p.N > 1, p.N == 0 && slices.Contains(notZero, p.ID):
		r.fail(violation("the property 0x%02X may not be %d", id, p.N))
	}
	return p
}

// append writes properties with their length.
func (p Properties) append(b []byte) []byte {
	var body []byte
	for _, q := range p {
		body = append(body, byte(q.ID))
		switch properties[q.ID].kind {
		case oneByte, flag:
			body = append(body, byte(q.N))
		case twoBytes:
			body = binary.BigEndian.AppendUint16(body, uint16(q.N))
		case fourBytes:
			body = binary.BigEndian.AppendUint32(body, q.N)
		case varInt:
			body = appendVarInt(body, int(q.N))
		case text, binaryData:
			body = appendText(body, q.Text)
		case pair:
			body = appendText(appendText(body, q.Name), q.Text)
		}
	}
	return append(appendVarInt(b, len(body)), body...)
}
