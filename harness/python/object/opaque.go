package object

import "go.starlark.net/starlark"

// Plain is part of values that are always true, and change however often Starlark freezes them.
type Plain struct{}

// Freeze does nothing.
func (Plain) Freeze() {}

// Truth is true.
func (Plain) Truth() starlark.Bool { return true }

// Opaque is the better part of values that only emitted code meets, or that scripts do no more with than
// pass them on.
type Opaque struct{ Plain }

func (Opaque) String() string { return "<helper>" }

// Type is no type of Python's.
func (Opaque) Type() string { return "helper" }

// Hash is the same for all.
func (Opaque) Hash() (uint32, error) { return 0, nil }
