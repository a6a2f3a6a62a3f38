package serial

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"go.bug.st/serial"

	"quecstar/harness/device"
)

// wire is a port of this machine.
type wire struct {
	steady
	name string
	port serial.Port
	lock *os.File // holds the lock that other programs of ours look at; nil where there is none

	mu   sync.Mutex
	mode serial.Mode
	end  error // why reads fail now

	done chan struct{}
	once sync.Once
	work sync.WaitGroup
}

// watchEvery is how often a quiet port is looked at: that a device is gone must show in a second.
const watchEvery = 400 * time.Millisecond

func openPath(name string, o Options) (Port, error) {
	if _, err := os.Stat(name); err != nil && !isWindowsName(name) {
		return nil, missing(name, err, o)
	}
	lock, err := lockPort(name)
	if err != nil {
		return nil, err
	}
	w := &wire{name: name, lock: lock, mode: serial.Mode{BaudRate: o.speed(), DataBits: 8}, done: make(chan struct{})}
	if w.port, err = serial.Open(name, &w.mode); err != nil {
		unlockPort(lock)
		return nil, openError(name, err, o)
	}
	if !isWindowsName(name) {
		w.work.Go(w.watch)
	}
	return w, nil
}

func isWindowsName(name string) bool { return strings.HasPrefix(strings.ToUpper(name), "COM") }

func missing(name string, err error, o Options) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: port %s: %w", device.ErrUnreachable, name, err)
	}
	all, listErr := o.List()
	if listErr != nil {
		return fmt.Errorf("%w: port %s is not there", device.ErrUnreachable, name)
	}
	return fmt.Errorf("%w: port %s is not there; %s (names change when a module restarts: auto finds it by its USB ids)", device.ErrUnreachable, name, whatIsThere(all))
}

// openError says why a port cannot be opened, and what helps.
func openError(name string, err error, o Options) error {
	var pe *serial.PortError
	switch {
	case errors.As(err, &pe) && pe.Code() == serial.PortBusy, errors.Is(err, syscall.EBUSY):
		return busy(name)
	case errors.As(err, &pe) && pe.Code() == serial.PermissionDenied, errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: port %s: no permission; %s", device.ErrUnreachable, name, permissionAdvice(name))
	case errors.As(err, &pe) && pe.Code() == serial.PortNotFound:
		return missing(name, fs.ErrNotExist, o)
	case errors.As(err, &pe) && pe.Code() == serial.InvalidSpeed:
		return fmt.Errorf("%w: port %s: %d baud is no speed that it has", device.ErrConfig, name, o.speed())
	case errors.As(err, &pe) && pe.Code() == serial.InvalidSerialPort:
		return fmt.Errorf("%w: %s is no serial port", device.ErrUnreachable, name)
	}
	return fmt.Errorf("%w: port %s: %w", device.ErrUnreachable, name, err)
}

// itself is what holder names this program.
const itself = "this program itself"

// busy names who holds a port, where the system tells.
func busy(name string) error {
	switch who := holder(name); who {
	case "":
		return fmt.Errorf("%w: port %s is in use by another program: end that first", device.ErrUnreachable, name)
	case itself:
		return fmt.Errorf("%w: port %s is %w: end that first", device.ErrUnreachable, name, device.ErrTaken)
	default:
		return fmt.Errorf("%w: port %s is in use by %s: end that first", device.ErrUnreachable, name, who)
	}
}

// watch closes a port whose device is gone: some drivers let a read of it wait for ever.
func (w *wire) watch() {
	t := time.NewTicker(watchEvery)
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-w.done:
			return
		}
		if _, err := os.Stat(w.name); errors.Is(err, fs.ErrNotExist) {
			w.finish(unplugged(w.name))
			return
		}
	}
}

func unplugged(name string) error {
	return fmt.Errorf("%s: %w: the port is gone (unplugged, or the module restarts)", name, device.ErrLost)
}

// finish ends the port, once.
func (w *wire) finish(why error) {
	w.once.Do(func() {
		w.mu.Lock()
		w.end = why
		w.mu.Unlock()
		close(w.done)
		_ = w.port.Close() // of a device that is gone it fails
		unlockPort(w.lock)
	})
}

// why turns an error of the port into ours.
func (w *wire) why(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.end != nil {
		return w.end
	}
	var pe *serial.PortError
	if errors.As(err, &pe) && pe.Code() == serial.PortClosed || errors.Is(err, syscall.EIO) {
		return unplugged(w.name) // the library calls it closed that the other side hung up
	}
	return lost(w.name, err)
}

// Name is the path.
func (w *wire) Name() string { return w.name }

// Read waits for bytes.
func (w *wire) Read(p []byte) (int, error) {
	n, err := w.port.Read(p)
	if err != nil {
		return n, w.why(err)
	}
	return n, nil
}

// Write sends all of p.
func (w *wire) Write(p []byte) (int, error) {
	sent := 0
	for sent < len(p) {
		n, err := w.port.Write(p[sent:])
		sent += max(n, 0)
		if err != nil {
			return sent, w.why(err)
		}
	}
	return sent, nil
}

// Close ends the port.
func (w *wire) Close() error {
	w.finish(closedError(w.name))
	w.work.Wait()
	return nil
}

// SetBaud changes the speed.
func (w *wire) SetBaud(baud int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	mode := w.mode
	mode.BaudRate = baud
	if err := w.port.SetMode(&mode); err != nil {
		return fmt.Errorf("%w: port %s: %d baud: %w", device.ErrConfig, w.name, baud, err)
	}
	w.mode = mode
	return nil
}

// SetDTR sets the line; a pseudo-terminal has none.
func (w *wire) SetDTR(on bool) error { return w.line("DTR", w.port.SetDTR(on)) }

// SetRTS sets the line; a pseudo-terminal has none.
func (w *wire) SetRTS(on bool) error { return w.line("RTS", w.port.SetRTS(on)) }

func (w *wire) line(name string, err error) error {
	if err == nil || errors.Is(err, syscall.ENOTTY) {
		return nil
	}
	return fmt.Errorf("port %s: %s: %w", w.name, name, w.why(err))
}
