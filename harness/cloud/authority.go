package cloud

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// authority is a certificate authority, made for one run or kept in a folder.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
	pem  []byte

	mu     sync.Mutex
	issued map[string]*tls.Certificate
	orders []*TLSOrder
}

// How long certificates hold. An authority that is kept lives as long as the devices that trust it.
const (
	validity     = 30 * 24 * time.Hour
	keptValidity = 10 * 365 * 24 * time.Hour
)

// The files of an authority that is kept.
const (
	caFile    = "ca.pem"
	caKeyFile = "ca-key.pem"
)

// openAuthority makes an authority, or takes the one that dir keeps; dir gets the first that is made.
func openAuthority(dir string, now time.Time) (*authority, error) {
	if dir == "" {
		return newAuthority(now, validity)
	}
	certFile, keyFile := filepath.Join(dir, caFile), filepath.Join(dir, caKeyFile)
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	switch {
	case err == nil:
		return keptPair(certFile, pair, now)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("the CA in %s: %w", dir, err)
	}
	a, err := newAuthority(now, keptValidity)
	if err != nil {
		return nil, err
	}
	return a, a.keep(dir)
}

// authorityOf is an authority of PEM text.
func authorityOf(cert, key []byte) (*authority, error) {
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}
	return keptPair("the CA", pair, time.Now())
}

// keyPEM is the key as PEM text.
func (a *authority) keyPEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(a.key)
	return encode("PRIVATE KEY", der), err
}

func keptPair(file string, pair tls.Certificate, now time.Time) (*authority, error) {
	key, ok := pair.PrivateKey.(crypto.Signer)
	switch {
	case !ok || !pair.Leaf.IsCA:
		return nil, fmt.Errorf("%s is no certificate authority", file)
	case now.After(pair.Leaf.NotAfter):
		return nil, fmt.Errorf("%s has expired on %s: remove it and its key for another", file,
			pair.Leaf.NotAfter.Format(time.DateOnly))
	}
	return &authority{cert: pair.Leaf, key: key, issued: map[string]*tls.Certificate{},
		pem: encode("CERTIFICATE", pair.Leaf.Raw)}, nil
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// keep writes the authority to a folder that has none; one of the two files alone is an error.
func (a *authority) keep(dir string) error {
	key, err := a.keyPEM()
	if err != nil {
		return fmt.Errorf("keep the CA: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("keep the CA: %w", err)
	}
	for _, f := range []struct {
		name string
		text []byte
		mode fs.FileMode
	}{{caKeyFile, key, 0o600}, {caFile, a.pem, 0o644}} {
		if err := create(filepath.Join(dir, f.name), f.text, f.mode); err != nil {
			return fmt.Errorf("keep the CA: %w", err)
		}
	}
	return nil
}

// create writes a file that must not be there yet.
func create(name string, text []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

func newAuthority(now time.Time, holds time.Duration) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate a key: %w", err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(now.UnixNano()),
		Subject:   pkix.Name{CommonName: "quecstar embedded CA"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(holds), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("make a CA: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make a CA: %w", err)
	}
	return &authority{cert: cert, key: key, issued: map[string]*tls.Certificate{}, pem: encode("CERTIFICATE", der)}, nil
}

// config serves a certificate for whatever name a client asks for, and takes any client
// certificate: the platform's rules look at what is in it.
func (a *authority) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequestClientCert,
		GetConfigForClient: a.ordered,
		GetCertificate:     func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) { return a.issue(hello.ServerName) }}
}

func (a *authority) issue(name string) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if cert, ok := a.issued[name]; ok && now.Before(cert.Leaf.NotAfter) {
		return cert, nil
	}
	template := serverTemplate(name)
	template.NotBefore, template.NotAfter = now.Add(-time.Hour), now.Add(validity)
	template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	if template.NotAfter.After(a.cert.NotAfter) {
		template.NotAfter = a.cert.NotAfter
	}
	cert, err := a.make(template, a.signer())
	if err != nil {
		return nil, err
	}
	if len(a.issued) >= maxIssued {
		clear(a.issued)
	}
	a.issued[name] = cert
	return cert, nil
}

// maxIssued bounds the certificates that are kept at hand: clients choose the names.
const maxIssued = 200
