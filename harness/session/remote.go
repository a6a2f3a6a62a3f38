package session

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"quecstar/harness/device/repl"
	"quecstar/harness/python"
	"quecstar/harness/python/ast"
	"quecstar/harness/script"
)

// runRemote runs the script on the module: it and the files that it imports are uploaded, its output
// comes as it is printed.
func (s *Session) runRemote(ctx context.Context) error {
	text, err := os.ReadFile(s.opts.Script)
	if err != nil {
		return &script.FileError{Err: err}
	}
	if ext := filepath.Ext(s.opts.Script); ext != ".py" {
		return &script.FileError{Err: fmt.Errorf("%s: --remote runs QuecPython's .py files, not %q", s.opts.Script, ext)}
	}
	files, err := imported(s.opts.Script, text)
	if err != nil {
		return &script.FileError{Err: err}
	}
	job := repl.Script{Main: repl.File{Local: s.opts.Script, Data: text}, Files: files, Args: s.opts.Args,
		Progress: s.opts.Uploading, Remove: s.opts.RemoveUploads, Fresh: true,
		Started: func() error { return s.scheduleRemotely(ctx) }}
	out := &newlines{w: s.opts.Stdout}
	exit, err := s.prompt.Run(ctx, job, out.write)
	out.flush()
	switch {
	case out.err != nil:
		return fmt.Errorf("standard output: %w", out.err)
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return err
	case exit.Err != nil:
		return &script.Failure{Traceback: strings.TrimRight(exit.Err.Traceback, "\n") + "\n"}
	case exit.Code != 0:
		return &script.Exit{Code: exit.Code}
	}
	return nil
}

// scheduleRemotely starts the schedule of the bench on the module that runs the script, if it is a virtual one.
func (s *Session) scheduleRemotely(ctx context.Context) error {
	if len(s.bench.Schedule) == 0 {
		return nil
	}
	if s.virtual == nil {
		s.warn("the actions of the bench are not done: the script runs on a real module")
		return nil
	}
	in, began := s.virtual.Interp(), make(chan error, 1)
	_, err := in.Go("the actions of the bench", true, func(t *script.Thread) error {
		began <- s.schedule.begin(in, t)
		return nil
	})
	if err != nil {
		return err
	}
	select {
	case err := <-began:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// newlines turns the line ends of a module's prompt, CR LF, into those of a host's script.
type newlines struct {
	w    io.Writer
	held bool // a CR that may be half of a line end
	err  error
}

func (n *newlines) write(p []byte) {
	out := make([]byte, 0, len(p)+1)
	for _, b := range p {
		if n.held && b != '\n' {
			out = append(out, '\r')
		}
		n.held = b == '\r'
		if !n.held {
			out = append(out, b)
		}
	}
	n.put(out)
}

func (n *newlines) flush() {
	if n.held {
		n.put([]byte{'\r'})
		n.held = false
	}
}

func (n *newlines) put(p []byte) {
	if n.err == nil {
		_, n.err = n.w.Write(p)
	}
}

// imported are the files beside a script that it imports, and those that these import.
func imported(path string, text []byte) ([]repl.File, error) {
	dir := filepath.Dir(path)
	seen := map[string]repl.File{}
	if err := addImports(dir, path, text, seen); err != nil {
		return nil, err
	}
	var out []repl.File
	for _, f := range seen {
		out = append(out, f)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Remote < out[j].Remote })
	return out, nil
}

func addImports(dir, shown string, text []byte, seen map[string]repl.File) error {
	m, err := python.Parse(python.Source{Filename: shown, Text: text})
	if err != nil {
		return err
	}
	for _, name := range importNames(m) {
		parts := strings.Split(name, ".")
		for i := range parts {
			if err := addModule(dir, strings.Join(parts[:i+1], "."), seen); err != nil {
				return err
			}
		}
	}
	return nil
}

// importNames are the dotted names that a program imports anywhere; of "from a import b" both a and
// a.b, as b may be a module.
func importNames(m *ast.Module) []string {
	var out []string
	var all func(list []ast.Stmt)
	all = func(list []ast.Stmt) {
		for _, st := range list {
			switch st := st.(type) {
			case *ast.Import:
				for _, a := range st.Names {
					out = append(out, a.Name)
				}
			case *ast.ImportFrom:
				out = append(out, st.Module)
				for _, a := range st.Names {
					out = append(out, strings.TrimPrefix(st.Module+"."+a.Name, "."))
				}
			}
			for _, body := range ast.Bodies(st) {
				all(body)
			}
		}
	}
	all(m.Body)
	return out
}

// addModule adds the file of a module if it is there and was not added yet, with what it imports. On
// the module it gets the name that the import speaks of, wherever it lies here.
func addModule(dir, name string, seen map[string]repl.File) error {
	place, ok := script.Locate(dir, name, nil)
	if !ok || filepath.Ext(place.File) != ".py" {
		return nil // a module of the firmware, or a mere folder
	}
	remote := strings.ReplaceAll(strings.TrimPrefix(name, "usr."), ".", "/") + ".py"
	if name == "usr" {
		remote = "__init__.py"
	} else if place.Folder != "" {
		remote = strings.TrimSuffix(remote, ".py") + "/__init__.py"
	}
	if _, done := seen[remote]; done {
		return nil
	}
	if err := place.Inside(); err != nil {
		return fmt.Errorf("import %s: %w", name, err)
	}
	text, err := os.ReadFile(place.File)
	if err != nil {
		return fmt.Errorf("read what the script imports: %w", err)
	}
	seen[remote] = repl.File{Local: place.File, Remote: remote, Data: text}
	return addImports(dir, place.File, text, seen)
}
