package flash

// Kept is a tree of files that outlives the runs of a script: a module's that starts again. A nil Kept keeps none.
// Its methods are called by one goroutine at a time.
type Kept struct {
	fs        *FS
	restarted bool
}

// Open returns the tree, which make makes the first time. At a later start of the module files that were open, the
// current directory and what was mounted are forgotten.
func (k *Kept) Open(make func() (*FS, error)) (*FS, error) {
	switch {
	case k == nil:
		return make()
	case k.fs != nil:
		k.fs.restart()
		return k.fs, nil
	}
	var err error
	k.fs, err = make()
	return k.fs, err
}

// Restart says that the module starts again.
func (k *Kept) Restart() { k.restarted = true }

// Restarted reports whether the module has started again.
func (k *Kept) Restarted() bool { return k != nil && k.restarted }

// Close closes the tree.
func (k *Kept) Close() error {
	if k.fs == nil {
		return nil
	}
	return k.fs.Close()
}

func (f *FS) restart() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cwd, f.mounts = "/", nil
}

// Shines reports whether a file is the one beside the script: the tree has none of its own in front of it.
func (f *FS) Shines(p string) bool {
	q := f.local(p)
	_, shines := f.beneath(q)
	_, err := f.top.Stat(q)
	return shines && err != nil
}
