package repl

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"quecstar/harness/device"
)

// Upload copies a tree into a folder of the module, which is made when missing. Files that are there
// already, as their hash tells, are skipped. progress may be nil.
func (c *Client) Upload(ctx context.Context, from fs.FS, dir string, progress func(Progress)) error {
	return fs.WalkDir(from, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := path.Join(dir, name)
		switch {
		case e.IsDir() && to == "/":
			return nil
		case e.IsDir():
			return c.Mkdir(ctx, to)
		case !e.Type().IsRegular():
			return fmt.Errorf("uploading %s: %w: it is no regular file", name, device.ErrConfig)
		}
		data, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		_, err = c.put(ctx, to, data, progress)
		return err
	})
}

// Put writes a file, unless it is there already, as its size and hash tell. progress may be nil.
func (c *Client) Put(ctx context.Context, name string, data []byte, progress func(Progress)) error {
	_, err := c.put(ctx, name, data, progress)
	return err
}

// Download copies a folder of the module into dir, which is made when missing. A file gets its name
// when it is whole. Names that would leave dir are refused.
func (c *Client) Download(ctx context.Context, from, dir string, progress func(Progress)) error {
	entries, err := c.List(ctx, from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name == ".." || e.Name == "." || e.Name == "" || strings.ContainsAny(e.Name, "/\\\x00") {
			return fmt.Errorf("downloading %s: %w: the module names a file %q", from, device.ErrConfig, e.Name)
		}
		name, to := path.Join(from, e.Name), filepath.Join(dir, e.Name)
		if e.Dir {
			if err := c.Download(ctx, name, to, progress); err != nil {
				return err
			}
			continue
		}
		data, err := c.Read(ctx, name, progress)
		if err != nil {
			return err
		}
		if err := os.WriteFile(to+".part", data, 0o666); err != nil {
			return err
		}
		if err := os.Rename(to+".part", to); err != nil {
			return err
		}
	}
	return nil
}
