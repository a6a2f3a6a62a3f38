package sms

import "strings"

// alphabet is GSM's 7-bit default alphabet by septet (3GPP TS 23.038, section 6.2.1); the place of
// the escape is a no-break space.
const alphabet = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u00a0ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

// escape announces a character of the extension table.
const escape = 0x1b

// extension are the characters behind an escape, and extensionSeptets theirs (section 6.2.1.1).
const (
	extension        = "\f^{}\\[~]|€"
	extensionSeptets = "\x0a\x14\x28\x29\x2f\x3c\x3d\x3e\x40\x65"
)

// toSeptets returns a text in the 7-bit alphabet; ok is false when it has other characters.
func toSeptets(text string) (septets []byte, ok bool) {
	basic, more := []rune(alphabet), []rune(extension)
	for _, c := range text {
		if i := index(basic, c); i >= 0 && i != escape {
			septets = append(septets, byte(i))
			continue
		}
		i := index(more, c)
		if i < 0 {
			return nil, false
		}
		septets = append(septets, escape, extensionSeptets[i])
	}
	return septets, true
}

func index(list []rune, c rune) int {
	for i, r := range list {
		if r == c {
			return i
		}
	}
	return -1
}

func fromSeptets(septets []byte) string {
	basic, more := []rune(alphabet), []rune(extension)
	var out strings.Builder
	for i := 0; i < len(septets); i++ {
		if septets[i] == escape && i+1 < len(septets) {
			i++
			if at := strings.IndexByte(extensionSeptets, septets[i]); at >= 0 {
				out.WriteRune(more[at])
				continue
			}
		}
		out.WriteRune(basic[septets[i]])
	}
	return out.String()
}

// pack writes septets without gaps, the low bits first (section 6.1.2.1).
func pack(septets []byte) []byte {
	out := make([]byte, (len(septets)*7+7)/8)
	for i, s := range septets {
		at := i * 7
		out[at/8] |= s << (at % 8)
		if at%8 > 1 {
			out[at/8+1] |= s >> (8 - at%8)
		}
	}
	return out
}

func unpack(b []byte, count int) []byte {
	out := make([]byte, count)
	for i := range out {
		at := i * 7
		v := uint16(b[at/8]) >> (at % 8)
		if at%8 > 1 {
			v |= uint16(b[at/8+1]) << (8 - at%8)
		}
		out[i] = byte(v & 0x7f)
	}
	return out
}
