package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// project is a new project, file by file.
//
//go:embed all:project
var project embed.FS

func newInit(p *process) *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "begin a project: a script, its bench and suite, and CI recipes",
		Long: `Write a new project to a folder, this one when left out: a bench, a sample script, a suite that tests it on
this host and on a virtual module, and recipes that run the suites in GitHub Actions and GitLab CI in two parts.

No file is written over another: where one is there already, nothing is written.`,
		Example: `  quecstar init meter && cd meter && quecstar test`,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{fmt.Errorf("quecstar init wants one folder, but was given %q", args)}
			}
			return initProject(p, append(args, ".")[0])
		},
	}
}

func initProject(p *process, dir string) error {
	files, err := fs.Sub(project, "project")
	if err != nil {
		return err
	}
	var names, there []string
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		names = append(names, name)
		path := filepath.Join(dir, name)
		_, err = os.Lstat(path)
		if err == nil {
			there = append(there, path)
		} else if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return err // else of a file that is in a folder's place
	})
	if err == nil && len(there) > 0 {
		err = fmt.Errorf("nothing is written, as there is already: %s", strings.Join(there, ", "))
	}
	if err != nil {
		return usageError{err}
	}
	for _, name := range names {
		if err := writeNew(files, name, filepath.Join(dir, name)); err != nil {
			return err
		}
		fmt.Fprintln(p.stdout, filepath.Join(dir, name))
	}
	where := ""
	if dir != "." {
		where = fmt.Sprintf(" in %s", dir)
	}
	say(p, "run its suite by quecstar test%s", where)
	return nil
}

// writeNew writes a file that is not there yet.
func writeNew(from fs.FS, name, path string) error {
	text, err := fs.ReadFile(from, name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
