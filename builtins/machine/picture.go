package machine

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"io"
	"os"

	"quecstar/builtins/quectel"
	"quecstar/harness/board"
	"quecstar/harness/script"
)

func pictureMethods() []script.Func {
	return []script.Func{
		{Name: "lcd_show", Params: "file_name, start_x, start_y, width=None, hight=None", Doc: "Shows a file of Image2Lcd; without a size the file has a header. Returns 0, or -1.", Call: withDisplay(showBin)},
		{Name: "lcd_show_jpg", Params: "file_name, start_x, start_y", Doc: "Shows a JPEG file; returns 0, or -1.", Call: withDisplay(showJPEG)},
	}
}

// contents reads a file of the script's tree; ok is false when there is none.
func contents(c *script.Call, name string) (data []byte, ok bool, err error) {
	files, err := c.Interp.Files()
	if err != nil {
		return nil, false, script.Raise("OSError", "%w", err)
	}
	f, err := files.Open(name, os.O_RDONLY)
	if err != nil {
		return nil, false, nil
	}
	defer func() { _ = f.Close() }() // only read
	data, err = io.ReadAll(f)
	return data, err == nil, nil
}

// headerSize is that of a file of Image2Lcd whose pixels have 16 bits: how it was scanned, the bits,
// width and height, and two bytes about colours (Image2Lcd 3.2, its help, "HEADCOLOR").
const headerSize = 8

// highFirst is the bit of a header's first byte that says that numbers, and pixels, begin with their
// high byte.
const highFirst = 0x10

func showBin(c *script.Call, d *board.Display) (any, error) {
	var name string
	var x, y, width, height int
	if err := c.Unpack(&name, &x, &y, &width, &height); err != nil {
		return nil, err
	}
	data, ok, err := contents(c, name)
	if err != nil || !ok {
		return quectel.Failed, err
	}
	if !c.Given(3) && !c.Given(4) {
		if data, width, height, ok = header(data); !ok {
			return quectel.Failed, nil
		}
	}
	if width <= 0 || height <= 0 || !d.Write(image.Rect(x, y, x+width, y+height), data) {
		return quectel.Failed, nil
	}
	return quectel.OK, nil
}

// header takes the header off a file and returns its pixels with the low byte first.
func header(data []byte) (pixels []byte, width, height int, ok bool) {
	if len(data) < headerSize || data[1] != 16 {
		return nil, 0, 0, false
	}
	var order binary.ByteOrder = binary.LittleEndian
	if data[0]&highFirst != 0 {
		order = binary.BigEndian
	}
	width, height = int(order.Uint16(data[2:])), int(order.Uint16(data[4:]))
	pixels = bytes.Clone(data[headerSize:])
	if data[0]&highFirst != 0 {
		for i := 0; i+1 < len(pixels); i += 2 {
			pixels[i], pixels[i+1] = pixels[i+1], pixels[i]
		}
	}
	return pixels, width, height, true
}

func showJPEG(c *script.Call, d *board.Display) (any, error) {
	var name string
	var x, y int
	if err := c.Unpack(&name, &x, &y); err != nil {
		return nil, err
	}
	data, ok, err := contents(c, name)
	if err != nil || !ok {
		return quectel.Failed, err
	}
	img, err := jpeg.Decode(bytes.NewReader(data))
	depth, _ := d.Ready()
	if err != nil || depth != 2 {
		return quectel.Failed, nil
	}
	if !d.Write(img.Bounds().Add(image.Pt(x, y).Sub(img.Bounds().Min)), board.RGB565(img)) {
		return quectel.Failed, nil
	}
	return quectel.OK, nil
}

// lcdControls is how a test looks at the display.
func lcdControls() []script.Func {
	return []script.Func{
		{Name: "lcd", Reads: true, Doc: "What the display shows: a dict of width, height, on, brightness and commands, the newest, each (code, data).", Call: showScreen},
		{Name: "lcd_pixels", Reads: true, Params: "x, y, width=1, height=1", Doc: "The bytes of an area of the display, None outside: two a pixel, the low one first.", Call: func(c *script.Call) (any, error) {
			var x, y int
			width, height := 1, 1
			if err := c.Unpack(&x, &y, &width, &height); err != nil {
				return nil, err
			}
			if b := PartsOf(c.Interp).Display.Pixels(image.Rect(x, y, x+max(width, 0), y+max(height, 0))); b != nil {
				return b, nil
			}
			return nil, nil
		}},
		{Name: "lcd_png", Reads: true, Doc: "The display as a PNG file's bytes; OSError before lcd_init.", Call: func(c *script.Call) (any, error) {
			d := &PartsOf(c.Interp).Display
			if _, ok := d.Ready(); !ok {
				return nil, script.Raise("OSError", "the display is not set up: the script must call LCD.lcd_init")
			}
			return d.PNG()
		}},
	}
}

func showScreen(c *script.Call) (any, error) {
	s := PartsOf(c.Interp).Display.Screen()
	commands := script.List{}
	for _, cmd := range s.Commands {
		commands = append(commands, script.Tuple{cmd.Code, append([]byte{}, cmd.Data...)})
	}
	return script.Dict{{Key: "width", Value: s.Width}, {Key: "height", Value: s.Height}, {Key: "on", Value: s.On},
		{Key: "brightness", Value: s.Brightness}, {Key: "commands", Value: commands}}, nil
}
