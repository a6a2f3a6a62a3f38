package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"quecstar/harness/serial"
)

// lease is the right to use a module: the lock of a file that the system gives up with this process, whatever
// becomes of it. While one run has it, another waits.
type lease struct {
	key  string
	path string
	file *os.File
}

// askAgain is how often a port that another run has is asked for.
const askAgain = 200 * time.Millisecond

// errHeld is that another process has the lock of a file.
var errHeld = errors.New("held by another process")

// acquire waits for a module. Note is told once that it does.
func acquire(ctx context.Context, folder, key string, wait time.Duration, note func(string)) (*lease, error) {
	path, err := leasePath(folder, key)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be leased: %w", key, err)
	}
	late := time.NewTimer(wait)
	defer late.Stop()
	again := time.NewTicker(askAgain)
	defer again.Stop()
	for told := false; ; told = true {
		l, err := try(path, key)
		if err == nil || !errors.Is(err, errHeld) {
			return l, err
		}
		if !told {
			note(fmt.Sprintf("waiting for %s: %s", key, holder(path)))
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-late.C:
			return nil, fmt.Errorf("%s could not be had within %v: %s", key, wait, holder(path))
		case <-again.C:
		}
	}
}

// try takes the lock of a file. One that was taken away meanwhile, as tidying programs do, is no lock.
func try(path, key string) (*lease, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be leased: %w", key, err)
		}
		if err := lock(f); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		l := &lease{key: key, path: path, file: f}
		if l.check() != nil {
			if err := f.Close(); err != nil {
				return nil, err
			}
			continue
		}
		text := fmt.Sprintf("process %d since %s\n", os.Getpid(), time.Now().Format(time.DateTime))
		if err := f.Truncate(0); err == nil {
			_, err = f.WriteAt([]byte(text), 0)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s cannot be leased: %w", key, err), f.Close())
		}
		return l, nil
	}
}

// check is the fence: it fails where the file that is locked is no longer the one that others would lock.
func (l *lease) check() error {
	mine, err := l.file.Stat()
	if err != nil {
		return err
	}
	now, err := os.Stat(l.path)
	if err != nil || !os.SameFile(mine, now) {
		return fmt.Errorf("the lease of %s was lost: somebody took %s away", l.key, l.path)
	}
	return nil
}

func (l *lease) release() error { return errors.Join(l.file.Truncate(0), l.file.Close()) }

// holder says who has a lock.
func holder(path string) string {
	text, err := os.ReadFile(path)
	if who := strings.TrimSpace(string(text)); err == nil && who != "" {
		return "another quecstar test has it, " + who
	}
	return "another quecstar test has it"
}

// leasePath is the file of a module's lock.
func leasePath(folder, key string) (string, error) {
	if folder == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			cache = os.TempDir()
		}
		folder = filepath.Join(cache, "quecstar", "leases")
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return "", err
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, key)
	return filepath.Join(folder, strings.Trim(name, "._")+".lock"), nil
}

// ports names modules by the ports that devices are on.
type ports struct{ module map[string]string } // nil until it is asked

func newPorts() *ports { return &ports{} }

// lease is the name of what a device needs for itself; "" is nothing. The ports of one module on USB are one: its
// serial number tells.
func (p *ports) lease(device string) string {
	if !isReal(device) {
		return ""
	}
	_, name, _ := strings.Cut(device, ":")
	if strings.Contains(name, "://") {
		return name
	}
	if p.module == nil {
		p.module = map[string]string{}
		all, err := serial.List()
		if err != nil {
			all = nil // opening the port says why
		}
		for _, i := range all {
			if i.Serial == "" {
				continue
			}
			p.module[i.Name] = "usb " + i.VID + ":" + i.PID + " " + i.Serial
			if i.Module != "" && p.module["auto"] == "" {
				p.module["auto"] = p.module[i.Name]
			}
		}
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	if m := p.module[name]; m != "" {
		return m
	}
	return name
}
