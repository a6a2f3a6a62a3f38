package flash

import (
	"os"
	"runtime"
	"sync"
	"syscall"
)

// maxOpen is how many files a script has open: far more than a module, and fewer than this process
// may.
const maxOpen = 512

// collections is how often an opening looks for files that scripts forgot to close.
const collections = 10

// wrap counts an open file until it is closed, or is garbage: package os closes it then.
func (f *FS) wrap(file *os.File, appends bool) *File {
	f.open.Add(1)
	end := sync.OnceFunc(func() { f.open.Add(-1) })
	out := &File{file, f, end, appends}
	runtime.AddCleanup(out, func(end func()) { end() }, end)
	return out
}

// room is EMFILE when a script has as many files open as it may.
func (f *FS) room(p string) error {
	for range collections {
		if f.open.Load() < maxOpen {
			return nil
		}
		collect() // closes what nothing holds, as the collector of MicroPython does
	}
	return pathError("open", p, syscall.EMFILE)
}

// collect collects garbage and waits for a cleanup. A mutex tells of it: cleanups run outside of the bubble of
// virtual time that the script may be in, whose channels they must not touch.
func collect() {
	var done sync.Mutex
	done.Lock()
	runtime.AddCleanup(new([64]byte), (*sync.Mutex).Unlock, &done)
	runtime.GC()
	done.Lock()
}
