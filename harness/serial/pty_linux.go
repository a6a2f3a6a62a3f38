package serial

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Pty makes a pseudo-terminal and returns its master side and the path of its slave side, which
// programs open as a serial port. The slave is in raw mode: nothing is echoed or translated. Closing
// the master hangs up.
func Pty() (master *os.File, slave string, err error) {
	// Not blocking, so that closing it ends a read.
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, "", fmt.Errorf("pseudo-terminal: %w", err)
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		_ = unix.Close(fd)
		return nil, "", fmt.Errorf("pseudo-terminal: unlock: %w", err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		_ = unix.Close(fd)
		return nil, "", fmt.Errorf("pseudo-terminal: number: %w", err)
	}
	if err := setRaw(fd); err != nil {
		_ = unix.Close(fd)
		return nil, "", fmt.Errorf("pseudo-terminal: raw mode: %w", err)
	}
	return os.NewFile(uintptr(fd), "pty master"), "/dev/pts/" + strconv.Itoa(n), nil
}

// keptOpen is the master side of a pseudo-terminal that outlives those who open the slave.
type keptOpen struct {
	*os.File
	done chan struct{}
	once sync.Once
}

// KeepOpen makes of a master side a connection that does not end when a program closes the slave: the
// next one that opens it goes on, as with a port of a module.
func KeepOpen(master *os.File) io.ReadWriteCloser {
	return &keptOpen{File: master, done: make(chan struct{})}
}

// reopenEvery is how often a slave that nobody has open is looked at.
const reopenEvery = 20 * time.Millisecond

// Read waits for bytes, over the times in which nobody has the slave open.
func (k *keptOpen) Read(p []byte) (int, error) {
	for {
		n, err := k.File.Read(p)
		if !errors.Is(err, unix.EIO) {
			return n, err
		}
		// The kernel resets the terminal when its last user closes it.
		if err := k.raw(); err != nil {
			return 0, err
		}
		select {
		case <-time.After(reopenEvery):
		case <-k.done:
			return 0, os.ErrClosed
		}
	}
}

func (k *keptOpen) raw() error {
	conn, err := k.File.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	if err := conn.Control(func(fd uintptr) { inner = setRaw(int(fd)) }); err != nil {
		return err
	}
	return inner
}

// Close hangs up.
func (k *keptOpen) Close() error {
	k.once.Do(func() { close(k.done) })
	return k.File.Close()
}

// setRaw has the terminal translate nothing (termios(3), cfmakeraw).
func setRaw(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}
