package direct

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"strconv"
	"sync/atomic"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// Resolver says where host:port is answered; secure says that the script asks for TLS. The zero
// Endpoint is the real network.
type Resolver func(ctx context.Context, host string, port int, secure bool) (Endpoint, error)

// Endpoint is where a host name is answered.
type Endpoint struct {
	// Addr is "host:port"; empty for the real network, where the other fields but Note are ignored.
	Addr string
	// TLS says that the endpoint speaks TLS.
	TLS bool
	// RootCAs, when not nil, takes the place of the certificates that the script trusts: the
	// endpoint stands in for a host whose certificate nobody here can have. The script's host name
	// is still verified.
	RootCAs *x509.CertPool
	// SkipVerify verifies nothing, whatever the script asks for.
	SkipVerify bool
	// Note is one line for people, shown once.
	Note string
}

// target is what to dial.
type target struct {
	host string // as the script names it
	addr string
	tls  *tls.Config // nil for a plain connection
	// asked is set in the handshake when the server asks for a client certificate.
	asked *atomic.Bool
}

// resolve decides what to dial for a script's host name.
func (d *Device) resolve(ctx context.Context, c device.MQTTConfig) (target, error) {
	if c.Host == "" || c.Port < 1 || c.Port > 65535 {
		return target{}, fmt.Errorf("%w: server %q, port %d", device.ErrConfig, c.Host, c.Port)
	}
	var end Endpoint
	if d.opts.Resolve != nil {
		var err error
		if end, err = d.opts.Resolve(ctx, c.Host, c.Port, c.TLS != nil); err != nil {
			return target{}, fmt.Errorf("where to find %s: %w", c.Host, err)
		}
	}
	if end.Note != "" {
		d.once(event.Event{Kind: event.Note, Text: end.Note})
	}
	t := target{host: c.Host, addr: end.Addr}
	secure := end.TLS
	if end.Addr == "" {
		t.addr = net.JoinHostPort(c.Host, strconv.Itoa(c.Port))
		secure, end = c.TLS != nil, Endpoint{}
	}
	if !secure {
		return t, nil
	}
	conf, err := d.tlsConfig(c, end)
	if err != nil {
		return t, err
	}
	t.tls, t.asked = conf, new(atomic.Bool)
	own := conf.Certificates
	conf.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		t.asked.Store(true)
		if len(own) == 0 {
			return &tls.Certificate{}, nil
		}
		return &own[0], nil
	}
	return t, nil
}

func (d *Device) tlsConfig(c device.MQTTConfig, end Endpoint) (*tls.Config, error) {
	want := c.TLS
	if want == nil {
		want = &device.TLSConfig{}
	}
	conf := &tls.Config{ServerName: want.ServerName, RootCAs: end.RootCAs, MinVersion: tls.VersionTLS12}
	if conf.ServerName == "" {
		conf.ServerName = c.Host
	}
	if len(want.CA) > 0 { // looked at also where another takes its place
		trusted := x509.NewCertPool()
		if !trusted.AppendCertsFromPEM(want.CA) {
			return nil, fmt.Errorf("%w: the CA certificate is not in PEM form", device.ErrConfig)
		}
		if conf.RootCAs == nil {
			conf.RootCAs = trusted
		}
	}
	if err := clientCertificate(conf, want); err != nil {
		return nil, err
	}
	conf.InsecureSkipVerify = end.SkipVerify || len(want.CA) == 0
	if conf.InsecureSkipVerify && !end.SkipVerify && end.Addr == "" {
		d.once(event.Event{Kind: event.Warning, Device: c.ClientID,
			Text: "TLS to " + c.Host + " without a CA certificate: the server is not verified, as on a module"})
	}
	return conf, nil
}

func clientCertificate(conf *tls.Config, want *device.TLSConfig) error {
	if len(want.Cert) == 0 && len(want.Key) == 0 {
		return nil
	}
	if block, _ := pem.Decode(want.Cert); block == nil {
		return fmt.Errorf("%w: the client certificate is not in PEM form", device.ErrConfig)
	}
	if block, _ := pem.Decode(want.Key); block == nil {
		return fmt.Errorf("%w: the client's private key is not in PEM form", device.ErrConfig)
	}
	pair, err := tls.X509KeyPair(want.Cert, want.Key)
	if err != nil {
		// The error of the library may show parts of what it could not parse: a key is a secret.
		return fmt.Errorf("%w: the client certificate and its private key do not go together or do not parse",
			device.ErrConfig)
	}
	conf.Certificates = []tls.Certificate{pair}
	return nil
}
