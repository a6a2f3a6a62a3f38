package serial

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"quecstar/harness/device"
)

// returning is a port that is opened again when it comes back.
type returning struct {
	opts   Options
	info   Info // as it was found first: USB ids, interface and serial number stay, the name may not
	ctx    context.Context
	cancel context.CancelFunc

	mu   sync.Mutex
	port Port
	baud int
	away error // why the port is not there; nil while it is

	lost func(error)
	back func()
}

// tryEvery is how often a port that went away is looked for.
const tryEvery = 200 * time.Millisecond

func newReturning(p Port, info Info, o Options) *returning {
	r := &returning{opts: o, info: info, port: p, baud: o.speed()}
	if info.VID == "" { // a path was named: what is on it?
		if all, err := o.List(); err == nil {
			for _, one := range all {
				if one.Name == info.Name {
					r.info = one
				}
			}
		}
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r
}

func (r *returning) current() Port {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.port
}

// Name is the name that the port has now.
func (r *returning) Name() string { return r.current().Name() }

// Read waits for bytes, over times when the port is away.
func (r *returning) Read(p []byte) (int, error) {
	for {
		n, err := r.current().Read(p)
		if err == nil || !errors.Is(err, device.ErrLost) {
			return n, err
		}
		if n > 0 {
			return n, nil
		}
		if err := r.reopen(err); err != nil {
			return 0, err
		}
	}
}

// Watch notes who hears of the port's loss and return.
func (r *returning) Watch(lost func(error), back func()) { r.lost, r.back = lost, back }

// leave notes that the port went away.
func (r *returning) leave(why error) {
	r.mu.Lock()
	r.away = why
	r.mu.Unlock()
	if r.opts.OnLost != nil {
		r.opts.OnLost(why)
	}
	if r.lost != nil {
		r.lost(why)
	}
	_ = r.current().Close()
}

// reopen waits until the port is there again, and opens it.
func (r *returning) reopen(why error) error {
	r.leave(why)
	ctx, cancel := context.WithTimeout(r.ctx, r.opts.Reconnect)
	defer cancel()
	t := time.NewTicker(tryEvery)
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-ctx.Done():
			if r.ctx.Err() != nil {
				return closedError(r.Name())
			}
			return fmt.Errorf("%w; it did not come back within %v", why, r.opts.Reconnect)
		}
		p, err := open(ctx, r.find(), r.opts)
		if err != nil {
			continue // not there yet, or not ready
		}
		if err := p.SetBaud(r.speed()); err != nil {
			_ = p.Close()
			continue
		}
		r.mu.Lock()
		r.port, r.away = p, nil
		r.mu.Unlock()
		if r.ctx.Err() != nil {
			_ = p.Close()
			return closedError(p.Name())
		}
		if r.opts.OnBack != nil {
			r.opts.OnBack(p.Name())
		}
		if r.back != nil {
			r.back()
		}
		return nil
	}
}

// find is the name of the port now: that with the same USB device and interface, or the old one.
func (r *returning) find() string {
	if r.info.VID == "" {
		return r.info.Name
	}
	all, err := r.opts.List()
	if err != nil {
		return r.info.Name
	}
	for _, one := range all {
		if one.VID == r.info.VID && one.PID == r.info.PID && one.Interface == r.info.Interface && one.Serial == r.info.Serial {
			return one.Name
		}
	}
	return r.info.Name
}

func (r *returning) speed() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.baud
}

// Write sends all of p; while the port is away it fails.
func (r *returning) Write(p []byte) (int, error) {
	r.mu.Lock()
	port, away := r.port, r.away
	r.mu.Unlock()
	if away != nil {
		return 0, away
	}
	return port.Write(p)
}

// Close ends the port, and the wait for it.
func (r *returning) Close() error {
	r.cancel()
	return r.current().Close()
}

// SetBaud changes the speed, which the port keeps when it comes back.
func (r *returning) SetBaud(baud int) error {
	r.mu.Lock()
	r.baud = baud
	r.mu.Unlock()
	return r.current().SetBaud(baud)
}

// SetDTR sets the line.
func (r *returning) SetDTR(on bool) error { return r.current().SetDTR(on) }

// SetRTS sets the line.
func (r *returning) SetRTS(on bool) error { return r.current().SetRTS(on) }
