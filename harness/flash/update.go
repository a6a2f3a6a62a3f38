package flash

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// Where the vendor's app_fota keeps new files until the next start (the vendor's app_fota_download.py and
// app_fota_updater.py).
const (
	UpdaterDir = "/usr/.updater"
	UpdateList = UpdaterDir + "/download.stat"
	UpdateFlag = UpdaterDir + "/update.flag"
)

// Update is a line of UpdateList: a file that lies under UpdaterDir and its name says where it is to go.
type Update struct {
	URL  string `json:"url"`
	Name string `json:"file_name"`
	Size any    `json:"total_size"` // an int64, or a script's own text
}

// TakeUpdates does what the firmware's start does where UpdateFlag is there: it puts the new files in the places of
// the old ones. It returns their names.
func (f *FS) TakeUpdates() ([]string, error) {
	if _, err := f.Stat(UpdateFlag); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	list, err := f.Updates()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", UpdateList, err)
	}
	var names []string
	for _, u := range list {
		if err := f.place(u.Name); err != nil {
			return names, fmt.Errorf("%s: %w", u.Name, err)
		}
		names = append(names, u.Name)
	}
	return names, errors.Join(f.Remove(UpdateFlag, false), f.Remove(UpdateList, false))
}

// Updates is what UpdateList has; nothing where it is not there.
func (f *FS) Updates() (list []Update, err error) {
	file, err := f.Open(UpdateList, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var u Update
		if err := json.Unmarshal(lines.Bytes(), &u); err != nil {
			return nil, err
		}
		if n, ok := u.Size.(float64); ok {
			u.Size = int64(n)
		}
		list = append(list, u)
	}
	return list, lines.Err()
}

// place puts one file in its place. What is on the list and was not fetched is left out, as it is on a module.
func (f *FS) place(name string) error {
	from := path.Join(UpdaterDir, name)
	if _, err := f.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := f.MkdirAll(path.Dir(name)); err != nil {
		return err
	}
	if err := f.Remove(name, false); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return f.Rename(from, name)
}

// MkdirAll makes a folder and those that it lies in; one that is there is fine.
func (f *FS) MkdirAll(dir string) error {
	if _, err := f.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := f.MkdirAll(path.Dir(dir)); err != nil {
		return err
	}
	return f.Mkdir(dir)
}
