//go:build !windows

package serial

// instances are Windows' alone.
func instances() map[string]string { return nil }
