// Package flash is the module's file system: a tree with /usr and /bak that lies in a folder of the
// host and that no path leads out of.
//
// Beneath /usr shine the files beside the script, as they would lie there on a module: reading finds
// them, and what the script writes or removes goes to the tree above and leaves them alone.
package flash

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"quecstar/harness/errno"
)

// Capacity is how many bytes a tree holds, about what a large module has.
const Capacity = 64 << 20

// maxEntries is how many files and folders a tree has, each of which takes room beside its bytes.
const maxEntries = 4096

// FS is a tree. Its methods may be called by several goroutines. Paths are those of a module: /usr/x,
// or relative to the current directory.
type FS struct {
	top   *os.Root
	under *os.Root // what shines through beneath /usr, nil for nothing
	// temp is a folder to be removed at the end, which scratch made; "" for none.
	temp    string
	scratch *Scratch

	mu     sync.Mutex
	cwd    string
	gone   map[string]bool // removed though they shine through
	mounts []mount
	out    map[string]bool // volumes that were taken out
	used   int64
	count  int          // files and folders
	open   atomic.Int64 // files
}

// New opens the tree in the folder dir, or with "" in a new one that Close removes. The files of the
// folder under shine through beneath /usr; "" for none.
func New(dir, under string) (*FS, error) { return (*Scratch)(nil).New(dir, under) }

// New is like the function New; a new folder is one of s.
func (s *Scratch) New(dir, under string) (*FS, error) {
	f := &FS{scratch: s, cwd: "/", gone: map[string]bool{}, out: map[string]bool{}}
	if dir == "" {
		var err error
		if dir, err = s.Make("quecstar-flash-"); err != nil {
			return nil, fmt.Errorf("make a folder for the script's files: %w", err)
		}
		f.temp = dir
	}
	top, err := os.OpenRoot(dir)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the folder of the script's files: %w", err), s.Remove(f.temp))
	}
	f.top = top
	for _, name := range []string{"usr", "bak"} {
		if err := top.Mkdir(name, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, errors.Join(fmt.Errorf("make /%s for the script's files: %w", name, err), f.Close())
		}
	}
	if under != "" {
		if f.under, err = os.OpenRoot(under); err != nil {
			return nil, errors.Join(fmt.Errorf("open the folder of the script: %w", err), f.Close())
		}
	}
	if err := f.measure(); err != nil {
		return nil, errors.Join(fmt.Errorf("look at the script's files: %w", err), f.Close())
	}
	return f, nil
}

// Close removes a tree that New made a folder for.
func (f *FS) Close() error {
	err := f.top.Close()
	if f.under != nil {
		err = errors.Join(err, f.under.Close())
	}
	return errors.Join(err, f.scratch.Remove(f.temp))
}

// measure counts the bytes and entries in use.
func (f *FS) measure() error {
	f.used, f.count = 0, 0
	return fs.WalkDir(f.top.FS(), ".", func(_ string, d fs.DirEntry, err error) error {
		f.count++
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			f.used += info.Size()
		}
		return err
	})
}

// local is a path as the host's folders take it, "." for the root.
func (f *FS) local(p string) string {
	q := f.named(p)
	if q == "" {
		return "."
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.mounted(q)
}

// beneath is the name under which a local path may shine through; ok is false when it does not.
func (f *FS) beneath(p string) (name string, ok bool) {
	if f.under == nil {
		return "", false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for q := p; q != "." && q != "usr"; q = path.Dir(q) {
		if f.gone[q] {
			return "", false
		}
	}
	if p == "usr" {
		return ".", true
	}
	return strings.CutPrefix(p, "usr/")
}

// Getcwd is the current directory.
func (f *FS) Getcwd() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.cwd
}

// Chdir changes the current directory.
func (f *FS) Chdir(p string) error {
	info, err := f.Stat(p)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return pathError("chdir", p, syscall.ENOTDIR)
	}
	to := "/" + f.named(p)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cwd = to
	return nil
}

func pathError(op, p string, err error) error { return &fs.PathError{Op: op, Path: p, Err: err} }

// Stat describes a file or directory.
func (f *FS) Stat(p string) (fs.FileInfo, error) {
	q := f.local(p)
	info, err := f.top.Stat(q)
	if name, ok := f.beneath(q); ok && errors.Is(err, fs.ErrNotExist) {
		info, err = f.under.Stat(name)
	}
	return info, f.missing(p, err)
}

// List returns what is in a directory, by name.
func (f *FS) List(p string) ([]fs.FileInfo, error) {
	q := f.local(p)
	all := map[string]fs.FileInfo{}
	var first error
	found := false
	read := func(root *os.Root, name string, hidden func(string) bool) {
		entries, err := fs.ReadDir(root.FS(), name)
		if err != nil {
			if first == nil {
				first = err
			}
			return
		}
		found = true
		for _, e := range entries {
			if info, err := e.Info(); err == nil && !hidden(e.Name()) {
				all[e.Name()] = info
			}
		}
	}
	if name, ok := f.beneath(q); ok {
		read(f.under, name, func(n string) bool {
			_, ok := f.beneath(path.Join(q, n))
			return !ok
		})
	}
	read(f.top, q, func(n string) bool { return q == "." && n == volumes })
	if !found {
		return nil, f.missing(p, first)
	}
	if q == "." {
		points, err := f.mountPoints()
		if err != nil {
			return nil, err
		}
		for _, info := range points {
			all[info.Name()] = info
		}
	}
	out := make([]fs.FileInfo, 0, len(all))
	for _, info := range all {
		out = append(out, info)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name() < out[j].Name() })
	return out, nil
}

// File is an open file.
type File struct {
	file    *os.File
	fs      *FS
	end     func()
	appends bool // writes at its end, wherever it stands
}

// Read reads.
func (f *File) Read(b []byte) (int, error) { return f.file.Read(b) }

// Seek sets the position of the next Read or Write.
func (f *File) Seek(offset int64, whence int) (int64, error) { return f.file.Seek(offset, whence) }

// Close closes the file.
func (f *File) Close() error {
	f.end()
	return f.file.Close()
}

// Write writes as much as the tree has room for; what does not fit is ENOSPC.
func (f *File) Write(b []byte) (int, error) {
	grows, err := f.growth(len(b))
	if err != nil {
		return 0, err
	}
	f.fs.mu.Lock()
	if f.fs.used+grows > Capacity {
		if err := f.fs.measure(); err != nil || f.fs.used+grows > Capacity {
			f.fs.mu.Unlock()
			return 0, pathError("write", f.file.Name(), syscall.ENOSPC)
		}
	}
	f.fs.used += grows
	f.fs.mu.Unlock()
	return f.file.Write(b)
}

// growth is by how many bytes writing n makes the file longer, the hole included that a seek beyond its end
// leaves: a module has no files with holes.
func (f *File) growth(n int) (int64, error) {
	info, err := f.file.Stat()
	if err != nil {
		return 0, err
	}
	at := info.Size()
	if !f.appends {
		if at, err = f.file.Seek(0, io.SeekCurrent); err != nil {
			return 0, err
		}
	}
	return max(0, at+int64(n)-info.Size()), nil
}

// Open opens a file with the flags of package os.
func (f *FS) Open(p string, flags int) (*File, error) {
	q := f.local(p)
	if info, err := f.Stat(p); err == nil && info.IsDir() {
		return nil, pathError("open", p, syscall.EISDIR)
	}
	if err := f.room(p); err != nil {
		return nil, err
	}
	if err := f.roomForEntry(p, q, flags&os.O_CREATE != 0); err != nil {
		return nil, err
	}
	writes := flags&(os.O_WRONLY|os.O_RDWR) != 0
	name, shines := f.beneath(q)
	_, err := f.top.Stat(q)
	if missing := errors.Is(err, fs.ErrNotExist); shines && missing {
		if !writes {
			file, err := openRegular(f.under, name, os.O_RDONLY)
			if err != nil {
				return nil, f.missing(p, err)
			}
			return f.wrap(file, false), nil
		}
		if err := f.raise(q, name, flags&os.O_TRUNC == 0); err != nil {
			return nil, err
		}
	}
	file, err := openRegular(f.top, q, flags)
	if err != nil {
		return nil, f.missing(p, err)
	}
	return f.wrap(file, flags&os.O_APPEND != 0), nil
}

// openRegular opens a file. What is none, such as a FIFO that somebody laid beside the script and that has
// no end, is ENODEV: a module has nothing of the kind.
func openRegular(root *os.Root, name string, flags int) (*os.File, error) {
	file, err := root.OpenFile(name, flags|syscall.O_NONBLOCK, 0o644)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = pathError("open", name, syscall.ENODEV)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// maxPath is how long a path is, which takes as many steps to follow as it has parts, and maxName a name in it
// (littlefs, LFS_NAME_MAX), both in bytes.
const (
	maxPath = 1024
	maxName = 255
)

// roomForEntry is ENOSPC where an entry that is not there yet would be made and is one too many.
func (f *FS) roomForEntry(p, q string, makes bool) error {
	long := func(name string) bool { return len(name) > maxName }
	if len(q) > maxPath || slices.ContainsFunc(strings.Split(q, "/"), long) {
		return pathError("open", p, syscall.ENAMETOOLONG)
	}
	if _, err := f.top.Lstat(q); !makes || err == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.count >= maxEntries {
		if err := f.measure(); err != nil || f.count >= maxEntries {
			return pathError("open", p, syscall.ENOSPC)
		}
	}
	f.count++
	return nil
}

// raise makes the folders of what shines through, and with content a copy of it, in the tree.
func (f *FS) raise(q, name string, content bool) error {
	if info, err := f.under.Stat(path.Dir(name)); err == nil && info.IsDir() {
		if err := f.top.MkdirAll(path.Dir(q), 0o755); err != nil {
			return err
		}
	}
	if !content {
		return nil
	}
	from, err := openRegular(f.under, name, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }() // only read
	to, err := f.top.Create(q)
	if err != nil {
		return err
	}
	_, err = io.Copy(&File{file: to, fs: f}, from)
	return errors.Join(err, to.Close())
}

// Mkdir makes a directory.
func (f *FS) Mkdir(p string) error {
	if _, err := f.Stat(p); err == nil {
		return pathError("mkdir", p, fs.ErrExist)
	}
	q := f.local(p)
	if err := f.roomForEntry(p, q, true); err != nil {
		return err
	}
	if name, ok := f.beneath(q); ok {
		if err := f.raise(q, name, false); err != nil {
			return err
		}
	}
	return f.top.Mkdir(q, 0o755)
}

// Remove removes a file, or with dir an empty directory.
func (f *FS) Remove(p string, dir bool) error {
	info, err := f.Stat(p)
	if err != nil {
		return err
	}
	q := f.local(p)
	switch {
	case dir && !info.IsDir():
		return pathError("rmdir", p, syscall.ENOTDIR)
	case !dir && info.IsDir():
		return pathError("remove", p, syscall.EISDIR)
	case fixed(q):
		return pathError("rmdir", p, syscall.EBUSY)
	}
	if dir {
		if inside, err := f.List(p); err != nil || len(inside) > 0 {
			return errors.Join(err, pathError("rmdir", p, syscall.ENOTEMPTY))
		}
	}
	if err := f.top.Remove(q); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gone[q] = true
	return f.measure()
}

// Rename moves a file or directory; a file that has the new name is replaced.
func (f *FS) Rename(from, to string) error {
	info, err := f.Stat(from)
	if err != nil {
		return err
	}
	q := f.local(from)
	if fixed(q) {
		return pathError("rename", from, syscall.EBUSY)
	}
	if name, ok := f.beneath(q); ok {
		if _, err := f.top.Stat(q); errors.Is(err, fs.ErrNotExist) {
			if info.IsDir() {
				return pathError("rename", from, syscall.EXDEV)
			}
			if err := f.raise(q, name, true); err != nil {
				return err
			}
		}
	}
	if err := f.top.Rename(q, f.local(to)); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gone[q] = true
	return nil
}

// Free is how many bytes can be written yet.
func (f *FS) Free() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return max(0, Capacity-f.used)
}

// Errno is the number by which a module tells an error of this package.
func Errno(err error) int {
	if err == nil {
		return 0
	}
	if n, ok := errno.Of(err); ok {
		return n
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errno.Number(syscall.ENOENT)
	case errors.Is(err, fs.ErrExist):
		return errno.Number(syscall.EEXIST)
	case errors.Is(err, fs.ErrClosed):
		return errno.Number(syscall.EBADF)
	}
	return errno.Number(syscall.EIO)
}
