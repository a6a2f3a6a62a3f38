package runtime

import (
	"io"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// print writes one line at once, so that threads do not mix within it.
func (rt *Runtime) print(a *object.Args) (starlark.Value, error) {
	if err := a.Only("sep", "end", "file", "flush"); err != nil {
		return nil, err
	}
	sep, end := " ", "\n"
	for name, to := range map[string]*string{"sep": &sep, "end": &end} {
		if v := a.Named(len(a.Pos), name); v != nil && v != starlark.None {
			s, ok := object.AsString(v)
			if !ok {
				return nil, object.Errorf("TypeError", "can't convert '%s' object to str implicitly", object.TypeName(v))
			}
			*to = s
		}
	}
	if file := a.Named(len(a.Pos), "file"); file != nil && file != starlark.None {
		return starlark.None, printTo(a, file, sep, end)
	}
	var b strings.Builder
	for i, v := range a.Pos {
		if i > 0 {
			b.WriteString(sep)
		}
		text, err := object.TryStr(v)
		if err != nil {
			return nil, err
		}
		if err := object.Write(&b, text); err != nil {
			return nil, err
		}
	}
	b.WriteString(end)
	if _, err := io.WriteString(rt.opts.Stdout, b.String()); err != nil {
		return nil, &object.Error{Class: "OSError", Args: []starlark.Value{object.NewStr("standard output: " + err.Error())}, Cause: err}
	}
	return starlark.None, nil
}

// printTo prints to a stream of the script, piece by piece as MicroPython does.
func printTo(a *object.Args, file starlark.Value, sep, end string) error {
	own := false // a stream of the script's takes bytes, and is one only by its base
	if i, ok := file.(*object.Instance); ok {
		if i.Native() == nil {
			return object.Errorf("OSError", "stream operation not supported")
		}
		own = i.Lookup("write") != nil
	}
	write := func(s string) error {
		var data starlark.Value = object.NewStr(s)
		if own {
			data = object.NewBytearray([]byte(s))
		}
		_, err := object.CallMethod(a.Thread, file, "write", starlark.Tuple{data}, nil)
		return err
	}
	for i, v := range a.Pos {
		if i > 0 {
			if err := write(sep); err != nil {
				return err
			}
		}
		text, err := object.TryStr(v)
		if err != nil {
			return err
		}
		if err := write(text); err != nil {
			return err
		}
	}
	return write(end)
}

func (rt *Runtime) input(a *object.Args) (starlark.Value, error) {
	prompt := ""
	if v := a.At(0); v != nil {
		prompt = object.StrOf(v)
	}
	if rt.opts.Input == nil {
		return nil, object.Errorf("EOFError", "")
	}
	line, err := rt.opts.Input(prompt)
	if err == io.EOF {
		return nil, object.Errorf("EOFError", "")
	}
	return object.NewStr(line), err
}
