package check

import "quecstar/harness/python/ast"

// instead says for modules of CPython what a module has in their place.
var instead = map[string]string{
	"threading": "use _thread", "subprocess": "there is no other process on a module", "multiprocessing": "use _thread",
	"logging": "use log", "datetime": "use utime", "requests": "use request", "urllib": "use request", "http": "use request",
	"paho": "use umqtt", "serial": "use machine.UART", "typing": "leave annotations out", "pathlib": "use uos and ql_fs",
	"shutil": "use uos and ql_fs", "tempfile": "use files in /usr", "argparse": "use usys.argv", "dataclasses": "write the class out",
	"enum": "use constants", "functools": "write a function or closure", "itertools": "write a generator", "decimal": "use int or float",
	"abc": "leave it out: methods are found when they are called", "copy": "build a new object", "unittest": "use assert",
	"pytest": "use assert", "numpy": "use array", "pandas": "use lists", "ssl": "use ussl", "select": "use socket.settimeout and _thread",
	"asyncio": "use uasyncio", "queue": "use queue", "signal": "there are no signals on a module", "traceback": "use usys.print_exception",
	"inspect": "there is no such thing on a module", "csv": "use str.split", "xml": "use ure", "sqlite3": "use files and ujson",
	"pickle": "use ujson", "hashlib": "use uhashlib", "hmac": "use uhashlib.hmac", "platform": "use uos.uname",
	"socketserver": "use usocket", "smtplib": "use usocket", "ctypes": "there are no shared libraries on a module",
	"configparser": "use ujson", "string": "write the characters out", "textwrap": "use slices", "getpass": "there is no terminal on a module",
	"yaml": "use ujson", "websocket": "use uwebsocket", "Crypto": "use ucryptolib", "openpyxl": "write text", "xlrd": "read text", "tkinter": "use lcd",
}

// lacking are methods of CPython's types that MicroPython's lack (docs.micropython.org, "MicroPython
// differences from CPython", builtin types), with what to use.
var lacking = map[string]string{
	"zfill": "use '%0*d' % (width, n)", "ljust": "use '%-*s' % (width, s)", "rjust": "use '%*s' % (width, s)", "title": "write it out",
	"swapcase": "write it out", "casefold": "use lower()", "expandtabs": "use replace()", "capitalize": "use s[0].upper() + s[1:]",
	"translate": "use replace()", "maketrans": "use replace()", "removeprefix": "use a slice", "removesuffix": "use a slice",
	"isalnum": "test isalpha() and isdigit()", "isnumeric": "use isdigit()", "isidentifier": "use ure", "isdecimal": "use isdigit()",
	"isprintable": "compare with ord()", "format_map": "use format(**d)", "isascii": "compare with ord()",
}

// newer tells of what Python has and QuecPython's MicroPython, of version 1.13, has not
// (docs.micropython.org, "Python 3.5" and later in the differences; f-strings came with 1.17).
func (v *visitor) newer(n ast.Node) {
	warn := func(what, use string) { v.add(n.At(), Warning, "newer-python", what, use) }
	switch n := n.(type) {
	case *ast.JoinedStr:
		warn("f-strings are refused by firmware before MicroPython 1.17", "use str.format")
	case *ast.BinOp:
		if n.Op == ast.MatMult {
			warn("the operator @ is not there in all firmware", "call a method")
		}
	case *ast.FunctionDef:
		if n.Args.PosOnly > 0 {
			warn("positional-only parameters are refused by MicroPython", "leave the / out")
		}
	case *ast.Dict:
		for _, k := range n.Keys {
			if k == nil {
				warn("** in a dict display is refused by MicroPython", "use update()")
				return
			}
		}
	case *ast.ClassDef:
		if len(n.Keywords) > 0 {
			warn("keyword arguments of a class are refused by MicroPython", "")
		}
	case *ast.Call:
		stars := 0
		for _, a := range n.Args {
			if _, ok := a.(*ast.Starred); ok {
				stars++
			}
		}
		if stars > 1 {
			warn("more than one * in a call is refused by firmware before MicroPython 1.20", "put the lists together first")
		}
	}
}
