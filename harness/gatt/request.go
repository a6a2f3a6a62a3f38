package gatt

import "encoding/binary"

// responseHead is how many bytes of a response that holds several attributes are not theirs.
const responseHead = 2

// Includes answers a client that looks for the services which a range includes, as ReadByType does.
func (t *Table) Includes(start, end, mtu int) ([][]byte, Error) {
	return t.all(Short(include), start, end, mtu)
}

// Characteristics answers a client that looks for characteristics: responses of up to mtu bytes, each
// the length of an entry and entries of handle, properties, handle of the value and UUID (part G,
// section 4.6.1).
func (t *Table) Characteristics(start, end, mtu int) ([][]byte, Error) {
	return t.all(Short(characteristic), start, end, mtu)
}

// all asks by type until the server has no more.
func (t *Table) all(kind UUID, start, end, mtu int) ([][]byte, Error) {
	var out [][]byte
	for start <= end {
		response, last, err := t.ReadByType(kind, start, end, mtu)
		if err != 0 {
			break
		}
		out, start = append(out, response), last+1
	}
	if out == nil {
		return nil, NotFound
	}
	return out, 0
}

// ReadByType returns the attributes of a type in a range, as many as have the same length and fit: the
// length of an entry, and entries of handle and value (part F, section 3.4.4.2). Last is the last
// handle in it.
func (t *Table) ReadByType(kind UUID, start, end, mtu int) (response []byte, last int, err Error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if start < 1 || start > end {
		return nil, 0, InvalidHandle
	}
	for h := start; h <= min(end, len(t.attributes)); h++ {
		a := t.at(h)
		if a.kind != kind {
			continue
		}
		if a.isValue && a.properties&PropertyRead == 0 {
			if response == nil {
				return nil, 0, ReadNotPermitted
			}
			break
		}
		value := a.value[:min(len(a.value), mtu-4, 253)]
		entry := append(binary.LittleEndian.AppendUint16(nil, uint16(h)), value...)
		if response == nil {
			response = []byte{byte(len(entry))}
		}
		if len(entry) != int(response[0]) || len(response)-1+len(entry) > mtu-responseHead {
			break
		}
		response, last = append(response, entry...), h
	}
	if response == nil {
		return nil, 0, NotFound
	}
	return response, last, 0
}

// Descriptors answers a client that looks for descriptors: responses of a format, 1 for UUIDs of two
// bytes and 2 for those of sixteen, and pairs of handle and UUID (part F, section 3.4.3.2).
func (t *Table) Descriptors(start, end, mtu int) ([][]byte, Error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out [][]byte
	for h := max(start, 1); h <= min(end, len(t.attributes)); h++ {
		a := t.at(h)
		format := byte(1)
		if len(a.kind) == 16 {
			format = 2
		}
		pair := append(binary.LittleEndian.AppendUint16(nil, uint16(h)), a.kind...)
		if n := len(out) - 1; n >= 0 && out[n][0] == format && len(out[n])-1+len(pair) <= mtu-responseHead {
			out[n] = append(out[n], pair...)
			continue
		}
		out = append(out, append([]byte{format}, pair...))
	}
	if out == nil {
		return nil, NotFound
	}
	return out, 0
}

// Read returns a value from an offset on, up to most bytes; less than 0 is all.
func (t *Table) Read(handle, offset, most int) ([]byte, Error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.at(handle)
	switch {
	case a == nil:
		return nil, InvalidHandle
	case a.isValue && a.properties&PropertyRead == 0:
		return nil, ReadNotPermitted
	case offset < 0 || offset > len(a.value):
		return nil, InvalidOffset
	}
	v := append([]byte{}, a.value[offset:]...)
	if most >= 0 {
		v = v[:min(most, len(v))]
	}
	return v, 0
}

// Write changes a value; a write without response needs another property than one with.
func (t *Table) Write(handle, offset int, data []byte, response bool) Error {
	t.mu.Lock()
	defer t.mu.Unlock()
	property := byte(PropertyWrite)
	if !response {
		property = PropertyWriteNoResponse
	}
	a := t.at(handle)
	switch {
	case a == nil:
		return InvalidHandle
	case a.fixed, a.isValue && a.properties&property == 0:
		return WriteNotPermitted
	case offset < 0 || offset > len(a.value):
		return InvalidOffset
	case offset+len(data) > longest:
		return TooLong
	}
	a.value = append(append([]byte(nil), a.value[:offset]...), data...)
	return 0
}

// Set changes a value as the server itself does; the error is InvalidHandle.
func (t *Table) Set(handle int, data []byte) Error {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.at(handle)
	if a == nil || a.fixed {
		return InvalidHandle
	}
	a.value = append([]byte(nil), data...)
	return 0
}

// Value returns a value as the server itself reads it.
func (t *Table) Value(handle int) ([]byte, Error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.at(handle)
	if a == nil {
		return nil, InvalidHandle
	}
	return append([]byte{}, a.value...), 0
}

// Subscribed reports whether a client has asked for notifications, or indications, of the value with a
// handle (part G, section 3.3.3.3).
func (t *Table) Subscribed(handle int, indication bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	bit := byte(1)
	if indication {
		bit = 2
	}
	if a := t.at(handle); a == nil || !a.isValue {
		return false
	}
	for h := handle + 1; ; h++ {
		a := t.at(h)
		if a == nil || a.fixed {
			return false
		}
		if a.kind == Short(ClientConfiguration) {
			return len(a.value) > 0 && a.value[0]&bit != 0
		}
	}
}
