package sms

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"quecstar/harness/device"
)

// The data coding schemes of a PDU (3GPP TS 23.038, section 4).
const (
	codingGSM  = 0x00
	codingUCS2 = 0x08
)

// What fits in one message: septets of the 7-bit alphabet, and bytes of UCS-2.
const (
	mostSeptets = 160
	mostBytes   = 140
)

// deliver writes a message that came as an SMS-DELIVER PDU behind the number of its service centre,
// in hexadecimal (3GPP TS 23.040, section 9.2.2.1). The error is of class ErrConfig for a text that
// does not fit in one message.
func deliver(m device.SMSMessage, center string) (string, error) {
	var b []byte
	sca := append([]byte{numberType(center)}, semiOctets(strings.TrimPrefix(center, "+"))...)
	b = append(b, byte(len(sca)))
	b = append(b, sca...)
	number := strings.TrimPrefix(m.Number, "+")
	b = append(b, 0x04, byte(len(number)), numberType(m.Number))
	b = append(b, semiOctets(number)...)
	coding, length, data, err := encode(m.Text)
	if err != nil {
		return "", fmt.Errorf("PDU of SMS %d: %w", m.Index, err)
	}
	b = append(b, 0, coding)
	b = append(b, timestamp(m.Time)...)
	b = append(b, byte(length))
	return strings.ToUpper(hex.EncodeToString(append(b, data...))), nil
}

// encode takes the 7-bit alphabet where it has every character.
func encode(text string) (coding byte, length int, data []byte, err error) {
	if septets, ok := toSeptets(text); ok {
		if len(septets) > mostSeptets {
			return 0, 0, nil, fmt.Errorf("%w: %d septets do not fit in one message of %d", device.ErrConfig, len(septets), mostSeptets)
		}
		return codingGSM, len(septets), pack(septets), nil
	}
	for _, u := range utf16.Encode([]rune(text)) {
		data = append(data, byte(u>>8), byte(u))
	}
	if len(data) > mostBytes {
		return 0, 0, nil, fmt.Errorf("%w: %d bytes of UCS-2 do not fit in one message of %d", device.ErrConfig, len(data), mostBytes)
	}
	return codingUCS2, len(data), data, nil
}

func numberType(number string) byte {
	if strings.HasPrefix(number, "+") {
		return 0x91
	}
	return 0x81
}

// digitsOfBCD are the digits of an address (3GPP TS 24.008, table 10.5.118).
const digitsOfBCD = "0123456789*#abc"

// semiOctets swaps each pair of digits and fills the last with 1111.
func semiOctets(number string) []byte {
	var out []byte
	for i := 0; i < len(number); i += 2 {
		low, high := strings.IndexByte(digitsOfBCD, number[i]), 0xf
		if i+1 < len(number) {
			high = strings.IndexByte(digitsOfBCD, number[i+1])
		}
		out = append(out, byte(high<<4|low&0xf))
	}
	return out
}

func fromSemiOctets(b []byte, digits int) string {
	var out strings.Builder
	for i := range digits {
		n := b[i/2] >> (4 * (i % 2)) & 0xf
		if int(n) < len(digitsOfBCD) {
			out.WriteByte(digitsOfBCD[n])
		}
	}
	return out.String()
}

// timestamp is a service centre's time (3GPP TS 23.040, section 9.2.3.11).
func timestamp(t time.Time) []byte {
	_, offset := t.Zone()
	out := make([]byte, 0, 7)
	for _, n := range []int{t.Year() % 100, int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second()} {
		out = append(out, swapped(n))
	}
	zone := swapped(max(offset, -offset) / 900)
	if offset < 0 {
		zone |= 0x08
	}
	return append(out, zone)
}

func swapped(n int) byte   { return byte(n%10<<4 | n/10) }
func unswapped(b byte) int { return int(b&0xf)*10 + int(b>>4) }

// decoded is what a PDU says.
type decoded struct {
	number, text, time string
	length             int
}

// decode reads an SMS-DELIVER PDU. The error is of class ErrConfig.
func decode(pdu string) (decoded, error) {
	b, err := hex.DecodeString(pdu)
	if err != nil {
		return decoded{}, fmt.Errorf("PDU %q: %w: %w", pdu, device.ErrConfig, err)
	}
	bad := fmt.Errorf("PDU %q: %w: it is not a whole SMS-DELIVER", pdu, device.ErrConfig)
	r := reader{b: b}
	r.take(int(r.byte()))
	first := r.byte()
	digits := int(r.byte())
	kind := r.byte()
	address := r.take((digits + 1) / 2)
	r.byte()
	coding := r.byte()
	stamp := r.take(7)
	length := int(r.byte())
	if r.short || first&3 != 0 {
		return decoded{}, bad
	}
	d := decoded{number: fromSemiOctets(address, digits), length: length}
	if kind == 0x91 {
		d.number = "+" + d.number
	}
	d.time = fmt.Sprintf("20%02d-%02d-%02d %02d:%02d:%02d", unswapped(stamp[0]), unswapped(stamp[1]), unswapped(stamp[2]),
		unswapped(stamp[3]), unswapped(stamp[4]), unswapped(stamp[5]))
	switch coding & 0x0c {
	case codingUCS2:
		d.text = fromUCS2(r.take(length))
	case codingGSM:
		d.text = fromSeptets(unpack(r.take((length*7+7)/8), length))
	default:
		return decoded{}, fmt.Errorf("PDU %q: %w: data coding %#02x is not text", pdu, device.ErrConfig, coding)
	}
	if r.short {
		return decoded{}, bad
	}
	return d, nil
}

func fromUCS2(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return string(utf16.Decode(units))
}

// reader takes bytes from the front; behind the end it gives zeros and notes it.
type reader struct {
	b     []byte
	short bool
}

func (r *reader) byte() byte { return r.take(1)[0] }

func (r *reader) take(n int) []byte {
	if n > len(r.b) {
		r.short = true
		return make([]byte, n)
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

// tpduLength is how many bytes a PDU has behind the service centre's number.
func tpduLength(pdu string) (int, error) {
	b, err := hex.DecodeString(pdu)
	if err != nil || len(b) == 0 || len(b) <= int(b[0])+1 {
		return 0, fmt.Errorf("PDU %q: %w: want the service centre's number and a message, in hexadecimal", pdu, device.ErrConfig)
	}
	return len(b) - 1 - int(b[0]), nil
}
