package ble

import (
	"go.starlark.net/starlark"

	"quecstar/harness/gatt"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// elements are those of a list or tuple that describes something, between least and most of them.
func elements(v starlark.Value, what string, least, most int) ([]starlark.Value, error) {
	seq, ok := v.(starlark.Indexable)
	if _, isText := object.AsBytes(v); !ok || isText {
		return nil, script.Raise("TypeError", "%s should be a list or tuple, not %s", what, object.TypeName(v))
	}
	if seq.Len() < least || most > 0 && seq.Len() > most {
		return nil, script.Raise("ValueError", "%s has %d elements; it must have %d to %d", what, seq.Len(), least, most)
	}
	out := make([]starlark.Value, seq.Len())
	for i := range out {
		out[i] = seq.Index(i)
	}
	return out, nil
}

func readUUID(v starlark.Value) (gatt.UUID, error) {
	if n, ok := object.AsInt(v); ok {
		if short, fits := n.Uint64(); fits && short <= 0xffff {
			return gatt.Short(uint16(short)), nil
		}
	}
	if b, ok := object.AsBytes(v); ok && len(b) == 16 {
		return gatt.UUID(b), nil
	}
	return "", script.Raise("ValueError", "a UUID is a number of 16 bits or 16 bytes, not %s", object.Repr(v))
}

func readValue(v starlark.Value, what string) ([]byte, error) {
	b, ok := object.AsBytes(v)
	if !ok {
		return nil, script.Raise("TypeError", "the value of %s should be bytes, not %s", what, object.TypeName(v))
	}
	return b, nil
}

// readServices reads what ble_server takes.
func readServices(v starlark.Value) ([]gatt.Service, error) {
	if v == nil {
		return nil, nil
	}
	list, err := elements(v, "services", 0, 0)
	if err != nil {
		return nil, err
	}
	var out []gatt.Service
	for _, one := range list {
		s, err := readService(one)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func readService(v starlark.Value) (s gatt.Service, err error) {
	parts, err := elements(v, "a service", 2, 3)
	if err != nil {
		return s, err
	}
	if s.UUID, err = readUUID(parts[0]); err != nil {
		return s, err
	}
	list, err := elements(parts[1], "the characteristics of a service", 0, 0)
	if err != nil {
		return s, err
	}
	for _, one := range list {
		c, err := readCharacteristic(one)
		if err != nil {
			return s, err
		}
		s.Characteristics = append(s.Characteristics, c)
	}
	if len(parts) == 3 {
		s.Includes, err = readIncludes(parts[2])
	}
	return s, err
}

func readIncludes(v starlark.Value) ([]int, error) {
	list, err := elements(v, "the included services", 0, 0)
	if err != nil {
		return nil, err
	}
	var out []int
	for _, one := range list {
		n, ok := object.AsInt(one)
		i, fits := n.Int64()
		if !ok || !fits {
			return nil, script.Raise("TypeError", "an included service should be its place in the list, not %s", object.TypeName(one))
		}
		out = append(out, int(i))
	}
	return out, nil
}

func readCharacteristic(v starlark.Value) (c gatt.Characteristic, err error) {
	parts, err := elements(v, "a characteristic", 3, 4)
	if err != nil {
		return c, err
	}
	if c.UUID, err = readUUID(parts[0]); err != nil {
		return c, err
	}
	n, ok := object.AsInt(parts[1])
	properties, fits := n.Uint64()
	if !ok || !fits || properties > 0xff {
		return c, script.Raise("ValueError", "the properties of a characteristic are 0 to 255, not %s", object.Repr(parts[1]))
	}
	c.Properties = byte(properties)
	if c.Value, err = readValue(parts[2], "a characteristic"); err != nil {
		return c, err
	}
	if len(parts) == 4 {
		if c.Descriptors, err = readDescriptors(parts[3]); err != nil {
			return c, err
		}
	}
	return withConfiguration(c), nil
}

func readDescriptors(v starlark.Value) ([]gatt.Descriptor, error) {
	list, err := elements(v, "the descriptors of a characteristic", 0, 0)
	if err != nil {
		return nil, err
	}
	var out []gatt.Descriptor
	for _, one := range list {
		parts, err := elements(one, "a descriptor", 2, 2)
		if err != nil {
			return nil, err
		}
		uuid, err := readUUID(parts[0])
		if err != nil {
			return nil, err
		}
		value, err := readValue(parts[1], "a descriptor")
		if err != nil {
			return nil, err
		}
		out = append(out, gatt.Descriptor{UUID: uuid, Value: value})
	}
	return out, nil
}

// withConfiguration adds the descriptor by which clients ask for a value that notifies.
func withConfiguration(c gatt.Characteristic) gatt.Characteristic {
	if c.Properties&(gatt.PropertyNotify|gatt.PropertyIndicate) == 0 {
		return c
	}
	for _, d := range c.Descriptors {
		if d.UUID == gatt.Short(gatt.ClientConfiguration) {
			return c
		}
	}
	c.Descriptors = append(c.Descriptors, gatt.Descriptor{UUID: gatt.Short(gatt.ClientConfiguration), Value: []byte{0, 0}})
	return c
}
