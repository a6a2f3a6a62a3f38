package gatt

import (
	"bytes"
	"strings"
	"testing"
)

// table is a battery service, handles 1 to 4, and one with long UUIDs, handles 5 to 9, which includes
// the first.
func table(t *testing.T) *Table {
	t.Helper()
	long := UUID(strings.Repeat("\x11", 16))
	tab, err := New([]Service{
		{UUID: Short(0x180f), Characteristics: []Characteristic{{UUID: Short(0x2a19), Properties: PropertyRead | PropertyNotify, Value: []byte{100},
			Descriptors: []Descriptor{{Short(ClientConfiguration), []byte{0, 0}}}}}},
		{UUID: long, Includes: []int{0}, Characteristics: []Characteristic{{UUID: long, Properties: PropertyWrite, Value: []byte("abc"),
			Descriptors: []Descriptor{{UUID: long}}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func TestDiscovery(t *testing.T) {
	tab := table(t)
	if g := tab.Services(""); len(g) != 2 || g[0] != (Group{1, 4, Short(0x180f)}) || g[1].Start != 5 || g[1].End != 9 {
		t.Errorf("services %+v", g)
	}
	if g := tab.Services(Short(0x180a)); g != nil {
		t.Errorf("services of another UUID %+v", g)
	}
	if got := tab.Values(); len(got) != 2 || got[0] != 3 || got[1] != 8 {
		t.Errorf("values %v", got)
	}
	if _, err := New([]Service{{Includes: []int{1}}}); err == nil {
		t.Error("a service includes one that is not there")
	}
	if _, err := New([]Service{{Characteristics: make([]Characteristic, lastHandle/2)}, {}}); err == nil {
		t.Error("more attributes than handles")
	}
	cases := []struct {
		name string
		got  func() ([][]byte, Error)
		want string
		err  Error
	}{
		{"characteristics", func() ([][]byte, Error) { return tab.Characteristics(1, 4, 23) }, "\x07\x02\x00\x12\x03\x00\x19\x2a", 0},
		{"a long UUID", func() ([][]byte, Error) { return tab.Characteristics(5, 9, 64) }, "\x15\x07\x00\x08\x08\x00" + strings.Repeat("\x11", 16), 0},
		{"both lengths", func() ([][]byte, Error) { return tab.Characteristics(1, 9, 64) }, "\x07\x02\x00\x12\x03\x00\x19\x2a|\x15\x07\x00\x08\x08\x00" + strings.Repeat("\x11", 16), 0},
		{"includes", func() ([][]byte, Error) { return tab.Includes(5, 9, 23) }, "\x08\x06\x00\x01\x00\x04\x00\x0f\x18", 0},
		{"no includes", func() ([][]byte, Error) { return tab.Includes(1, 4, 23) }, "", NotFound},
		{"descriptors", func() ([][]byte, Error) { return tab.Descriptors(4, 4, 23) }, "\x01\x04\x00\x02\x29", 0},
		{"descriptors of both formats", func() ([][]byte, Error) { return tab.Descriptors(7, 9, 64) }, "\x01\x07\x00\x03\x28|\x02\x08\x00" + strings.Repeat("\x11", 16) + "\x09\x00" + strings.Repeat("\x11", 16), 0},
		{"no descriptors", func() ([][]byte, Error) { return tab.Descriptors(10, 20, 23) }, "", NotFound},
	}
	for _, c := range cases {
		got, err := c.got()
		if s := string(bytes.Join(got, []byte("|"))); s != c.want || err != c.err {
			t.Errorf("%s: % x error %d, want % x error %d", c.name, s, err, c.want, c.err)
		}
	}
}

func TestReadAndWrite(t *testing.T) {
	tab := table(t)
	if v, err := tab.Read(3, 0, 22); err != 0 || v[0] != 100 {
		t.Errorf("read % x, %d", v, err)
	}
	for name, got := range map[string][2]Error{
		"read no handle":   {second(tab.Read(99, 0, -1)), InvalidHandle},
		"read a secret":    {second(tab.Read(8, 0, -1)), ReadNotPermitted},
		"read behind":      {second(tab.Read(3, 2, -1)), InvalidOffset},
		"write read-only":  {tab.Write(3, 0, []byte{1}, true), WriteNotPermitted},
		"write the table":  {tab.Write(2, 0, []byte{1}, true), WriteNotPermitted},
		"write no reply":   {tab.Write(8, 0, []byte{1}, false), WriteNotPermitted},
		"write too much":   {tab.Write(8, 0, make([]byte, 513), true), TooLong},
		"write a part":     {tab.Write(8, 1, []byte("xyz"), true), 0},
		"set the table":    {tab.Set(1, nil), InvalidHandle},
		"by type, secret":  {third(tab.ReadByType(UUID(strings.Repeat("\x11", 16)), 1, 9, 23)), ReadNotPermitted},
		"by type, nothing": {third(tab.ReadByType(Short(1), 1, 9, 23)), NotFound},
		"by type, no way":  {third(tab.ReadByType(Short(1), 9, 1, 23)), InvalidHandle},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: error %d, want %d", name, got[0], got[1])
		}
	}
	if v, _ := tab.Value(8); string(v) != "axyz" {
		t.Errorf("value %q", v)
	}
	if b, _, err := tab.ReadByType(Short(0x2a19), 1, 9, 23); err != 0 || !bytes.Equal(b, []byte{3, 3, 0, 100}) {
		t.Errorf("by type % x, %d", b, err)
	}
}

// A client hears of changes once it has asked.
func TestSubscription(t *testing.T) {
	tab := table(t)
	if tab.Subscribed(3, false) || tab.Subscribed(8, false) || tab.Subscribed(1, false) {
		t.Error("subscribed before asking")
	}
	if err := tab.Write(4, 0, []byte{1, 0}, true); err != 0 || !tab.Subscribed(3, false) || tab.Subscribed(3, true) {
		t.Errorf("not subscribed: %d", err)
	}
}

func second(_ []byte, err Error) Error       { return err }
func third(_ []byte, _ int, err Error) Error { return err }
