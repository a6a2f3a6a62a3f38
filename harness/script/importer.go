package script

import (
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/flash"
	"quecstar/harness/python"
	"quecstar/harness/python/object"
)

// usr is the package that a module's user files live in: the script's own folder.
const usr = "usr"

// importModule finds the Python module of a full dotted name: one of ours, or a file beside the
// script. Parents of a dotted name have been imported before. The error is an ImportError.
func (in *Interp) importModule(t *starlark.Thread, name string) (starlark.Value, error) {
	if m := in.imported(name); m != nil {
		return m, nil
	}
	if main := in.runtime.Main(); name == "__main__" && main != nil {
		return main, nil
	}
	if st := in.moduleNamed(name); st != nil {
		m := in.own[st.module.Name]
		if m == nil && st.module.Source != "" {
			return in.ownSource(t, name, st.module)
		}
		if m == nil {
			m = in.goModule(st, name)
		}
		return m, in.record(name, m)
	}
	path, shown, isPackage := in.find(name)
	if path == "" {
		if own := in.shipped(name); own != "" {
			return in.importModule(t, own)
		}
		if isPackage {
			return in.addPython(name, shown)
		}
		shown, isPackage := in.findOnFlash(name)
		if isPackage {
			return in.addPython(name, shown)
		}
		if shown != "" {
			text, err := in.ReadFile(shown)
			if err != nil {
				return nil, err
			}
			return in.runSource(t, name, shown, text)
		}
		return nil, in.noModule(name)
	}
	return in.runFile(t, name, path, shown)
}

// shipped is the name of the module of ours that stands in for files of the vendor's in /usr, or "".
func (in *Interp) shipped(name string) string {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if st := in.moduleNamed(last); strings.HasPrefix(name, usr+".") && st != nil && st.module.Usr {
		return last
	}
	return ""
}

func (in *Interp) noModule(name string) error {
	for _, later := range in.opts.Later {
		if later == name {
			return in.runtime.Raise("ImportError", "no module named '"+name+"': quecstar does not have this module of QuecPython yet")
		}
	}
	if near := in.nearModule(name); near != "" {
		return in.runtime.Raise("ImportError", "no module named '"+name+"' (did you mean "+near+"?)")
	}
	return in.runtime.Raise("ImportError", "no module named '"+name+"'")
}

func (in *Interp) addPython(name, file string) (*object.Module, error) {
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
func (in *Interp) goModule(st *moduleState, name string) *object.Module {
	m := in.runtime.NewModule(name, "")
	in.own[st.module.Name] = m
	for _, kv := range in.members(st) {
		m.Set(string(kv[0].(starlark.String)), kv[1])
	}
	return m
}

// find looks for the file of a dotted name: first below the script's folder, where usr is that
// folder itself. For a folder without __init__.py it returns no path but isPackage.
func (in *Interp) find(name string) (path, shown string, isPackage bool) {
	if in.dir == "" {
		return "", "", false
	}
	parts := strings.Split(name, ".")
	if parts[0] == usr {
		parts = parts[1:]
	}
	rel := filepath.Join(parts...)
	dirs := []string{in.dir}
	if strings.HasPrefix(name, usr+".") {
		// A script of a larger program lies somewhere beneath the folder that is its /usr.
		dirs = append(dirs, filepath.Dir(in.dir), filepath.Dir(filepath.Dir(in.dir)))
	}
	for _, dir := range dirs {
		if path, shown, isPackage = in.findIn(dir, rel); path != "" || isPackage {
			return path, shown, isPackage
		}
	}
	return "", "", false
}

// findOnFlash looks for a module that a run wrote, or that was uploaded: in the current folder of its
// tree of files, in /usr, and at the root, as "usr.x" is /usr/x. It returns "" where there is none, and
// does not make a tree for a run that has none. A folder without __init__.py is a package, too.
func (in *Interp) findOnFlash(name string) (file string, isPackage bool) {
	if dir, _ := in.Setting(SettingFiles).(string); in.files == nil && dir == "" {
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

// findIn looks for a module's file below a folder; rel is "" for the folder itself.
func (in *Interp) findIn(dir, rel string) (path, shown string, isPackage bool) {
	base, err := filepath.Rel(in.dir, dir)
	if err != nil {
		return "", "", false
	}
	base = filepath.Join(filepath.Dir(in.path), base)
	for _, c := range []struct {
		file      string
		isPackage bool
	}{{rel + ".py", false}, {filepath.Join(rel, "__init__.py"), true}, {rel + ".star", false}} {
		if rel == "" && !c.isPackage {
			continue
		}
		if full := filepath.Join(dir, c.file); isFile(full) && (filepath.Ext(full) == ".py" || in.isPortedFile(full)) {
			return full, filepath.Join(base, c.file), c.isPackage
		}
	}
	if info, err := os.Stat(filepath.Join(dir, rel)); err == nil && info.IsDir() {
		return "", filepath.Join(base, rel), true
	}
	return "", "", false
}

// isPortedFile reports whether a .star file is a ported program, which Python programs can import.
func (in *Interp) isPortedFile(path string) bool {
	text, err := readSource(path, path)
	return err == nil && python.IsPorted(path, text)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// runFile runs a neighbouring .py file as the module of a name. The module is there before its
// file has run, so that two files can import each other.
func (in *Interp) runFile(t *starlark.Thread, name, path, shown string) (starlark.Value, error) {
	text, err := readSource(path, shown)
	if err != nil {
		return nil, in.runtime.Raise("ImportError", err.Error())
	}
	return in.runSource(t, name, shown, text)
}

// ownSource runs a module of ours that is written in Python; name is what the script calls it.
func (in *Interp) ownSource(t *starlark.Thread, name string, m *Module) (starlark.Value, error) {
	v, err := in.runSource(t, m.Name, "<"+m.Name+">", []byte(m.Source))
	if err == nil {
		err = in.record(name, v)
	}
	if own, ok := v.(*object.Module); ok && err == nil {
		in.own[m.Name] = own
	}
	return v, err
}

func (in *Interp) runSource(t *starlark.Thread, name, shown string, text []byte) (starlark.Value, error) {
	src := python.Source{Filename: shown, Text: text, Name: name, Ported: filepath.Ext(shown) == ".star"}
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
