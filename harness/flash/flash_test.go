package flash

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
)

func tree(t *testing.T, under string) *FS {
	t.Helper()
	f, err := New("", under)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func write(t *testing.T, f *FS, path, text string, flags int) {
	t.Helper()
	file, err := f.Open(path, os.O_WRONLY|os.O_CREATE|flags)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, text); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, f *FS, path string) string {
	t.Helper()
	file, err := f.Open(path, os.O_RDONLY)
	if err != nil {
		return "error " + err.Error()
	}
	defer func() { _ = file.Close() }()
	b, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func names(t *testing.T, f *FS, path string) string {
	t.Helper()
	list, err := f.List(path)
	if err != nil {
		return "error " + err.Error()
	}
	var out []string
	for _, i := range list {
		out = append(out, i.Name())
	}
	return strings.Join(out, " ")
}

// The script's folder shines through, and stays as it was whatever the script does.
func TestOverlay(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "lib"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"a.txt": "one", "lib/b.txt": "two", "c.txt": "three"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f := tree(t, dir)
	if got := read(t, f, "/usr/a.txt"); got != "one" {
		t.Errorf("a.txt holds %q", got)
	}
	write(t, f, "/usr/a.txt", " more", os.O_APPEND)
	write(t, f, "/usr/lib/b.txt", "new", os.O_TRUNC)
	write(t, f, "usr/d.txt", "four", os.O_TRUNC)
	if err := f.Remove("/usr/c.txt", false); err != nil {
		t.Fatal(err)
	}
	if err := f.Rename("/usr/d.txt", "/usr/e.txt"); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/usr/a.txt": "one more", "/usr/lib/b.txt": "new", "/usr/e.txt": "four"} {
		if got := read(t, f, path); got != want {
			t.Errorf("%s holds %q, want %q", path, got, want)
		}
	}
	if got := names(t, f, "/usr"); got != "a.txt e.txt lib" {
		t.Errorf("/usr has %s", got)
	}
	if got := names(t, f, "/"); got != "bak usr" {
		t.Errorf("/ has %s", got)
	}
	for name, want := range map[string]string{"a.txt": "one", "lib/b.txt": "two", "c.txt": "three"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("the script's own %s holds %q, %v", name, got, err)
		}
	}
}

// No path leads out of the tree, and errors have the numbers of a module.
func TestErrors(t *testing.T) {
	f := tree(t, "")
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Open("/../../../.."+outside, os.O_RDONLY); Errno(err) != int(syscall.ENOENT) {
		t.Errorf("outside: %v", err)
	}
	if err := f.Mkdir("/usr/d"); err != nil {
		t.Fatal(err)
	}
	write(t, f, "/usr/d/x", "x", 0)
	_, openDir := f.Open("/usr/d", os.O_RDONLY)
	for name, got := range map[string]struct {
		err  error
		want syscall.Errno
	}{
		"mkdir twice":   {f.Mkdir("/usr/d"), syscall.EEXIST},
		"rmdir full":    {f.Remove("/usr/d", true), syscall.ENOTEMPTY},
		"rmdir file":    {f.Remove("/usr/d/x", true), syscall.ENOTDIR},
		"remove dir":    {f.Remove("/usr/d", false), syscall.EISDIR},
		"remove none":   {f.Remove("/usr/none", false), syscall.ENOENT},
		"open dir":      {openDir, syscall.EISDIR},
		"chdir to file": {f.Chdir("/usr/d/x"), syscall.ENOTDIR},
		"remove usr":    {f.Remove("/usr", true), syscall.EBUSY},
	} {
		if Errno(got.err) != int(got.want) {
			t.Errorf("%s: %v, want number %d", name, got.err, got.want)
		}
	}
	if err := f.Chdir("usr/d"); err != nil || f.Getcwd() != "/usr/d" || read(t, f, "x") != "x" {
		t.Errorf("chdir: %v, in %s", err, f.Getcwd())
	}
}

// What does not fit is refused, and room comes back.
func TestCapacity(t *testing.T) {
	f := tree(t, "")
	write(t, f, "/usr/big", strings.Repeat("x", Capacity-10), 0)
	file, err := f.Open("/usr/more", os.O_WRONLY|os.O_CREATE)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if _, err := file.Write(make([]byte, 11)); Errno(err) != int(syscall.ENOSPC) {
		t.Errorf("writing too much: %v", err)
	}
	if err := f.Remove("/usr/big", false); err != nil || f.Free() != Capacity {
		t.Errorf("removed: %v, free %d", err, f.Free())
	}
}

// A volume is where it is mounted and nowhere else, keeps its files while it is away, and cannot be
// removed or renamed.
func TestVolumes(t *testing.T) {
	f := tree(t, t.TempDir())
	for _, bad := range []string{"/usr", "/", "/usr/x", "/none/x"} {
		if err := f.Mount("sd", bad); err == nil {
			t.Errorf("mounted at %s", bad)
		}
	}
	if err := f.Mount("sd", "/sd"); err != nil {
		t.Fatal(err)
	}
	if err := f.Mkdir("/sd/d"); err != nil {
		t.Fatal(err)
	}
	write(t, f, "/sd/d/x", "on the card", os.O_CREATE|os.O_WRONLY)
	if err := f.Chdir("/sd/d"); err != nil || f.Getcwd() != "/sd/d" || read(t, f, "x") != "on the card" {
		t.Errorf("in %s: %v", f.Getcwd(), err)
	}
	if got := names(t, f, "/"); got != "bak sd usr" {
		t.Errorf("the root holds %s", got)
	}
	for name, err := range map[string]error{"remove": f.Remove("/sd", true), "rename": f.Rename("/sd", "/other"), "mount": f.Mount("emmc", "/sd")} {
		if Errno(err) != int(syscall.EBUSY) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.TakeOut("sd", true)
	if _, err := f.Open("/sd", os.O_CREATE|os.O_WRONLY); err == nil {
		t.Error("opened what was taken out")
	}
	for _, gone := range []string{"/sd", "/sd/d/x", "/.volumes/sd/d/x", "/.volumes"} {
		if _, err := f.Stat(gone); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is there: %v", gone, err)
		}
	}
	f.TakeOut("sd", false)
	if err := f.Unmount("/sd"); err != nil || Errno(f.Unmount("/sd")) != int(syscall.EINVAL) {
		t.Errorf("unmount: %v", err)
	}
	if err := f.Mount("sd", "/card"); err != nil || read(t, f, "/card/d/x") != "on the card" {
		t.Errorf("mounted again: %v", err)
	}
}

// TestOpenFiles: a script has so many files open and no more, and those that it forgot do not count; in virtual
// time too, where the collector is outside of the bubble.
func TestOpenFiles(t *testing.T) {
	t.Run("real", testOpenFiles)
	t.Run("virtual", func(t *testing.T) { synctest.Test(t, testOpenFiles) })
}

func testOpenFiles(t *testing.T) {
	f, err := New("", "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for range 3 * maxOpen { // forgotten ones
		if _, err := f.Open("/x", os.O_RDWR|os.O_CREATE); err != nil {
			t.Fatal(err)
		}
	}
	var held []*File
	for range maxOpen + 1 {
		file, err := f.Open("/x", os.O_RDONLY)
		if err != nil {
			if len(held) != maxOpen || !errors.Is(err, syscall.EMFILE) {
				t.Errorf("%d files, then %v", len(held), err)
			}
			break
		}
		held = append(held, file)
	}
	for _, file := range held {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
	if len(held) > maxOpen {
		t.Errorf("%d files are open", len(held))
	}
	if _, err := f.Open("/x", os.O_RDONLY); err != nil {
		t.Error(err)
	}
}

// TestHoles: a hole counts as the bytes that it stands for, and writing what is there takes no room.
func TestHoles(t *testing.T) {
	f := tree(t, "")
	file, err := f.Open("/usr/a", os.O_RDWR|os.O_CREATE)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if _, err := file.Seek(Capacity, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte("x")); Errno(err) != int(syscall.ENOSPC) {
		t.Errorf("behind a hole: %v", err)
	}
	for range 3 {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write(make([]byte, Capacity/2)); err != nil {
			t.Errorf("over and over: %v", err)
		}
	}
	if free := f.Free(); free != Capacity/2 {
		t.Errorf("free %d", free)
	}
}

// TestEntries: a tree has so many files and folders.
func TestEntries(t *testing.T) {
	f := tree(t, "")
	var err error
	n := 0
	for ; err == nil && n <= maxEntries; n++ {
		err = f.Mkdir(fmt.Sprintf("/usr/%d", n))
	}
	if _, file := f.Open("/usr/x", os.O_CREATE|os.O_WRONLY); Errno(err) != int(syscall.ENOSPC) || Errno(file) != int(syscall.ENOSPC) {
		t.Errorf("after %d folders: %v, and a file: %v", n, err, file)
	}
	if err := f.Remove("/usr/1", true); err != nil {
		t.Fatal(err)
	}
	write(t, f, "/usr/x", "x", 0)
}

// TestScratch: the folders of a process that ends at once are removed, and none comes behind.
func TestScratch(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var s Scratch
	f, err := s.New("", "")
	if err != nil {
		t.Fatal(err)
	}
	write(t, f, "/usr/x", "x", 0)
	other, err := s.Make("quecstar-module-")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if _, err := s.Make("quecstar-flash-"); err == nil {
		t.Error("a folder was made behind the end")
	}
	if err := errors.Join(f.Close(), s.Remove(other)); err != nil {
		t.Error(err)
	}
}
