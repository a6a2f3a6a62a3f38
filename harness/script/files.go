package script

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"quecstar/harness/event"
	"quecstar/harness/flash"
)

// Files returns the tree of files that the script sees, which is made on first use. What lies beside
// the script shines through beneath /usr. The interpreter lock must be held.
func (in *Interp) Files() (*flash.FS, error) {
	if in.files != nil {
		return in.files, nil
	}
	s := in.opts.Settings
	f, err := s.Flash.Open(func() (*flash.FS, error) { return s.Scratch.New(s.Files, in.dir) })
	if err != nil {
		return nil, err
	}
	in.files = f
	if s.Flash == nil {
		in.OnClose(f)
	}
	return f, in.boot(f)
}

// onFlash is where the flash has a file of the host by what an earlier start of the module made of it: a copy that
// was written there wins over the host's, and what was removed is not there. It is "" where the host's is the one.
// The interpreter lock must be held.
func (in *Interp) onFlash(path string) (string, error) {
	rel, err := filepath.Rel(in.dir, path)
	if err != nil || !filepath.IsLocal(rel) || !in.opts.Settings.Flash.Restarted() {
		return "", nil
	}
	files, err := in.Files()
	if err != nil {
		return "", err
	}
	name := "/usr/" + filepath.ToSlash(rel)
	if _, err := files.Stat(name); err != nil {
		return "", err
	}
	if files.Shines(name) {
		return "", nil
	}
	return name, nil
}

// systemConfig is what the firmware's start writes when it finds no /usr/system_config.json: the prompt
// is open, and the first data connection is made at the start (vendor's wiki, QuecPythonClasslib,
// "dataCall", poweronAutoDatacall).
const systemConfig = `{"replFlag": 0, "datacallFlag": 1}`

// boot does to the tree what the firmware's start does.
func (in *Interp) boot(f *flash.FS) error {
	names, err := f.TakeUpdates()
	if err != nil {
		return fmt.Errorf("put what app_fota fetched in its place: %w", err)
	}
	if len(names) > 0 {
		in.Emit(event.Event{Layer: event.Builtin, Kind: event.Note, Text: "app_fota: new are " + strings.Join(names, ", ")})
	}
	const name = "/usr/system_config.json"
	if _, err := f.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := f.Open(name, os.O_WRONLY|os.O_CREATE)
	if err != nil {
		return fmt.Errorf("write what the firmware writes at its start: %w", err)
	}
	_, err = file.Write([]byte(systemConfig))
	return errors.Join(err, file.Close())
}
