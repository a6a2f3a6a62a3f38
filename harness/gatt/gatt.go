// Package gatt is the attribute table of a Bluetooth Low Energy server, and how it answers a client's
// requests: with the bytes that the air carries.
//
// Section numbers are those of the Bluetooth Core Specification 5.3, volume 3: part F is the attribute
// protocol, part G the generic attribute profile.
package gatt

import (
	"encoding/binary"
	"fmt"
	"sync"
)

// UUID is the type of an attribute: two bytes, or sixteen, low byte first.
type UUID string

// Short is the UUID of two bytes.
func Short(n uint16) UUID { return UUID(binary.LittleEndian.AppendUint16(nil, n)) }

// ShortOf is the number of a UUID of two bytes, 0 for a long one.
func (u UUID) ShortOf() int {
	if len(u) != 2 {
		return 0
	}
	return int(binary.LittleEndian.Uint16([]byte(u)))
}

// The types of the attributes that make up a table (part G, section 3).
const (
	primaryService   = 0x2800
	secondaryService = 0x2801
	include          = 0x2802
	characteristic   = 0x2803
	// ClientConfiguration is the descriptor by which a client asks for notifications (1) and
	// indications (2).
	ClientConfiguration = 0x2902
)

// The properties of a characteristic (part G, section 3.3.1.1).
const (
	PropertyRead            = 0x02
	PropertyWriteNoResponse = 0x04
	PropertyWrite           = 0x08
	PropertyNotify          = 0x10
	PropertyIndicate        = 0x20
)

// Error is why a server refuses a request (part F, section 3.4.1.1).
type Error byte

// The errors that a table gives.
const (
	InvalidHandle     Error = 0x01
	ReadNotPermitted  Error = 0x02
	WriteNotPermitted Error = 0x03
	InvalidOffset     Error = 0x07
	NotFound          Error = 0x0a
	TooLong           Error = 0x0d
)

// longest is how long an attribute's value may be (part F, section 3.2.9).
const longest = 512

// Service is one service of a server, as it is described.
type Service struct {
	UUID            UUID
	Secondary       bool
	Includes        []int // indices of services
	Characteristics []Characteristic
}

// Characteristic is one characteristic of a service.
type Characteristic struct {
	UUID       UUID
	Properties byte
	// Denied are properties that it declares and that the permissions of its value take away.
	Denied      byte
	Value       []byte
	Descriptors []Descriptor
}

// Descriptor is one descriptor of a characteristic.
type Descriptor struct {
	UUID  UUID
	Value []byte
}

// attribute is one line of the table; its handle is its index and one.
type attribute struct {
	kind       UUID
	value      []byte
	properties byte // of a characteristic's value
	isValue    bool
	fixed      bool // part of the table itself: read only
}

// Group is a service's place in the table.
type Group struct {
	Start, End int
	UUID       UUID
}

// Table is a server's attributes. Its methods may be called by several goroutines.
type Table struct {
	mu         sync.Mutex
	attributes []attribute
	groups     []Group
	secondary  map[int]bool // groups that are not primary, by index
}

// lastHandle is the highest handle (part F, section 3.2.2).
const lastHandle = 0xffff

// New makes the table of services: handles count from 1. The error names an included service that
// there is not, or says that there are too many attributes.
func New(services []Service) (*Table, error) {
	t := &Table{secondary: map[int]bool{}}
	next := 1
	for i, s := range services {
		for _, n := range s.Includes {
			if n < 0 || n >= len(services) {
				return nil, fmt.Errorf("service %d includes service %d, which is not there: there are %d", i, n, len(services))
			}
		}
		n := 1 + len(s.Includes)
		for _, c := range s.Characteristics {
			n += 2 + len(c.Descriptors)
		}
		t.groups = append(t.groups, Group{next, next + n - 1, s.UUID})
		t.secondary[i] = s.Secondary
		if next += n; next > lastHandle+1 {
			return nil, fmt.Errorf("the services have more than %d attributes", lastHandle)
		}
	}
	for _, s := range services {
		t.addService(s)
	}
	return t, nil
}

// Type returns the type of an attribute, "" for a handle that there is not.
func (t *Table) Type(handle int) UUID {
	if a := t.at(handle); a != nil {
		return a.kind
	}
	return ""
}

// Values returns the handles of the values of characteristics, in their order.
func (t *Table) Values() []int {
	var out []int
	for i := range t.attributes {
		if t.attributes[i].isValue {
			out = append(out, i+1)
		}
	}
	return out
}

func (t *Table) add(a attribute) { t.attributes = append(t.attributes, a) }

func (t *Table) addService(s Service) {
	kind := Short(primaryService)
	if s.Secondary {
		kind = Short(secondaryService)
	}
	t.add(attribute{kind: kind, value: []byte(s.UUID), fixed: true})
	for _, i := range s.Includes {
		g := t.groups[i]
		v := binary.LittleEndian.AppendUint16(nil, uint16(g.Start))
		v = binary.LittleEndian.AppendUint16(v, uint16(g.End))
		if len(g.UUID) == 2 {
			v = append(v, g.UUID...)
		}
		t.add(attribute{kind: Short(include), value: v, fixed: true})
	}
	for _, c := range s.Characteristics {
		handle := uint16(len(t.attributes) + 2)
		v := append(binary.LittleEndian.AppendUint16([]byte{c.Properties}, handle), c.UUID...)
		t.add(attribute{kind: Short(characteristic), value: v, fixed: true})
		t.add(attribute{kind: c.UUID, value: append([]byte(nil), c.Value...), properties: c.Properties &^ c.Denied, isValue: true})
		for _, d := range c.Descriptors {
			t.add(attribute{kind: d.UUID, value: append([]byte(nil), d.Value...)})
		}
	}
}

// at returns the attribute of a handle, nil when there is none. The caller holds mu.
func (t *Table) at(handle int) *attribute {
	if handle < 1 || handle > len(t.attributes) {
		return nil
	}
	return &t.attributes[handle-1]
}

// Services returns the primary services, those of one UUID when it is not "".
func (t *Table) Services(of UUID) []Group {
	var out []Group
	for i, g := range t.groups {
		if !t.secondary[i] && (of == "" || g.UUID == of) {
			out = append(out, g)
		}
	}
	return out
}
