package dlms

import (
	"maps"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Whatever arrives is answered or dropped.
func FuzzHandle(f *testing.F) {
	aarq := []byte{0x60, 0x1d, 0xa1, 0x09, 0x06, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08, 0x01, 0x01, 0xbe, 0x10, 0x04, 0x0e, 0x01, 0, 0, 0, 6, 0x5f, 0x1f, 0x04, 0, 0, 0x12, 0x1f, 0x04, 0}
	for _, seed := range []string{"\xc0\x01\xc1\x00\x03\x01\x00\x01\x08\x00\xff\x02\x00", "\xc1\x01\xc1\x00\x03\x01\x00\x01\x08\x00\xff\x02\x00\x11\x09", "\xc0\x03\xc1\x01\x00\x03\x01\x00\x01\x08\x00\xff\x02\x00",
		"\xc1\x04\xc1\x01\x00\x03\x01\x00\x01\x08\x00\xff\x02\x00\x01\x11\x09", "\xc3\x01\xc1\x00\x03\x01\x00\x01\x08\x00\xff\x01\x01\x0f\x00", "\x60\x02\xa1\x09", "\x7e\xa0\x07\x21\x21\x93\x00\x00\x7e"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &server{clients: map[int]*client{}}
		a := &cosem{class: associationClass, server: s, fields: maps.Clone(associationClass.defaults)}
		r := &cosem{class: registerClass, server: s, name: obis{1, 0, 1, 8, 0, 255}, fields: maps.Clone(registerClass.defaults)}
		s.objects = []*cosem{a, r}
		c := s.client(defaultSAP)
		if answer := c.serve(aarq); answer[0] != apduAARE || c.association != a {
			t.Fatalf("no association: %x", answer)
		}
		c.serve(data)
		if _, used := s.handle(data); used > len(data) {
			t.Fatalf("used %d of %d bytes", used, len(data))
		}
	})
}
