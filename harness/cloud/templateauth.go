package cloud

import (
	"crypto/hmac"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"quecstar/harness/broker"
	"quecstar/harness/cloud/record"
)

// AuthTemplateKind is the kind of records by which devices say in their own way who they are
// (https://support.huaweicloud.com/usermanual-iothub/iot_01_0235.html).
const AuthTemplateKind = "authentication template"

// TemplateParameters are what an authentication template may declare, beside those of certificates.
var TemplateParameters = []string{"iotda::mqtt::client_id", "iotda::mqtt::username", secretParameter}

// templateStamp is how old the time stamp of a device may be (SDK, TimestampResource).
const templateStamp = time.Hour

// admitTemplate checks a device as the active template of its project says; is is false where no template makes a
// registered device of what it sends, so that the platform's own rules hold. UNCONFIRMED: that they do.
func (c *Cloud) admitTemplate(cl *broker.Client, password string) (id clientID, no *refusal, is bool) {
	active := c.book.List(AuthTemplateKind, "", func(r record.Record) bool { return r.Text("status") == "ACTIVE" })
	if len(active) == 0 {
		return id, nil, false
	}
	parameters := map[string]string{"iotda::mqtt::client_id": cl.ID, "iotda::mqtt::username": cl.User}
	var cert *x509.Certificate
	if secured := cl.TLS(); secured != nil && len(secured.PeerCertificates) > 0 {
		cert = secured.PeerCertificates[0]
		for _, name := range CertificateParameters {
			if v := certificateField(cert, name); v != "" {
				parameters["iotda::certificate::"+name] = v
			}
		}
	}
	for _, t := range active {
		resources := t.Part("template_body").Part("resources")
		v, err := evaluate(resources["device_id"], parameters)
		text, _ := v.(string)
		d, missing := c.Device(text)
		if err != nil || missing != nil || !record.Visible(d.Project, t.Project) {
			continue
		}
		return clientID{deviceID: d.ID}, c.checkByTemplate(resources, d, cert, parameters, password), true
	}
	return id, nil, false
}

// checkByTemplate checks the time stamp and the password of a device that a template has found.
func (c *Cloud) checkByTemplate(resources record.Object, d Device, cert *x509.Certificate, parameters map[string]string,
	password string,
) *refusal {
	if d.Frozen {
		return &refusal{c.policy.Frozen, fmt.Sprintf("the device %s is frozen", d.ID)}
	}
	if err := c.templateTime(resources.Part("timestamp"), parameters); err != nil {
		return &refusal{c.policy.StaleStamp, fmt.Sprintf("the device %s: its template's timestamp: %v", d.ID, err)}
	}
	if d.AuthType == "CERTIFICATES" {
		return c.admitCertificate(d.ID, cert)
	}
	why := errors.New("the password is not what its template makes")
	for _, secret := range []string{d.Secret, d.SecondarySecret} {
		if secret == "" {
			continue
		}
		with := maps.Clone(parameters)
		with[secretParameter] = secret
		v, err := evaluate(resources["password"], with)
		if err != nil {
			why = fmt.Errorf("its template's password: %w", err)
		} else if hmac.Equal([]byte(fmt.Sprint(v)), []byte(password)) {
			return nil
		}
	}
	return &refusal{c.policy.BadSecret, fmt.Sprintf("the device %s: %v", d.ID, why)}
}

// templateTime checks the time stamp of a device, where its template has one.
func (c *Cloud) templateTime(stamp record.Object, parameters map[string]string) error {
	if of := stamp.Part("value"); stamp == nil || stamp["value"] == nil || of != nil && len(of) == 0 {
		return nil
	}
	v, err := evaluate(stamp["value"], parameters)
	if err != nil {
		return err
	}
	var at time.Time
	if stamp.Text("type") == "FORMAT" {
		layout, known := javaLayout(stamp.Text("pattern"))
		if !known {
			return fmt.Errorf("the pattern %q is not read here", stamp.Text("pattern"))
		}
		at, err = time.Parse(layout, fmt.Sprint(v))
	} else {
		var seconds int64
		seconds, err = strconv.ParseInt(fmt.Sprint(v), 10, 64)
		at = time.Unix(seconds, 0)
	}
	if err != nil {
		return err
	}
	if now := c.opts.Now(); at.Add(templateStamp).Before(now) {
		return fmt.Errorf("%s is more than %v ago", at.UTC().Format(time.RFC3339), templateStamp)
	}
	return nil
}
