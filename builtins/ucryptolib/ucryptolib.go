// Package ucryptolib is the script module ucryptolib, also called cryptolib: AES as MicroPython has it
// (docs.micropython.org, cryptolib).
package ucryptolib

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// The modes of the class aes.
const (
	modeECB = 1
	modeCBC = 2
	modeCTR = 6
)

// aesCipher is a script's cipher object: it encrypts or decrypts, not both.
type aesCipher struct {
	block   cipher.Block
	mode    int
	iv      []byte
	ctr     cipher.Stream
	used    bool
	encrypt bool
}

// Module is the table of ucryptolib.
func Module() *script.Module {
	return &script.Module{
		Name: "ucryptolib", Aliases: []string{"cryptolib"}, Lang: script.Python, Doc: "AES.",
		Classes: []*script.Class{{
			Name: "aes", Doc: "A cipher.",
			Init: script.Func{Params: "key, mode, IV=None, /", Doc: "Makes a cipher; mode 1 is ECB, 2 CBC, 6 CTR. A key has 16 or 32 bytes.", Call: newAES},
			Methods: []script.Func{
				{Name: "encrypt", Params: "in_buf, out_buf=None, /", Doc: "Encrypts whole blocks.", Call: func(c *script.Call) (any, error) { return crypt(c, true) }},
				{Name: "decrypt", Params: "in_buf, out_buf=None, /", Doc: "Decrypts whole blocks.", Call: func(c *script.Call) (any, error) { return crypt(c, false) }},
			},
		}},
		Consts: []script.Const{{Name: "MODE_ECB", Value: modeECB}, {Name: "MODE_CBC", Value: modeCBC}, {Name: "MODE_CTR", Value: modeCTR}},
	}
}

func newAES(c *script.Call) (any, error) {
	var key, iv []byte
	mode := 0
	if err := c.Unpack(&key, &mode, &iv); err != nil {
		return nil, err
	}
	if len(key) != 16 && len(key) != 32 {
		return nil, script.Raise("ValueError", "key")
	}
	if mode != modeECB && mode != modeCBC && mode != modeCTR {
		return nil, script.Raise("ValueError", "mode")
	}
	if mode != modeECB && len(iv) != aes.BlockSize {
		return nil, script.Raise("ValueError", "IV")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, script.Raise("ValueError", "key")
	}
	a := &aesCipher{block: block, mode: mode, iv: iv}
	if mode == modeCTR {
		a.ctr = cipher.NewCTR(block, iv)
	}
	return a, nil
}

func crypt(c *script.Call, encrypt bool) (any, error) {
	a := c.Self.(*aesCipher)
	in, ok := object.AsBytes(c.Args[0])
	if !ok {
		return nil, script.Raise("TypeError", "object with buffer protocol required")
	}
	if a.used && a.encrypt != encrypt {
		return nil, script.Raise("ValueError", "can't encrypt & decrypt")
	}
	a.used, a.encrypt = true, encrypt
	if a.mode != modeCTR && len(in)%aes.BlockSize != 0 {
		return nil, script.Raise("ValueError", "blksize %% 16")
	}
	out := a.run(in, encrypt)
	if !c.Given(1) {
		return out, nil
	}
	into, ok := object.AsBuffer(c.Args[1])
	if !ok || len(into) < len(out) {
		return nil, script.Raise("ValueError", "output too small")
	}
	copy(into, out)
	return c.Args[1], nil
}

func (a *aesCipher) run(in []byte, encrypt bool) []byte {
	out := make([]byte, len(in))
	switch a.mode {
	case modeCTR:
		a.ctr.XORKeyStream(out, in)
	case modeECB:
		for i := 0; i < len(in); i += aes.BlockSize {
			if encrypt {
				a.block.Encrypt(out[i:], in[i:])
			} else {
				a.block.Decrypt(out[i:], in[i:])
			}
		}
	case modeCBC:
		if len(in) == 0 {
			return out
		}
		if encrypt {
			cipher.NewCBCEncrypter(a.block, a.iv).CryptBlocks(out, in)
			a.iv = bytes.Clone(out[len(out)-aes.BlockSize:])
		} else {
			cipher.NewCBCDecrypter(a.block, a.iv).CryptBlocks(out, in)
			a.iv = bytes.Clone(in[len(in)-aes.BlockSize:])
		}
	}
	return out
}
