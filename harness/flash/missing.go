package flash

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"syscall"
)

// MissingError says that a file or folder is not there; it is ENOENT.
type MissingError struct {
	// Path is what was looked for, from the root of the tree.
	Path string
}

// Error says what to do, too: a script sees only the number.
func (e *MissingError) Error() string {
	if strings.HasPrefix(e.Path, "/usr/") {
		return e.Path + " is not there: put it beside the script, whose folder is /usr, or into the usr of the folder that files names in the bench file"
	}
	return e.Path + " is not there: a script's files are in /usr, its own folder, and in the folder that files names in the bench file"
}

// Unwrap returns ENOENT.
func (e *MissingError) Unwrap() error { return syscall.ENOENT }

// missing names the path in an error that says that nothing is there.
func (f *FS) missing(p string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return &MissingError{path.Join("/", f.local(p))}
}
