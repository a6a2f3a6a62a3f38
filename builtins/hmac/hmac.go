// Package hmac is the script module hmac: hmac.new(key, msg, digestmod) with update, digest,
// hexdigest and copy, compare_digest, and for short hmac.sha256(key, msg), the digest in hex.
package hmac

import (
	"bytes"
	"crypto/hmac"
	"encoding/hex"
	"hash"

	"go.starlark.net/starlark"

	"quecstar/builtins/uhashlib"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// keyed is an hmac as a script has it. Its data is kept, as Go's cannot be copied.
type keyed struct {
	name string
	key  []byte
	data bytes.Buffer
}

func (k *keyed) sum() []byte {
	mac := hmac.New(uhashlib.Hashes()[k.name], k.key)
	mac.Write(k.data.Bytes())
	return mac.Sum(nil)
}

// Module is the table of hmac.
func Module() *script.Module {
	class := hmacClass()
	return &script.Module{
		Name: "hmac", Doc: "Keyed hashes.",
		Classes: []*script.Class{class},
		Funcs: []script.Func{
			{Name: "new", Params: "key, msg=None, digestmod='md5'", Doc: "A keyed hash; digestmod is a hash of hashlib or its name.", Returns: "HMAC",
				Call: func(c *script.Call) (any, error) {
					k, err := begin(c)
					if err != nil {
						return nil, err
					}
					return class.NewInstance(c.Interp, k), nil
				}},
			{Name: "compare_digest", Params: "a, b", Doc: "Compares in constant time.", Call: compareDigest},
			{Name: "sha256", Params: "key, msg", Doc: "HMAC-SHA256 in hex.", Call: short},
		},
	}
}

func begin(c *script.Call) (*keyed, error) {
	k := &keyed{name: "md5"}
	if err := checkKey(c); err != nil {
		return nil, err
	}
	var msg []byte
	var mod starlark.Value
	if err := c.Unpack(&k.key, &msg, &mod); err != nil {
		return nil, err
	}
	if mod != nil && mod != starlark.None {
		name, ok := hashName(mod)
		if !ok {
			return nil, script.Raise("ValueError", "digestmod is no hash of hashlib: %s", object.Repr(mod))
		}
		k.name = name
	}
	k.data.Write(msg)
	return k, nil
}

// checkKey refuses a str as the key, as MicroPython's hmac does.
func checkKey(c *script.Call) error {
	_, isText := object.AsString(object.Native(c.Args[0]))
	_, isBytes := object.AsBytes(c.Args[0])
	if c.Interp.Lang() == script.Python && (isText || !isBytes) {
		return script.Raise("TypeError", "key: expected bytes/bytearray")
	}
	return nil
}

// hashName is the name of the hash that a digestmod stands for: its name, or the class.
func hashName(mod starlark.Value) (string, bool) {
	name, ok := object.AsString(mod)
	if !ok {
		named, isNamed := mod.(interface{ Name() string })
		if !isNamed {
			return "", false
		}
		name = named.Name()
	}
	_, known := uhashlib.Hashes()[name]
	return name, known
}

func compareDigest(c *script.Call) (any, error) {
	var a, b []byte
	if err := c.Unpack(&a, &b); err != nil {
		return nil, err
	}
	return hmac.Equal(a, b), nil
}

func short(c *script.Call) (any, error) {
	var key, msg []byte
	if err := c.Unpack(&key, &msg); err != nil {
		return nil, err
	}
	k := keyed{name: "sha256", key: key}
	k.data.Write(msg)
	return hex.EncodeToString(k.sum()), nil
}

func hmacClass() *script.Class {
	class := &script.Class{
		Name: "HMAC", Doc: "A keyed hash.",
		Init: script.Func{Params: "key, msg=None, digestmod='md5'", Call: func(c *script.Call) (any, error) { return begin(c) }},
		Attrs: []script.Const{
			{Name: "digest_size", Value: 0, Doc: "How many bytes the digest has."},
			{Name: "block_size", Value: 0, Doc: "How many bytes the hash takes at once."},
			{Name: "name", Value: "", Doc: "Such as 'hmac-sha256'."},
		},
		Attr: func(self any, name string) (any, bool) {
			k := self.(*keyed)
			var h hash.Hash = uhashlib.Hashes()[k.name]()
			switch name {
			case "digest_size":
				return h.Size(), true
			case "block_size":
				return h.BlockSize(), true
			case "name":
				return "hmac-" + k.name, true
			}
			return nil, false
		},
	}
	class.Methods = []script.Func{
		{Name: "update", Params: "msg", Doc: "Adds data.", Call: func(c *script.Call) (any, error) {
			var msg []byte
			if err := c.Unpack(&msg); err != nil {
				return nil, err
			}
			c.Self.(*keyed).data.Write(msg)
			return nil, nil
		}},
		{Name: "digest", Doc: "The digest as bytes.", Call: func(c *script.Call) (any, error) { return c.Self.(*keyed).sum(), nil }},
		{Name: "hexdigest", Doc: "The digest in hex.", Call: func(c *script.Call) (any, error) {
			return hex.EncodeToString(c.Self.(*keyed).sum()), nil
		}},
		{Name: "copy", Doc: "A copy to go on with.", Call: func(c *script.Call) (any, error) {
			k := c.Self.(*keyed)
			out := &keyed{name: k.name, key: k.key}
			out.data.Write(k.data.Bytes())
			return class.NewInstance(c.Interp, out), nil
		}},
	}
	return class
}
