package dlms

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sort"

	"go.starlark.net/starlark"

	"quecstar/harness/event"
)

// The tags of services (IEC 62056-5-3, COSEM PDUs).
const (
	apduGet         = 0xC0
	apduSet         = 0xC1
	apduAction      = 0xC3
	apduGetAnswer   = 0xC4
	apduSetAnswer   = 0xC5
	apduActAnswer   = 0xC7
	apduException   = 0xD8
	kindNormal      = 1
	kindNext        = 2
	kindGetList     = 3
	kindSetList     = 4
	kindSetListDone = 5
)

// The reasons of an exception (ExceptionResponse).
const (
	stateNotAllowed, stateUnknown       = 1, 2
	serviceNotPossible, serviceNotThere = 1, 2
)

// The kinds of event that tell of a client's access.
const (
	Read    event.Kind = "dlms.get"
	Written event.Kind = "dlms.set"
	Acted   event.Kind = "dlms.action"
)

// errService says that a request is cut short.
var errService = errors.New("the request is cut short")

// descriptor names an attribute or a method.
type descriptor struct {
	class uint16
	name  obis
	index int
}

// readDescriptor reads what a request is for.
func readDescriptor(b []byte) (descriptor, []byte, error) {
	if len(b) < 9 {
		return descriptor{}, nil, errService
	}
	d := descriptor{class: binary.BigEndian.Uint16(b), index: int(int8(b[8]))}
	copy(d.name[:], b[2:8])
	return d, b[9:], nil
}

// serve answers one message.
func (c *client) serve(apdu []byte) []byte {
	if len(apdu) == 0 {
		return nil
	}
	switch apdu[0] {
	case apduAARQ:
		return c.associate(apdu)
	case apduRLRQ:
		return c.release()
	case apduGet, apduSet, apduAction:
		if c.association == nil {
			return exception(stateNotAllowed, serviceNotPossible)
		}
		out, err := c.service(apdu)
		if err != nil {
			return exception(stateUnknown, serviceNotPossible)
		}
		return out
	}
	return exception(stateUnknown, serviceNotThere)
}

func exception(state, service byte) []byte { return []byte{apduException, state, service} }

// service answers a get, a set or an action.
func (c *client) service(apdu []byte) ([]byte, error) {
	if len(apdu) < 3 {
		return nil, errService
	}
	allowed := map[byte]uint32{apduGet: get, apduSet: set, apduAction: action}[apdu[0]]
	if c.conformance&allowed == 0 {
		return exception(stateNotAllowed, serviceNotThere), nil
	}
	invoke, body := apdu[2], apdu[3:]
	switch {
	case apdu[0] == apduGet && apdu[1] == kindNormal:
		return c.getOne(invoke, body)
	case apdu[0] == apduGet && apdu[1] == kindNext:
		return c.getNext(invoke, body)
	case apdu[0] == apduGet && apdu[1] == kindGetList && c.conformance&multipleReferences != 0:
		return c.getList(invoke, body)
	case apdu[0] == apduSet && apdu[1] == kindNormal:
		return c.setOne(invoke, body)
	case apdu[0] == apduSet && apdu[1] == kindSetList && c.conformance&multipleReferences != 0:
		return c.setList(invoke, body)
	case apdu[0] == apduAction && apdu[1] == kindNormal:
		return c.act(invoke, body)
	}
	return exception(stateUnknown, serviceNotThere), nil
}

// readSelector reads a selective access, which the server does not have.
func readSelector(b []byte) (selected bool, rest []byte, err error) {
	if len(b) < 1 {
		return false, nil, errService
	}
	if b[0] == 0 {
		return false, b[1:], nil
	}
	if len(b) < 2 {
		return false, nil, errService
	}
	_, rest, err = readDatum(b[2:])
	return true, rest, err
}

// readValue is the outcome of reading an attribute: 0 and its data, or 1 and why not.
func (c *client) readValue(d descriptor, selected bool) []byte {
	o, code := c.find(d)
	col, ok := column{}, false
	if code == success {
		col, ok = o.class.columns[d.index]
	}
	switch {
	case code != success:
	case !ok:
		code = undefinedObject
	case selected:
		code = otherReason
	case col.get == nil:
		code = denied
	default:
		value, err := col.get(o).append([]byte{0})
		if err == nil {
			c.server.tell(Read, fmt.Sprintf("client %d reads attribute %d of %s", c.sap, d.index, d.name))
			return value
		}
		code = otherReason
	}
	return []byte{1, byte(code)}
}

func (c *client) getOne(invoke byte, body []byte) ([]byte, error) {
	d, rest, err := readDescriptor(body)
	if err != nil {
		return nil, err
	}
	selected, _, err := readSelector(rest)
	if err != nil {
		return nil, err
	}
	value := c.readValue(d, selected)
	if len(value)+3 <= c.maxSend || value[0] != 0 {
		return append([]byte{apduGetAnswer, kindNormal, invoke}, value...), nil
	}
	return c.startBlocks(invoke, value[1:]), nil
}

func (c *client) getList(invoke byte, body []byte) ([]byte, error) {
	n, rest, ok := readLength(body)
	if !ok {
		return nil, errService
	}
	out := appendLength(nil, n)
	for range n {
		d, after, err := readDescriptor(rest)
		if err != nil {
			return nil, err
		}
		selected, after, err := readSelector(after)
		if err != nil {
			return nil, err
		}
		out, rest = append(out, c.readValue(d, selected)...), after
	}
	if len(out)+3 <= c.maxSend {
		return append([]byte{apduGetAnswer, kindGetList, invoke}, out...), nil
	}
	return c.startBlocks(invoke, out), nil
}

// startBlocks sends what does not fit into one message in several.
func (c *client) startBlocks(invoke byte, data []byte) []byte {
	if c.conformance&blockGet == 0 {
		return []byte{apduGetAnswer, kindNormal, invoke, 1, byte(otherReason)}
	}
	c.blocks, c.block = data, 1
	return c.nextBlock(invoke)
}

// blockHead is what a block has beside its data: the tag, kind, number of the call, last, number of
// the block, 0 for data, and the length.
const blockHead = 3 + 1 + 4 + 1 + 3

func (c *client) nextBlock(invoke byte) []byte {
	size := min(max(c.maxSend-blockHead, 1), len(c.blocks))
	last := byte(0)
	if size == len(c.blocks) {
		last = 1
	}
	out := binary.BigEndian.AppendUint32([]byte{apduGetAnswer, kindNext, invoke, last}, c.block)
	out = append(appendLength(append(out, 0), size), c.blocks[:size]...)
	if c.blocks = c.blocks[size:]; last == 1 {
		c.blocks = nil
	}
	return out
}

func (c *client) getNext(invoke byte, body []byte) ([]byte, error) {
	if len(body) < 4 {
		return nil, errService
	}
	got := binary.BigEndian.Uint32(body)
	code := success
	switch {
	case c.blocks == nil:
		code = noLongGet
	case got != c.block:
		code = longGetAborted
	default:
		c.block++
		return c.nextBlock(invoke), nil
	}
	c.blocks = nil
	return append(binary.BigEndian.AppendUint32([]byte{apduGetAnswer, kindNext, invoke, 1}, got), 1, byte(code)), nil
}

// write is the outcome of writing an attribute.
func (c *client) write(d descriptor, selected bool, value datum) result {
	o, code := c.find(d)
	if code != success {
		return code
	}
	col, ok := o.class.columns[d.index]
	switch {
	case !ok:
		return undefinedObject
	case selected:
		return otherReason
	case col.set == nil:
		return denied
	}
	if code = col.set(o, value); code == success {
		c.server.tell(Written, fmt.Sprintf("client %d writes attribute %d of %s", c.sap, d.index, d.name))
	}
	return code
}

func (c *client) setOne(invoke byte, body []byte) ([]byte, error) {
	d, rest, err := readDescriptor(body)
	if err != nil {
		return nil, err
	}
	selected, rest, err := readSelector(rest)
	if err != nil {
		return nil, err
	}
	value, _, err := readDatum(rest)
	if err != nil {
		return nil, err
	}
	return []byte{apduSetAnswer, kindNormal, invoke, byte(c.write(d, selected, value))}, nil
}

func (c *client) setList(invoke byte, body []byte) ([]byte, error) {
	n, rest, ok := readLength(body)
	if !ok || n > len(rest) {
		return nil, errService
	}
	targets, chosen := make([]descriptor, n), make([]bool, n)
	var err error
	for i := range targets {
		if targets[i], rest, err = readDescriptor(rest); err != nil {
			return nil, err
		}
		if chosen[i], rest, err = readSelector(rest); err != nil {
			return nil, err
		}
	}
	if values, after, ok := readLength(rest); ok && values == n {
		rest = after
	} else {
		return nil, errService
	}
	out := appendLength([]byte{apduSetAnswer, kindSetListDone, invoke}, n)
	for i := range targets {
		var value datum
		if value, rest, err = readDatum(rest); err != nil {
			return nil, err
		}
		out = append(out, byte(c.write(targets[i], chosen[i], value)))
	}
	return out, nil
}

func (c *client) act(invoke byte, body []byte) ([]byte, error) {
	d, rest, err := readDescriptor(body)
	if err != nil {
		return nil, err
	}
	if len(rest) < 1 {
		return nil, errService
	}
	param := datum{tag: tagNull}
	if rest[0] != 0 {
		if param, _, err = readDatum(rest[1:]); err != nil {
			return nil, err
		}
	}
	o, code := c.find(d)
	if code == success {
		if f := o.class.actions[d.index]; f == nil {
			code = undefinedObject
		} else if code = f(o, param); code == success {
			c.server.tell(Acted, fmt.Sprintf("client %d calls method %d of %s", c.sap, d.index, d.name))
		}
	}
	return []byte{apduActAnswer, kindNormal, invoke, byte(code), 0}, nil
}

// currentAssociation names the association that a client has (IEC 62056-6-2, class 15).
var currentAssociation = obis{0, 0, 40, 0, 0, 255}

// find is the object of a descriptor, in the client's association.
func (c *client) find(d descriptor) (*cosem, result) {
	if d.name == currentAssociation && d.class == associationClass.id {
		return c.association, success
	}
	found := false
	for _, o := range c.server.visible(c.association) {
		if o.name == d.name {
			if o.class.id == d.class {
				return o, success
			}
			found = true
		}
	}
	if found {
		return nil, wrongClass
	}
	return nil, undefinedObject
}

// objectList is attribute 2 of an association.
func objectList(o *cosem) datum {
	var list []datum
	for _, v := range o.server.visible(o) {
		name := append([]byte{}, v.name[:]...)
		list = append(list, structure(integer(tagUint16, int64(v.class.id)), integer(tagUint8, int64(v.class.version)), octets(name), v.rights()))
	}
	return array(list)
}

// rights are what a client may do with an object: the mode of each attribute, 1 to read, 2 to write and
// 3 for both, and whether each method can be called.
func (o *cosem) rights() datum {
	var attributes, methods []datum
	for _, i := range sortedKeys(o.class.columns) {
		mode := int64(0)
		if o.class.columns[i].get != nil {
			mode |= 1
		}
		if o.class.columns[i].set != nil {
			mode |= 2
		}
		attributes = append(attributes, structure(integer(tagInt8, int64(i)), integer(tagEnum, mode), datum{tag: tagNull}))
	}
	for _, i := range sortedKeys(o.class.actions) {
		methods = append(methods, structure(integer(tagInt8, int64(i)), integer(tagEnum, 1)))
	}
	return structure(array(attributes), array(methods))
}

func sortedKeys[V any](m map[int]V) []int {
	keys := make([]int, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Ints(keys)
	return keys
}

// visible are the objects of an association: itself, those set or all, the device's clock and its name.
func (s *server) visible(a *cosem) []*cosem {
	list, _ := a.fields["objects"].([]starlark.Value)
	out := []*cosem{}
	if len(list) == 0 {
		out = append(out, s.objects...)
	} else {
		out = append(out, a)
		for _, v := range list {
			if o := cosemOf(v); o != nil && o != a {
				out = append(out, o)
			}
		}
	}
	if s.clock != nil && !slices.Contains(out, s.clock) {
		out = append(out, s.clock)
	}
	if slices.ContainsFunc(out, func(o *cosem) bool { return o.name == deviceName }) {
		return out
	}
	return append(out, s.device())
}
