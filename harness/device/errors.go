package device

import (
	"errors"
	"fmt"
)

// The classes of error that a caller can test for with errors.Is.
var (
	// ErrUnsupported says that the device has no such function.
	ErrUnsupported = errors.New("not supported")
	// ErrUnreachable says that the device, or the host that it was to reach, does not answer: the
	// name does not resolve, the port is refused, the time ran out, the network is not there. It is
	// behind exit status 4.
	ErrUnreachable = errors.New("not reachable")
	// ErrRefused says that the other side answered, and refused: see RefusedError.
	ErrRefused = errors.New("refused")
	// ErrTLS says that no secure channel came about, such as for a certificate that does not
	// verify. Such an error is ErrUnreachable too.
	ErrTLS = errors.New("TLS failed")
	// ErrConfig says that what the caller asked for makes no sense, such as a certificate that is
	// not PEM.
	ErrConfig = errors.New("wrong setting")
	// ErrNotReady says that the SIM card or the network is not in a state for it.
	ErrNotReady = errors.New("not ready")
	// ErrLost says that a connection ended that should not have.
	ErrLost = errors.New("connection lost")
	// ErrClosed says that the connection was closed from this side.
	ErrClosed = errors.New("connection closed")
	// ErrTimeout says that an answer did not come in time.
	ErrTimeout = errors.New("no answer in time")
	// ErrTaken says that this program has the port of the device itself already; it is ErrUnreachable too.
	ErrTaken = errors.New("in use by this program itself")
	// ErrGone says that the device itself went away for good, such as when its port was unplugged: no
	// answer of it can come any more. See GoneError.
	ErrGone = errors.New("the device is gone")
)

// GoneError is the end of the device itself. errors.Is sees ErrGone in it, ErrLost, and ErrUnreachable,
// as a run cannot go on without its device.
type GoneError struct {
	// Device is the name of the device, or of its port.
	Device string
	// Err says how it went away.
	Err error
}

// Error names the device and says how it went away.
func (e *GoneError) Error() string { return fmt.Sprintf("%s is gone: %v", e.Device, e.Err) }

// Unwrap returns how it went away.
func (e *GoneError) Unwrap() error { return e.Err }

// Is reports whether target is a class of the error.
func (e *GoneError) Is(target error) bool {
	return target == ErrGone || target == ErrLost || target == ErrUnreachable
}

// RefusedError is a refusal by an MQTT server. errors.Is sees ErrRefused in it.
type RefusedError struct {
	// Code is the return code of the CONNACK (1 to 5 in MQTT 3.1.1, section 3.2.2.3), or 0x80 for a
	// refused subscription.
	Code byte
	// What was refused, such as the name of a server or a topic filter.
	What string
}

// Error names the code and its meaning.
func (e *RefusedError) Error() string {
	if e.Code == 0x80 {
		return fmt.Sprintf("the server refused the subscription to %s", e.What)
	}
	return fmt.Sprintf("%s refused the connection: CONNACK code %d, %s", e.What, e.Code, ConnackText(e.Code))
}

// Is reports whether target is ErrRefused.
func (e *RefusedError) Is(target error) bool { return target == ErrRefused }

// ConnackText says what a CONNACK return code of MQTT 3.1 and 3.1.1 means.
func ConnackText(code byte) string {
	switch code {
	case 0:
		return "accepted"
	case 1:
		return "protocol version not supported"
	case 2:
		return "client id not allowed"
	case 3:
		return "server not available"
	case 4:
		return "wrong user name or password"
	case 5:
		return "not authorized"
	}
	return "reason not known to MQTT 3.1.1"
}
