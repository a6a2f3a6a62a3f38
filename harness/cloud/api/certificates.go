package api

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// certificates are those of authorities that sign devices' certificates.
var certificates = &kind{name: certificatesKind, path: "/certificates", id: "certificate_id", list: "certificates",
	quota:  100,
	spaced: true, created: "create_date", filters: []string{"app_id"}, check: checkCA, made: readCA,
	fields: []field{fixed(needed(field{name: "content", hidden: true})),
		{name: "provision_enable", form: aFlag, def: false},
		{name: "template_id"}, {name: "ocsp_enable", form: aFlag, def: false}, {name: "ocsp_server_ca_id"},
		{name: "ocsp_ssl_enable", form: aFlag, def: false}}}

func checkCA(c *call, o, old record.Object) error {
	cert, err := cloud.ParseCertificate(o.Text("content"))
	switch {
	case err != nil:
		return fmt.Errorf("content: %w", err)
	case !cert.IsCA:
		return errors.New("content is the certificate of no authority")
	}
	if id := o.Text("template_id"); id != "" {
		if _, err := c.cloud.Records().Get(provisioningKind, c.project(), id); err != nil {
			return err
		}
	} else if on, _ := o["provision_enable"].(bool); on {
		return errors.New("provision_enable wants template_id")
	}
	if ssl, _ := o["ocsp_ssl_enable"].(bool); ssl && o.Text("ocsp_server_ca_id") == "" {
		return errors.New("ocsp_ssl_enable wants ocsp_server_ca_id")
	}
	if old != nil {
		return nil
	}
	for _, other := range c.cloud.Records().List(certificatesKind, c.project(), nil) {
		if strings.TrimSpace(other.Text("content")) == strings.TrimSpace(o.Text("content")) {
			return fmt.Errorf("the certificate %s is the same: %w", other.ID, record.ErrExists)
		}
	}
	return nil
}

// readCA adds what the certificate says, and the code that its verification wants.
func readCA(_ *call, r *record.Record) (record.Object, error) {
	cert, err := cloud.ParseCertificate(r.Text("content"))
	if err != nil {
		return nil, err
	}
	r.Object["cn_name"], r.Object["owner"] = cert.Subject.CommonName, strings.Join(cert.Subject.Organization, ", ")
	r.Object["effective_date"], r.Object["expiry_date"] = at(cert.NotBefore), at(cert.NotAfter)
	r.Object["status"], r.Object["verify_code"] = false, cloud.NewSecret()
	return nil, nil
}

// resetFingerprint changes or clears the fingerprint of a device that shows a certificate.
func (c *call) resetFingerprint() error {
	o, err := c.object()
	if err == nil {
		err = checkObject([]field{{name: "fingerprint"}, {name: "force_disconnect", form: aFlag},
			{name: "fingerprint_type", oneOf: []string{"PRIMARY", "SECONDARY"}}}, o)
	}
	if err == nil {
		err = checkFingerprint(o.Text("fingerprint"))
	}
	if err != nil {
		return err
	}
	d, err := c.hasDevice(c.r.PathValue("id"))
	if err != nil {
		return err
	}
	print, which := strings.ToLower(o.Text("fingerprint")), "PRIMARY"
	_, err = c.cloud.UpdateDevice(d.ID, func(d *cloud.Device) {
		if o.Text("fingerprint_type") == "SECONDARY" {
			which, d.SecondaryFingerprint = "SECONDARY", print
			return
		}
		d.Fingerprint = print
	})
	if err != nil {
		return err
	}
	if force, _ := o["force_disconnect"].(bool); force {
		c.cloud.Drop(d.ID)
	}
	reply(c.w, http.StatusOK, record.Object{"device_id": d.ID, "fingerprint": print, "fingerprint_type": which})
	return nil
}

func (s *server) certificateRoutes() map[string]http.HandlerFunc {
	out := certificates.routes(s)
	out["POST /devices/{id}/reset-fingerprint"] = s.handler((*call).resetFingerprint)
	out["POST /certificates/{id}/action"] = s.handler((*call).verifyCA)
	return out
}

// errVerification is that a certificate does not show that its sender has the authority's key (IOTDA.014307).
var errVerification = errors.New("the verification failed")

// verifyCA takes a certificate whose name is the verify code and that the authority signed.
func (c *call) verifyCA() error {
	if action := c.r.URL.Query().Get("action_id"); action != "verify" {
		return errors.New("action_id is verify")
	}
	o, err := c.object()
	if err != nil {
		return err
	}
	r, err := c.cloud.Records().Get(certificatesKind, c.project(), c.r.PathValue("id"))
	if err != nil {
		return err
	}
	authority, err := cloud.ParseCertificate(r.Text("content"))
	if err != nil {
		return err
	}
	cert, err := cloud.ParseCertificate(o.Text("verify_content"))
	switch {
	case err != nil:
		return fmt.Errorf("verify_content: %w: %w", errVerification, err)
	case cert.Subject.CommonName != r.Text("verify_code"):
		return fmt.Errorf("the common name is %q and not the verify code: %w", cert.Subject.CommonName, errVerification)
	}
	if err := cert.CheckSignatureFrom(authority); err != nil {
		return fmt.Errorf("%w: %w", errVerification, err)
	}
	_, err = c.cloud.Records().Update(certificatesKind, c.project(), r.ID, func(o record.Object) error {
		o["status"] = true
		return nil
	})
	if err == nil {
		reply(c.w, http.StatusOK, record.Object{})
	}
	return err
}

// serverCertificates are a tenant's own, for a domain of its own.
var serverCertificates = &kind{name: serverCertificatesKind, idle: true, path: "/server-certificates",
	id:   "server_certificate_id",
	list: "server_certificates", quota: 2, once: true, made: readServerCertificate,
	fields: []field{needed(field{name: "certificate_pem", hidden: true}), needed(field{name: "private_key", secret: true}),
		{name: "private_key_password", secret: true}}}

func readServerCertificate(_ *call, r *record.Record) (record.Object, error) {
	cert, err := cloud.ParseCertificate(r.Text("certificate_pem"))
	if err != nil {
		return nil, fmt.Errorf("certificate_pem: %w", err)
	}
	if r.Text("private_key_password") == "" {
		if _, err := tls.X509KeyPair([]byte(r.Text("certificate_pem")), []byte(r.Text("private_key"))); err != nil {
			return nil, fmt.Errorf("private_key is not that of the certificate: %w", err)
		}
	}
	r.Object["common_name"], r.Object["certificate_owner"] = cert.Subject.CommonName, cert.Subject.String()
	r.Object["certificate_issuer"] = cert.Issuer.String()
	r.Object["effective_date"], r.Object["expiry_date"] = at(cert.NotBefore), at(cert.NotAfter)
	delete(r.Object, "private_key")
	return nil, nil
}

// deviceCertificates are those with which devices connected, kept at the first connection.
var deviceCertificates = &kind{name: deviceCertificatesKind, path: "/device-certificates", id: "certificate_id",
	list: "device_certificates", filters: []string{"~common_name", "fingerprint"},
	fields: []field{status("ACTIVE").but(func(f *field) { f.needed = true }), {name: "certificate_pem", hidden: true},
		{name: "device_id", own: true, secret: true}}}

func (s *server) deviceCertificateRoutes() map[string]http.HandlerFunc {
	out := deviceCertificates.routes(s)
	delete(out, "POST "+deviceCertificates.path)
	out["POST /device-certificates/{id}/list-device"] = s.handler(func(c *call) error {
		o, err := c.object()
		if err != nil {
			return err
		}
		r, err := deviceCertificates.one(c)
		if err != nil {
			return err
		}
		var all []numbered[record.Object]
		for _, d := range c.devices() {
			if d.Fingerprint == r.Text("fingerprint") || d.ID == r.Text("device_id") {
				all = append(all, numbered[record.Object]{record.Object{"app_id": cloud.SpaceOf(d.App), "device_id": d.ID,
					"node_id":    d.NodeID,
					"gateway_id": d.Link(), "device_name": d.Name, "product_id": d.ProductID}, d.Sequence})
			}
		}
		return listBody(c, o, "devices", all)
	})
	return out
}

// devices are those that the project sees, newest first.
func (c *call) devices() []cloud.Device {
	var out []cloud.Device
	for _, d := range c.cloud.Devices() {
		if record.Visible(d.Project, c.project()) {
			out = append(out, d)
		}
	}
	return out
}
