package cloud

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"time"
)

// TLSOrder is how the embedded servers shake hands from now on, until it is removed.
type TLSOrder struct {
	// Certificate is what they show: one of Certificates; "" is a good one.
	Certificate string
	// Chain is how many authorities stand between the certificate and the one that clients trust.
	Chain int
	// Version is the only one that they speak, such as tls.VersionTLS13; 0 is all.
	Version uint16
	// ClientCertificate refuses clients that show none.
	ClientCertificate bool

	mu   sync.Mutex
	hits int
	over bool
}

// Certificates are what is wrong with a certificate that servers may be told to show.
var Certificates = []string{"good", "expired", "other_name", "self_signed"}

// tlsVersions are the versions of TLS that servers may be told to speak alone; "" is any.
var tlsVersions = map[string]uint16{"": 0, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

// orderTLS carries out a fault of the kind tls.
func (c *Cloud) orderTLS(o *Fault) error {
	secure, _ := o.Given["client_certificate"].(bool)
	version, known := tlsVersions[o.text("version")]
	if !known {
		return fmt.Errorf("fault tls: the version %q: want \"1.2\" or \"1.3\": %w", o.text("version"), ErrFault)
	}
	if kind := o.text("certificate"); !slices.Contains(Certificates, kind) {
		return fmt.Errorf("fault tls: the certificate %q: want one of %s: %w", kind,
			strings.Join(Certificates, ", "), ErrFault)
	}
	o.tls = &TLSOrder{Certificate: o.text("certificate"), Chain: o.number("chain"), Version: version,
		ClientCertificate: secure}
	return c.OrderTLS(o.tls)
}

// OrderTLS carries out an order from now on, for the cloud and what else serves with its authority.
func (c *Cloud) OrderTLS(o *TLSOrder) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.ensureCA(); err != nil {
		return err
	}
	c.ca.mu.Lock()
	defer c.ca.mu.Unlock()
	c.ca.orders = append(c.ca.orders, o)
	return nil
}

// ClientCertificate makes a certificate of the cloud's authority for a client, and its key, as PEM text. The error
// is one of the host's chance.
func (c *Cloud) ClientCertificate(name string) (cert, key []byte, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.ensureCA(); err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{Subject: pkix.Name{CommonName: name},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	made, err := c.ca.make(template, c.ca.signer())
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(made.PrivateKey)
	return encode("CERTIFICATE", made.Certificate[0]), encode("PRIVATE KEY", der), err
}

// Authority is the certificate that clients of the embedded servers trust, as PEM text.
func (c *Cloud) Authority() ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.ensureCA(); err != nil {
		return nil, err
	}
	return c.ca.pem, nil
}

// takes counts a handshake, unless the order is over.
func (o *TLSOrder) takes() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.over {
		o.hits++
	}
	return !o.over
}

// Hits is how many handshakes were so.
func (o *TLSOrder) Hits() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.hits
}

// Remove ends the order.
func (o *TLSOrder) Remove() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.over = true
}

// ordered is how the authority serves a client that asks, where that was ordered; nil for as always.
func (a *authority) ordered(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	a.mu.Lock()
	orders := a.orders
	a.mu.Unlock()
	for _, o := range slices.Backward(orders) {
		if o.takes() {
			return a.as(o, hello.ServerName)
		}
	}
	return nil, nil
}

// as is the configuration of an order.
func (a *authority) as(o *TLSOrder, name string) (*tls.Config, error) {
	cert, err := a.certificate(o, name)
	if err != nil {
		return nil, err
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequestClientCert,
		Certificates: []tls.Certificate{*cert}}
	if o.Version != 0 {
		conf.MinVersion, conf.MaxVersion = o.Version, o.Version
	}
	if o.ClientCertificate {
		conf.ClientAuth, conf.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		conf.ClientCAs.AddCert(a.cert)
	}
	return conf, nil
}

// certificate makes what an order has servers show to a client that asks for a name.
func (a *authority) certificate(o *TLSOrder, name string) (*tls.Certificate, error) {
	template := serverTemplate(name)
	switch o.Certificate {
	case "expired":
		template.NotBefore, template.NotAfter = time.Now().Add(-2*validity), time.Now().Add(-validity)
	case "other_name":
		template.DNSNames = []string{"other.invalid"}
	case "self_signed":
		return a.make(template, nil)
	}
	by := a.signer()
	for i := range o.Chain {
		var err error
		if by, err = a.make(&x509.Certificate{Subject: pkix.Name{CommonName: fmt.Sprintf("quecstar embedded CA %d", i+2)},
			IsCA: true, BasicConstraintsValid: true}, by); err != nil {
			return nil, err
		}
	}
	return a.make(template, by)
}

// serverTemplate is the begin of a certificate for a server that is asked for by a name; "" is none.
func serverTemplate(name string) *x509.Certificate {
	t := &x509.Certificate{Subject: pkix.Name{CommonName: "quecstar embedded cloud"}, DNSNames: []string{"localhost"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if name != "" {
		t.DNSNames = append(t.DNSNames, name)
	}
	return t
}

// signer is the authority as what signs.
func (a *authority) signer() *tls.Certificate {
	return &tls.Certificate{Certificate: [][]byte{a.cert.Raw}, PrivateKey: a.key, Leaf: a.cert}
}

// make makes a certificate that another signs, with the chain behind it; nil is itself.
func (a *authority) make(template *x509.Certificate, by *tls.Certificate) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate a key: %w", err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.KeyUsage = x509.KeyUsageDigitalSignature
	if template.IsCA {
		template.KeyUsage |= x509.KeyUsageCertSign
	}
	if template.NotAfter.IsZero() {
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), a.cert.NotAfter
	}
	if by == nil {
		by = &tls.Certificate{PrivateKey: key, Leaf: template}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.Leaf, key.Public(), by.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for %q: %w", template.Subject.CommonName, err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for %q: %w", template.Subject.CommonName, err)
	}
	return &tls.Certificate{Certificate: append([][]byte{der}, by.Certificate...), PrivateKey: key, Leaf: leaf}, nil
}
