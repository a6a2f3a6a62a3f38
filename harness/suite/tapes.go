package suite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"quecstar/harness/device/tape"
	"quecstar/harness/session"
)

// With Options.Record, what each module said in a test is written to a tape of its own, and with Options.Replay
// played instead of the module. The test's own script has one, and each script that it starts.

// isModule reports whether a device is a module, on a port or a virtual one, whose dialogue goes to a tape.
func isModule(device string) bool {
	return strings.HasPrefix(device, "at:") || strings.HasPrefix(device, "repl:")
}

// replays reports whether a device of the run is played from a tape.
func (o Options) replays(device string) bool { return o.Replay != "" && isModule(device) }

// tapePath is the tape of one device of a test; name is "" for the test's own script. No two are the same.
func tapePath(folder string, t Test, name string) string {
	test := t.ID
	if name != "" {
		test += "." + name
	}
	return filepath.Join(folder, filepath.FromSlash(FilePath(t.File, test))+".tape")
}

// onTape has a run recorded or played, where its device is a module. The path is that of a tape that is recorded.
func (w *world) onTape(o *session.Options, name string) (path string, err error) {
	switch {
	case !isModule(o.Device):
		return "", nil
	case w.opts.Replay != "":
		path = tapePath(w.opts.Replay, w.test, name)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("there is no tape %s: record it by --record %s, with the module", path, w.opts.Replay)
		}
		o.Device, o.Seed, o.TapeTiming = "tape:"+path, 0, w.virtual
		return "", nil
	case w.opts.Record != "":
		path = tapePath(w.opts.Record, w.test, name)
		o.Record = path
		w.mu.Lock()
		w.tapes = append(w.tapes, path)
		w.mu.Unlock()
		return path, os.MkdirAll(filepath.Dir(path), 0o755)
	}
	return "", nil
}

// stopTape notes at the end of a tape that it was the test that ended the script.
func stopTape(path string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(tape.Stopped + "\n")
	return errors.Join(err, f.Close())
}
