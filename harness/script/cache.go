package script

import (
	"os"
	"sync"
	"time"

	"quecstar/harness/python"
)

// Cache keeps main scripts that were compiled, for runs of the same files one after the other, as of tests.
// A file that changed is compiled anew. The zero value is ready; any number of interpreters share it.
type Cache struct {
	mu    sync.Mutex
	files map[cacheKey]cached
}

// mostCached bounds how many files a cache has; then it begins anew.
const mostCached = 1000

type cacheKey struct {
	path, shown string
	suite       bool // compiled as a test file
}

// cached is a compiled file as it was at a time.
type cached struct {
	size     int64
	modified time.Time
	star     *starProgram
	python   *python.Program
}

// get is what was compiled of a file, if that has not changed.
func (c *Cache) get(k cacheKey) (cached, bool) {
	if c == nil {
		return cached{}, false
	}
	info, err := os.Stat(k.path)
	if err != nil {
		return cached{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.files[k]
	return e, ok && e.size == info.Size() && e.modified.Equal(info.ModTime())
}

// put keeps what was compiled of a file that was as info says when it was read.
func (c *Cache) put(k cacheKey, info os.FileInfo, e cached) {
	if c == nil || info == nil {
		return
	}
	e.size, e.modified = info.Size(), info.ModTime()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.files == nil || len(c.files) >= mostCached {
		c.files = map[cacheKey]cached{}
	}
	c.files[k] = e
}
