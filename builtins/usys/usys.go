// Package usys is the script module usys, also called sys: arguments, version, exit and the
// standard streams.
package usys

import (
	"fmt"
	"io"

	"go.starlark.net/starlark"

	"quecstar/builtins/uio"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module is the table of usys.
func Module() *script.Module {
	binary := streamClass("FileIO", "A standard stream of bytes.")
	stream := streamClass("TextIOWrapper", "A standard stream.")
	stream.Attr = func(self any, name string) (any, bool) { return self.(*standard).buffer, name == "buffer" }
	open := func(in *script.Interp, fd int, s standard) any {
		s.fd = fd
		raw := s
		raw.binary = true
		s.buffer = binary.NewInstance(in, &raw)
		return stream.NewInstance(in, &s)
	}
	return &script.Module{
		Name: "usys", Aliases: []string{"sys"}, Lang: script.Python, Doc: "Arguments, version, exit, standard streams.",
		Funcs: []script.Func{
			{Name: "exit", Params: "retval=None, /", Doc: "Ends the script by raising SystemExit.", Call: exit},
			{Name: "print_exception", Params: "exc, file=None, /", Doc: "Prints an exception with its traceback.", Call: printException},
		},
		Classes: []*script.Class{stream, binary},
		Consts: []script.Const{
			{Name: "argv", Value: func(in *script.Interp) any { return in.Argv() }},
			{Name: "byteorder", Value: "little"},
			{Name: "maxsize", Value: 1<<31 - 1},
			{Name: "platform", Value: "quecstar"},
			{Name: "version", Value: "3.4.0"},
			{Name: "version_info", Value: script.Tuple{3, 4, 0}},
			{Name: "implementation", Value: implementation},
			{Name: "path", Value: script.List{"", "/usr"}},
			{Name: "modules", Value: func(in *script.Interp) any { return in.Modules() }},
			{Name: "stdin", Value: func(in *script.Interp) any { return open(in, 0, standard{in: in.Stdin()}) }},
			{Name: "stdout", Value: func(in *script.Interp) any { return open(in, 1, standard{out: in.Stdout()}) }},
			{Name: "stderr", Value: func(in *script.Interp) any { return open(in, 2, standard{out: in.Stderr()}) }},
		},
	}
}

func implementation(in *script.Interp) any {
	version := in.Value(script.Tuple{1, 13, 0})
	return object.NewAttrTuple([]string{"name", "version"}, starlark.Tuple{in.Value("micropython"), version})
}

func exit(c *script.Call) (any, error) {
	if c.Args[0] == nil {
		return nil, script.RaiseArgs("SystemExit", nil)
	}
	return nil, script.RaiseArgs("SystemExit", nil, c.Args[0])
}

func printException(c *script.Call) (any, error) {
	text, ok := object.TracebackOf(c.Args[0])
	if !ok {
		text = object.Repr(c.Args[0]) + "\n"
	}
	if c.Args[1] != nil {
		w, err := uio.WriterOf(c, c.Args[1])
		if err != nil {
			return nil, err
		}
		_, err = io.WriteString(w, text)
		return nil, err
	}
	_, err := io.WriteString(c.Interp.Stdout(), text)
	return nil, err
}

// standard is one of the standard streams.
type standard struct {
	in     io.Reader
	out    io.Writer
	fd     int
	binary bool           // what is read is bytes
	buffer starlark.Value // the same stream, of bytes
}

// value is what was read, in the stream's own type.
func (s *standard) value(b []byte) any {
	if s.binary {
		return b
	}
	return string(b)
}

func streamClass(name, doc string) *script.Class {
	return &script.Class{
		Name: name, Doc: doc,
		Show: func(self any) string { return fmt.Sprintf("<io.%s %d>", name, self.(*standard).fd) },
		Methods: []script.Func{
			{Name: "write", Params: "data, /", Doc: "Writes and returns how much.", Call: write},
			{Name: "flush", Doc: "Does nothing: nothing is held back.", Call: func(*script.Call) (any, error) { return nil, nil }},
			{Name: "fileno", Params: "/", Doc: "The number of the stream: 0, 1 or 2.", Call: func(c *script.Call) (any, error) {
				return c.Self.(*standard).fd, nil
			}},
			{Name: "read", Params: "n=-1", Doc: "Reads n characters, or all.", Call: read},
			{Name: "readline", Doc: "Reads a line with its line feed; '' at the end.", Call: readline},
		},
	}
}

func write(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	s := c.Self.(*standard)
	if s.out == nil {
		return nil, script.RaiseArgs("OSError", nil, 9)
	}
	n, err := s.out.Write(data)
	if err != nil {
		return nil, script.Raise("OSError", "write: %w", err)
	}
	return n, nil
}

func read(c *script.Call) (any, error) {
	n := -1
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	s := c.Self.(*standard)
	if s.in == nil {
		return nil, script.RaiseArgs("OSError", nil, 9)
	}
	src := s.in
	if n >= 0 {
		src = io.LimitReader(src, int64(n))
	}
	b, err := io.ReadAll(src)
	if err != nil {
		return nil, script.Raise("OSError", "read: %w", err)
	}
	return s.value(b), nil
}

// readline reads byte by byte, so that nothing behind the line is lost for the next reader.
func readline(c *script.Call) (any, error) {
	s := c.Self.(*standard)
	if s.in == nil {
		return nil, script.RaiseArgs("OSError", nil, 9)
	}
	var line []byte
	one := make([]byte, 1)
	for {
		n, err := s.in.Read(one)
		line = append(line, one[:n]...)
		if n == 1 && one[0] == '\n' || err == io.EOF {
			return s.value(line), nil
		}
		if err != nil {
			return nil, fmt.Errorf("read: %w", err)
		}
	}
}
