package script

import (
	"os"
	"path/filepath"
	"strings"

	"quecstar/harness/python"
)

// Place is where a Python module of the script's own lies on the host.
type Place struct {
	// File is the module's file, "" for a folder without __init__.py.
	File string
	// Folder is the folder of a package, "" for a module that is a single file.
	Folder string
	// Instead is the folder that stands in for the one that the name speaks of, "" when that is there.
	Instead string
	// Aside is the folder that holds the module and is not the script's, though the name says so.
	Aside string
	// Tree is the folder that the module was looked for in.
	Tree string
}

// Inside is an error when a symbolic link leads from the tree to a module outside of it.
func (p Place) Inside() error {
	if p.File != "" {
		return inTree(p.Tree, p.File)
	}
	return inTree(p.Tree, p.Folder)
}

// hollow reports whether there is nothing of Python in a folder: it is a module's only where no file is.
func (p Place) hollow() bool {
	if p.File != "" {
		return false
	}
	for _, pattern := range []string{"*.py", "*.star", "*/*.py", "*/*.star"} {
		if found, err := filepath.Glob(filepath.Join(globQuoted.Replace(p.Folder), pattern)); err != nil || len(found) > 0 {
			return false
		}
	}
	return true
}

// globQuoted has a folder's name mean itself in a pattern.
var globQuoted = strings.NewReplacer(`*`, `\*`, `?`, `\?`, `[`, `\[`, `\`, `\\`)

// Locate finds the module of a full dotted name for a script in the folder dir. usr, a module's folder
// for user files, is that folder, or one of the two above it, as a script of a larger program lies
// somewhere beneath /usr. A repository is often cloned under another name than its folder has on the
// module ("usr.modules.x" of a repository called modules_quecpython): where nothing is called like the
// first name behind usr, the folder that holds the rest stands in for it; see aside for a library in a
// folder of its own. A folder with nothing of Python in it is taken last. within are the names that
// the import wants of the module itself, which tell such a folder from a name that is just wrong.
func Locate(dir, name string, within []string) (Place, bool) {
	parts := strings.Split(name, ".")
	if parts[0] != usr {
		return placeIn(dir, parts)
	}
	parts = parts[1:]
	dirs := []string{dir, filepath.Dir(dir), filepath.Dir(filepath.Dir(dir))}
	if len(parts) == 0 {
		return placeIn(holding(dirs, within), nil)
	}
	var hollow Place
	for _, d := range dirs {
		if p, ok := placeIn(d, parts); ok && !p.hollow() {
			return p, true
		} else if ok && hollow.Folder == "" {
			hollow = p
		}
	}
	if p, ok := aside(dir, parts); ok {
		return p, true
	}
	if hollow.Folder != "" {
		return hollow, true
	}
	return standIn(dirs, parts, within)
}

// sought are the files that a module of a full dotted name may be in for a script in the folder dir, the first first;
// stand-ins and what lies aside are not among them.
func sought(dir, name string) []string {
	parts := strings.Split(name, ".")
	dirs := []string{dir}
	if parts[0] == usr {
		parts, dirs = parts[1:], append(dirs, filepath.Dir(dir), filepath.Dir(filepath.Dir(dir)))
	}
	var out []string
	for _, d := range dirs {
		base := filepath.Join(append([]string{d}, parts...)...)
		if len(parts) == 0 {
			out = append(out, filepath.Join(base, "__init__.py"))
			continue
		}
		out = append(out, base+".py", filepath.Join(base, "__init__.py"), base+".star")
	}
	return out
}

// holding is the first of the folders that has one of the modules in it, or the first of all: a script
// in a package beneath /usr does not mean its own package by usr.
func holding(dirs, modules []string) string {
	for _, d := range dirs {
		for _, name := range modules {
			if _, ok := placeIn(d, []string{name}); ok {
				return d
			}
		}
	}
	return dirs[0]
}

// standIn looks for what a folder under another name holds.
func standIn(dirs, parts, within []string) (Place, bool) {
	if len(parts) == 0 || len(parts) == 1 && len(within) == 0 {
		return Place{}, false
	}
	for _, d := range dirs {
		if _, taken := placeIn(d, parts[:1]); taken {
			return Place{}, false
		}
	}
	for _, d := range dirs {
		if len(parts) > 1 {
			if p, ok := placeIn(d, parts[1:]); ok {
				p.Instead = d
				return p, true
			}
			continue
		}
		for _, name := range within {
			if p, ok := placeIn(d, []string{name}); ok && !defines(p.File, name) {
				return Place{Folder: d, Instead: d, Tree: d}, true
			}
		}
	}
	return Place{}, false
}

// defines reports whether a file has a class or function of its own name: then "from usr.x import
// Name" means that, and the file x.py is missing.
func defines(file, name string) bool {
	if file == "" {
		return false
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		rest, isClass := strings.CutPrefix(line, "class "+name)
		if !isClass {
			rest, isClass = strings.CutPrefix(line, "def "+name)
		}
		if isClass && strings.IndexAny(rest, "(: \t") == 0 {
			return true
		}
	}
	return false
}

// placeIn looks for a module below a folder; without parts it is the folder itself.
func placeIn(dir string, parts []string) (Place, bool) {
	base := filepath.Join(append([]string{dir}, parts...)...)
	if len(parts) > 0 && isFile(base+".py") {
		return Place{File: base + ".py", Tree: dir}, true
	}
	if init := filepath.Join(base, "__init__.py"); isFile(init) {
		return Place{File: init, Folder: base, Tree: dir}, true
	}
	if len(parts) > 0 && isPortedFile(base+".star") {
		return Place{File: base + ".star", Tree: dir}, true
	}
	if info, err := os.Stat(base); err == nil && info.IsDir() {
		return Place{Folder: base, Tree: dir}, true
	}
	return Place{}, false
}

// isPortedFile reports whether a .star file is a ported program, which Python programs can import.
func isPortedFile(path string) bool {
	if !isFile(path) {
		return false
	}
	text, err := readSource(path, path)
	return err == nil && python.IsPorted(path, text)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
