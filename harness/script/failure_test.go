package script

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestUncaughtExceptionWordsItself: the last line of a traceback comes from the script's own __str__,
// in the main program and in a thread.
func TestUncaughtExceptionWordsItself(t *testing.T) {
	text := `
class SensorError(Exception):
    def __init__(self, info):
        super().__init__(self)
        self.info = info
    def __str__(self):
        return "sensor: " + self.info
def work():
    raise SensorError("dry")
`
	path := filepath.Join(t.TempDir(), "main.py")
	write(t, path, text+"raise SensorError('wet')\n")
	_, _, err := runFile(t, path, Options{}, nil)
	if got := Traceback(err); !strings.HasSuffix(got, "\nSensorError: sensor: wet\n") {
		t.Errorf("traceback\n%s", got)
	}
	write(t, path, text+"import bench\nbench.spawn(work)\n")
	if _, errs, err := runFile(t, path, Options{}, nil); err != nil || !strings.Contains(errs, "\nSensorError: sensor: dry\n") {
		t.Errorf("stderr %s, error %v", errs, err)
	}
}
