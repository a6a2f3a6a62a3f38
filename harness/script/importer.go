package script

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/event"
	"quecstar/harness/flash"
	"quecstar/harness/python"
	"quecstar/harness/python/object"
	"quecstar/harness/python/runtime"
)

// usr is the package that a module's user files live in: the script's own folder.
const usr = "usr"

// importModule finds the Python module of a full dotted name: one of ours, or a file beside the
// script. Parents of a dotted name have been imported before; within are the names that the import
// statement wants of it. The error is an ImportError.
func (in *Interp) importModule(t *starlark.Thread, name string, within []string) (starlark.Value, error) {
	if m := in.imported(name); m != nil {
		return m, nil
	}
	if main := in.runtime.Main(); name == "__main__" && main != nil {
		return main, nil
	}
	if st := in.moduleNamed(name); st != nil {
		m := in.own[st.Name]
		if m == nil && st.Source != "" {
			return in.ownSource(t, name, st.Module)
		}
		if m == nil {
			m = in.goModule(st, name)
		}
		return m, nil // as on a module, no entry of sys.modules
	}
	place, found := in.find(name, within)
	if found {
		if err := place.Inside(); err != nil {
			return nil, in.runtime.Raise("ImportError", "can't import "+name+": "+err.Error())
		}
	}
	if place.File != "" {
		written, err := in.onFlash(place.File)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, in.noModule(name)
		case err != nil:
			return nil, err
		case written == "":
			return in.runFile(t, name, place.File, in.shown(place.File))
		}
		return in.runWritten(t, name, written)
	}
	if own := in.shipped(name); own != "" {
		return in.importModule(t, own, nil)
	}
	onFlash, isPackage := in.findOnFlash(name)
	switch {
	case onFlash != "" && !isPackage:
		return in.runWritten(t, name, onFlash)
	case found:
		return in.addPython(name, in.shown(place.Folder))
	case isPackage:
		return in.addPython(name, onFlash)
	}
	return nil, in.noModule(name)
}

// leftBehind are the modules that the firmware's start-up script imports (QuecPython/microPython,
// ports/quectel/core/_boot.py). It runs in the names of the main script, which has them, therefore,
// without an import: the vendor's own examples use uos so.
var leftBehind = map[string]bool{"gc": true, "uos": true, "ujson": true, "dataCall": true, "app_fota": true, "misc": true}

// LeftBehind reports whether a main script has a module of the firmware without an import.
func LeftBehind(name string) bool { return leftBehind[name] }

// left is the module that the firmware's start leaves under a name, or nil.
func (in *Interp) left(t *starlark.Thread, name string) (starlark.Value, error) {
	if !leftBehind[name] || in.moduleNamed(name) == nil {
		return nil, nil
	}
	return in.importModule(t, name, nil)
}

// shipped is the name of the module of ours that stands in for files of the vendor's in /usr, or "".
func (in *Interp) shipped(name string) string {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if st := in.moduleNamed(last); strings.HasPrefix(name, usr+".") && st != nil && st.Usr {
		return last
	}
	return ""
}

func (in *Interp) noModule(name string) error {
	for _, later := range in.catalog.later {
		if later == name {
			return in.runtime.Raise("ImportError", "no module named '"+name+"': quecstar does not have this module of QuecPython yet")
		}
	}
	if near := in.nearModule(name); near != "" {
		return in.runtime.Raise("ImportError", "no module named '"+name+"' (did you mean "+near+"?)")
	}
	return in.runtime.Raise("ImportError", "no module named '"+name+"'")
}

func (in *Interp) addPython(name, file string) (*runtime.Module, error) {
	m := in.runtime.NewModule(name, file)
	return m, in.record(name, m)
}

// imported is the module of a full name that was imported, or that a script put into sys.modules; nil
// when there is none.
func (in *Interp) imported(name string) starlark.Value {
	key := object.NewStr(name)
	if found, err := in.python.Has(key); err != nil || !found {
		return nil
	}
	m, _, err := in.python.Get(key)
	if err != nil {
		return nil
	}
	return m
}

// record puts a module into sys.modules.
func (in *Interp) record(name string, m starlark.Value) error {
	return in.python.SetKey(object.NewStr(name), m)
}

// goModule is a module of ours as Python scripts see it: a script may change its members. It is
// there before its members are made, as one of them may import it.
func (in *Interp) goModule(e *entry, name string) *runtime.Module {
	m := in.runtime.NewModule(name, "")
	in.own[e.Name] = m
	in.members(e, m.Set)
	return m
}

// find looks for a dotted name below the script's folder; see Locate.
func (in *Interp) find(name string, within []string) (Place, bool) {
	if in.dir == "" {
		return Place{}, false
	}
	p, ok := Locate(in.dir, name, within)
	if in.opts.Loaded != nil {
		for _, path := range sought(in.dir, name) {
			if path == p.File {
				break // who runs it tells that
			}
			in.opts.Loaded(path)
		}
	}
	if ok && p.Instead != "" {
		in.tellStandIn(name, p.Instead)
	}
	if ok && p.Aside != "" {
		in.tellAside(name, p.Aside)
	}
	return p, ok
}

// shown is a path of the host relative to the script as the command line names it.
func (in *Interp) shown(path string) string {
	rel, err := filepath.Rel(in.dir, path)
	if err != nil {
		return path
	}
	return filepath.Join(filepath.Dir(in.path), rel)
}

// tellStandIn says once that a folder stands in for one that is not there.
func (in *Interp) tellStandIn(name, dir string) {
	parts := strings.SplitN(name, ".", 3)
	missing := strings.Join(parts[:2], ".")
	if in.standIns[missing] {
		return
	}
	if in.standIns == nil {
		in.standIns = map[string]bool{}
	}
	in.standIns[missing] = true
	in.Emit(event.Event{Layer: event.Harness, Kind: event.Note, Text: "no folder is called " + parts[1] + ": " + missing + " is taken to be " + dir})
}

// findOnFlash looks for a module that a run wrote, or that was uploaded: in the current folder of its
// tree of files, in /usr, and at the root, as "usr.x" is /usr/x. It returns "" where there is none, and
// does not make a tree for a run that has none. A folder without __init__.py is a package, too.
func (in *Interp) findOnFlash(name string) (file string, isPackage bool) {
	if in.files == nil && in.opts.Settings.Files == "" {
		return "", false
	}
	files, err := in.Files()
	if err != nil {
		return "", false
	}
	rel := strings.ReplaceAll(name, ".", "/")
	for _, dir := range []string{"", "/usr", "/"} {
		for _, file := range []string{rel + ".py", rel + "/__init__.py"} {
			p := path.Join(dir, file)
			if info, err := files.Stat(p); err == nil && !info.IsDir() {
				return p, false
			}
		}
	}
	for _, dir := range []string{"", "/usr", "/"} {
		if info, err := files.Stat(path.Join(dir, rel)); err == nil && info.IsDir() {
			return path.Join(dir, rel), true
		}
	}
	return "", false
}

// runFile runs a neighbouring .py file as the module of a name. The module is there before its
// file has run, so that two files can import each other.
func (in *Interp) runFile(t *starlark.Thread, name, path, shown string) (starlark.Value, error) {
	if in.opts.Loaded != nil {
		in.opts.Loaded(path)
	}
	text, err := readSource(path, shown)
	if err != nil {
		return nil, in.runtime.Raise("ImportError", err.Error())
	}
	return in.runSource(t, name, shown, text)
}

// runWritten runs a file of the flash as the module of a name.
func (in *Interp) runWritten(t *starlark.Thread, name, file string) (starlark.Value, error) {
	text, err := in.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return in.runSource(t, name, file, text)
}

// ownSource runs a module of ours that is written in Python; name is what the script calls it.
func (in *Interp) ownSource(t *starlark.Thread, name string, m *Module) (starlark.Value, error) {
	v, err := in.runSource(t, m.Name, "<"+m.Name+">", []byte(m.Source))
	if own, ok := v.(*runtime.Module); ok && err == nil {
		in.own[m.Name] = own
	}
	return v, err
}

func (in *Interp) runSource(t *starlark.Thread, name, shown string, text []byte) (starlark.Value, error) {
	src := python.Source{Filename: shown, Text: text, Ported: filepath.Ext(shown) == ".star", Level: in.level}
	prog, err := python.Compile(src)
	if err != nil {
		return nil, in.runtime.RaiseCause(err, "SyntaxError", err.Error())
	}
	m, err := in.addPython(name, shown)
	if err != nil {
		return nil, err
	}
	if err := prog.Run(t, in.runtime, m); err != nil {
		if gone := in.python.Delete(object.NewStr(name)); gone != nil {
			return nil, gone
		}
		return nil, err
	}
	if put := in.imported(name); put != nil {
		return put, nil // which the module itself may have put there
	}
	return m, nil
}

// Modules is sys.modules: the imported Python modules by name. An import looks there first.
func (in *Interp) Modules() *object.Dict { return in.python }

// ReadFile reads a file of the script's tree. The interpreter lock must be held.
func (in *Interp) ReadFile(name string) ([]byte, error) {
	files, err := in.Files()
	if err != nil {
		return nil, err
	}
	f, err := files.Open(name, os.O_RDONLY)
	if err != nil {
		return nil, RaiseArgs("OSError", err, flash.Errno(err))
	}
	b, err := io.ReadAll(f)
	return b, errors.Join(err, f.Close())
}
