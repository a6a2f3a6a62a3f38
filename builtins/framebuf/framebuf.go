// Package framebuf is the script module framebuf: pixels in a script's memory, for displays
// (docs.micropython.org, framebuf). What is drawn, to the pixel, is what MicroPython draws.
package framebuf

import (
	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module is the table of framebuf.
func Module() *script.Module {
	class := &script.Class{
		Name: "FrameBuffer", Doc: "Pixels to draw on, in the memory of a buffer.",
		Init: script.Func{Params: "buffer, width, height, format, stride=None, /",
			Doc: "Pixels on a buffer, in one of the formats; stride is how many pixels lie from one row to the next, the width when left out.", Call: newBuffer},
		Methods: methods(), Show: func(any) string { return "<FrameBuffer>" },
	}
	return &script.Module{
		Name: "framebuf", Lang: script.Python, Doc: "Pixels in memory, for displays.",
		Funcs: []script.Func{{Name: "FrameBuffer1", Params: "buffer, width, height, stride=None, /", Returns: "FrameBuffer",
			Doc: "A FrameBuffer in the format MVLSB, as older scripts ask for it.", Call: func(c *script.Call) (any, error) {
				f, err := frameOf(c.Args[:3], monoVLSB, c.Args[3])
				if err != nil {
					return nil, err
				}
				return class.NewInstance(c.Interp, f), nil
			}}},
		Classes: []*script.Class{class},
		Consts: []script.Const{
			{Name: "MONO_VLSB", Value: int(monoVLSB), Doc: "A bit a pixel, a byte 8 pixels of a column, the top one the lowest bit."},
			{Name: "MONO_HLSB", Value: int(monoHLSB), Doc: "A bit a pixel, a byte 8 pixels of a row, the left one the highest bit."},
			{Name: "MONO_HMSB", Value: int(monoHMSB), Doc: "A bit a pixel, a byte 8 pixels of a row, the left one the lowest bit."},
			{Name: "RGB565", Value: int(rgb565), Doc: "16 bits a pixel: 5 of red, 6 of green, 5 of blue, the low byte first."},
			{Name: "GS2_HMSB", Value: int(gs2), Doc: "2 bits of grey a pixel, the left one the lowest."},
			{Name: "GS4_HMSB", Value: int(gs4), Doc: "4 bits of grey a pixel, the left one the highest."},
			{Name: "GS8", Value: int(gs8), Doc: "8 bits of grey a pixel."},
			{Name: "MVLSB", Value: int(monoVLSB), Doc: "The same as MONO_VLSB."},
		},
	}
}

func methods() []script.Func {
	return []script.Func{
		{Name: "fill", Params: "c, /", Doc: "Gives all pixels the color c.", Call: drawing(1, func(f *pen, a []int) {
			f.fill(0, 0, f.width, f.height, a[0])
		})},
		{Name: "pixel", Params: "x, y, c=None, /", Doc: "The color of a pixel, None outside; or sets it.", Call: pixel},
		{Name: "hline", Params: "x, y, w, c, /", Doc: "Draws a line of w pixels to the right.", Call: drawing(4, func(f *pen, a []int) {
			f.fill(a[0], a[1], a[2], 1, a[3])
		})},
		{Name: "vline", Params: "x, y, h, c, /", Doc: "Draws a line of h pixels downwards.", Call: drawing(4, func(f *pen, a []int) {
			f.fill(a[0], a[1], 1, a[2], a[3])
		})},
		{Name: "line", Params: "x1, y1, x2, y2, c, /", Doc: "Draws a line from one point to another.", Call: drawing(5, func(f *pen, a []int) {
			f.line(point{a[0], a[1]}, point{a[2], a[3]}, a[4])
		})},
		{Name: "rect", Params: "x, y, w, h, c, f=False, /", Doc: "Draws the border of a rectangle, or fills it when f is true.", Call: rect},
		{Name: "fill_rect", Params: "x, y, w, h, c, /", Doc: "Fills a rectangle.", Call: drawing(5, func(f *pen, a []int) {
			f.fill(a[0], a[1], a[2], a[3], a[4])
		})},
		{Name: "ellipse", Params: "x, y, xr, yr, c, f=False, m=15, /",
			Doc: "Draws an ellipse around (x, y) with two radii, or fills it; m has a bit for each quadrant, from the upper right one on, against the clock.", Call: ellipse},
		{Name: "poly", Params: "x, y, coords, c, f=False, /",
			Doc: "Draws a polygon at (x, y), or fills it; coords is an array of the points' coordinates.", Call: poly},
		{Name: "text", Params: "s, x, y, c=1, /", Doc: "Writes ASCII in letters of 8 by 8 pixels.", Call: text},
		{Name: "scroll", Params: "xstep, ystep, /", Doc: "Moves all pixels; what they leave behind stays as it was.", Call: drawing(2, func(f *pen, a []int) {
			f.scroll(a[0], a[1])
		})},
		{Name: "blit", Params: "fbuf, x, y, key=-1, palette=None, /",
			Doc: "Copies the pixels of another FrameBuffer, or of a tuple of what makes one, but those of the color key; a palette says what colors they become.", Call: blit},
	}
}

// frameOf lays a frame on buffer, width and height.
func frameOf(args []starlark.Value, f format, stride starlark.Value) (*frame, error) {
	memory, ok := object.AsBuffer(args[0])
	if !ok {
		return nil, script.Raise("TypeError", "object with buffer protocol required")
	}
	measures, err := ints(args[1:])
	if err != nil {
		return nil, err
	}
	row := measures[0]
	if stride != nil {
		if row, err = object.ToInt(stride); err != nil {
			return nil, err
		}
	}
	return newFrame(memory, measures[0], measures[1], f, row)
}

func ints(args []starlark.Value) ([]int, error) {
	out := make([]int, len(args))
	for i, v := range args {
		n, err := object.ToInt(v)
		if err != nil {
			return nil, err
		}
		if n != int(int32(n)) {
			return nil, script.Raise("OverflowError", "overflow converting long int to machine word")
		}
		out[i] = n
	}
	return out, nil
}

func newBuffer(c *script.Call) (any, error) {
	f := 0
	if err := c.Unpack(nil, nil, nil, &f); err != nil {
		return nil, err
	}
	return frameOf(c.Args[:3], format(f), c.Args[4])
}

func self(c *script.Call) *frame { return c.Self.(*frame) }

func penOf(c *script.Call) *pen { return &pen{frame: self(c), c: c} }

// drawing is a method of n ints that returns nothing.
func drawing(n int, draw func(f *pen, args []int)) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		args, err := ints(c.Args[:n])
		if err != nil {
			return nil, err
		}
		p := penOf(c)
		draw(p, args)
		return nil, p.err
	}
}

func pixel(c *script.Call) (any, error) {
	at, err := ints(c.Args[:2])
	if err != nil || !self(c).holds(at[0], at[1]) {
		return nil, err
	}
	if c.Args[2] == nil {
		return self(c).get(at[0], at[1]), nil
	}
	color, err := ints(c.Args[2:])
	if err == nil {
		self(c).set(at[0], at[1], color[0])
	}
	return nil, err
}

func isTrue(v starlark.Value) bool { return v != nil && object.Truth(v) }

func rect(c *script.Call) (any, error) {
	a, err := ints(c.Args[:5])
	if err != nil {
		return nil, err
	}
	p := penOf(c)
	draw := p.outline
	if isTrue(c.Args[5]) {
		draw = p.fill
	}
	draw(a[0], a[1], a[2], a[3], a[4])
	return nil, p.err
}

func ellipse(c *script.Call) (any, error) {
	a, err := ints(c.Args[:5])
	if err != nil {
		return nil, err
	}
	mask := allQuadrants
	if err := c.Unpack(nil, nil, nil, nil, nil, nil, &mask); err != nil {
		return nil, err
	}
	for _, radius := range a[2:4] {
		if radius > maxSide {
			return nil, script.RaiseArgs("ValueError", nil)
		}
	}
	p := penOf(c)
	p.ellipse(point{a[0], a[1]}, a[2], a[3], a[4], isTrue(c.Args[5]), mask)
	return nil, p.err
}

func poly(c *script.Call) (any, error) {
	at, err := ints(c.Args[:2])
	if err != nil {
		return nil, err
	}
	color, err := ints(c.Args[3:4])
	if err != nil {
		return nil, err
	}
	_, isBuffer := object.AsBytes(c.Args[2])
	coords, isSequence := object.Native(c.Args[2]).(starlark.Indexable)
	if !isBuffer || !isSequence {
		return nil, script.Raise("TypeError", "object with buffer protocol required")
	}
	points := make([]point, coords.Len()/2)
	for i := range points {
		xy, err := ints([]starlark.Value{coords.Index(2 * i), coords.Index(2*i + 1)})
		if err != nil {
			return nil, err
		}
		points[i] = point{xy[0], xy[1]}
	}
	p := penOf(c)
	if len(points) > 0 {
		p.polygon(point{at[0], at[1]}, points, color[0], isTrue(c.Args[4]))
	}
	return nil, p.err
}

func text(c *script.Call) (any, error) {
	s, x, y, color := "", 0, 0, 1
	if err := c.Unpack(&s, &x, &y, &color); err != nil {
		return nil, err
	}
	p := penOf(c)
	p.text(s, x, y, color)
	return nil, p.err
}

func blit(c *script.Call) (any, error) {
	from, err := pixelsOf(c.Args[0])
	if err != nil {
		return nil, err
	}
	at, err := ints(c.Args[1:3])
	if err != nil {
		return nil, err
	}
	key, palette := -1, (*frame)(nil)
	if err := c.Unpack(nil, nil, nil, &key); err != nil {
		return nil, err
	}
	if c.Given(4) {
		if palette, err = pixelsOf(c.Args[4]); err != nil {
			return nil, err
		}
	}
	p := penOf(c)
	p.blit(from, at[0], at[1], key, palette)
	return nil, p.err
}

// pixelsOf is a FrameBuffer, or what a tuple of its arguments is, whose memory is only read.
func pixelsOf(v starlark.Value) (*frame, error) {
	if o, ok := script.NativeOf(v); ok {
		if f, ok := o.Self().(*frame); ok {
			return f, nil
		}
	}
	var args []starlark.Value
	switch v := object.Native(v).(type) {
	case starlark.Tuple:
		args = v
	case *starlark.List:
		for e := range v.Elements() {
			args = append(args, e)
		}
	default:
		return nil, script.Raise("TypeError", "object '%s' isn't a tuple or list", object.TypeName(v))
	}
	if len(args) < 4 || len(args) > 5 {
		return nil, script.RaiseArgs("ValueError", nil)
	}
	memory, ok := object.AsBytes(args[0])
	if !ok {
		return nil, script.Raise("TypeError", "object with buffer protocol required")
	}
	m, err := ints(args[1:])
	if err != nil {
		return nil, err
	}
	return newFrame(memory, m[0], m[1], format(m[2]), append(m, m[0])[3])
}
