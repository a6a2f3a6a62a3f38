package framebuf

import "quecstar/harness/script"

// format is how pixels lie in memory, by its number in MicroPython (docs.micropython.org, framebuf).
type format int

// The formats. The names say where in a byte the first pixel is, as the manual's do: of MONO_HLSB that is
// the highest bit.
const (
	monoVLSB format = iota
	rgb565
	gs4
	monoHLSB
	monoHMSB
	gs2
	gs8
)

// depths is how many bits a pixel has.
var depths = map[format]int{monoVLSB: 1, rgb565: 16, gs4: 4, monoHLSB: 1, monoHMSB: 1, gs2: 2, gs8: 8}

// maxSide is the most that a width, height or stride may be.
const maxSide = 0xffff

// frame is a rectangle of pixels on a script's memory. The interpreter lock guards it.
type frame struct {
	buffer                []byte
	width, height, stride int
	format                format
}

// newFrame lays pixels on memory; it fails for measures that the memory cannot hold.
func newFrame(buffer []byte, width, height int, f format, stride int) (*frame, error) {
	if width < 1 || height < 1 || width > maxSide || height > maxSide || stride < width || stride > maxSide {
		return nil, script.RaiseArgs("ValueError", nil)
	}
	depth, known := depths[f]
	if !known {
		return nil, script.Raise("ValueError", "invalid format")
	}
	whole, rows, last := width, height-1, 1
	switch {
	case f == monoVLSB:
		rows, last = (height+7)&^7-8, 8
	case depth < 8:
		perByte := 8 / depth
		stride = (stride + perByte - 1) &^ (perByte - 1)
		whole = (width + perByte - 1) &^ (perByte - 1)
	}
	if (rows*stride+last*whole)*depth/8 > len(buffer) {
		return nil, script.RaiseArgs("ValueError", nil)
	}
	return &frame{buffer: buffer, width: width, height: height, stride: stride, format: f}, nil
}

// Memory is what the pixels lie on, for what takes a buffer.
func (f *frame) Memory() []byte { return f.buffer }

func (f *frame) holds(x, y int) bool { return x >= 0 && y >= 0 && x < f.width && y < f.height }

// place is where a pixel of less than 16 bits is: in which byte, by how much it is shifted there, and what
// of a color it keeps.
func (f *frame) place(x, y int) (at, shift int, mask byte) {
	i := y*f.stride + x
	switch f.format {
	case monoVLSB:
		return y/8*f.stride + x, y % 8, 1
	case monoHLSB:
		return i / 8, 7 - x%8, 1
	case monoHMSB:
		return i / 8, x % 8, 1
	case gs2:
		return i / 4, x % 4 * 2, 3
	case gs4:
		return i / 2, 4 - x%2*4, 15
	}
	return i, 0, 255
}

// get is the color of a pixel within the frame.
func (f *frame) get(x, y int) int {
	if f.format == rgb565 {
		i := (y*f.stride + x) * 2
		return int(f.buffer[i]) | int(f.buffer[i+1])<<8
	}
	at, shift, mask := f.place(x, y)
	return int(f.buffer[at] >> shift & mask)
}

// set gives a pixel a color; outside of the frame it does nothing.
func (f *frame) set(x, y, color int) {
	if !f.holds(x, y) {
		return
	}
	if f.format == rgb565 {
		i := (y*f.stride + x) * 2
		f.buffer[i], f.buffer[i+1] = byte(color), byte(color>>8)
		return
	}
	at, shift, mask := f.place(x, y)
	bits := byte(color) & mask
	if mask == 1 && color != 0 {
		bits = 1
	}
	f.buffer[at] = f.buffer[at]&^(mask<<shift) | bits<<shift
}
