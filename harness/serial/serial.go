package serial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"quecstar/harness/device"
)

// Port is an open port. Read waits for bytes; it fails with an error of class device.ErrLost when the
// port is gone, and device.ErrClosed behind Close. Read, Write and Close may be called from
// different goroutines; Close ends a waiting Read.
type Port interface {
	io.ReadWriteCloser
	// Name is the port's path, or address.
	Name() string
	// SetBaud changes the speed; a port that has none, such as a TCP connection, takes it in silence.
	SetBaud(baud int) error
	// SetDTR and SetRTS set a line; a pseudo-terminal, which has none, takes it in silence.
	SetDTR(on bool) error
	SetRTS(on bool) error
	// Watch has lost called when the port went away, and back when it is open again behind that, both
	// from within the Read that notices it: bytes from before and after never mix. Without
	// Options.Reconnect a port that went away stays away, which Read says. Call it before the first Read.
	Watch(lost func(error), back func())
}

// steady is of ports that do not come back.
type steady struct{}

// Watch does nothing.
func (steady) Watch(func(error), func()) {}

// Options says how to open a port. The zero value is 115,200 baud, 8N1.
type Options struct {
	// Baud is the speed; 115,200 where it is 0. On USB it means nothing. A tcp:// port has none, and takes
	// only 0.
	Baud int
	// Role is what the port is wanted for; "auto" finds an interface with it.
	Role Role
	// Timeout bounds a connection over the network; 10 s where it is 0.
	Timeout time.Duration
	// Reconnect is how long a port that went away may stay away; 0 does not wait for it.
	Reconnect time.Duration
	// OnLost and OnBack hear that the port went away and is back, from the goroutine that reads. They
	// must not block; nil is nobody.
	OnLost func(error)
	OnBack func(name string)
	// Trace takes what the port carries in a readable form, without passwords, PINs and keys; nil writes
	// none. Hide takes out secrets beside those that are known by the commands that they stand in.
	Trace io.Writer
	Hide  func(text string) string
	// List replaces the function List for "auto" and for errors; nil is List.
	List func() ([]Info, error)
}

const (
	defaultBaud    = 115200
	defaultTimeout = 10 * time.Second
)

func (o Options) withDefaults() Options {
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.List == nil {
		o.List = List
	}
	return o
}

// speed is that of a port that has one, in baud.
func (o Options) speed() int {
	if o.Baud == 0 {
		return defaultBaud
	}
	return o.Baud
}

// Open opens a port by its name: a path such as /dev/ttyUSB2 or COM3, "auto", "tcp://host:port" or
// "rfc2217://host:port". The error is of class device.ErrUnreachable, or device.ErrConfig for a name
// that makes no sense, and says what to do.
func Open(ctx context.Context, name string, o Options) (Port, error) {
	o = o.withDefaults()
	find := func() (string, Info, error) { return name, Info{Name: name, Interface: -1}, nil }
	if name == "auto" {
		find = func() (string, Info, error) { return choose(o) }
	}
	path, info, err := find()
	if err != nil {
		return nil, err
	}
	p, err := open(ctx, path, o)
	if err != nil {
		return nil, err
	}
	if o.Reconnect > 0 {
		p = newReturning(p, info, o)
	}
	if o.Trace != nil {
		p = newTraced(p, o.Trace, o.Hide)
	}
	return p, nil
}

// OpenConn makes a port of a connection that is open: its name is what errors call it. Of the options it
// takes Trace and Hide.
func OpenConn(conn net.Conn, name string, o Options) Port {
	var p Port = &stream{name: name, conn: conn}
	if o.Trace != nil {
		p = newTraced(p, o.Trace, o.Hide)
	}
	return p
}

// open opens one port, once.
func open(ctx context.Context, name string, o Options) (Port, error) {
	kind, rest, isURL := strings.Cut(name, "://")
	if !isURL {
		return openPath(name, o)
	}
	address, query, _ := strings.Cut(rest, "?")
	switch kind {
	case "tcp":
		return openTCP(ctx, name, address, o)
	case "rfc2217":
		return openRFC2217(ctx, name, address, query, o)
	}
	return nil, fmt.Errorf("%w: port %q: want a path, auto, tcp://host:port or rfc2217://host:port", device.ErrConfig, name)
}

// choose finds the one interface that has the role.
func choose(o Options) (string, Info, error) {
	all, err := o.List()
	if err != nil {
		return "", Info{}, fmt.Errorf("%w: cannot list the serial ports: %w", device.ErrUnreachable, err)
	}
	var fit, module []Info
	for _, p := range all {
		if p.Module != "" {
			module = append(module, p)
			if p.Role == o.Role {
				fit = append(fit, p)
			}
		}
	}
	switch {
	case len(fit) == 1:
		return fit[0].Name, fit[0], nil
	case len(fit) > 1:
		return "", Info{}, fmt.Errorf("%w: auto: %d ports have the role %s: %s; name one of them", device.ErrConfig, len(fit), o.Role, names(fit))
	case len(module) > 0:
		return "", Info{}, fmt.Errorf("%w: auto: a Quectel module is there, but none of its interfaces is known to be %s: %s; name the one that is", device.ErrUnreachable, o.Role, names(module))
	}
	return "", Info{}, fmt.Errorf("%w: auto: no Quectel module (USB vendor 2C7C) is on this machine; %s", device.ErrUnreachable, whatIsThere(all))
}

// names lists ports for people.
func names(all []Info) string {
	var out []string
	for _, p := range all {
		text := p.Name
		if p.Role != "" {
			text += " (" + string(p.Role) + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func whatIsThere(all []Info) string {
	if len(all) == 0 {
		return "no serial port at all"
	}
	return "its serial ports: " + names(all)
}

// lost gives an error of a port the class that it has behind an end that nobody asked for.
func lost(name string, err error) error {
	if errors.Is(err, device.ErrLost) || errors.Is(err, device.ErrClosed) {
		return err
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w: the other side closed it", name, device.ErrLost)
	}
	return fmt.Errorf("%s: %w: %w", name, device.ErrLost, err)
}

func closedError(name string) error { return fmt.Errorf("%s: %w", name, device.ErrClosed) }
