package object

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
)

// StrOf is str(v); a failing __str__ shows as such.
func StrOf(v starlark.Value) string {
	s, err := TryStr(v)
	if err != nil {
		return "<" + TypeName(v) + " that cannot be printed>"
	}
	return s
}

func Repr(v starlark.Value) string {
	s, err := TryRepr(v)
	if err != nil {
		return "<" + TypeName(v) + " that cannot be printed>"
	}
	return s
}

// strText is str(v).
func TryStr(v starlark.Value) (string, error) {
	switch v := v.(type) {
	case *Str:
		return v.s, nil
	case starlark.String:
		return string(v), nil
	case starlark.Int:
		if n, ok := v.Int64(); ok {
			return strconv.FormatInt(n, 10), nil
		}
	case *Instance:
		if fn := v.Lookup("__str__"); fn != nil {
			return v.callText(fn)
		}
		if v.exc != nil {
			if fn := v.Lookup("__repr__"); fn != nil {
				return v.callText(fn)
			}
			return v.exc.text(v.class)
		}
		if v.Lookup("__repr__") == nil && v.native != nil {
			return TryStr(v.native)
		}
	}
	return TryRepr(v)
}

// reprText is repr(v).
func TryRepr(v starlark.Value) (string, error) {
	r := &printer{}
	err := r.write(v)
	return r.b.String(), err
}

// maxNesting is how deep containers are printed.
const maxNesting = 200

// printer writes one repr.
type printer struct {
	b     strings.Builder
	depth int // how many containers are around what is written
}

func (r *printer) write(v starlark.Value) error {
	switch v := v.(type) {
	case starlark.NoneType:
		return Write(&r.b, "None")
	case starlark.String:
		return Write(&r.b, quoteStr(string(v)))
	case starlark.Bytes:
		return Write(&r.b, quoteBytes([]byte(v)))
	case starlark.Float:
		return Write(&r.b, floatText(float64(v)))
	case starlark.Tuple:
		return r.tuple(v)
	case *starlark.List:
		return r.elements("[", "]", v)
	case *Set:
		left, right := "{", "}"
		if v.Len() == 0 {
			left, right = v.name()+"(", ")"
		} else if v.frozen {
			left, right = "frozenset({", "})"
		}
		return r.elements(left, right, starlark.Tuple(v.d.d.Keys()))
	case *Dict:
		if v.ordered {
			return r.dict("OrderedDict({", "})", v.Items())
		}
		return r.dict("{", "}", v.Items())
	case *starlark.Dict:
		return r.dict("{", "}", v.Items())
	case *starlark.Function:
		fmt.Fprintf(&r.b, "<function %s at %p>", FrameName(v.Name()), v)
	case *starlark.Builtin:
		if _, one := v.Receiver().(*operator); v.Receiver() != nil && !one {
			r.b.WriteString("<bound_method>")
		} else {
			r.b.WriteString("<function>")
		}
	case *Instance:
		return r.instance(v)
	case Composed:
		return r.composed(v)
	default:
		return Write(&r.b, v.String())
	}
	return nil
}

// Composed is a value whose repr holds those of others: Parts are strings and values in order. A String
// method that asked the others by itself would not know how deep they nest.
type Composed interface {
	starlark.Value
	Parts() []any
}

func (r *printer) composed(v Composed) error {
	if err := r.enter(); err != nil {
		return err
	}
	defer r.leave()
	for _, p := range v.Parts() {
		if text, ok := p.(string); ok {
			r.b.WriteString(text)
		} else if err := r.write(p.(starlark.Value)); err != nil {
			return err
		}
	}
	return nil
}

func listElems(l *starlark.List) []starlark.Value {
	out := make([]starlark.Value, l.Len())
	for i := range out {
		out[i] = l.Index(i)
	}
	return out
}

// enter goes into a container. One that holds itself nests too deep, on a module as here.
func (r *printer) enter() error {
	if r.depth++; r.depth > maxNesting {
		return Errorf("RuntimeError", "maximum recursion depth exceeded")
	}
	return nil
}

func (r *printer) leave() { r.depth-- }

// list writes what is in a container, with commas between: as much as there is at each step, as the __repr__ of
// an element may take others away.
func (r *printer) list(left, right string, length func() int, element func(i int) error) error {
	if err := r.enter(); err != nil {
		return err
	}
	defer r.leave()
	r.b.WriteString(left)
	for i := 0; i < length(); i++ {
		if i > 0 {
			r.b.WriteString(", ")
		}
		if err := element(i); err != nil {
			return err
		}
	}
	r.b.WriteString(right)
	return nil
}

func (r *printer) elements(left, right string, of starlark.Indexable) error {
	return r.list(left, right, of.Len, func(i int) error { return r.write(of.Index(i)) })
}

func (r *printer) tuple(t starlark.Tuple) error {
	if len(t) == 1 {
		return r.elements("(", ",)", t)
	}
	return r.elements("(", ")", t)
}

func (r *printer) dict(left, right string, items []starlark.Tuple) error {
	return r.list(left, right, func() int { return len(items) }, func(i int) error {
		err := r.write(items[i][0])
		if err == nil {
			r.b.WriteString(": ")
			err = r.write(items[i][1])
		}
		return err
	})
}

func (r *printer) instance(i *Instance) error {
	if fn := i.Lookup("__repr__"); fn != nil {
		text, err := i.callText(fn)
		r.b.WriteString(text)
		return err
	}
	switch {
	case i.exc != nil:
		r.b.WriteString(i.class.name)
		// As a tuple: MicroPython, like CPython up to 3.6, has a comma behind a lone argument.
		return r.tuple(i.exc.args)
	case i.native != nil:
		return r.write(i.native)
	}
	r.b.WriteString(plainRepr(i))
	return nil
}

// quoteStr is the repr of a str.
func quoteStr(s string) string { return quoted("", s, false) }

func quoteBytes(b []byte) string { return quoted("b", string(b), true) }

// quoted is a literal: in single quotes, unless it has some and no double ones. As in MicroPython, it has
// ASCII only.
func quoted(prefix, s string, isBytes bool) string {
	var b strings.Builder
	quote := pickQuote(s)
	b.WriteString(prefix)
	b.WriteByte(quote)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if isBytes || r == utf8.RuneError && n == 1 {
			r, n = rune(s[i]), 1
		}
		switch {
		case r < utf8.RuneSelf:
			writeASCII(&b, byte(r), quote)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += n
	}
	b.WriteByte(quote)
	return b.String()
}

func pickQuote(s string) byte {
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		return '"'
	}
	return '\''
}

func writeASCII(b *strings.Builder, c, quote byte) {
	switch {
	case c == quote || c == '\\':
		b.WriteByte('\\')
		b.WriteByte(c)
	case c == '\n':
		b.WriteString(`\n`)
	case c == '\r':
		b.WriteString(`\r`)
	case c == '\t':
		b.WriteString(`\t`)
	case c < ' ' || c >= 0x7f:
		fmt.Fprintf(b, `\x%02x`, c)
	default:
		b.WriteByte(c)
	}
}

// floatText is repr of a float, as CPython prints it.
func floatText(x float64) string {
	switch {
	case math.IsNaN(x):
		return "nan"
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	}
	if a := math.Abs(x); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(x, 'e', -1, 64)
	}
	s := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// plainRepr is the repr that object gives.
func plainRepr(i *Instance) string { return fmt.Sprintf("<%s object at %p>", i.class.name, i) }
