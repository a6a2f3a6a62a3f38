package serial

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// lockPort takes the advisory lock of a port, so that two programs that look at it exclude each
// other on a pseudo-terminal too, where the kernel's exclusive mode does not hold for root. A port
// that cannot be locked is opened without.
func lockPort(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		if err, ok := err.(*os.PathError); ok && err.Err == syscall.EBUSY { //nolint:errorlint // of os.OpenFile
			return nil, busy(name)
		}
		return nil, nil //nolint:nilerr // opening it as a port says why
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		if err == unix.EWOULDBLOCK { //nolint:errorlint // of a system call
			return nil, busy(name)
		}
		return nil, nil
	}
	return f, nil
}

func unlockPort(f *os.File) {
	if f != nil {
		_ = f.Close() // which gives up the lock
	}
}

// holder names the process that has a port open, by what /proc shows to this user.
func holder(name string) string {
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return ""
	}
	links, err := filepath.Glob("/proc/[0-9]*/fd/*")
	if err != nil {
		return ""
	}
	own := strconv.Itoa(os.Getpid())
	for _, link := range links {
		target, err := os.Readlink(link)
		if err != nil || target != real {
			continue
		}
		pid := strings.Split(link, "/")[2]
		if pid == own {
			return itself
		}
		comm, err := os.ReadFile(filepath.Join("/proc", pid, "comm"))
		if err != nil {
			comm = []byte("a program")
		}
		return fmt.Sprintf("%s (process %s)", strings.TrimSpace(string(comm)), pid)
	}
	return ""
}

// permissionAdvice says which group may open a port.
func permissionAdvice(name string) string {
	info, err := os.Stat(name)
	if err != nil {
		return "ask for the rights to it"
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "ask for the rights to it"
	}
	group := strconv.Itoa(int(st.Gid))
	if g, err := user.LookupGroupId(group); err == nil {
		group = g.Name
	}
	return fmt.Sprintf("its group is %s: join it with \"sudo usermod -aG %s $USER\" and log in anew", group, group)
}
