package board

import (
	"bytes"
	"image"
	"testing"
)

// The example of Maxim Integrated's application note 27: the ROM code 02 1C B8 01 00 00 00 has the
// check byte A2.
func TestCRC8(t *testing.T) {
	if got := CRC8([]byte{0x02, 0x1c, 0xb8, 0x01, 0, 0, 0}); got != 0xa2 {
		t.Errorf("check byte %#02x, want 0xa2", got)
	}
}

// A panel that takes pixels as they come on the wire shows them where its window is.
func TestDisplayWindow(t *testing.T) {
	d := &Display{}
	d.Setup(4, 3, 2)
	for _, c := range []Command{{setColumns, []byte{0, 1, 0, 2}}, {setPages, []byte{0, 1, 0, 2}}, {memoryWrite, []byte{0xf8, 0, 0x07, 0xe0, 0, 0x1f}}} {
		d.Command(c.Code)
		d.Data(c.Data)
	}
	got := d.Pixels(image.Rect(1, 1, 3, 3))
	if want := []byte{0, 0xf8, 0xe0, 0x07, 0x1f, 0, 0, 0}; !bytes.Equal(got, want) {
		t.Errorf("pixels % x, want % x", got, want)
	}
	d.Command(setColumns)
	d.Data([]byte{0, 3, 0, 9})
	d.Command(memoryWrite)
	d.Data([]byte{1, 2})
	if got := d.Pixels(image.Rect(3, 0, 4, 3)); !bytes.Equal(got, make([]byte, 6)) {
		t.Errorf("a window outside the panel wrote % x", got)
	}
}

// A panel remembers the newest commands, and of their data the first bytes.
func TestDisplayForgets(t *testing.T) {
	d := &Display{}
	d.Setup(1, 1, 2)
	for range mostCommands + 1 {
		d.Command(1)
	}
	d.Command(2)
	d.Data(make([]byte, mostData+1))
	commands := d.Screen().Commands
	if last := commands[len(commands)-1]; len(commands) != mostCommands || last.Code != 2 || len(last.Data) != mostData {
		t.Errorf("%d commands, the last %d with %d bytes", len(commands), last.Code, len(last.Data))
	}
}
