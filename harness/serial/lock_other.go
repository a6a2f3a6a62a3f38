//go:build !linux

package serial

import "os"

// lockPort does nothing: opening is exclusive on these systems.
func lockPort(string) (*os.File, error) { return nil, nil }

func unlockPort(*os.File) {}

// holder is not known on these systems.
func holder(string) string { return "" }

func permissionAdvice(string) string { return "ask for the rights to it" }
