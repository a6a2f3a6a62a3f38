package flash

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"syscall"
)

// volumes is where the tree keeps what is on cards and other memory; scripts reach it by mounting only.
const volumes = ".volumes"

// absent is in a folder that is never made: where a mounted volume is sought that was taken out.
const absent = volumes + "/out/absent"

// mount is a volume at a path.
type mount struct {
	at, volume string // local paths: "sd", and the volume's name
}

// Mount makes a volume's files appear at a path such as /sd. A volume keeps its files as long as the
// tree lives.
func (f *FS) Mount(volume, p string) error {
	q := f.local(p)
	if _, err := f.Stat(p); err == nil || q == "." {
		return pathError("mount", p, syscall.EBUSY)
	}
	if path.Dir(q) != "." {
		return pathError("mount", p, fs.ErrNotExist)
	}
	if err := f.top.MkdirAll(path.Join(volumes, volume), 0o755); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mounts = append(f.mounts, mount{q, volume})
	return nil
}

// Unmount ends what Mount did; the error is EINVAL where nothing is mounted.
func (f *FS) Unmount(p string) error {
	q := f.named(p)
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, m := range f.mounts {
		if m.at == q {
			f.mounts = append(f.mounts[:i:i], f.mounts[i+1:]...)
			return nil
		}
	}
	return pathError("umount", p, syscall.EINVAL)
}

// TakeOut takes a volume out, or puts it in again: where it is mounted, nothing is found meanwhile.
func (f *FS) TakeOut(volume string, out bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.out[volume] = out
}

// named is a path without its slash, before volumes are looked for.
func (f *FS) named(p string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !strings.HasPrefix(p, "/") {
		p = path.Join(f.cwd, p)
	}
	return strings.TrimPrefix(path.Clean(p), "/")
}

// mounted is a named path as it lies in the tree. The caller holds mu.
func (f *FS) mounted(q string) string {
	if q == volumes || strings.HasPrefix(q, volumes+"/") {
		return absent
	}
	for _, m := range f.mounts {
		rest, ok := strings.CutPrefix(q+"/", m.at+"/")
		switch {
		case !ok:
			continue
		case f.out[m.volume]:
			return absent
		}
		return path.Join(volumes, m.volume, rest)
	}
	return q
}

// fixed reports whether a local path is a folder that scripts cannot remove.
func fixed(q string) bool {
	return q == "." || q == "usr" || q == "bak" || path.Dir(q) == volumes
}

// mountPoints are the volumes that stand in the root, as its list shows them.
func (f *FS) mountPoints() ([]fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []fs.FileInfo
	for _, m := range f.mounts {
		info, err := f.top.Stat(path.Join(volumes, m.volume))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, renamed{info, m.at})
	}
	return out, nil
}

// renamed is a file under another name.
type renamed struct {
	fs.FileInfo
	name string
}

// Name is the other name.
func (r renamed) Name() string { return r.name }
