package cloud

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"quecstar/harness/broker"
	"quecstar/harness/broker/packet"
	"quecstar/harness/cloud/record"
	"quecstar/harness/event"
)

// The provisioning service (IoTDP), which tells devices where their platform is. It answers at the address of MQTTS: to
// a link by its host name or by the client id of a registration group it is all there is, to any other it is there
// beside the platform (https://support.huaweicloud.com/qs-iotps/iot_03_0001.html and the pages behind it).

// RegistrationGroupKind is the kind of records by which devices register themselves with the provisioning service.
const RegistrationGroupKind = "registration group"

// bootstrapKey begins the key of a link to the provisioning service, which is none of the device's to the platform.
const bootstrapKey = "bootstrap/"

// bootstrapDevice is the device of a link to the provisioning service; false for any other link.
func bootstrapDevice(cl *broker.Client) (id string, is bool) {
	return strings.CutPrefix(cl.Key, bootstrapKey)
}

// Topics of the provisioning service, below $oc/devices/{device_id}/.
const (
	bootstrapUp   = "sys/bootstrap/up"
	bootstrapDown = "sys/bootstrap/down"
)

// toProvisioning reports whether a link is one to the provisioning service alone.
func toProvisioning(id clientID, secured *tls.ConnectionState) bool {
	return id.scope != "" || secured != nil && strings.HasPrefix(secured.ServerName, "iot-bs.")
}

// GroupSecret is the secret of a device of a registration group, whose own is in base64.
func GroupSecret(group, deviceID string) (string, error) {
	key, err := base64.StdEncoding.DecodeString(group)
	if err != nil || len(key) == 0 {
		return "", errors.New("the secret of a registration group is in base64")
	}
	mac := hmac.New(sha256.New, []byte(deviceID))
	mac.Write(key)
	return hex.EncodeToString(mac.Sum(nil)), nil
}

// scoped reads a client id of a device of a registration group, whose forms are told from others by the group's scope.
func (c *Cloud) scoped(s string) (id clientID, group record.Record, is bool) {
	parts := strings.Split(s, "_")
	n := len(parts)
	for _, group := range c.book.List(RegistrationGroupKind, "", nil) {
		scope := group.Text("scope_id")
		switch {
		case n >= 3 && parts[n-2] == "0" && parts[n-1] == scope:
			return clientID{deviceID: strings.Join(parts[:n-2], "_"), idType: "0", scope: scope}, group, true
		case n >= 5 && parts[n-4] == "0" && parts[n-3] == scope && isSign(parts[n-2]) && isStamp(parts[n-1]):
			return clientID{deviceID: strings.Join(parts[:n-4], "_"), idType: "0", scope: scope, sign: parts[n-2],
				stamp: parts[n-1]}, group, true
		}
	}
	return id, group, false
}

// admitGroup checks a device by its registration group, and registers it where it is unknown.
func (c *Cloud) admitGroup(group record.Record, secured *tls.ConnectionState, id clientID, password string) *refusal {
	no := func(format string, args ...any) *refusal {
		return &refusal{c.policy.BadSecret, fmt.Sprintf("the device %s, scope %s: ", id.deviceID, id.scope) +
			fmt.Sprintf(format, args...)}
	}
	if secured == nil {
		return no("the provisioning service speaks MQTTS alone")
	}
	var err error
	if id.stamp != "" {
		err = c.checkGroupSecret(group, id, password)
	} else {
		err = c.checkGroupCertificate(group, secured.PeerCertificates)
	}
	if err == nil {
		err = c.joinGroup(group, id.deviceID)
	}
	if err != nil {
		return no("%v", err)
	}
	return nil
}

func (c *Cloud) checkGroupSecret(group record.Record, id clientID, password string) error {
	if group.Text("auth_type") != "SECRET" {
		return errors.New("the registration group is for certificates")
	}
	secret, err := GroupSecret(group.Text("secret"), id.deviceID)
	if err == nil && !checkPassword(password, secret, id.stamp) {
		err = errors.New("the password is wrong: it is not made of the group's secret and the device's id")
	}
	return err
}

func (c *Cloud) checkGroupCertificate(group record.Record, certs []*x509.Certificate) error {
	if group.Text("auth_type") != "CERTIFICATES" {
		return errors.New("the registration group is for secrets, and the client id has no time stamp")
	}
	if len(certs) == 0 {
		return errors.New("it shows no certificate")
	}
	ca, err := c.authorityOf(group.Project, certs[0])
	if want := group.Text("certificate_id"); err == nil && want != "" && want != ca.ID {
		err = errors.New("another authority signed its certificate than the group's")
	}
	return err
}

// joinGroup registers a device of a group. Its product is the group's, or what its id begins with.
func (c *Cloud) joinGroup(group record.Record, id string) error {
	if d, err := c.Device(id); err == nil {
		if d.Frozen {
			return errors.New("it is frozen")
		}
		return nil
	}
	product, node := group.Text("product_id"), id
	if before, after, cut := strings.Cut(id, "_"); cut && (product == "" || product == before) {
		product, node = before, after
	}
	p, err := c.Product(product)
	if err != nil {
		return fmt.Errorf("no product for it: neither the group nor its id names one: %w", err)
	}
	_, err = c.AddDevice(Device{ID: id, NodeID: node, ProductID: product, Project: group.Project, App: p.App,
		AuthType: group.Text("auth_type")})
	return err
}

// bootstrapReply is what a device is told (iot_03_0005).
type bootstrapReply struct {
	Address string `json:"address"`
	// InitConfig is JSON text.
	InitConfig   string `json:"initConfig"`
	DeviceSecret string `json:"deviceSecret,omitempty"`
}

// bootstrap answers a device that asks where its platform is. Where that is refused nothing is sent: how the service
// says it is UNCONFIRMED.
func (c *Cloud) bootstrap(cl *broker.Client, id, topic string, payload []byte) {
	reply, err := c.bootstrapReply(cl, id, payload)
	if err != nil {
		c.warn(id, topic, "the provisioning service does not answer: %v", err)
		return
	}
	c.sendJSON(id, topicOf(id, bootstrapDown), reply)
}

func (c *Cloud) bootstrapReply(cl *broker.Client, id string, payload []byte) (bootstrapReply, error) {
	var asked struct {
		Keyword string `json:"baseStrategyKeyword"`
	}
	if len(payload) > 0 && DecodeJSON(payload, &asked) != nil {
		return bootstrapReply{}, errors.New("the body is empty, or an object with baseStrategyKeyword")
	}
	if cl.TLS() == nil {
		return bootstrapReply{}, errors.New("it speaks MQTTS alone")
	}
	d, err := c.Device(id)
	if err != nil {
		return bootstrapReply{}, err
	}
	out := bootstrapReply{Address: c.opts.BootstrapAddr, InitConfig: "{}"}
	if out.Address == "" {
		if out.Address, err = c.ListenTLS(""); err != nil {
			return out, err
		}
	}
	_, group, is := c.scoped(cl.ID)
	if !is {
		return out, nil
	}
	if want := group.Text("static_keyword"); want != "" && want != asked.Keyword {
		return out, fmt.Errorf("no static policy of the group has the keyword %q", asked.Keyword)
	}
	out.InitConfig, out.DeviceSecret = cmp.Or(group.Text("init_config"), "{}"), d.Secret
	return out, nil
}

// bootstrapSubscribe grants what a link to the provisioning service may subscribe to: the answer.
func bootstrapSubscribe(id string, filters []packet.Filter, refused byte) []byte {
	codes := make([]byte, len(filters))
	for i, f := range filters {
		if codes[i] = min(f.QoS, 1); f.Topic != topicOf(id, bootstrapDown) {
			codes[i] = refused
		}
	}
	return codes
}

// bootstrapPublish takes what a link to the provisioning service publishes.
func (c *Cloud) bootstrapPublish(cl *broker.Client, id string, m *broker.Message) {
	c.emit(event.Event{Kind: event.Publish, Device: id, Topic: m.Topic, Payload: m.Payload, QoS: m.QoS})
	if m.Topic != topicOf(id, bootstrapUp) {
		c.warn(id, m.Topic, "the provisioning service takes %s alone", bootstrapUp)
		return
	}
	c.bootstrap(cl, id, m.Topic, m.Payload)
}

// NewGroupSecret makes a secret of a registration group: 32 random bytes in base64.
func NewGroupSecret() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails: the program ends when the system has no randomness
	return base64.StdEncoding.EncodeToString(key)
}
