package framebuf

import (
	"slices"

	"quecstar/harness/script"
)

// pen draws on a frame during one call. What it does counts as work of the call: once the run must end, it
// draws nothing more, and err says why.
type pen struct {
	*frame
	c   *script.Call
	err error
}

// may counts n pixels and reports whether they may be drawn.
func (f *pen) may(n int) bool {
	if f.err == nil {
		f.err = f.c.Work(uint64(n)/8 + 1)
	}
	return f.err == nil
}

// point is a place in a frame, or outside of it.
type point struct{ x, y int }

// fill colors a rectangle.
func (f *pen) fill(x, y, w, h, color int) {
	left, right, top, bottom := max(x, 0), min(x+w, f.width), max(y, 0), min(y+h, f.height)
	if left >= right || top >= bottom || !f.may((right-left)*(bottom-top)) {
		return
	}
	for j := top; j < bottom; j++ {
		for i := left; i < right; i++ {
			f.set(i, j, color)
		}
	}
}

// outline draws the border of a rectangle, one pixel wide.
func (f *pen) outline(x, y, w, h, color int) {
	f.fill(x, y, w, 1, color)
	f.fill(x, y+h-1, w, 1, color)
	f.fill(x, y, 1, h, color)
	f.fill(x+w-1, y, 1, h, color)
}

// line draws Bresenham's line: of a flat one, a pixel in each column, in the row that is nearest to it.
func (f *pen) line(from, to point, color int) {
	dx, sx := distance(from.x, to.x)
	dy, sy := distance(from.y, to.y)
	x, y, limit, steep := from.x, from.y, f.width, dy > dx
	if steep {
		x, y, dx, dy, sx, sy, limit = y, x, dy, dx, sy, sx, f.height
	}
	first, end := -x, limit-x // the steps that are inside of the frame
	if sx < 0 {
		first, end = x-limit+1, x+1
	}
	first, end = max(first, 0), min(end, dx)
	if !f.may(max(end-first, 0)) {
		return
	}
	for i := first; i < end; i++ {
		along, across := x+sx*i, y+sy*((2*dy*i+dx)/(2*dx))
		if steep {
			along, across = across, along
		}
		f.set(along, across, color)
	}
	f.set(to.x, to.y, color)
}

// distance is how far b is from a, and in which direction.
func distance(a, b int) (d, step int) {
	if b > a {
		return b - a, 1
	}
	return a - b, -1
}

// allQuadrants are the four that ellipse's mask has a bit for, from the upper right one on, against the
// clock.
const allQuadrants = 0b1111

// ellipse draws an ellipse around c, with the quadrants that mask names.
func (f *pen) ellipse(c point, rx, ry, color int, filled bool, mask int) {
	if rx == 0 && ry == 0 {
		if mask&allQuadrants != 0 {
			f.set(c.x, c.y, color)
		}
		return
	}
	dot := func(x, y int) {
		if !f.may(1) {
			return
		}
		for q, at := range []point{{c.x + x, c.y - y}, {c.x - x, c.y - y}, {c.x - x, c.y + y}, {c.x + x, c.y + y}} {
			switch {
			case mask>>q&1 == 0:
			case filled:
				f.fill(min(at.x, c.x), at.y, x+1, 1, color)
			default:
				f.set(at.x, at.y, color)
			}
		}
	}
	arc(rx, ry, dot)
	arc(ry, rx, func(y, x int) { dot(x, y) })
}

// arc gives the points of an ellipse's first quadrant from the end of the radius a on, as far as the curve
// is steep there (John Kennedy, A Fast Bresenham Type Algorithm For Drawing Ellipses).
func arc(a, b int, dot func(along, across int)) {
	x, y, off := a, 0, 0
	xChange, yChange := b*b*(1-2*a), a*a
	for xStop, yStop := 2*b*b*a, 0; xStop >= yStop; {
		dot(x, y)
		y, yStop = y+1, yStop+2*a*a
		off, yChange = off+yChange, yChange+2*a*a
		if 2*off+xChange > 0 {
			x, xStop = x-1, xStop-2*b*b
			off, xChange = off+xChange, xChange+2*b*b
		}
	}
}

// polygon draws the lines from each point to the next, and from the last to the first, or what is inside
// of them.
func (f *pen) polygon(at point, points []point, color int, filled bool) {
	if !filled {
		for i, p := range points {
			q := points[(i+1)%len(points)]
			f.line(point{at.x + q.x, at.y + q.y}, point{at.x + p.x, at.y + p.y}, color)
		}
		return
	}
	low, high := points[0].y, points[0].y
	for _, p := range points {
		low, high = min(low, p.y), max(high, p.y)
	}
	low, high = max(low, -at.y), min(high, f.height-at.y)
	for row := low; row <= high && f.may(8*len(points)); row++ {
		f.fillRow(at, points, row, color)
	}
}

// fillRow colors what of a row is inside of a polygon: between each two edges that cross it. An edge
// crosses the rows from its upper end to above its lower one, so that two that meet count once; the lowest
// pixels, which this leaves out, are drawn by themselves.
func (f *pen) fillRow(at point, points []point, row, color int) {
	var crossings []int
	for i, p := range points {
		q := points[(i+len(points)-1)%len(points)]
		switch {
		case (p.y > row) != (q.y > row):
			crossings = append(crossings, (32*p.x+32*(q.x-p.x)*(row-p.y)/(q.y-p.y)+16)/32)
		case row != max(p.y, q.y):
		case p.y < q.y:
			f.set(at.x+q.x, at.y+q.y, color)
		case q.y < p.y:
			f.set(at.x+p.x, at.y+p.y, color)
		default:
			f.line(point{at.x + p.x, at.y + p.y}, point{at.x + q.x, at.y + q.y}, color)
		}
	}
	slices.Sort(crossings)
	for i := 0; i+1 < len(crossings); i += 2 {
		f.fill(at.x+crossings[i], at.y+row, crossings[i+1]-crossings[i]+1, 1, color)
	}
}

// scroll moves all pixels; what they leave behind stays. A frame's whole size or more moves nothing.
func (f *pen) scroll(dx, dy int) {
	if max(dx, -dx) >= f.width || max(dy, -dy) >= f.height || !f.may(f.width*f.height) {
		return
	}
	for j := range f.height - max(dy, -dy) {
		for i := range f.width - max(dx, -dx) {
			x, y := i, j
			if dx > 0 {
				x = f.width - 1 - i
			}
			if dy > 0 {
				y = f.height - 1 - j
			}
			f.set(x, y, f.get(x-dx, y-dy))
		}
	}
}

// blit copies the pixels of another frame to (x, y), but those of the color key; a palette says what
// colors they become.
func (f *pen) blit(from *frame, x, y, key int, palette *frame) {
	for j := max(0, -y); j < min(from.height, f.height-y) && f.may(from.width); j++ {
		for i := max(0, -x); i < min(from.width, f.width-x); i++ {
			color := from.get(i, j)
			if palette != nil {
				color = palette.get(min(color, palette.width-1), 0)
			}
			if color != key {
				f.set(x+i, y+j, color)
			}
		}
	}
}

// text writes ASCII in letters of 8 by 8 pixels; any other byte becomes the last of the font.
func (f *pen) text(s string, x, y, color int) {
	for _, letter := range []byte(s) {
		if !f.may(64) {
			return
		}
		if letter < ' ' || letter > 127 {
			letter = 127
		}
		for i := range 8 {
			for bits, j := font[int(letter-' ')*8+i], 0; bits != 0; bits, j = bits>>1, j+1 {
				if bits&1 != 0 {
					f.set(x+i, y+j, color)
				}
			}
		}
		x += 8
	}
}
