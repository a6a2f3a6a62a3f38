package machine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"go.bug.st/serial"
	"go.starlark.net/starlark"

	"quecstar/harness/board"
	"quecstar/harness/script"
)

// maxBuffer is how many bytes a port keeps for a script that does not read; older ones are lost, as
// in the ring buffer of a module.
const maxBuffer = 64 << 10

// ports are the open ports of one run.
type ports struct {
	settings map[string]string

	mu   sync.Mutex
	open map[int]*port
}

func newPorts(in *script.Interp) (any, error) {
	return &ports{settings: in.Settings().UART, open: map[int]*port{}}, nil
}

// Close closes every port.
func (p *ports) Close() error {
	p.mu.Lock()
	open := p.open
	p.open = map[int]*port{}
	p.mu.Unlock()
	var errs []error
	for _, x := range open {
		errs = append(errs, x.close())
	}
	return errors.Join(errs...)
}

// port is one open serial port.
type port struct {
	in     *script.Interp
	number int
	wire   io.ReadWriteCloser // nil for the board's own line
	line   *board.Line
	detach func()
	done   sync.WaitGroup

	mu       sync.Mutex
	buffer   []byte
	callback starlark.Callable
	told     bool // a callback is on its way and will see what comes until it runs
	closed   bool
}

// mode are the parameters of a line.
type mode struct{ baud, data, parity, stop, flow int }

func (m mode) check() error {
	switch {
	case m.baud < 50 || m.baud > 4_000_000:
		return script.Raise("ValueError", "baudrate is %d; it must be 50 to 4000000", m.baud)
	case m.data < 5 || m.data > 8:
		return script.Raise("ValueError", "databits is %d; it must be 5 to 8", m.data)
	case m.parity < 0 || m.parity > 2:
		return script.Raise("ValueError", "parity is %d; it must be 0 (none), 1 (even) or 2 (odd)", m.parity)
	case m.stop != 1 && m.stop != 2:
		return script.Raise("ValueError", "stopbits is %d; it must be 1 or 2", m.stop)
	case m.flow != 0 && m.flow != 1:
		return script.Raise("ValueError", "flowctl is %d; it must be 0 (none) or 1 (hardware)", m.flow)
	}
	return nil
}

func (m mode) serial() *serial.Mode {
	s := &serial.Mode{BaudRate: m.baud, DataBits: m.data}
	s.Parity = []serial.Parity{serial.NoParity, serial.EvenParity, serial.OddParity}[m.parity]
	if m.stop == 2 {
		s.StopBits = serial.TwoStopBits
	}
	return s
}

// openPort opens what the setting says; it must not be called with the interpreter lock held.
func openPort(in *script.Interp, line *board.Line, number int, where string, m mode) (*port, error) {
	p := &port{in: in, number: number, line: line}
	if where == "" || where == "loopback" {
		p.detach = line.Attach(p.hears)
		return p, nil
	}
	wire, err := serial.Open(where, m.serial())
	if err != nil {
		return nil, script.RaiseArgs("OSError", err, 19, fmt.Sprintf("UART%d: cannot open the host's port %s: %v", number, where, err))
	}
	p.wire, p.detach = wire, line.Attach(p.hears)
	p.done.Add(1)
	go p.receive()
	return p, nil
}

// receive reads from the host's port until it is closed.
func (p *port) receive() {
	defer p.done.Done()
	chunk := make([]byte, 4096)
	for {
		n, err := p.wire.Read(chunk)
		if n > 0 {
			p.arrived(chunk[:n])
		}
		if err != nil || n == 0 {
			return
		}
	}
}

// hears takes what the other end of the board's line says.
func (p *port) hears(data []byte, delay time.Duration) {
	if delay <= 0 {
		p.arrived(data)
		return
	}
	// The thread ends at once when the run is over: nobody waits for the answer then.
	_, _ = p.in.Go(fmt.Sprintf("the peer of UART%d", p.number), true, func(t *script.Thread) error {
		err := t.Block(func(ctx context.Context) error { return p.in.Clock().Sleep(ctx, delay) })
		if err == nil {
			p.arrived(data)
		}
		return err
	})
}

// arrived keeps bytes and has the callback told of them.
func (p *port) arrived(data []byte) {
	p.mu.Lock()
	p.buffer = append(p.buffer, data...)
	if over := len(p.buffer) - maxBuffer; over > 0 {
		p.buffer = p.buffer[over:]
	}
	tell := p.callback != nil && !p.told && !p.closed
	p.told = p.told || tell
	p.mu.Unlock()
	if !tell {
		return
	}
	// The thread ends at once when the run is over: that is no error of the port.
	_, _ = p.in.Go(fmt.Sprintf("the callback of UART%d", p.number), true, p.tell)
}

func (p *port) tell(t *script.Thread) error {
	p.mu.Lock()
	fn, count := p.callback, len(p.buffer)
	p.told = false
	p.mu.Unlock()
	if fn == nil || count == 0 {
		return nil
	}
	_, err := t.Invoke(fn, script.List{0, p.number, count})
	return err
}

func (p *port) write(data []byte) (int, error) {
	p.mu.Lock()
	closed := p.closed
	p.mu.Unlock()
	if closed {
		return 0, script.RaiseArgs("OSError", nil, 9, fmt.Sprintf("UART%d is closed", p.number))
	}
	p.line.Send(data)
	switch {
	case p.line.HasPeer(): // in the place of a loopback, or of the host's port
		return len(data), nil
	case p.wire == nil:
		p.arrived(data)
		return len(data), nil
	}
	n, err := p.wire.Write(data)
	if err != nil {
		return n, script.RaiseArgs("OSError", err, 5, fmt.Sprintf("UART%d: %v", p.number, err))
	}
	return n, nil
}

// take returns up to n of the bytes that have come.
func (p *port) take(n int) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	n = min(n, len(p.buffer))
	data := append([]byte(nil), p.buffer[:n]...)
	p.buffer = p.buffer[n:]
	return data
}

func (p *port) close() error {
	p.mu.Lock()
	was := p.closed
	p.closed, p.callback = true, nil
	p.mu.Unlock()
	if was {
		return nil
	}
	p.detach()
	if p.wire == nil {
		return nil
	}
	err := p.wire.Close()
	p.done.Wait()
	return err
}
