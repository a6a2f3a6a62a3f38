package object

import (
	"strings"

	"go.starlark.net/starlark"
)

// text is a str or a bytes-like value while one of the methods that both have works on it.
type text struct {
	s    string
	self starlark.Value // *Str, *Bytes or *Bytearray
}

func textOf(v starlark.Value) text {
	switch v := v.(type) {
	case *Bytes:
		return text{string(v.b), v}
	case *Bytearray:
		return text{string(v.b), v}
	}
	return text{v.(*Str).s, v}
}

// like makes a result of the same type.
func (t text) like(s string) starlark.Value {
	switch t.self.(type) {
	case *Bytes:
		return NewBytes([]byte(s))
	case *Bytearray:
		return NewBytearray([]byte(s))
	}
	return NewStr(s)
}

func (t text) isBytes() bool {
	_, isStr := t.self.(*Str)
	return !isStr
}

// result is a value of the same type: the value itself when that has not changed and never does.
func (t text) result(s string) starlark.Value {
	if _, changes := t.self.(*Bytearray); !changes && s == t.s {
		return t.self
	}
	return t.like(s)
}

// other takes an argument that must be of the same kind.
func (t text) other(v starlark.Value) (string, error) {
	if !t.isBytes() {
		return toStr(v)
	}
	if b, ok := bytesOf(v); ok {
		return string(b), nil
	}
	if _, isStr := strOf(v); !isStr {
		return "", Errorf("TypeError", "object with buffer protocol required")
	}
	return "", Errorf("TypeError", "can't convert 'str' object to bytes implicitly")
}

// affixes takes one str or bytes, or a tuple of them; as in MicroPython either may be at the ends of either.
func affixes(v starlark.Value) ([]string, error) {
	tuple, ok := v.(starlark.Tuple)
	if !ok {
		tuple = starlark.Tuple{v}
	}
	all := make([]string, len(tuple))
	for i, e := range tuple {
		if b, isBytes := e.(*Bytes); isBytes {
			all[i] = string(b.b)
			continue
		}
		s, err := toStr(e)
		if err != nil {
			return nil, err
		}
		all[i] = s
	}
	return all, nil
}

// window is the part between the optional start and end arguments from the i-th on, in bytes, and
// where it begins; found reports positions in code points.
func (t text) window(a *Args, i int) (part string, from int, err error) {
	n := t.len()
	start, err := a.Int(i, 0)
	if err != nil {
		return "", 0, err
	}
	end, err := a.Int(i+1, n)
	if err != nil {
		return "", 0, err
	}
	beyond := start > n // where not even "" is found
	start, end = clampIndex(start, n), clampIndex(end, n)
	if beyond || start > end {
		return "", -1, nil
	}
	return t.s[t.offset(start):t.offset(end)], t.offset(start), nil
}

func clampIndex(i, n int) int {
	if i < 0 {
		i += n
	}
	return max(0, min(i, n))
}

func (t text) len() int {
	if t.isBytes() {
		return len(t.s)
	}
	return NewStr(t.s).Len()
}

func (t text) offset(i int) int {
	if t.isBytes() {
		return i
	}
	return NewStr(t.s).offset(i)
}

// position turns a byte offset into an index.
func (t text) position(offset int) int {
	if t.isBytes() {
		return offset
	}
	return NewStr(t.s[:offset]).Len()
}

// bytesPerRune is what the runes of a text take, and what is made of them.
const bytesPerRune = 8

const asciiSpace = " \t\n\r\v\f"

type textFunc = func(t text, a *Args) (starlark.Value, error)

// withText adds the methods that str and bytes share to those that a type has of its own.
func withText[T starlark.Value](own map[string]Method[T]) map[string]Method[T] {
	for name, m := range textMethods {
		own[name] = Method[T]{m.Min, m.Max, m.Kw, func(v T, a *Args) (starlark.Value, error) {
			if err := RoomLeft(BytesIn(v)); err != nil {
				return nil, err
			}
			return m.Fn(textOf(v), a)
		}}
	}
	return own
}

// textMethods are the methods that str and bytes share.
var textMethods = map[string]Method[text]{
	"capitalize": {0, 0, false, func(t text, _ *Args) (starlark.Value, error) {
		if t.s == "" {
			return t.like(""), nil
		}
		if err := RoomLeft(bytesPerRune * len(t.s)); err != nil {
			return nil, err
		}
		r := []rune(t.s)
		return t.like(string(toUpper(r[0])) + strings.Map(toLower, string(r[1:]))), nil
	}},
	"center":     {1, 2, false, padded(func(n int) int { return n / 2 })},
	"ljust":      {1, 2, false, padded(func(int) int { return 0 })},
	"rjust":      {1, 2, false, padded(func(n int) int { return n })},
	"count":      {1, 3, false, textCount},
	"endswith":   {1, 3, false, affix(strings.HasSuffix)},
	"startswith": {1, 3, false, affix(strings.HasPrefix)},
	"find":       {1, 3, false, finder(strings.Index, false)},
	"rfind":      {1, 3, false, finder(strings.LastIndex, false)},
	"index":      {1, 3, false, finder(strings.Index, true)},
	"rindex":     {1, 3, false, finder(strings.LastIndex, true)},
	"isalpha":    {0, 0, false, every(isLetter)},
	"isdigit":    {0, 0, false, every(isDigit)},
	"isalnum":    {0, 0, false, every(func(r rune) bool { return isLetter(r) || isDigit(r) })},
	"isspace":    {0, 0, false, every(isSpace)},
	"isupper":    {0, 0, false, cased(isUpper, isLower)},
	"islower":    {0, 0, false, cased(isLower, isUpper)},
	"join":       {1, 1, false, textJoin},
	"lower":      {0, 0, false, mapped(toLower)},
	"upper":      {0, 0, false, mapped(toUpper)},
	"swapcase":   {0, 0, false, mapped(swapCase)},
	"title": {0, 0, false, func(t text, _ *Args) (starlark.Value, error) {
		if err := t.roomForCopies(); err != nil {
			return nil, err
		}
		return t.like(titleCase(t.s)), nil
	}},
	"strip":      {0, 1, false, stripper(true, true)},
	"lstrip":     {0, 1, false, stripper(true, false)},
	"rstrip":     {0, 1, false, stripper(false, true)},
	"partition":  {1, 1, false, partitioner(strings.Index, false)},
	"rpartition": {1, 1, false, partitioner(strings.LastIndex, true)},
	"replace":    {2, 3, false, textReplace},
	"split":      {0, 2, true, splitter(false)},
	"rsplit":     {0, 2, true, splitter(true)},
	"splitlines": {0, 1, true, textSplitlines},
	"zfill":      {1, 1, false, textZfill},
}

// Letters, digits and white space are those of ASCII, as in MicroPython; all other bytes stay as they are.

func isUpper(r rune) bool  { return 'A' <= r && r <= 'Z' }
func isLower(r rune) bool  { return 'a' <= r && r <= 'z' }
func isLetter(r rune) bool { return isUpper(r) || isLower(r) }
func isDigit(r rune) bool  { return '0' <= r && r <= '9' }

func toUpper(r rune) rune {
	if isLower(r) {
		return r - 'a' + 'A'
	}
	return r
}

func toLower(r rune) rune {
	if isUpper(r) {
		return r - 'A' + 'a'
	}
	return r
}

// roomForCopies is a MemoryError where there is no room for the text that a method makes on its way, and for
// its result.
func (t text) roomForCopies() error {
	const copies = 2
	return RoomLeft(copies * len(t.s))
}

// mapped changes each ASCII character.
func mapped(f func(rune) rune) textFunc {
	return func(t text, _ *Args) (starlark.Value, error) {
		if err := t.roomForCopies(); err != nil {
			return nil, err
		}
		b := []byte(t.s)
		for i, c := range b {
			if c < 0x80 {
				b[i] = byte(f(rune(c)))
			}
		}
		return t.like(string(b)), nil
	}
}

func every(is func(rune) bool) textFunc {
	return func(t text, _ *Args) (starlark.Value, error) {
		for _, r := range t.s {
			if !is(r) {
				return False, nil
			}
		}
		return Bool(t.s != ""), nil
	}
}

func cased(is, isNot func(rune) bool) textFunc {
	return func(t text, _ *Args) (starlark.Value, error) {
		return Bool(strings.ContainsFunc(t.s, is) && !strings.ContainsFunc(t.s, isNot)), nil
	}
}

func swapCase(r rune) rune {
	if isUpper(r) {
		return toLower(r)
	}
	return toUpper(r)
}

func titleCase(s string) string {
	inWord := false
	return strings.Map(func(r rune) rune {
		if !isLetter(r) {
			inWord = false
			return r
		}
		if inWord {
			return toLower(r)
		}
		inWord = true
		return toUpper(r)
	}, s)
}

func padded(left func(space int) int) textFunc {
	return func(t text, a *Args) (starlark.Value, error) {
		width, err := a.Int(0, 0)
		if err != nil {
			return nil, err
		}
		fill := " "
		if v := a.At(1); v != nil {
			if fill, err = t.other(v); err != nil {
				return nil, err
			}
		}
		space := width - len(t.s) // in bytes, as MicroPython counts
		if space <= 0 {
			return t.like(t.s), nil
		}
		if err := RoomFor(t.len() + space); err != nil {
			return nil, err
		}
		n := left(space)
		return t.like(strings.Repeat(fill, n) + t.s + strings.Repeat(fill, space-n)), nil
	}
}

func textZfill(t text, a *Args) (starlark.Value, error) {
	width, err := a.Int(0, 0)
	if err != nil {
		return nil, err
	}
	sign, digits := "", t.s
	if strings.HasPrefix(digits, "-") || strings.HasPrefix(digits, "+") {
		sign, digits = digits[:1], digits[1:]
	}
	if n := width - t.len(); n > 0 {
		if err := RoomFor(width); err != nil {
			return nil, err
		}
		digits = strings.Repeat("0", n) + digits
	}
	return t.like(sign + digits), nil
}

func textCount(t text, a *Args) (starlark.Value, error) {
	needle, err := t.other(a.Pos[0])
	if err != nil {
		return nil, err
	}
	part, from, err := t.window(a, 1)
	if err != nil || from < 0 {
		return starlark.MakeInt(0), err
	}
	if needle == "" {
		return starlark.MakeInt(text{part, t.self}.len() + 1), nil
	}
	return starlark.MakeInt(strings.Count(part, needle)), nil
}

func affix(has func(s, affix string) bool) textFunc {
	return func(t text, a *Args) (starlark.Value, error) {
		all, err := affixes(a.Pos[0])
		if err != nil {
			return nil, err
		}
		part, from, err := t.window(a, 1)
		if err != nil || from < 0 {
			return False, err
		}
		for _, s := range all {
			if has(part, s) {
				return True, nil
			}
		}
		return False, nil
	}
}

func finder(find func(s, sub string) int, raise bool) textFunc {
	return func(t text, a *Args) (starlark.Value, error) {
		at := -1
		needle, err := t.needle(a.Pos[0])
		if err != nil {
			return nil, err
		}
		part, from, err := t.window(a, 1)
		if err != nil {
			return nil, err
		}
		if from >= 0 {
			at = find(part, needle)
		}
		if at < 0 && raise {
			return nil, Errorf("ValueError", "substring not found")
		}
		if at >= 0 {
			at = t.position(from + at)
		}
		return starlark.MakeInt(at), nil
	}
}

// needle is what is looked for: bytes may be looked for by number.
func (t text) needle(v starlark.Value) (string, error) {
	if n, ok := number(v).(starlark.Int); ok && t.isBytes() {
		if b, ok := n.Int64(); ok && b >= 0 && b < 256 {
			return string([]byte{byte(b)}), nil
		}
	}
	return t.other(v)
}

func textJoin(t text, a *Args) (starlark.Value, error) {
	var parts []string
	err := Each(a.Pos[0], func(v starlark.Value) error {
		s, err := t.other(v)
		if err != nil {
			return Errorf("TypeError", "join expects a list of str/bytes objects consistent with self object")
		}
		if err := roomToGrow(cap(parts)*bytesPerElement, (len(parts)+1)*bytesPerElement); err != nil {
			return err
		}
		parts = append(parts, s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	size := len(t.s) * max(0, len(parts)-1)
	for _, p := range parts {
		size += len(p)
	}
	if err := RoomFor(size); err != nil {
		return nil, err
	}
	return t.like(strings.Join(parts, t.s)), nil
}

func stripper(left, right bool) textFunc {
	return func(t text, a *Args) (starlark.Value, error) {
		cut := asciiSpace
		if v := a.At(0); v != nil && v != starlark.None {
			var err error
			if cut, err = t.other(v); err != nil {
				return nil, err
			}
		}
		if err := t.roomForCopies(); err != nil {
			return nil, err
		}
		s := t.s
		in := func(r rune) bool { return strings.ContainsRune(cut, r) }
		if t.isBytes() {
			return t.result(stripBytes(s, cut, left, right)), nil
		}
		if left {
			s = strings.TrimLeftFunc(s, in)
		}
		if right {
			s = strings.TrimRightFunc(s, in)
		}
		return t.result(s), nil
	}
}

func stripBytes(s, cut string, left, right bool) string {
	for left && s != "" && strings.IndexByte(cut, s[0]) >= 0 {
		s = s[1:]
	}
	for right && s != "" && strings.IndexByte(cut, s[len(s)-1]) >= 0 {
		s = s[:len(s)-1]
	}
	return s
}

func partitioner(find func(s, sub string) int, tailFirst bool) textFunc {
	return func(t text, a *Args) (starlark.Value, error) {
		sep, err := t.other(a.Pos[0])
		if err != nil {
			return nil, err
		}
		if sep == "" {
			return nil, Errorf("ValueError", "empty separator")
		}
		if err := RoomLeft(len(t.s)); err != nil {
			return nil, err
		}
		at := find(t.s, sep)
		if at < 0 {
			if tailFirst {
				return starlark.Tuple{t.like(""), t.like(""), t.like(t.s)}, nil
			}
			return starlark.Tuple{t.like(t.s), t.like(""), t.like("")}, nil
		}
		return starlark.Tuple{t.like(t.s[:at]), t.like(sep), t.like(t.s[at+len(sep):])}, nil
	}
}

func textReplace(t text, a *Args) (starlark.Value, error) {
	old, err := t.other(a.Pos[0])
	if err != nil {
		return nil, err
	}
	with, err := t.other(a.Pos[1])
	if err != nil {
		return nil, err
	}
	n, err := a.Int(2, -1)
	if err != nil {
		return nil, err
	}
	found := strings.Count(t.s, old)
	if n >= 0 {
		found = min(found, n)
	}
	// Neither of the factors is so large that the product is not right.
	if err := RoomFor(len(t.s) + found*(len(with)-len(old))); err != nil {
		return nil, err
	}
	return t.like(strings.Replace(t.s, old, with, n)), nil
}
