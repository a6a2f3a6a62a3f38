package results

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// lineBytes is the most that a line may have.
const lineBytes = 64 << 20

// Read calls each with the lines of a stream. A last line that was cut off is left out: cut says that there was
// one. A line in the middle that is none is an error.
func Read(r io.Reader, each func(*Line) error) (cut bool, err error) {
	in := bufio.NewReaderSize(r, 256<<10)
	for n := 1; ; n++ {
		text, err := in.ReadBytes('\n')
		if len(text) > lineBytes {
			return false, fmt.Errorf("line %d has %d bytes, more than any of ours", n, len(text))
		}
		if errors.Is(err, io.EOF) {
			return len(bytes.TrimSpace(text)) > 0, nil
		}
		if err != nil {
			return false, err
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		var l Line
		if err := json.Unmarshal(text, &l); err != nil {
			return false, fmt.Errorf("line %d is none of results: %w", n, err)
		}
		if l.V > Version {
			return false, fmt.Errorf("line %d is of version %d, and this quecstar reads %d: use a newer one", n, l.V, Version)
		}
		if err := each(&l); err != nil {
			return false, err
		}
	}
}

// Path is the stream that a name means: that of a folder, or the file itself.
func Path(name string) string {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return filepath.Join(name, Name)
	}
	return name
}

// ReadFile is Read of a file, or of a folder's stream. Errors name it.
func ReadFile(name string, each func(*Line) error) (cut bool, err error) {
	path := Path(name)
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return false, fmt.Errorf("%s: there are no results", path)
		}
		return false, err
	}
	defer f.Close()
	if cut, err = Read(f, each); err != nil {
		return cut, fmt.Errorf("%s: %w", path, err)
	}
	return cut, nil
}
