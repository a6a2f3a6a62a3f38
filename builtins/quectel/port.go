package quectel

import (
	"strconv"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Port is the argument of a function that takes a TCP or UDP port: an int, or its digits in a str, which
// the firmware's getaddrinfo takes, too. nil and None leave to as it is.
func Port(v starlark.Value, to *int) error {
	if v == nil || v == starlark.None {
		return nil
	}
	if text, ok := object.AsString(v); ok {
		n, err := strconv.Atoi(text)
		if err != nil {
			return script.Raise("ValueError", "port is %q; it must be a number", text)
		}
		*to = n
		return nil
	}
	n, ok := object.AsInt(v)
	if !ok {
		return script.Raise("TypeError", "argument 'port' should be an int, not %s", object.TypeName(v))
	}
	small, err := starlark.AsInt32(n)
	if err != nil {
		return script.Raise("ValueError", "port is %s; it must be 0 to 65535", n)
	}
	*to = small
	return nil
}
