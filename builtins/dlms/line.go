package dlms

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"go.bug.st/serial"

	"quecstar/builtins/quectel"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// line is an open port. Nothing arrives on one that the bench leads nowhere.
type line struct {
	number  int
	wire    serial.Port
	release func()
	done    sync.WaitGroup
}

func uartOpen(c *script.Call) (any, error) {
	number := defaultPort
	if err := c.Unpack(&number); err != nil {
		return nil, err
	}
	if number < 0 || number > lastPort {
		return nil, script.Raise("ValueError", "port is %d; it must be 0 to %d", number, lastPort)
	}
	s := shared(c.Interp)
	where := c.Interp.Settings().UART[strconv.Itoa(number)]
	err := c.Block(func(context.Context) error { return s.open(number, where) })
	return quectel.Result(c, quectel.OK, err)
}

// open replaces the port that is open.
func (s *server) open(number int, where string) error {
	s.shut()
	l := &line{number: number}
	if where == "" || where == "loopback" {
		s.tell(event.Note, fmt.Sprintf("UART%d of dlms leads nowhere: [uart] in the bench file names a port of the host", number))
	} else {
		wire, err := serial.Open(where, &serial.Mode{BaudRate: s.baud(), DataBits: 8})
		if err != nil {
			return fmt.Errorf("open the host's port %s for UART%d of dlms: %w", where, number, err)
		}
		l.wire = wire
		// The server answers as long as its port is open and not hung up, also behind the script's last line.
		l.release = s.in.Hold()
		l.done.Add(1)
		go s.listen(l)
		s.tell(event.Note, fmt.Sprintf("UART%d of dlms is the host's port %s", number, where))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.line = l
	return nil
}

func (s *server) baud() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size("commSpeed")
}

// maxPending is how much of what is no whole frame is kept.
const maxPending = 4 << 10

// listen answers what arrives until the port is closed; while the server does not run it drops it.
func (s *server) listen(l *line) {
	defer l.done.Done()
	defer l.release()
	var pending []byte
	chunk := make([]byte, 4096)
	for {
		n, err := l.wire.Read(chunk)
		if err != nil || n == 0 {
			return
		}
		if !s.isRunning() {
			pending = nil
			continue
		}
		pending = append(pending, chunk[:n]...)
		answer, used := s.handle(pending)
		pending = append([]byte(nil), pending[used:]...)
		if len(pending) > maxPending {
			pending = nil
		}
		if len(answer) > 0 {
			if _, err := l.wire.Write(answer); err != nil {
				s.tell(event.Warning, fmt.Sprintf("UART%d of dlms: write: %v", l.number, err))
				return
			}
		}
	}
}

func (s *server) isRunning() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running
}

func uartClose(c *script.Call) (any, error) {
	s := shared(c.Interp)
	err := c.Block(func(context.Context) error { s.shut(); return nil })
	return quectel.OK, err
}

// shut closes the port, if one is open.
func (s *server) shut() {
	s.mu.Lock()
	l := s.line
	s.line = nil
	s.mu.Unlock()
	if l == nil || l.wire == nil {
		return
	}
	if err := l.wire.Close(); err != nil {
		s.tell(event.Warning, fmt.Sprintf("UART%d of dlms: close: %v", l.number, err))
	}
	l.done.Wait()
}

// Close closes the port when the run ends.
func (s *server) Close() error {
	s.shut()
	return nil
}
