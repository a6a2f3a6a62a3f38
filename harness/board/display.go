package board

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"slices"
	"sync"
)

// Command is one command that a display got, and the data behind it.
type Command struct {
	Code byte
	Data []byte
}

// The commands of a panel that a Display acts on (MIPI Alliance, Display Command Set 1.3, section 6).
const (
	displayOff    = 0x28
	displayOn     = 0x29
	setColumns    = 0x2a
	setPages      = 0x2b
	memoryWrite   = 0x2c
	writeContinue = 0x3c
)

// mostCommands is how many commands a Display remembers, the newest.
const mostCommands = 1000

// mostData bounds what is remembered of the data behind a command.
const mostData = 64

// Display is a panel: its frame buffer, and the commands that it got. Its methods may be called by
// several goroutines.
type Display struct {
	mu            sync.Mutex
	width, height int
	depth         int // bytes a pixel
	frame         []byte
	on            bool
	brightness    int
	commands      []Command
	window        image.Rectangle // where memory writes go
	at            int             // how many bytes of the window are written
	changes       int
}

// Screen is what a panel shows, without its pixels.
type Screen struct {
	Width, Height, Brightness int
	On                        bool
	Commands                  []Command
}

// Setup gives the panel its size, a black frame and no commands; depth is 2 bytes a pixel for RGB565,
// low byte first, or 1 for a panel that takes whole bytes.
func (d *Display) Setup(width, height, depth int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changes++
	d.width, d.height, d.depth = width, height, depth
	d.frame = make([]byte, width*height*depth)
	d.commands, d.on, d.brightness = nil, true, 5
	d.window, d.at = image.Rect(0, 0, width, height), 0
}

// Ready reports whether the panel was set up, and how many bytes a pixel has.
func (d *Display) Ready() (depth int, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.depth, d.frame != nil
}

// Screen returns what the panel shows.
func (d *Display) Screen() Screen {
	d.mu.Lock()
	defer d.mu.Unlock()
	return Screen{d.width, d.height, d.brightness, d.on, slices.Clone(d.commands)}
}

// Changes counts what was done to the panel: as long as it is the same, so is what the panel shows.
func (d *Display) Changes() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changes
}

// SetBrightness sets the backlight, 0 to 5.
func (d *Display) SetBrightness(level int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changes++
	d.brightness = level
}

// Clear gives all pixels one colour.
func (d *Display) Clear(pixel int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changes++
	for i := range d.frame {
		d.frame[i] = byte(pixel >> (8 * (i % d.depth)))
	}
}

// Write sets the pixels of an area that lies on the panel, row by row; false when it does not, or when
// there are too few bytes.
func (d *Display) Write(area image.Rectangle, pixels []byte) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changes++
	if area.Empty() || !area.In(image.Rect(0, 0, d.width, d.height)) || len(pixels) < area.Dx()*area.Dy()*d.depth {
		return false
	}
	row := area.Dx() * d.depth
	for y := range area.Dy() {
		copy(d.frame[((area.Min.Y+y)*d.width+area.Min.X)*d.depth:], pixels[y*row:(y+1)*row])
	}
	return true
}

// Pixels returns the bytes of an area, row by row; nil when it does not lie on the panel.
func (d *Display) Pixels(area image.Rectangle) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	if area.Empty() || !area.In(image.Rect(0, 0, d.width, d.height)) {
		return nil
	}
	var out []byte
	for y := area.Min.Y; y < area.Max.Y; y++ {
		start := (y*d.width + area.Min.X) * d.depth
		out = append(out, d.frame[start:start+area.Dx()*d.depth]...)
	}
	return out
}

// Command is a command without data yet.
func (d *Display) Command(code byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changes++
	d.commands = append(d.commands, Command{Code: code})
	if extra := len(d.commands) - mostCommands; extra > 0 {
		d.commands = slices.Delete(d.commands, 0, extra)
	}
	switch code {
	case displayOff, displayOn:
		d.on = code == displayOn
	case memoryWrite:
		d.at = 0
	}
}

// Data is data behind the last command: it sets the window, or pixels in it, as a panel's command set
// says.
func (d *Display) Data(data []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changes++
	if len(d.commands) == 0 {
		return
	}
	last := &d.commands[len(d.commands)-1]
	if room := mostData - len(last.Data); room > 0 {
		last.Data = append(last.Data, data[:min(room, len(data))]...)
	}
	switch last.Code {
	case setColumns, setPages:
		d.setWindow(last)
	case memoryWrite, writeContinue:
		d.stream(data)
	}
}

// setWindow takes the first and last column, or row, high byte first.
func (d *Display) setWindow(c *Command) {
	if len(c.Data) < 4 {
		return
	}
	from, to := int(binary.BigEndian.Uint16(c.Data)), int(binary.BigEndian.Uint16(c.Data[2:]))+1
	if c.Code == setColumns {
		d.window.Min.X, d.window.Max.X = from, to
	} else {
		d.window.Min.Y, d.window.Max.Y = from, to
	}
	d.at = 0
}

// stream writes bytes as they come on the wire, where the high byte of a pixel is the first.
func (d *Display) stream(data []byte) {
	if d.window.Empty() || !d.window.In(image.Rect(0, 0, d.width, d.height)) {
		return
	}
	for _, b := range data {
		n := d.at / d.depth
		x, y := d.window.Min.X+n%d.window.Dx(), d.window.Min.Y+n/d.window.Dx()%d.window.Dy()
		d.frame[(y*d.width+x)*d.depth+d.depth-1-d.at%d.depth] = b
		d.at++
	}
}

// PNG is a picture of the panel.
func (d *Display) PNG() ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	img := image.NewRGBA(image.Rect(0, 0, d.width, d.height))
	for i := range d.width * d.height {
		img.Set(i%d.width, i/d.width, d.colour(i))
	}
	var out bytes.Buffer
	err := png.Encode(&out, img)
	return out.Bytes(), err
}

func (d *Display) colour(i int) color.Color {
	if d.depth == 1 {
		return color.Gray{Y: d.frame[i]}
	}
	p := binary.LittleEndian.Uint16(d.frame[2*i:])
	wide := func(v, bits uint16) uint8 { return uint8(uint32(v&(1<<bits-1)) * 255 / uint32(uint16(1)<<bits-1)) }
	return color.RGBA{R: wide(p>>11, 5), G: wide(p>>5, 6), B: wide(p, 5), A: 255}
}

// RGB565 is an image as pixels of two bytes, low byte first.
func RGB565(img image.Image) []byte {
	b := img.Bounds()
	out := make([]byte, 0, b.Dx()*b.Dy()*2)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, _ := img.At(x, y).RGBA()
			out = binary.LittleEndian.AppendUint16(out, uint16(r>>11<<11|g>>10<<5|bl>>11))
		}
	}
	return out
}
