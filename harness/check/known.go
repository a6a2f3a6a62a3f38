package check

import (
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
)

// instead says for modules of CPython what a module has in their place.
var instead = map[string]string{
	"threading": "use _thread", "subprocess": "there is no other process on a module", "multiprocessing": "use _thread",
	"logging": "use log", "datetime": "use utime", "requests": "use request", "urllib": "use request", "http": "use request",
	"paho": "use umqtt", "builtins": "use the names themselves", "secrets": "use urandom", "uuid": "use ubinascii and urandom", "zoneinfo": "use utime", "calendar": "use utime", "statistics": "write it out", "fractions": "use ints", "operator": "use lambda", "weakref": "leave it out", "contextlib": "write __enter__ and __exit__", "concurrent": "use _thread", "sched": "use osTimer", "timeit": "use utime.ticks_ms", "warnings": "use print", "types": "use type()", "collections.abc": "leave it out", "os.path": "use uos.stat and slices", "locale": "leave it out", "glob": "use uos.listdir", "fnmatch": "use ure", "heapq": "keep a sorted list", "bisect": "write a loop", "atexit": "use try and finally", "codecs": "use decode()", "html": "use replace()", "email": "take the text apart with split()", "zipfile": "use uzlib", "gzip": "use uzlib", "tarfile": "use uzlib", "importlib": "use __import__", "ast": "use eval", "dis": "leave it out", "pdb": "use print()", "cProfile": "use utime.ticks_ms", "__future__": "leave it out", "PIL": "use image", "cryptography": "use ucryptolib", "flask": "use usocket", "RPi": "use machine.Pin", "smbus": "use machine.I2C", "spidev": "use machine.SPI", "serial": "use machine.UART", "typing": "leave annotations out", "pathlib": "use uos and ql_fs",
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

// shadows are modules of CPython that MicroPython has under the same name, with and without a u.
var shadows = map[string]bool{"os": true, "sys": true, "time": true, "json": true, "re": true, "random": true, "struct": true,
	"socket": true, "collections": true, "io": true, "binascii": true, "math": true, "gc": true, "zlib": true, "errno": true,
	"hashlib": true, "hmac": true, "ssl": true, "asyncio": true}

// lacking are methods of CPython's types that MicroPython's lack, with what to use. They are those that
// dir() of a real MicroPython 1.27 has not and CPython 3.11 has.
var lacking = map[string]string{
	"zfill": "use '%0*d' % (width, n)", "ljust": "use '%-*s' % (width, s)", "rjust": "use '%*s' % (width, s)", "title": "write it out",
	"swapcase": "write it out", "casefold": "use lower()", "expandtabs": "use replace()", "capitalize": "use s[0].upper() + s[1:]",
	"translate": "use replace()", "maketrans": "use replace()", "removeprefix": "use a slice", "removesuffix": "use a slice",
	"isalnum": "test isalpha() and isdigit()", "isnumeric": "use isdigit()", "isidentifier": "use ure", "isdecimal": "use isdigit()",
	"isprintable": "compare with ord()", "format_map": "use format(**d)", "isascii": "compare with ord()", "istitle": "compare the letters",
	"bit_length": "count with >>", "bit_count": "count with & and >>", "as_integer_ratio": "use ints", "is_integer": "use x == int(x)",
	"tobytes": "use bytes(m)", "tolist": "use list(m)", "with_traceback": "use usys.print_exception",
}

// methods are those that MicroPython's types have, as dir() of a real MicroPython 1.27 lists them.
var methods = func() map[string]map[string]bool {
	const text = "center count endswith find format index isalpha isdigit islower isspace isupper join lower lstrip partition replace " +
		"rfind rindex rpartition rsplit rstrip split splitlines startswith strip upper "
	const frozen = "copy difference intersection isdisjoint issubset issuperset symmetric_difference union "
	all := map[string]map[string]bool{}
	for t, names := range map[string]string{
		"str": text + "encode", "bytes": text + "decode hex fromhex", "bytearray": text + "decode hex fromhex append extend",
		"list": "append clear copy count extend index insert pop remove reverse sort", "tuple": "count index",
		"dict":      "clear copy fromkeys get items keys pop popitem setdefault update values",
		"set":       frozen + "add clear difference_update discard intersection_update pop remove symmetric_difference_update update",
		"frozenset": frozen, "int": "from_bytes to_bytes", "float": "",
	} {
		all[t] = map[string]bool{}
		for _, n := range strings.Fields(names) {
			all[t][n] = true
		}
	}
	return all
}()

// samples are values of the types, to ask quecstar's own for attributes.
var samples = map[string]starlark.Value{"str": object.NewStr(""), "bytes": object.NewBytes(nil), "bytearray": object.NewBytearray(nil),
	"list": starlark.NewList(nil), "tuple": starlark.Tuple{}, "dict": object.NewDict(0), "int": starlark.MakeInt(0), "float": starlark.Float(0)}

// hasAttr reports whether quecstar's own type has an attribute.
func hasAttr(typ, name string) bool {
	sample := samples[typ]
	if sample == nil {
		return false
	}
	_, err := object.GetAttr(sample, name)
	return err == nil
}

// lackingBuiltins are CPython's builtin names that a real MicroPython 1.27 has not, and Python 2's.
var lackingBuiltins = func() map[string]string {
	all := map[string]string{
		"format": "use str.format", "vars": "use dir() and getattr()", "ascii": "use repr()", "breakpoint": "use print()",
		"exit": "use usys.exit()", "quit": "use usys.exit()", "aiter": "use async for", "anext": "use async for",
		"RecursionError": "use RuntimeError", "ModuleNotFoundError": "use ImportError", "UnboundLocalError": "use NameError",
		"TabError": "use IndentationError", "FloatingPointError": "use ArithmeticError",
		"unicode": "use str", "xrange": "use range", "raw_input": "use input", "basestring": "use str", "unichr": "use chr", "long": "use int",
		"reduce": "write a loop", "cmp": "compare with < and >",
	}
	for _, e := range strings.Fields("BlockingIOError BrokenPipeError ChildProcessError ConnectionAbortedError ConnectionError " +
		"ConnectionRefusedError ConnectionResetError EnvironmentError FileExistsError FileNotFoundError IOError InterruptedError " +
		"IsADirectoryError NotADirectoryError PermissionError ProcessLookupError TimeoutError") {
		all[e] = "use OSError and look at its errno"
	}
	for _, e := range strings.Fields("UnicodeDecodeError UnicodeEncodeError UnicodeTranslateError") {
		all[e] = "use UnicodeError"
	}
	for _, e := range strings.Fields("SystemError ReferenceError BufferError BaseExceptionGroup ExceptionGroup") {
		all[e] = "use RuntimeError"
	}
	for _, e := range strings.Fields("Warning UserWarning DeprecationWarning RuntimeWarning ResourceWarning FutureWarning SyntaxWarning " +
		"ImportWarning BytesWarning UnicodeWarning PendingDeprecationWarning EncodingWarning") {
		all[e] = "print what is to be told"
	}
	return all
}()

// notHere are builtin names of MicroPython that quecstar has not.
var notHere = map[string]bool{"execfile": true, "__import__": true}

// absent says for names of CPython's modules that MicroPython's lack what to use.
var absent = map[string]string{
	"time.perf_counter": "use ticks_us() and ticks_diff()", "time.monotonic": "use ticks_ms() and ticks_diff()",
	"time.perf_counter_ns": "use ticks_us() and ticks_diff()", "time.process_time": "use ticks_ms() and ticks_diff()",
	"time.strftime": "format what localtime() returns", "time.ctime": "format what localtime() returns", "time.asctime": "format what localtime() returns",
	"time.clock": "use ticks_ms() and ticks_diff()", "time.strptime": "take the text apart with split()", "time.time_ns": "use ticks_us()",
	"os.path": "use stat() and slices", "os.environ": "use constants or a file", "os.getenv": "use constants or a file",
	"os.makedirs": "call mkdir() for each folder", "os.walk": "use ilistdir() or listdir()", "os.system": "there is no shell on a module",
	"os.getpid": "there are no processes on a module", "os.popen": "there is no shell on a module", "os.scandir": "use ilistdir() or listdir()",
	"os.name": "use uname()", "os.sep": "write '/'", "os.linesep": "write '\\n'", "os.kill": "there are no processes on a module",
	"sys.stderr": "use print()", "sys.exc_info": "use except ... as e", "sys.getsizeof": "use gc.mem_free()", "sys.setrecursionlimit": "leave it out",
	"sys.maxint": "use maxsize", "sys.getrefcount": "leave it out", "sys.executable": "leave it out",
	"json.JSONDecodeError": "use ValueError", "re.findall": "call search() in a loop", "re.finditer": "call search() in a loop",
	"re.fullmatch": "use match() with $ at the end", "re.split": "call split() of a compiled pattern", "re.escape": "write the pattern out",
	"re.IGNORECASE": "write [aA]", "re.I": "write [aA]", "re.M": "split the text into lines", "re.S": "write [\\s\\S]", "re.error": "use ValueError",
	"random.shuffle": "swap elements in a loop", "random.sample": "use choice() in a loop", "random.gauss": "add several random()",
	"random.choices": "use choice() in a loop", "struct.Struct": "call pack() and unpack() with the format", "struct.error": "use ValueError",
	"struct.iter_unpack": "call unpack_from() in a loop", "collections.defaultdict": "use setdefault()", "collections.Counter": "use a dict",
	"collections.ChainMap": "use update()", "collections.abc": "leave it out", "math.gcd": "write a loop", "math.hypot": "use sqrt()",
	"math.prod": "write a loop", "math.dist": "use sqrt()", "socket.create_connection": "use socket() and connect()",
	"socket.gethostbyname": "use getaddrinfo()", "socket.timeout": "use OSError", "socket.error": "use OSError", "socket.gethostname": "use modem.getDevImei()",
	"binascii.Error": "use ValueError", "binascii.a2b_hex": "use unhexlify()", "binascii.b2a_hex": "use hexlify()", "hashlib.new": "name the hash",
	"gc.get_objects": "leave it out", "gc.get_count": "use mem_alloc()", "zlib.compress": "leave it out: a module only unpacks",
	"asyncio.create_subprocess_exec": "there are no processes on a module",
}

// keywords are the arguments by name that MicroPython's builtins and methods take; those that are not
// listed take none. Tried on a real MicroPython 1.27.
var keywords = map[string]string{"print": "sep end file", "sorted": "key reverse", "max": "key default", "min": "key default",
	"enumerate": "iterable start", "dict": "*", "open": "*", "super": "", "list.sort": "key reverse", "str.format": "*", "dict.update": "*",
	"property": "", "type": "*", "__import__": "*", "compile": "*"}

// most are how many arguments MicroPython's methods take at most where CPython's take more.
var most = map[string]int{"str.center": 1, "bytes.center": 1, "set.union": 1, "set.intersection": 2, "set.difference": 9}

// counts are how many arguments builtin functions take at least and at most.
var counts = map[string][2]int{"abs": {1, 1}, "all": {1, 1}, "any": {1, 1}, "bin": {1, 1}, "callable": {1, 1}, "chr": {1, 1}, "delattr": {2, 2},
	"divmod": {2, 2}, "enumerate": {1, 2}, "filter": {2, 2}, "getattr": {2, 3}, "hasattr": {2, 2}, "hash": {1, 1}, "hex": {1, 1}, "id": {1, 1},
	"input": {0, 1}, "isinstance": {2, 2}, "issubclass": {2, 2}, "iter": {1, 1}, "len": {1, 1}, "next": {1, 2}, "oct": {1, 1}, "ord": {1, 1},
	"pow": {2, 3}, "repr": {1, 1}, "reversed": {1, 1}, "round": {1, 2}, "setattr": {3, 3}, "sorted": {1, 1}, "sum": {1, 2},
	"list": {0, 1}, "tuple": {0, 1}, "set": {0, 1}, "float": {0, 1}, "bool": {0, 1}, "int": {0, 2}, "range": {1, 3}, "map": {2, 99}}
