// Package uio is the script module uio, also called io, and the builtin open: files in the script's
// tree and in memory, as MicroPython has them (docs.micropython.org, io).
package uio

import (
	"fmt"
	"os"
	"strings"
	"weak"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module is the table of uio.
func Module() *script.Module {
	text, binary := class("TextIOWrapper", "An open text file."), class("FileIO", "An open binary file.")
	for _, c := range []*script.Class{text, binary} {
		c.Methods = append(c.Methods, script.Func{Name: "readlines", Params: "/", Doc: "Reads all lines.", Call: readlines})
	}
	return &script.Module{
		Name: "uio", Aliases: []string{"io"}, Lang: script.Python, Builtins: []string{"open"},
		Doc: "Files of the script, which lie in a tree of their own, and files in memory.",
		Funcs: []script.Func{{Name: "open", Params: "file, mode='r', buffering=-1, encoding=None",
			Doc: "Opens a file: r, w, a or x, with + to do both and b for bytes.", Call: func(c *script.Call) (any, error) {
				return open(c, text, binary)
			}},
			{Name: "close", Params: "file", Doc: "Closes a file, as its own close() does; the vendor's list has it as a function.", Call: closeFile}},
		Classes: []*script.Class{text, binary, inMemory("StringIO", true), inMemory("BytesIO", false), base()},
	}
}

// methods are those of all files.
func methods() []script.Func {
	return []script.Func{
		{Name: "read", Params: "size=-1, /", Doc: "Reads size characters, of a binary file bytes, or all.", Call: read},
		{Name: "readinto", Params: "buf, nbytes=None, /", Doc: "Reads into a buffer; returns how many bytes.", Call: readinto},
		{Name: "readline", Params: "size=-1, /", Doc: "Reads a line with its line feed; nothing at the end.", Call: readline},
		{Name: "write", Params: "data, off=None, size=None, /", Doc: "Writes and returns how much.", Call: write},
		{Name: "seek", Params: "offset, whence=0, /", Doc: "Goes to a byte: 0 from the begin, 1 from here, 2 from the end.", Call: seek},
		{Name: "tell", Params: "/", Doc: "The byte where the file stands.", Call: tell},
		{Name: "flush", Params: "/", Doc: "Does nothing: nothing is held back.", Call: flush},
		{Name: "close", Params: "/", Doc: "Closes the file; a second time does nothing.", Call: closeStream},
		{Name: "__next__", Doc: "The next line.", Call: next},
	}
}

func class(name, doc string) *script.Class {
	return &script.Class{Name: name, Doc: doc, Methods: withSelf(methods()), Show: func(self any) string {
		return fmt.Sprintf("<io.%s %p>", name, self)
	}}
}

// withSelf adds what returns the object itself.
func withSelf(list []script.Func) []script.Func {
	self := func(*script.Call) (any, error) { return script.Itself, nil }
	return append(list,
		script.Func{Name: "__iter__", Doc: "The file: it yields its lines.", Call: self},
		script.Func{Name: "__enter__", Doc: "The file, for with.", Call: self},
		script.Func{Name: "__exit__", Params: "*args", Doc: "Closes the file.", Call: closeStream})
}

// inMemory is StringIO or BytesIO.
func inMemory(name string, text bool) *script.Class {
	c := class(name, "A file in memory.")
	c.Init = script.Func{Params: "init=b'', /", Doc: "Makes a file that holds init; of an int, with room for as much.", Call: func(c *script.Call) (any, error) {
		m := &memory{}
		if _, isInt := object.AsInt(c.Args[0]); c.Args[0] != nil && !isInt {
			data, ok := object.AsBytes(c.Args[0])
			if !ok {
				return nil, script.Raise("TypeError", "object with buffer protocol required")
			}
			m.b = data
		}
		return &stream{file: m, text: text}, nil
	}}
	c.Methods = append(c.Methods, script.Func{Name: "getvalue", Doc: "All that the file holds.", Call: getvalue})
	return c
}

// base is IOBase, from which scripts derive streams of their own.
func base() *script.Class {
	return &script.Class{Name: "IOBase", Doc: "The base of a script's own streams.",
		Init: script.Func{Params: "*args", Doc: "Makes an empty stream.", Call: func(*script.Call) (any, error) { return ownBase{}, nil }}}
}

func open(c *script.Call, text, binary *script.Class) (any, error) {
	path, err := script.ExactText(c.Args[0])
	if err != nil {
		return nil, err
	}
	mode := "r"
	if c.Args[1] != nil {
		if mode, err = script.ExactText(c.Args[1]); err != nil {
			return nil, err
		}
	}
	flags := flagsOf(mode)
	files, err := c.Interp.Files()
	if err != nil {
		return nil, script.Raise("OSError", "%w", err)
	}
	f, err := files.Open(path, flags)
	if err != nil {
		return nil, osError(err)
	}
	s := &stream{file: f, text: !strings.Contains(mode, "b"), append: flags&os.O_APPEND != 0}
	unclosedOf(c).add(s)
	if s.text {
		return text.NewInstance(c.Interp, s), nil
	}
	return binary.NewInstance(c.Interp, s), nil
}

func closeFile(c *script.Call) (any, error) {
	_, err := c.InvokeMethod(c.Args[0], "close")
	return nil, err
}

// unclosed are the files of a run that the script has not closed, and not forgotten either: those are
// closed as garbage. The interpreter lock guards it.
type unclosed map[weak.Pointer[stream]]struct{}

// manyUnclosed is how many there are before forgotten ones are dropped.
const manyUnclosed = 1000

func (u unclosed) add(s *stream) {
	if len(u) > manyUnclosed {
		for w := range u {
			if w.Value() == nil {
				delete(u, w)
			}
		}
	}
	u[weak.Make(s)] = struct{}{}
}

// Close closes them at the end of the run.
func (u *unclosed) Close() error {
	for w := range *u {
		if s := w.Value(); s != nil {
			_ = s.file.Close() // nothing is held back that could be lost
		}
	}
	return nil
}

func unclosedOf(c *script.Call) unclosed {
	return *script.Shared(c.Interp, func() *unclosed { return &unclosed{} })
}

// flagsOf reads a mode such as "rb+". As in MicroPython the last of r, w, a and x counts, and other
// letters do not.
func flagsOf(mode string) int {
	access, create := os.O_RDONLY, 0
	for _, m := range mode {
		switch m {
		case 'r':
			access = os.O_RDONLY
		case 'w':
			access, create = os.O_WRONLY, os.O_CREATE|os.O_TRUNC
		case 'a':
			access, create = os.O_WRONLY, os.O_CREATE|os.O_APPEND
		case 'x':
			access, create = os.O_WRONLY, os.O_CREATE|os.O_EXCL
		case '+':
			access = os.O_RDWR
		}
	}
	return access | create
}
