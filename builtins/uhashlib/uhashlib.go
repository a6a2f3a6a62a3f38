// Package uhashlib is the script module uhashlib, also called hashlib: the hashes sha1, sha256 and
// md5 of QuecPython, and sha224, sha384 and sha512. A hash has update(data), digest() and
// hexdigest().
package uhashlib

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"

	"quecstar/harness/script"
)

// Hashes are the constructors of the hashes by name.
func Hashes() map[string]func() hash.Hash {
	return map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New,
		"sha384": sha512.New384, "sha512": sha512.New}
}

// Digest is a hash as a script has it.
type Digest struct {
	Name string
	Hash hash.Hash
	// final says that the digest was taken, behind which MicroPython takes no more data.
	final bool
}

// take is the digest. It can be taken once.
func (d *Digest) take() ([]byte, error) {
	if d.final {
		return nil, errFinal()
	}
	d.final = true
	return d.Hash.Sum(nil), nil
}

func errFinal() error { return script.Raise("ValueError", "hash is final") }

// Module is the table of uhashlib.
func Module() *script.Module {
	m := &script.Module{Name: "uhashlib", Aliases: []string{"hashlib"}, Doc: "Hashes of bytes."}
	classes := map[string]*script.Class{}
	for _, name := range []string{"md5", "sha1", "sha224", "sha256", "sha384", "sha512"} {
		classes[name] = class(name)
		m.Classes = append(m.Classes, classes[name])
	}
	// The names that the vendor's list has.
	m.Consts = []script.Const{{Name: "MD5", Value: classes["md5"], Doc: "md5."}, {Name: "SHA1", Value: classes["sha1"], Doc: "sha1."},
		{Name: "SHA256", Value: classes["sha256"], Doc: "sha256."}}
	m.Funcs = []script.Func{{Name: "new", Params: "name, data=b'', /", Doc: "The hash of that name.", Call: func(c *script.Call) (any, error) {
		var name string
		var data []byte
		if err := c.Unpack(&name, &data); err != nil {
			return nil, err
		}
		if classes[name] == nil {
			return nil, script.Raise("ValueError", "unsupported hash type %s", name)
		}
		return classes[name].NewInstance(c.Interp, start(name, data)), nil
	}}}
	return m
}

func start(name string, data []byte) *Digest {
	d := &Digest{Name: name, Hash: Hashes()[name]()}
	d.Hash.Write(data)
	return d
}

func class(name string) *script.Class {
	return &script.Class{
		Name: name, Doc: "The hash " + name + ".",
		Show: func(any) string { return "<" + name + ">" },
		Init: script.Func{Params: "data=b'', /", Call: func(c *script.Call) (any, error) {
			var data []byte
			if err := c.Unpack(&data); err != nil {
				return nil, err
			}
			return start(name, data), nil
		}},
		Methods: []script.Func{
			{Name: "update", Params: "data, /", Doc: "Adds data.", Call: func(c *script.Call) (any, error) {
				var data []byte
				if err := c.Unpack(&data); err != nil {
					return nil, err
				}
				d := c.Self.(*Digest)
				if d.final {
					return nil, errFinal()
				}
				d.Hash.Write(data)
				return nil, nil
			}},
			{Name: "digest", Params: "/", Doc: "The hash as bytes.", Call: func(c *script.Call) (any, error) {
				return c.Self.(*Digest).take()
			}},
			{Name: "hexdigest", Params: "/", Doc: "The hash in hex.", Call: func(c *script.Call) (any, error) {
				sum, err := c.Self.(*Digest).take()
				return hex.EncodeToString(sum), err
			}},
		},
	}
}
