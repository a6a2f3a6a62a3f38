package flash

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// RemoveAll removes a folder with all that is in it. Go's removes a folder by a call that network drives, and Wine,
// refuse as an invalid function (golang/go's internal/syscall/windows, Deleteat); what it leaves is removed name by
// name.
func RemoveAll(dir string) error {
	first := os.RemoveAll(dir)
	if first == nil {
		return nil
	}
	var names []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		names = append(names, path)
		return err
	})
	for i := len(names) - 1; err == nil && i >= 0; i-- { // what is in a folder before it
		err = os.Remove(names[i])
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return first
	}
	return nil
}
