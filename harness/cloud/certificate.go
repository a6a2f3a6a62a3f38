package cloud

import (
	"crypto/sha1" //nolint:gosec // a fingerprint of the platform's, no signature
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"quecstar/harness/cloud/record"
)

// The kinds of records that certificates are kept as: of authorities, which an application brings, of devices, which
// are kept when they connect, and the templates by which unknown devices are registered.
const (
	CAKind                = "CA certificate"
	DeviceCertificateKind = "device certificate"
	ProvisioningKind      = "provisioning template"
)

// ParseCertificate reads one certificate in PEM.
func ParseCertificate(text string) (*x509.Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("it is no certificate in PEM")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("it is no certificate: %w", err)
	}
	return cert, nil
}

// fingerprints are the SHA-256 and the SHA-1 of a certificate.
func fingerprints(cert *x509.Certificate) [2]string {
	long, short := sha256.Sum256(cert.Raw), sha1.Sum(cert.Raw) //nolint:gosec // see above
	return [2]string{hex.EncodeToString(long[:]), hex.EncodeToString(short[:])}
}

// authorityOf is the verified authority of a project that signed a certificate.
func (c *Cloud) authorityOf(project string, cert *x509.Certificate) (record.Record, error) {
	for _, r := range c.book.List(CAKind, project, nil) {
		ca, err := ParseCertificate(r.Text("content"))
		if err != nil || cert.CheckSignatureFrom(ca) != nil {
			continue
		}
		if !r.Flag("status") {
			return r, fmt.Errorf("the CA certificate %s is not verified", r.ID)
		}
		return r, nil
	}
	return record.Record{}, errors.New("no CA certificate of the project signed the device's")
}

// admitCertificate checks the certificate of a device that shows one in the place of a password
// (https://support.huaweicloud.com/usermanual-iothub/iot_01_0055.html): it chains to a verified authority, and is
// the one that is registered, or the first.
func (c *Cloud) admitCertificate(id string, cert *x509.Certificate) *refusal {
	d, err := c.Device(id)
	if err != nil {
		return &refusal{c.policy.UnknownDevice, err.Error()}
	}
	no := func(format string, args ...any) *refusal {
		return &refusal{c.policy.BadSecret, fmt.Sprintf("the device %s: ", id) + fmt.Sprintf(format, args...)}
	}
	now := c.opts.Now()
	switch {
	case cert == nil:
		return no("it is registered with a certificate and shows none")
	case now.Before(cert.NotBefore) || now.After(cert.NotAfter):
		return no("its certificate holds from %s to %s", cert.NotBefore.Format(time.DateOnly),
			cert.NotAfter.Format(time.DateOnly))
	}
	if _, err := c.authorityOf(d.Project, cert); err != nil {
		return no("%v", err)
	}
	prints := fingerprints(cert)
	known := func(print string) bool { return print != "" && (print == prints[0] || print == prints[1]) }
	if d.Fingerprint != "" && !known(d.Fingerprint) && !known(d.SecondaryFingerprint) {
		return no("its certificate has the fingerprint %s and not %s", prints[0], d.Fingerprint)
	}
	if err := c.keepCertificate(d, cert, prints[0]); err != nil {
		return no("%v", err)
	}
	if d.Fingerprint == "" {
		c.mu.Lock()
		if full := c.devices[id]; full != nil {
			full.Fingerprint = prints[0]
			c.touch(id)
		}
		c.mu.Unlock()
	}
	return nil
}

// keepCertificate keeps the certificate of a device that connects; one that is INACTIVE is refused.
func (c *Cloud) keepCertificate(d Device, cert *x509.Certificate, print string) error {
	have := c.book.List(DeviceCertificateKind, d.Project,
		func(r record.Record) bool { return r.Text("fingerprint") == print })
	if len(have) > 0 {
		if have[0].Text("status") != "ACTIVE" {
			return fmt.Errorf("its certificate %s is %s", have[0].ID, have[0].Text("status"))
		}
		return nil
	}
	_, err := c.book.Add(record.Record{Kind: DeviceCertificateKind, ID: c.NewRecordID(), Project: d.Project,
		Object: record.Object{
			"common_name": cert.Subject.CommonName, "fingerprint": print, "status": "ACTIVE", "device_id": d.ID,
			"expiry_date":     cert.NotAfter.UTC().Format(eventTime),
			"certificate_pem": string(encode("CERTIFICATE", cert.Raw))}}, nil)
	return err
}

// provision registers an unknown device whose certificate an authority signed that has a template for it, and
// returns it (https://support.huaweicloud.com/usermanual-iothub/iot_01_0115.html).
func (c *Cloud) provision(cert *x509.Certificate) (Device, error) {
	ca, err := c.authorityOf("", cert)
	if err != nil {
		return Device{}, err
	}
	if !ca.Flag("provision_enable") {
		return Device{}, fmt.Errorf("the CA certificate %s registers no devices", ca.ID)
	}
	t, err := c.book.Get(ProvisioningKind, ca.Project, ca.Text("template_id"))
	if err != nil {
		return Device{}, err
	}
	body := t.Part("template_body")
	for name := range body.Part("parameters") {
		if certificateField(cert, name) == "" {
			return Device{}, fmt.Errorf("the certificate has no %s, which the template %s wants", name, t.ID)
		}
	}
	device := body.Part("resources").Part("device")
	text := func(v any) string {
		if s, is := v.(string); is {
			return s
		}
		return certificateField(cert, record.Of(v).Text("ref"))
	}
	d := Device{NodeID: text(device["node_id"]), ProductID: text(device["product_id"]), Project: ca.Project,
		AuthType: "CERTIFICATES",
		Tags:     map[string]string{}}
	for _, tag := range device.Parts("tags") {
		d.Tags[tag.Text("tag_key")] = text(tag["tag_value"])
	}
	p, err := c.Product(d.ProductID)
	if err != nil {
		return Device{}, err
	}
	d.App = p.App
	return c.AddDevice(d)
}

// CertificateParameters are what templates may ask of a certificate, behind iotda::certificate:: (SDK,
// ProvisioningTemplateBody).
var CertificateParameters = []string{"country", "organization", "organizational_unit", "distinguished_name_qualifier",
	"state_name", "common_name", "serial_number"}

// certificateField is what a template's parameter means of a certificate (SDK, ProvisioningTemplateBody).
func certificateField(cert *x509.Certificate, name string) string {
	first := func(list []string) string { return strings.Join(list[:min(1, len(list))], "") }
	switch s := cert.Subject; strings.TrimPrefix(name, "iotda::certificate::") {
	case "common_name":
		return s.CommonName
	case "country":
		return first(s.Country)
	case "organization":
		return first(s.Organization)
	case "organizational_unit":
		return first(s.OrganizationalUnit)
	case "state_name":
		return first(s.Province)
	case "serial_number":
		return cert.SerialNumber.String()
	}
	return ""
}
