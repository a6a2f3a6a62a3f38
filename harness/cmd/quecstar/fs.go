package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"quecstar/harness/device"
	"quecstar/harness/device/repl"
	"quecstar/harness/script"
	"quecstar/harness/serial"
)

func newFS(p *process) *cobra.Command {
	var w wireFlags
	var recursive, quiet bool
	c := &cobra.Command{
		Use:   "fs PORT ls|cat|cp|rm|mkdir|df [PATH...]",
		Short: "work with the files on a QuecPython module",
		Long: `Work with the files on a module, through its Python prompt.

  ls [DIR]          list a folder; /usr when left out
  cat FILE...       print files
  cp FROM... TO     copy; a path on the module begins with ":", as in cp main.py :/usr/main.py
  rm FILE...        remove; with -r folders too
  mkdir DIR...      make folders
  df [DIR...]       free space; of /usr and /bak when left out

What is copied is verified by a hash where the module has one, goes on where an interrupted copy
stopped, and gets its name when it is whole; files that are there already are skipped.`,
		Example: `  quecstar fs auto ls
  quecstar fs auto cp -r app :/usr
  quecstar fs /dev/ttyUSB7 cp :/usr/log.txt .`,
		Args: exactly(2, "a port and what to do"),
		RunE: func(c *cobra.Command, args []string) error {
			return runFS(p, c.Context(), w, recursive, quiet, args)
		},
	}
	w.add(c.Flags())
	c.Flags().BoolVarP(&recursive, "recursive", "r", false, "folders with all that is in them")
	c.Flags().BoolVarP(&quiet, "quiet", "q", false, "no line that says how far a copy is")
	return c
}

// files does what quecstar fs is told.
type files struct {
	p         *process
	c         *repl.Client
	recursive bool
	progress  *progress
}

func runFS(p *process, ctx context.Context, w wireFlags, recursive, quiet bool, args []string) error {
	verbs := map[string]func(*files, context.Context, []string) error{"ls": (*files).ls, "cat": (*files).cat,
		"cp": (*files).cp,
		"rm": (*files).rm, "mkdir": (*files).mkdir, "df": (*files).df}
	verb, ok := verbs[args[1]]
	if !ok {
		return usageError{fmt.Errorf("fs %s: want ls, cat, cp, rm, mkdir or df", args[1])}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := p.onSignal(func() { cancel(script.ErrInterrupted) }, cancel)
	defer stop()
	port, err := w.open(p, ctx, args[0], serial.REPL)
	if err != nil {
		return err
	}
	client := repl.New(port, replOptions(port))
	if err := client.Enter(ctx); err != nil {
		return errors.Join(fmt.Errorf("%w: %w", device.ErrUnreachable, err), client.Close())
	}
	f := &files{p: p, c: client, recursive: recursive}
	if !quiet {
		f.progress = p.newProgress(sized)
	}
	err = verb(f, ctx, args[2:])
	f.progress.end()
	leaving, done := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer done()
	if err == nil {
		err = client.Leave(leaving)
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return errors.Join(err, client.Close())
}

// replOptions suit the port: a pseudo-terminal and TCP hold a sender back by themselves.
func replOptions(w *wire) repl.Options {
	o := repl.Options{Name: w.Name()}
	if w.sim != nil || strings.HasPrefix(w.Name(), "/dev/pts/") || strings.Contains(w.Name(), "://") {
		o.Pace = -1
	}
	return o
}

// onModule is a path on the module, with or without its ":".
func onModule(name string) string {
	name = strings.TrimPrefix(name, ":")
	if !strings.HasPrefix(name, "/") {
		name = "/usr/" + name
	}
	return path.Clean(name)
}

func (f *files) say(format string, args ...any) { _, _ = fmt.Fprintf(f.p.stdout, format, args...) }

func (f *files) ls(ctx context.Context, args []string) error {
	if len(args) == 0 {
		args = []string{"/usr"}
	}
	for _, dir := range args {
		entries, err := f.c.List(ctx, onModule(dir))
		if err != nil {
			return err
		}
		for _, e := range entries {
			switch {
			case e.Dir:
				f.say("%12s %s/\n", "", e.Name)
			case e.Size < 0:
				f.say("%12s %s\n", "?", e.Name)
			default:
				f.say("%12d %s\n", e.Size, e.Name)
			}
		}
	}
	return nil
}

func (f *files) cat(ctx context.Context, args []string) error {
	for _, name := range args {
		data, err := f.c.Read(ctx, onModule(name), nil)
		if err != nil {
			return err
		}
		if _, err := f.p.stdout.Write(data); err != nil {
			return err
		}
	}
	return nil
}

func (f *files) rm(ctx context.Context, args []string) error {
	for _, name := range args {
		remove := f.c.Remove
		if f.recursive {
			remove = f.c.RemoveAll
		}
		if err := remove(ctx, onModule(name)); err != nil {
			return err
		}
	}
	return nil
}

func (f *files) mkdir(ctx context.Context, args []string) error {
	for _, name := range args {
		if err := f.c.Mkdir(ctx, onModule(name)); err != nil {
			return err
		}
	}
	return nil
}

func (f *files) df(ctx context.Context, args []string) error {
	if len(args) == 0 {
		args = []string{"/usr", "/bak"}
	}
	for _, dir := range args {
		free, err := f.c.Free(ctx, onModule(dir))
		if err != nil {
			return err
		}
		f.say("%12d %s\n", free, dir)
	}
	return nil
}

// cp copies one way or the other.
func (f *files) cp(ctx context.Context, args []string) error {
	if len(args) < 2 {
		return usageError{errors.New("fs cp wants FROM and TO; a path on the module begins with \":\"")}
	}
	from, to := args[:len(args)-1], args[len(args)-1]
	for _, one := range from {
		var err error
		switch {
		case strings.HasPrefix(one, ":") && !strings.HasPrefix(to, ":"):
			err = f.download(ctx, onModule(one), to)
		case !strings.HasPrefix(one, ":") && strings.HasPrefix(to, ":"):
			err = f.upload(ctx, one, to, len(from) > 1)
		default:
			return usageError{fmt.Errorf("fs cp %s %s: one of them must be on the module, which a \":\" in front says", one, to)}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *files) upload(ctx context.Context, from, to string, many bool) error {
	info, err := os.Stat(from)
	if err != nil {
		return usageError{err}
	}
	target := onModule(to)
	if info.IsDir() {
		if !f.recursive {
			return usageError{fmt.Errorf("fs cp: %s is a folder: copy it with -r", from)}
		}
		// As cp does: into a folder that is there under its own name.
		if e, err := f.c.Stat(ctx, target); err == nil && e.Dir || many {
			target = path.Join(target, filepath.Base(filepath.Clean(from)))
		}
		tree := os.DirFS(from)
		return f.c.Upload(ctx, tree, target, f.progress.files(sizeOf(tree)))
	}
	if e, err := f.c.Stat(ctx, target); err == nil && e.Dir || many || strings.HasSuffix(to, "/") {
		target = path.Join(target, filepath.Base(from))
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return usageError{err}
	}
	return f.c.Put(ctx, target, data, f.progress.files(0))
}

// sizeOf is how many bytes the files of a tree have together; what cannot be read fails when it is copied.
func sizeOf(tree fs.FS) (total int64) {
	_ = fs.WalkDir(tree, ".", func(_ string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			if info, err := e.Info(); err == nil {
				total += info.Size()
			}
		}
		return nil
	})
	return total
}

func (f *files) download(ctx context.Context, from, to string) error {
	e, err := f.c.Stat(ctx, from)
	if err != nil {
		return err
	}
	if info, err := os.Stat(to); err == nil && info.IsDir() {
		to = filepath.Join(to, path.Base(from))
	}
	if e.Dir {
		if !f.recursive {
			return usageError{fmt.Errorf("fs cp: %s is a folder: copy it with -r", from)}
		}
		return f.c.Download(ctx, from, to, f.progress.files(-1))
	}
	data, err := f.c.Read(ctx, from, f.progress.files(0))
	if err != nil {
		return err
	}
	if err := os.WriteFile(to+".part", data, 0o666); err != nil {
		return err
	}
	return os.Rename(to+".part", to)
}
