package usocket

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"syscall"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/errno"
	"quecstar/harness/event"
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

// unverified are the hosts that a run was told of.
type unverified map[string]bool

// unverifiedTLS is for a server that is not verified, as on a module, whose ussl takes no CA
// certificate: a note says so, once a host.
func unverifiedTLS(c *script.Call, host string) *tls.Config {
	told := script.Shared(c.Interp, func() *unverified { return &unverified{} })
	if !(*told)[host] {
		(*told)[host] = true
		c.Emit(event.Event{Layer: event.Builtin, Kind: event.Note, Text: "TLS to " + host + ": the server is not verified, as on a module"})
	}
	return &tls.Config{ServerName: host, InsecureSkipVerify: true} //nolint:gosec // a module verifies nothing either
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
		return nil, script.RaiseArgs("OSError", nil, errno.Number(syscall.ENOTCONN))
	}
	name := host
	if name == "" {
		name = s.conn.RemoteAddr().String()
	}
	conf := unverifiedTLS(c, name)
	conf.ServerName = host
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
	asked, own := false, conf.Certificates
	conf.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked = true
		if len(own) == 0 {
			return &tls.Certificate{}, nil
		}
		return &own[0], nil
	}
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
		return nil, script.RaiseArgs("OSError", err, errno.Number(syscall.ETIMEDOUT))
	}
	return nil, script.RaiseArgs("OSError", err, errno.Number(syscall.EIO), "TLS: "+device.TLSReason(err, conf.ServerName, asked, len(own) > 0))
}
