package atcmd

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf16"
)

// ToUCS2 writes a text as big-endian UTF-16 in hexadecimal, which is how AT commands carry UCS-2
// (3GPP TS 27.005, section 3.1).
func ToUCS2(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String()
}

// FromUCS2 reads what ToUCS2 wrote.
func FromUCS2(s string) (string, error) {
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw)%2 != 0 {
		return "", fmt.Errorf("%q is no text in UCS-2", s)
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units)), nil
}
