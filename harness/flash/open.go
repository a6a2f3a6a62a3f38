package flash

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// maxOpen is how many files a script has open: far more than a module, and fewer than this process
// may.
const maxOpen = 512

// An opening waits so long, so many times, for files that scripts forgot to close.
const (
	collected   = 200 * time.Millisecond
	collections = 10
)

// openFiles counts the open files of a tree.
type openFiles struct {
	n     atomic.Int64
	freed chan struct{} // told of each that ends; room for one
}

// wrap counts an open file until it is closed, or is garbage: package os closes it then.
func (f *FS) wrap(file *os.File, appends bool) *File {
	f.open.n.Add(1)
	end := sync.OnceFunc(func() {
		f.open.n.Add(-1)
		select {
		case f.open.freed <- struct{}{}:
		default:
		}
	})
	out := &File{file, f, end, appends}
	runtime.AddCleanup(out, func(end func()) { end() }, end)
	return out
}

// room is EMFILE when a script has as many files open as it may.
func (f *FS) room(p string) error {
	for range collections {
		if f.open.n.Load() < maxOpen {
			return nil
		}
		runtime.GC() // closes what nothing holds, as the collector of MicroPython does
		f.awaitFreed()
	}
	return pathError("open", p, syscall.EMFILE)
}

// awaitFreed waits until there is room, or for a while.
func (f *FS) awaitFreed() {
	late := time.NewTimer(collected)
	defer late.Stop()
	for f.open.n.Load() >= maxOpen {
		select {
		case <-f.open.freed:
		case <-late.C:
			return
		}
	}
}
