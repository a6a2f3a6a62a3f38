package sms

import (
	"encoding/hex"
	"errors"
	"testing"

	"quecstar/harness/device"
)

// A PDU is read or refused with ErrConfig, and nothing else happens.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07",
		"0891683108200005F0240D91683186123456F70008220131104563230462116211", "00", "", "00040b", "0004FF91", "zz"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pdu string) {
		_, err := decode(pdu)
		if err != nil && !errors.Is(err, device.ErrConfig) {
			t.Errorf("%q: %v", pdu, err)
		}
		n, err := tpduLength(pdu)
		if b, hexErr := hex.DecodeString(pdu); err == nil && (hexErr != nil || n <= 0 || n >= len(b)) {
			t.Errorf("%q has a TPDU of %d bytes", pdu, n)
		}
	})
}
