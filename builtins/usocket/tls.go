package usocket

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"quecstar/harness/script"
)

// TLSModule is the table of ussl, which secures sockets of usocket.
//
//	s = usocket.socket()
//	s.connect(usocket.getaddrinfo("example.com", 443)[0][-1])
//	s = ussl.wrap_socket(s, server_hostname="example.com")
//
// As on a module, the server is not verified; cert and key, as PEM texts, identify the client
// (python.quectel.com, API reference, ussl).
func TLSModule() *script.Module {
	return &script.Module{
		Name: "ussl", Aliases: []string{"ssl"}, Lang: script.Python, Doc: "TLS over sockets.",
		Funcs: []script.Func{{Name: "wrap_socket", Params: "sock, server_hostname=None, cert=None, key=None",
			Doc: "Does the TLS handshake on a connected socket and returns the socket, which is secure from then on.", Call: wrapSocket}},
	}
}

// handshakeTime bounds a handshake on a socket that waits without end.
const handshakeTime = 60 * time.Second

func wrapSocket(c *script.Call) (any, error) {
	o, ok := script.NativeOf(c.Args[0])
	var s *socket
	if ok {
		s, ok = o.Self().(*socket)
	}
	if !ok {
		return nil, script.Raise("TypeError", "wrap_socket takes a socket")
	}
	var host, cert, key string
	if err := c.Unpack(nil, &host, &cert, &key); err != nil {
		return nil, err
	}
	if s.conn == nil || s.kind != stream {
		return nil, script.RaiseArgs("OSError", nil, int(syscall.ENOTCONN))
	}
	conf := &tls.Config{ServerName: host, InsecureSkipVerify: true} //nolint:gosec // a module verifies nothing either
	if cert != "" || key != "" {
		pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
		if err != nil {
			// What did not parse may be a key: it is not shown.
			return nil, script.Raise("ValueError", "cert and key are not a certificate and its key in PEM form")
		}
		conf.Certificates = []tls.Certificate{pair}
	}
	secure, err := shake(c, s, conf)
	if err != nil {
		return nil, err
	}
	s.conn = secure
	return c.Args[0], nil
}

// shake does the handshake, bounded by the socket's own limit.
func shake(c *script.Call, s *socket, conf *tls.Config) (net.Conn, error) {
	secure := tls.Client(s.conn, conf)
	err := c.Block(func(ctx context.Context) error {
		limit := handshakeTime
		if s.timeout > 0 {
			limit = s.timeout
		}
		in, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		err := secure.HandshakeContext(in)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return err
	})
	if err == nil {
		return secure, nil
	}
	if c.Context().Err() != nil {
		return nil, err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, script.RaiseArgs("OSError", err, int(syscall.ETIMEDOUT))
	}
	return nil, script.RaiseArgs("OSError", err, int(syscall.EIO), fmt.Sprintf("TLS: %v", err))
}
