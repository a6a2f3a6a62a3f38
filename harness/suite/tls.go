package suite

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"

	"quecstar/harness/cloud"
	"quecstar/harness/script"
)

// tlsVersions are the versions of TLS that servers may be told to speak alone; "" is any.
var tlsVersions = map[string]uint16{"": 0, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

// mostChain bounds the authorities of a chain, which are made at each handshake.
const mostChain = 10

// cloudTLS is cloud.tls(certificate="good", chain=0, version=None, client_certificate=False).
func cloudTLS(c *script.Call) (any, error) {
	o := &cloud.TLSOrder{Certificate: "good"}
	version := ""
	if err := c.Unpack(&o.Certificate, &o.Chain, &version, &o.ClientCertificate); err != nil {
		return nil, err
	}
	if !slices.Contains(cloud.Certificates, o.Certificate) {
		return nil, script.Raise("ValueError", "tls: the certificate %q: want one of %s", o.Certificate,
			strings.Join(cloud.Certificates, ", "))
	}
	if o.Chain < 0 || o.Chain > mostChain {
		return nil, script.Raise("ValueError", "tls: a chain of %d: want 0 to %d", o.Chain, mostChain)
	}
	var known bool
	if o.Version, known = tlsVersions[version]; !known {
		return nil, script.Raise("ValueError", "tls: the version %q: want \"1.2\" or \"1.3\"", version)
	}
	cl, err := runOf(c).world.cloud()
	if err == nil {
		err = cl.OrderTLS(o)
	}
	if err != nil {
		return nil, err
	}
	show := fmt.Sprintf("tls(certificate = %s, chain = %d, version = %s, client_certificate = %v)", o.Certificate,
		o.Chain, version, o.ClientCertificate)
	return runOf(c).addFault(c, show, o)
}

func cloudCA(c *script.Call) (any, error) {
	cl, err := runOf(c).world.cloud()
	if err != nil {
		return nil, err
	}
	text, err := cl.Authority()
	return string(text), err
}

// cloudClientCertificate is cloud.client_certificate(name).
func cloudClientCertificate(c *script.Call) (any, error) {
	var name string
	if err := c.Unpack(&name); err != nil {
		return nil, err
	}
	cl, err := runOf(c).world.cloud()
	if err != nil {
		return nil, err
	}
	cert, key, err := cl.ClientCertificate(name)
	if err != nil {
		return nil, err
	}
	runOf(c).world.hide(string(key))
	return script.Dict{{Key: "cert", Value: string(cert)}, {Key: "key", Value: string(key)}}, nil
}
