// Package hmacsha1 is the script module hmacSha1: HMAC with SHA-1.
//
//	import hmacSha1
//	print(hmacSha1.hmac_sha1("key", "message"))     # 40 hex digits
//
// Firmware of 2021 has it for Alibaba Cloud's signatures (QuecPython/microPython,
// ports/quectel/core/source/modsha1.c); newer scripts use hmac.
package hmacsha1

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"

	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "hmacSha1", Doc: "HMAC with SHA-1, of firmware of 2021.",
		Funcs: []script.Func{{Name: "hmac_sha1", Params: "key, msg", Doc: "Returns the HMAC of str or bytes as a str of hex digits.", Call: sum}},
	}
}

func sum(c *script.Call) (any, error) {
	var key, msg []byte
	if err := c.Unpack(&key, &msg); err != nil {
		return nil, err
	}
	mac := hmac.New(sha1.New, key)
	_, _ = mac.Write(msg) // which never fails
	return hex.EncodeToString(mac.Sum(nil)), nil
}
