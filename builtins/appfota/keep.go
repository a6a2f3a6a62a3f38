package appfota

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path"

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

// write puts the list of files where the next start, and scripts, find it: a line of JSON for each.
func (u *updater) write(in *script.Interp) error {
	var list bytes.Buffer
	out := json.NewEncoder(&list)
	for _, e := range u.got {
		size, _ := e.size.(int)
		if err := out.Encode(flash.Update{URL: e.url, Name: e.name, Size: size}); err != nil {
			return err
		}
	}
	return writeFile(in, statFile, list.Bytes())
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
