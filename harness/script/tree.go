package script

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// inTree is an error for a path that leaves a folder, by .. or by a symbolic link: what a script reads of
// this host lies in its own tree. A path that is not there stays in it.
func inTree(tree, path string) error {
	if !below(tree, path) {
		return outside(tree, path)
	}
	root, err := filepath.EvalSymlinks(tree)
	if err != nil {
		return err
	}
	real, err := filepath.EvalSymlinks(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !below(root, real):
		return outside(tree, real)
	}
	return nil
}

func outside(tree, path string) error {
	if abs, err := filepath.Abs(tree); err == nil {
		tree = abs
	}
	return fmt.Errorf("it is %s, outside of the script's tree %s; what a script loads or imports lies in there", filepath.Clean(path), tree)
}

// below reports whether a path is that of a folder or beneath it, as it is written.
func below(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(rel)
}
