package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// links are stable names for the ports of a virtual module; they are there as long as the ports are.
type links struct {
	folder string            // "" keeps none
	made   map[string]string // path of a link to that of its port
	own    bool              // the folder was made, too
}

// point has a name lead to a port, in the place of an older link.
func (l *links) point(name, port string) error {
	if l.folder == "" {
		return nil
	}
	if _, err := os.Stat(l.folder); errors.Is(err, os.ErrNotExist) {
		l.own = true
	}
	if err := os.MkdirAll(l.folder, 0o777); err != nil {
		return usageError{fmt.Errorf("--links: %w", err)}
	}
	link := filepath.Join(l.folder, name)
	switch info, err := os.Lstat(link); {
	case err == nil && info.Mode()&os.ModeSymlink == 0:
		return usageError{fmt.Errorf("--links: %s is there and is no link", link)}
	case err == nil:
		if err := os.Remove(link); err != nil {
			return usageError{fmt.Errorf("--links: %w", err)}
		}
	}
	if err := os.Symlink(port, link); err != nil {
		return usageError{fmt.Errorf("--links: %w", err)}
	}
	if l.made == nil {
		l.made = map[string]string{}
	}
	l.made[link] = port
	return nil
}

// remove takes the links away, but for those that lead elsewhere by now, and the folder that was made for
// them, if nothing else is in it.
func (l *links) remove() error {
	var errs []error
	for link, port := range l.made {
		if to, err := os.Readlink(link); err == nil && to == port {
			errs = append(errs, os.Remove(link))
		}
	}
	l.made = nil
	if l.own {
		_ = os.Remove(l.folder) // not while another has something there
		l.own = false
	}
	return errors.Join(errs...)
}
