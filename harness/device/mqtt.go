package device

import (
	"context"
	"time"
)

// MQTT is a device's MQTT stack.
type MQTT interface {
	// OpenMQTT connects to a server and returns when it has answered. The error is of class
	// ErrUnreachable, ErrRefused (a *RefusedError), ErrTLS, ErrConfig, ErrNotReady or
	// ErrUnsupported, or ctx's own.
	OpenMQTT(ctx context.Context, c MQTTConfig) (MQTTSession, error)
}

// MQTTConfig says how to connect.
type MQTTConfig struct {
	Host     string
	Port     int
	ClientID string
	// User and Password go to the server when not empty. The password is a secret: it appears in
	// no event and no error.
	User, Password string
	// KeepAlive is how often the server hears from the client at least; 0 switches it off. Whole
	// seconds, to 65,535.
	KeepAlive time.Duration
	// CleanSession has the server forget subscriptions and messages of an earlier connection.
	CleanSession bool
	// Protocol is 3 for MQTT 3.1 and 4 for MQTT 3.1.1; 0 means 4.
	Protocol int
	// TLS is nil for a plain connection.
	TLS *TLSConfig
	// Will is what the server publishes when the connection breaks; may be nil.
	Will *Message
	// Timeout bounds connecting; 0 means 20 s, which is what the vendor's client takes.
	Timeout time.Duration

	// OnMessage takes every message that comes, in order, from the first one after CONNACK on:
	// servers push without being asked. It is called from one goroutine of the device at a time,
	// must not block, and may keep the message.
	OnMessage func(Message)
}

// TLSConfig says how to secure a connection. The zero value verifies nothing, which is what a
// module does that was given no certificate.
type TLSConfig struct {
	// CA are the certificates to trust, as PEM; the server's certificate and name are verified
	// when it is not empty.
	CA []byte
	// Cert and Key identify the client, as PEM.
	Cert, Key []byte
	// ServerName is the name to verify and to ask for; the host's when empty.
	ServerName string
}

// Message is an MQTT message.
type Message struct {
	Topic   string
	Payload []byte
	QoS     byte
	Retain  bool
	// Again, when not nil, says that the message goes out once more in a session that goes on: it is
	// what the last attempt left behind.
	Again *InFlight
}

// InFlight is what is known of a message at QoS 1 or 2 that was sent, and whose acknowledgement did
// not come before the connection ended (MQTT 3.1.1, section 4.1, session state).
type InFlight struct {
	// ID is its packet identifier; 0 where the device does not tell.
	ID uint16
	// Received says that the server has it (PUBREC came), and waits for its release.
	Received bool
}

// InFlightError is a Publish whose connection ended while the message was in flight: whether the
// server has it is not known. errors.Is sees the end of the connection in it.
type InFlightError struct {
	InFlight
	Err error
}

// Error is that of the connection's end.
func (e *InFlightError) Error() string { return e.Err.Error() }

// Unwrap returns why the connection ended.
func (e *InFlightError) Unwrap() error { return e.Err }

// MQTTSession is one connection to an MQTT server. Its methods may be called from any goroutine.
type MQTTSession interface {
	// Publish sends a message and waits until it is written (QoS 0) or acknowledged. The error of a
	// message in flight when the connection ends is an *InFlightError, or of class ErrLost where the
	// device does not know.
	Publish(ctx context.Context, m Message) error
	// Subscribe waits for the server's answer; a refusal is a *RefusedError with code 0x80.
	Subscribe(ctx context.Context, filter string, qos byte) error
	Unsubscribe(ctx context.Context, filter string) error
	// Ping sends a PINGREQ and does not wait for the answer.
	Ping(ctx context.Context) error
	// Disconnect says goodbye and ends the connection.
	Disconnect(ctx context.Context) error
	// Close ends the connection without a word, so that the server publishes the will.
	Close() error
	// Lost is closed when the connection has ended, whoever ended it.
	Lost() <-chan struct{}
	// Err says why the connection ended, of class ErrLost or ErrClosed; nil while it lasts.
	Err() error
}
