//go:build !windows

package flash

import "os"

// RemoveAll removes a folder with all that is in it.
func RemoveAll(dir string) error { return os.RemoveAll(dir) }
