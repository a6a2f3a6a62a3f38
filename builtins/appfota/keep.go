package appfota

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path"
	"slices"

	"quecstar/harness/flash"
	"quecstar/harness/script"
)

// keep puts a file where the next start finds it.
func keep(in *script.Interp, name string, data []byte) error {
	if name == "" {
		return errors.New("the file has no name")
	}
	return writeFile(in, path.Join(updaterDir, name), data)
}

// list is what lies there for the next start, also of earlier runs: the vendor's module reads the file, too, whenever
// it is asked.
func list(in *script.Interp) ([]flash.Update, error) {
	files, err := in.Files()
	if err != nil {
		return nil, raised(err)
	}
	all, err := files.Updates()
	return all, raised(err)
}

// raised is a failure of the flash as scripts see it.
func raised(err error) error {
	if err == nil || errors.As(err, new(*script.Error)) {
		return err
	}
	return script.Raise("OSError", "%s: %w", statFile, err)
}

// set replaces the entry of a file or adds one.
func set(in *script.Interp, u flash.Update) error {
	all, err := list(in)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(all, func(old flash.Update) bool { return old.Name == u.Name }); i >= 0 {
		all[i] = u
	} else {
		all = append(all, u)
	}
	return write(in, all)
}

// write puts the list of files where the next start, and scripts, find it: a line of JSON for each.
func write(in *script.Interp, all []flash.Update) error {
	var text bytes.Buffer
	out := json.NewEncoder(&text)
	for _, u := range all {
		if err := out.Encode(u); err != nil {
			return err
		}
	}
	return writeFile(in, statFile, text.Bytes())
}

// writeFile writes a file, and makes the folders that it lies in.
func writeFile(in *script.Interp, name string, data []byte) error {
	files, err := in.Files()
	if err != nil {
		return err
	}
	if err := files.MkdirAll(path.Dir(name)); err != nil {
		return err
	}
	f, err := files.Open(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
