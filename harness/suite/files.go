package suite

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/flash"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// filesOf reads what a device's file system is to hold: text or bytes by path.
func filesOf(v starlark.Value) (map[string][]byte, error) {
	all, ok := v.(starlark.IterableMapping)
	if !ok {
		return nil, script.Raise("TypeError", "start: files should be a dict of paths, not %s", typeName(v))
	}
	out := map[string][]byte{}
	for _, pair := range all.Items() {
		name, _ := textOf(pair[0])
		data, ok := object.AsBytes(pair[1])
		if !ok {
			return nil, script.Raise("TypeError", "start: the file %q should be a str or bytes, not %s", name, typeName(pair[1]))
		}
		if path.Clean(name) != name || !strings.HasPrefix(name, "/usr/") && !strings.HasPrefix(name, "/bak/") {
			return nil, script.Raise("ValueError", "start: the file %q should lie in /usr or /bak", name)
		}
		out[name] = data
	}
	return out, nil
}

// place writes a device's files to a folder, which is removed behind the test; "" is that there are none.
func (w *world) place(files map[string][]byte) (folder string, err error) {
	if len(files) == 0 {
		return "", nil
	}
	if folder, err = os.MkdirTemp("", "quecstar-device-"); err != nil {
		return "", err
	}
	w.mu.Lock()
	w.closers = append(w.closers, func() error { return flash.RemoveAll(folder) })
	w.mu.Unlock()
	for name, data := range files {
		to := filepath.Join(folder, filepath.FromSlash(name))
		err = errors.Join(err, os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, data, 0o644))
	}
	if err != nil {
		return "", fmt.Errorf("its files: %w", err)
	}
	return folder, nil
}
