package main

import (
	"bytes"
	"os"
	"testing"
)

// TestRolesAreGenerated: the file is what the interfaces of package device make of it.
func TestRolesAreGenerated(t *testing.T) {
	want, err := generate("../..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../roles.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("roles.go differs from the interfaces of package device: go generate ./harness/device/tape")
	}
}
