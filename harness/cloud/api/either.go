package api

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"sync"
)

// eitherListener takes connections that may begin with a TLS handshake.
type eitherListener struct {
	net.Listener
	conf *tls.Config
}

// Accept waits for a connection.
func (l *eitherListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &eitherConn{Conn: conn, conf: l.conf}, nil
}

// handshake is the first byte of a TLS record of a handshake (RFC 8446, section 5.1).
const handshake = 0x16

// eitherConn is a connection whose first byte says whether it is encrypted. Its server reads before it writes.
type eitherConn struct {
	net.Conn
	conf *tls.Config

	once  sync.Once
	plain net.Conn // what HTTP is spoken on; nil before the first byte
	err   error
}

// Read reads what the client sent, decrypted.
func (c *eitherConn) Read(p []byte) (int, error) {
	c.once.Do(func() {
		first := make([]byte, 1)
		if _, c.err = io.ReadFull(c.Conn, first); c.err != nil {
			return
		}
		c.plain = &begun{Conn: c.Conn, rest: io.MultiReader(bytes.NewReader(first), c.Conn)}
		if first[0] == handshake {
			c.plain = tls.Server(c.plain, c.conf)
		}
	})
	if c.err != nil {
		return 0, c.err
	}
	return c.plain.Read(p)
}

// Write writes an answer, encrypted as the client is.
func (c *eitherConn) Write(p []byte) (int, error) {
	if c.plain == nil {
		return c.Conn.Write(p)
	}
	return c.plain.Write(p)
}

// Close ends the connection, with a word of TLS where that is spoken.
func (c *eitherConn) Close() error {
	if secure, ok := c.plain.(*tls.Conn); ok {
		return secure.Close()
	}
	return c.Conn.Close()
}

// begun is a connection of which something was read already.
type begun struct {
	net.Conn
	rest io.Reader
}

// Read reads it again, and then what comes.
func (b *begun) Read(p []byte) (int, error) { return b.rest.Read(p) }
