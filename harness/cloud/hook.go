package cloud

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"

	"quecstar/harness/broker"
	"quecstar/harness/broker/packet"
	"quecstar/harness/event"
)

// rules make a general broker follow IoTDA's.
func (c *Cloud) rules() broker.Rules {
	return broker.Rules{Connect: c.onConnect, Online: c.onOnline, Offline: c.onOffline, Subscribe: c.onSubscribe,
		Subscribed: c.onSubscribed, Publish: c.onPublish, Sent: c.onSent, Dropped: c.onDropped}
}

// refusal is why a connection is refused.
type refusal struct {
	code byte // of a CONNACK of MQTT 3
	why  string
}

// onConnect refuses connections that break a rule. A device has one connection and one session, whatever
// the time stamp in its client id.
func (c *Cloud) onConnect(cl *broker.Client, p *packet.Connect) *broker.Refusal {
	if isConsumer(p.User) {
		return c.connectConsumer(cl, p)
	}
	id, no := c.refuseOrdered(cl)
	if no == nil {
		no = c.refuseFast()
	}
	if no == nil {
		id, no = c.admit(cl, string(p.Password))
	}
	if no == nil {
		if p.Will != nil {
			c.warn(id.deviceID, p.Will.Topic, "a last will is not supported by IoTDA and is ignored")
			p.Will = nil
		}
		cl.Key = id.deviceID
		if toProvisioning(id, cl.TLS()) {
			cl.Key = bootstrapKey + id.deviceID
		}
		return nil
	}
	device := id.deviceID
	if device == "" {
		device = cl.ID
	}
	return c.refuse(cl, device, no)
}

// refuse is the answer to a connection that is refused, which is told.
func (c *Cloud) refuse(cl *broker.Client, who string, no *refusal) *broker.Refusal {
	c.emit(event.Event{Kind: event.Refused, Device: who, Text: fmt.Sprintf("CONNACK %d: %s", no.code, no.why)})
	if cl.Version == packet.V5 {
		return &broker.Refusal{Code: packet.Version5[no.code]}
	}
	return &broker.Refusal{Code: no.code}
}

// refuseOrdered is the refusal that was ordered for a device that connects; nil for none.
func (c *Cloud) refuseOrdered(cl *broker.Client) (clientID, *refusal) {
	id, _ := parseClientID(cl.ID) // what is no id of a device's has none
	if o := c.met(cmp.Or(id.deviceID, cl.ID), "", "refuse"); o != nil {
		return id, &refusal{byte(o.number("code")), "the test refuses connections"}
	}
	return id, nil
}

// admit checks a connection in the order in which IoTDA does.
func (c *Cloud) admit(cl *broker.Client, password string) (clientID, *refusal) {
	username, keepalive := cl.User, cl.KeepAlive
	id, group, scoped := c.scoped(cl.ID)
	if keepalive < minKeepalive || keepalive > maxKeepalive {
		return id, &refusal{2, fmt.Sprintf("the keepalive is %d s; IoTDA takes %d to %d", keepalive, minKeepalive,
			maxKeepalive)}
	}
	if !scoped {
		for _, by := range []func(*broker.Client, string) (clientID, *refusal, bool){c.admitAuthorizer, c.admitTemplate} {
			if id, no, is := by(cl, password); is {
				return id, no
			}
		}
		var err error
		if id, err = parseClientID(cl.ID); err != nil {
			return id, &refusal{2, err.Error()}
		}
	}
	if username != id.deviceID {
		return id, &refusal{4, fmt.Sprintf("the user name is %q and not the device id %q", username, id.deviceID)}
	}
	if id.sign == "1" && !id.fresh(c.opts.Now(), c.policy.StampWindow) {
		return id, &refusal{c.policy.StaleStamp, fmt.Sprintf("the time stamp %s is not of this hour, which in UTC is %s",
			id.stamp, c.opts.Now().UTC().Format(stampLayout))}
	}
	if scoped {
		return id, c.admitGroup(group, cl.TLS(), id, password)
	}
	return id, c.admitBy(cl.TLS(), id, password)
}

// admitBy checks a device by its certificate where it is registered with one, or is registered by it now; any other
// by its password.
func (c *Cloud) admitBy(secured *tls.ConnectionState, id clientID, password string) *refusal {
	var cert *x509.Certificate
	if secured != nil && len(secured.PeerCertificates) > 0 {
		cert = secured.PeerCertificates[0]
	}
	d, err := c.Device(id.deviceID)
	if err != nil && cert != nil {
		made, why := c.provision(cert)
		switch {
		case why != nil && c.takesUnknown():
			return c.admitDevice(id, password)
		case why != nil:
			return &refusal{c.policy.UnknownDevice,
				fmt.Sprintf("the device %s is not registered, and not by its certificate: %v",
					id.deviceID, why)}
		case made.ID != id.deviceID:
			return &refusal{c.policy.BadSecret, fmt.Sprintf("its certificate is that of the device %s, which is registered now",
				made.ID)}
		}
		d, err = made, nil
	}
	switch {
	case err == nil && d.expired(c.opts.Now()):
		if err := c.DeleteDevice(d.ID); err == nil {
			c.warn(d.ID, "", "the device did not connect within its %d s: its registration has ended", d.Timeout)
		}
	case err == nil && d.SecureAccess && secured == nil:
		return &refusal{c.policy.BadSecret, fmt.Sprintf("the device %s is registered for TLS alone", d.ID)}
	case err == nil && d.AuthType == "CERTIFICATES" && !d.Frozen:
		return c.admitCertificate(d.ID, cert)
	}
	return c.admitDevice(id, password)
}

func (c *Cloud) takesUnknown() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.allowUnknown
}

// expired reports whether the registration of a device that never connected has ended.
func (d Device) expired(now time.Time) bool {
	return d.Timeout > 0 && d.Activated.IsZero() && d.GatewayID == "" &&
		now.Sub(d.Created) > time.Duration(d.Timeout)*time.Second
}

func (c *Cloud) admitDevice(id clientID, password string) *refusal {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.devices[id.deviceID]
	switch {
	case d == nil && !c.allowUnknown:
		return &refusal{c.policy.UnknownDevice, fmt.Sprintf("the device %s is not registered", id.deviceID)}
	case d != nil && d.Frozen:
		return &refusal{c.policy.Frozen, fmt.Sprintf("the device %s is frozen", id.deviceID)}
	case d != nil && d.Secret != "":
		if checkPassword(password, d.Secret, id.stamp) || checkPassword(password, d.SecondarySecret, id.stamp) {
			return nil
		}
		return &refusal{c.policy.BadSecret,
			fmt.Sprintf("the password of the device %s is wrong: it is not HMAC-SHA256 of its secret, keyed by %s", id.deviceID,
				id.stamp)}
	case !passwordForm(password):
		return &refusal{c.policy.BadSecret, "the password is not 64 lower-case hex digits"}
	case d == nil:
		c.addUnknown(id.deviceID)
	}
	return nil
}

// addUnknown registers a device whose secret is not known. c.mu is held.
func (c *Cloud) addUnknown(id string) {
	d := &device{Device: Device{ID: id, NodeID: id, Name: id, Created: c.opts.Now()}}
	if product, node, ok := strings.Cut(id, "_"); ok {
		d.ProductID, d.NodeID = product, node
	}
	c.devices[id] = d
	c.touch(id)
	c.warn(id, "", "the device %s was unknown and is registered; its password is not checked, as the bench does not say "+
		"its secret", id)
}

// onOnline books a connection and sends what waited for its device, all behind the CONNACK.
func (c *Cloud) onOnline(cl *broker.Client) {
	if c.pushes.online(cl) {
		return
	}
	if id, is := bootstrapDevice(cl); is {
		c.emit(event.Event{Kind: event.Connect, Device: id, Text: "online at the provisioning service"})
		return
	}
	if c.connected(cl) {
		c.emit(event.Event{Kind: event.Connect, Device: cl.Key, Text: "online"})
		c.statusNotice(cl.Key, "ONLINE")
		c.online(cl.Key)
	}
}

// onOffline marks the device offline, unless a newer connection takes the place of this one.
func (c *Cloud) onOffline(cl *broker.Client, err error) {
	if c.pushes.offline(cl) {
		return
	}
	if id, is := bootstrapDevice(cl); is {
		c.emit(event.Event{Kind: event.Disconnect, Device: id, Text: "offline at the provisioning service"})
		return
	}
	text := "offline"
	switch {
	case errors.Is(err, broker.ErrTakenOver):
		c.emit(event.Event{Kind: event.Disconnect, Device: cl.Key, Text: "a newer connection of the device takes its place"})
		return
	case err != nil:
		text = "offline: the connection was lost"
	}
	if c.disconnected(cl) {
		c.emit(event.Event{Kind: event.Disconnect, Device: cl.Key, Text: text})
		c.statusNotice(cl.Key, "OFFLINE")
	}
}

// onSubscribe limits what a device may subscribe to, and the number of its subscriptions.
func (c *Cloud) onSubscribe(cl *broker.Client, filters []packet.Filter) []byte {
	refused := packet.Failure
	if cl.Version == packet.V5 {
		refused = packet.NotAuthorized
	}
	if id, is := bootstrapDevice(cl); is {
		return bootstrapSubscribe(id, filters, refused)
	}
	if _, is := consumerProject(cl.Key); is {
		return consumerSubscribe(filters, refused)
	}
	codes := make([]byte, len(filters))
	many := cl.Subscriptions()+len(filters) > c.policy.MaxSubscriptions
	if many {
		c.warn(cl.Key, "", "the device holds more than %d subscriptions, which IoTDA refuses", c.policy.MaxSubscriptions)
	}
	for i, f := range filters {
		codes[i] = min(f.QoS, 1)
		if many || !mayRead(cl.Key, f.Topic) || !c.mayUse(cl.Key, SubscribeAction, f.Topic) {
			codes[i] = refused
		}
		if o := c.met(cl.Key, f.Topic, "deny_subscribe"); o != nil {
			codes[i] = byte(o.number("code"))
		}
	}
	return codes
}

// onSubscribed tells what was granted, and sends what waited for a subscription behind its SUBACK.
func (c *Cloud) onSubscribed(cl *broker.Client, filters []packet.Filter, codes []byte) {
	if c.pushes.subscribed(cl) {
		return
	}
	id, bootstraps := bootstrapDevice(cl) // of any other link, its key is the device
	for i, f := range filters {
		if codes[i] >= packet.Failure {
			c.warn(id, f.Topic, "the device may not subscribe to this topic: SUBACK 0x%02X", codes[i])
			continue
		}
		c.emit(event.Event{Kind: event.Subscribe, Device: id, Topic: f.Topic, QoS: codes[i]})
	}
	if bootstraps {
		return
	}
	c.activate(cl.Key)
	c.deliverWaiting(cl.Key)
}

// onPublish takes what a device publishes: the platform consumes its own topics.
func (c *Cloud) onPublish(cl *broker.Client, m *broker.Message) broker.Verdict {
	id := cl.Key
	if _, is := consumerProject(id); is {
		c.warn("", m.Topic, "a consumer by MQTT publishes, which is not taken: its connection is ended")
		return broker.Verdict{Close: errors.New("consumers do not publish")}
	}
	if v, ordered := c.publishOrdered(id, m); ordered {
		return v
	}
	if c.tooFast(id, m) {
		return broker.Verdict{Swallow: true, Mute: true}
	}
	v := c.taken(cl, m)
	v.Mute = v.Close == nil && c.met(id, m.Topic, "lose_puback") != nil
	return v
}

// taken is what becomes of what a device publishes and arrives.
func (c *Cloud) taken(cl *broker.Client, m *broker.Message) broker.Verdict {
	id := cl.Key
	if m.QoS > 1 && c.policy.DropQoS2 {
		c.warn(id, m.Topic, "QoS 2 is not supported by IoTDA: the connection is ended")
		return broker.Verdict{Close: errors.New("qos 2 is not supported")}
	}
	if device, is := bootstrapDevice(cl); is {
		c.bootstrapPublish(cl, device, m)
		return broker.Verdict{Swallow: true}
	}
	if m.Retain {
		c.warn(id, m.Topic, "retained messages are not supported by IoTDA: nothing is retained")
		m.Retain = false
	}
	e := event.Event{Kind: event.Publish, Device: id, Topic: m.Topic, Payload: m.Payload, QoS: m.QoS}
	if m.Again {
		e.Text = event.Again
	}
	c.emit(e)
	defer c.activate(id)
	if len(m.Payload) > c.policy.MaxPayload {
		c.warn(id, m.Topic, "a publish of %d bytes is dropped: IoTDA takes %d", len(m.Payload), c.policy.MaxPayload)
		return broker.Verdict{Swallow: true}
	}
	if !strings.HasPrefix(m.Topic, "$oc/") {
		allowed := c.mayUse(id, PublishAction, m.Topic)
		if !allowed { // UNCONFIRMED that it is only dropped: the documents tell of subscriptions alone
			c.warn(id, m.Topic, "a device policy does not let the device publish on this topic: the publish is dropped")
			return broker.Verdict{Swallow: true}
		}
		c.betweenDevices(id, *m)
		return broker.Verdict{Swallow: true}
	}
	if m.Topic == topicOf(id, bootstrapUp) {
		c.bootstrap(cl, id, m.Topic, m.Payload)
	} else {
		c.uplink(id, *m)
	}
	return broker.Verdict{Swallow: true}
}

// onSent tells what devices were sent.
func (c *Cloud) onSent(cl *broker.Client, m broker.Message) {
	if _, is := consumerProject(cl.Key); is {
		return
	}
	c.emit(event.Event{Kind: event.Receive, Device: cl.Key, Topic: m.Topic, Payload: m.Payload, QoS: m.QoS})
}

// onDropped tells what devices were not sent.
func (c *Cloud) onDropped(cl *broker.Client, m broker.Message, why string) {
	if _, is := consumerProject(cl.Key); is {
		c.warn("", m.Topic, "a notice of %d bytes did not reach the consumer %s by MQTT: %s", len(m.Payload), cl.ID, why)
		return
	}
	c.warn(cl.Key, m.Topic, "a message of %d bytes did not reach the device: %s", len(m.Payload), why)
}
