package sdktest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// issued is a device's certificate that an authority signed.
func issued(t *testing.T, ca string, key *ecdsa.PrivateKey, name string, serial int64) tls.Certificate {
	t.Helper()
	block, _ := pem.Decode([]byte(ca))
	parent, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}},
		parent, &own.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: own}
}

// connects reports whether a device gets in by a certificate; nil is none.
func (c *tenant) connects(id string, cert *tls.Certificate) bool {
	c.t.Helper()
	return c.connectsWith(id, cert, "")
}

func (c *tenant) connectsWith(id string, cert *tls.Certificate, password string) bool {
	c.t.Helper()
	addr, err := c.cloud.ListenTLS("")
	if err != nil {
		c.t.Fatal(err)
	}
	config := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}
	config.RootCAs.AppendCertsFromPEM(c.cloud.CAPEM())
	if cert != nil {
		config.Certificates = []tls.Certificate{*cert}
	}
	client := paho.NewClient(paho.NewClientOptions().AddBroker("ssl://" + addr).SetClientID(id + "_0_0_2026010100").SetUsername(id).SetPassword(password).
		SetTLSConfig(config).SetKeepAlive(60 * time.Second).SetAutoReconnect(false).SetConnectRetry(false))
	token := client.Connect()
	if !token.WaitTimeout(patience) {
		c.t.Fatalf("%s: no answer", id)
	}
	client.Disconnect(0)
	return token.Error() == nil
}

// TestDeviceCertificates: devices that show certificates in the place of passwords, those that register themselves by
// one, and what becomes of the certificates.
func TestDeviceCertificates(t *testing.T) {
	c := start(t)("p1")
	c.product()
	ca, key, sign := authority(t, "factory")
	text := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	c.keep("ca", "certificate_id", "AddCertificate", `{"body":{"content":`+text(ca)+`}}`)
	c.keep("d", "device_id", "AddDevice", `{"body":{"node_id":"cert","product_id":"$product","auth_info":{"auth_type":"CERTIFICATES"}}}`, "auth_info.auth_type=CERTIFICATES")
	first, second := issued(t, ca, key, "one", 10), issued(t, ca, key, "two", 11)
	if c.connects(c.vars["d"], &first) {
		t.Error("the authority is not verified, and the device gets in")
	}
	c.keep("code", "verify_code", "ShowCertificate", `{"certificate_id":"$ca"}`)
	c.ok("CheckCertificate", `{"certificate_id":"$ca","action_id":"verify","body":{"verify_content":`+text(sign(c.vars["code"]))+`}}`)
	if c.connects(c.vars["d"], nil) {
		t.Error("the device shows no certificate, and gets in")
	}
	if !c.connects(c.vars["d"], &first) {
		t.Error("the device does not get in")
	}
	if c.connects(c.vars["d"], &second) {
		t.Error("another certificate than the first gets in")
	}
	c.keep("cert", "device_certificates.0.certificate_id", "ListDeviceCertificate", `{"common_name":"one"}`, "device_certificates.0.status=ACTIVE", "page.count=1")
	c.ok("ShowDeviceCertificate", `{"certificate_id":"$cert"}`, "common_name=one", "certificate_pem")
	c.ok("ListDeviceByDeviceCertificate", `{"certificate_id":"$cert","body":{}}`, "devices.0.device_id=$d", "page.count=1")
	c.ok("UpdateDeviceCertificate", `{"certificate_id":"$cert","body":{"status":"INACTIVE"}}`, "status=INACTIVE")
	c.no("UpdateDeviceCertificate", `{"certificate_id":"$cert","body":{"status":"LOST"}}`, 400, "IOTDA.000006")
	if c.connects(c.vars["d"], &first) {
		t.Error("a certificate that is INACTIVE gets in")
	}
	c.ok("DeleteDeviceCertificate", `{"certificate_id":"$cert"}`)
	c.no("ShowDeviceCertificate", `{"certificate_id":"$cert"}`, 404, "")
	c.ok("ResetFingerprint", `{"device_id":"$d","body":{}}`)
	if !c.connects(c.vars["d"], &second) {
		t.Error("the fingerprint was cleared, and the next certificate does not get in")
	}

	// A device that nobody registered.
	own := issued(t, ca, key, "self", 12)
	if c.connects(c.vars["product"]+"_self", &own) {
		t.Error("an unknown device gets in")
	}
	c.keep("template", "template_id", "CreateProvisioningTemplate", `{"body":{"template_name":"t","template_body":{"parameters":{"iotda::certificate::common_name":{"type":"String"}},
		"resources":{"device":{"product_id":"$product","node_id":{"ref":"iotda::certificate::common_name"},"tags":[{"tag_key":"from","tag_value":{"ref":"iotda::certificate::serial_number"}}]}}}}}`)
	c.ok("UpdateCertificate", `{"certificate_id":"$ca","body":{"provision_enable":true,"template_id":"$template"}}`)
	if !c.connects(c.vars["product"]+"_self", &own) {
		t.Error("the device does not register itself")
	}
	c.vars["self"] = c.vars["product"] + "_self"
	c.ok("ShowDevice", `{"device_id":"$self"}`, "tags.0.tag_value=12", "auth_info.auth_type=CERTIFICATES")
}

// TestACertificateOfAStranger: a cloud that takes unknown devices takes those too that show a certificate of somebody.
func TestACertificateOfAStranger(t *testing.T) {
	c := start(t)("p1")
	ca, key, _ := authority(t, "elsewhere")
	cert := issued(t, ca, key, "one", 10)
	if c.connectsWith("p_n", &cert, strings.Repeat("0", 64)) {
		t.Error("a stranger gets in")
	}
	c.cloud.AllowUnknown(true)
	if !c.connectsWith("p_n", &cert, strings.Repeat("0", 64)) {
		t.Error("an unknown device does not get in, as it shows a certificate")
	}
}
