package script

import (
	"errors"
	"fmt"
	"slices"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"
)

// maxTextDepth is how deep a value may nest of which Starlark makes a text: it looks for a value in itself
// among all that are around it, and its stack is Go's.
const maxTextDepth = 1000

// textSize counts the bytes of texts, which are many times the size of a value whose parts are shared, up
// to what one operation makes. An escaped byte, as few are, counts as one.
type textSize struct {
	bytes  int
	around []starlark.Value // what is being counted
}

// add counts the text of values; quoted is as of repr, or of a part of a value.
func (s *textSize) add(quoted bool, values ...starlark.Value) error {
	for _, v := range values {
		if err := s.addOne(v); err != nil {
			return err
		}
		if quoted {
			s.bytes += len(`"", `)
		}
		if s.bytes > maxBytes {
			return fmt.Errorf("a text of more than %d bytes is more than one operation makes", maxBytes)
		}
	}
	return nil
}

func (s *textSize) addOne(v starlark.Value) error {
	switch v := v.(type) {
	case starlark.String:
		s.bytes += len(v)
	case starlark.Bytes:
		s.bytes += len(v)
	case starlark.Int:
		s.bytes += digits(v)
	case *starlark.List, starlark.Tuple, *starlark.Set, *starlark.Dict, *starlarkstruct.Struct:
		return s.addParts(v)
	default:
		s.bytes += otherText
	}
	return nil
}

// addParts counts a value that has parts; Starlark writes no value within itself.
func (s *textSize) addParts(v starlark.Value) error {
	if _, isTuple := v.(starlark.Tuple); !isTuple && slices.Contains(s.around, v) {
		return nil
	}
	if len(s.around) >= maxTextDepth {
		return errors.New("maximum recursion depth exceeded: the value nests too deep for a text")
	}
	s.around = append(s.around, v)
	defer func() { s.around = s.around[:len(s.around)-1] }()
	switch v := v.(type) {
	case *starlark.Dict:
		for key, value := range v.Entries() {
			if err := s.add(true, key, value); err != nil {
				return err
			}
		}
	case *starlarkstruct.Struct:
		members := starlark.StringDict{}
		v.ToStringDict(members)
		for name, member := range members {
			if err := s.add(true, starlark.String(name), member); err != nil {
				return err
			}
		}
	case starlark.Iterable:
		for e := range starlark.Elements(v) {
			if err := s.add(true, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// otherText is about as long as the texts of values without parts.
const otherText = 32

func digits(n starlark.Int) int {
	if _, small := n.Int64(); small {
		return len("-9223372036854775808")
	}
	const bitsPerDigit = 3
	return n.BigInt().BitLen()/bitsPerDigit + 1
}
