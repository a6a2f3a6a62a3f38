//go:build !windows

package main

import "os"

// understandsControls reports whether a terminal understands control sequences.
func understandsControls(*os.File) bool { return true }
