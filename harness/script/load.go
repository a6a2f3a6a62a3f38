package script

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"go.starlark.net/starlark"

	"quecstar/harness/dialect"
	"quecstar/harness/event"
	"quecstar/harness/python"
)

// maxSource is how large a script may be: many times what the heap of a module has room to compile.
// Compiling takes up to 300 times as much memory for a while.
const maxSource = 2 << 20

// program is a compiled main script.
type program func(t *Thread) error

// loaded is a .star file that load() asked for.
type loaded struct {
	globals starlark.StringDict
	err     error
	busy    bool // its top level is running
}

// compiler makes a program of source text that was read. It touches nothing that changes while it works,
// as nobody may wait for its end.
type compiler func() (program, error)

// read reads the script at path; shown is how its user named it. The language of the run is known then.
func (in *Interp) read(path, shown string) (compiler, error) {
	switch written, err := in.onFlash(path); {
	case err != nil:
		return nil, err
	case written != "":
		in.Emit(event.Event{Layer: event.Script, Kind: event.Note,
			Text: "the script is " + written + ", as it was written, and no longer " + shown})
		text, err := in.ReadFile(written)
		if err != nil {
			return nil, err
		}
		return in.compiler(text, written, func(cached) {})
	}
	key := cacheKey{path, shown, in.opts.Suite != nil}
	if done, ok := in.opts.Cache.get(key); ok {
		return in.compiledBefore(done), nil
	}
	info, _ := os.Stat(path) // before it is read; without it nothing is kept
	text, err := readSource(path, shown)
	if err != nil {
		return nil, err
	}
	return in.compiler(text, shown, func(done cached) { in.opts.Cache.put(key, info, done) })
}

// compiler is that of source text, by the end of its name; keep is given what was compiled, unless it was ported.
func (in *Interp) compiler(text []byte, shown string, keep func(cached)) (compiler, error) {
	switch ext := filepath.Ext(shown); {
	case ext == ".py":
		return in.pythonCompiler(python.Source{Filename: shown, Text: text}, func(p *python.Program) { keep(cached{python: p}) }), nil
	case ext == ".star" && python.IsPorted(shown, text):
		return in.pythonCompiler(python.Source{Filename: shown, Text: text, Ported: true}, nil), nil
	case ext == ".star":
		in.starlark()
		return func() (program, error) {
			prog, err := in.compileStar(shown, text, true)
			if err != nil {
				return nil, err
			}
			keep(cached{star: prog})
			return in.starMain(prog), nil
		}, nil
	default:
		return nil, fmt.Errorf("%s: a script ends in .py (QuecPython) or .star (Starlark), not in %q", shown, ext)
	}
}

// starlark has the run be of a Starlark script.
func (in *Interp) starlark() {
	in.lang = Starlark
}

// compiledBefore is the compiler of what another run compiled.
func (in *Interp) compiledBefore(done cached) compiler {
	if done.star != nil {
		in.starlark()
		return func() (program, error) { return in.starMain(done.star), nil }
	}
	in.lang = Python
	return func() (program, error) { return in.pythonMain(done.python), nil }
}

// starMain is a .star file as the main program.
func (in *Interp) starMain(prog *starProgram) program {
	return func(t *Thread) error {
		globals, err := prog.init(in, t.star)
		if err != nil {
			return err
		}
		return in.goOn(t, starGlobals(globals))
	}
}

// pythonMain is a .py file as the main program.
func (in *Interp) pythonMain(prog *python.Program) program {
	return func(t *Thread) error {
		mod := in.runtime.NewModule("__main__", prog.Filename())
		if err := prog.Run(t.star, in.runtime, mod); err != nil {
			return err
		}
		return in.goOn(t, pythonGlobals{mod})
	}
}

// pythonCompiler compiles a main script that has Python's values; keep, which may be nil, is given it.
func (in *Interp) pythonCompiler(src python.Source, keep func(*python.Program)) compiler {
	in.lang = Python
	return func() (program, error) {
		prog, err := in.compilePython(src)
		if err != nil {
			return nil, err
		}
		if keep != nil {
			keep(prog)
		}
		return in.pythonMain(prog), nil
	}
}

// compilePython compiles a main script, which may be a test file.
func (in *Interp) compilePython(src python.Source) (*python.Program, error) {
	if in.opts.Suite == nil || in.opts.Suite.Python == nil || src.Ported {
		return python.Compile(src)
	}
	mod, err := python.Parse(src)
	if err != nil {
		return nil, err
	}
	in.opts.Suite.Python(mod, src.Text)
	return python.CompileModule(src, mod)
}

// readSource reads a regular file of bounded size: a FIFO or a device could go on for ever.
func readSource(path, shown string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // opening a FIFO would wait for its writer
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such file", shown)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", shown, err)
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", shown, err)
	case info.IsDir():
		return nil, fmt.Errorf("%s: is a folder, not a script", shown)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: is no regular file, such as a script is", shown)
	case info.Size() > maxSource:
		return nil, fmt.Errorf("%s: has %d bytes; a script may have %d", shown, info.Size(), maxSource)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSource+1))
	if err == nil && len(text) > maxSource { // it grew
		err = fmt.Errorf("has more than %d bytes; a script may not", maxSource)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown, err)
	}
	return text, nil
}

func (in *Interp) compileStar(shown string, text []byte, main bool) (*starProgram, error) {
	if nestedTooDeep(string(text)) {
		return nil, fmt.Errorf("%s: a statement is too long, or nests too deep", shown)
	}
	f, err := dialect.Options().Parse(shown, text, 0)
	if err != nil {
		return nil, dialect.Explain(text, err, in.elsewhere)
	}
	if s := in.opts.Suite; s != nil && s.Starlark != nil {
		s.Starlark(f, text, main)
	}
	guard(f)
	uses := map[string]bool{}
	prog, err := starlark.FileProgram(f, func(name string) bool {
		known := in.isPredeclared(name)
		if known {
			uses[name] = true
		}
		return known
	})
	if err != nil {
		return nil, dialect.Explain(text, err, in.elsewhere)
	}
	return &starProgram{prog, uses}, nil
}

// elsewhere says of a name that a .star file does not have where it is.
func (in *Interp) elsewhere(name string) string {
	if m := in.catalog.python[name]; m != nil && m.lang()&Starlark == 0 {
		return name + " is a module of .py files only; see 'quecstar doc'"
	}
	return ""
}

// load implements Starlark's load(): a neighbouring .star file, run once.
func (in *Interp) load(t *starlark.Thread, name string) (starlark.StringDict, error) {
	from := t.CallFrame(0).Pos.Filename()
	path := filepath.Join(filepath.Dir(in.resolve(from)), filepath.FromSlash(name))
	if filepath.Ext(name) != ".star" {
		return nil, fmt.Errorf("load takes a .star file beside %s", from)
	}
	if err := inTree(in.dir, path); err != nil {
		return nil, err // Starlark says what could not be loaded
	}
	if l, ok := in.loads[path]; ok {
		if l.busy {
			return nil, errors.New("it is being loaded already (a cycle)")
		}
		return l.globals, l.err
	}
	l := &loaded{busy: true}
	in.loads[path] = l
	l.globals, l.err = in.loadFile(t, path, filepath.Join(filepath.Dir(from), filepath.FromSlash(name)))
	l.busy = false
	return l.globals, l.err
}

// loadFile runs a .star file on a Starlark thread of its own, as its top level is no function that
// the loading file calls.
func (in *Interp) loadFile(t *starlark.Thread, path, shown string) (starlark.StringDict, error) {
	if in.opts.Loaded != nil {
		in.opts.Loaded(path)
	}
	text, err := readSource(path, shown)
	if err != nil {
		return nil, err
	}
	prog, err := in.compileStar(shown, text, false)
	if err != nil {
		return nil, err
	}
	sub := &starlark.Thread{Name: shown}
	ThreadOf(t).adopt(sub)
	in.runtime.SetThread(sub)
	defer in.runtime.SetThread(t)
	return prog.init(in, sub)
}

// resolve turns a file name as shown into a path.
func (in *Interp) resolve(shown string) string {
	if filepath.IsAbs(shown) {
		return shown
	}
	abs, err := filepath.Abs(shown)
	if err != nil {
		return shown
	}
	return abs
}
