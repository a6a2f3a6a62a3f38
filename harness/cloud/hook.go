package cloud

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"

	"quecstar/harness/event"
)

// hook makes a general broker follow IoTDA's rules.
type hook struct {
	mqtt.HookBase
	cloud *Cloud
}

// ID names the hook to the broker.
func (h *hook) ID() string { return "iotda" }

// Provides lists the moments at which the broker asks.
func (h *hook) Provides(b byte) bool {
	return bytes.IndexByte([]byte{mqtt.OnConnect, mqtt.OnConnectAuthenticate,
		mqtt.OnSessionEstablished, mqtt.OnDisconnect, mqtt.OnACLCheck, mqtt.OnSubscribe, mqtt.OnSubscribed,
		mqtt.OnUnsubscribe, mqtt.OnPublish, mqtt.OnPacketSent}, b) >= 0
}

// refusal is why a connection is refused.
type refusal struct {
	code byte // of a CONNACK of MQTT 3
	why  string
}

// version5 are the reason codes of MQTT 5 for the codes of MQTT 3; the documents do not give them.
var version5 = map[byte]byte{1: 0x84, 2: 0x85, 3: 0x88, 4: 0x86, 5: 0x87}

var errRefused = errors.New("refused")

// OnConnect refuses connections that break a rule.
func (h *hook) OnConnect(cl *mqtt.Client, pk packets.Packet) error {
	id, no := h.cloud.admit(pk.Connect.ClientIdentifier, string(pk.Connect.Username), string(pk.Connect.Password), pk.Connect.Keepalive)
	if no == nil {
		if pk.Connect.WillFlag {
			h.cloud.warn(id.deviceID, pk.Connect.WillTopic, "a last will is not supported by IoTDA and is ignored")
			cl.Properties.Will = mqtt.Will{}
		}
		return nil
	}
	device := id.deviceID
	if device == "" {
		device = pk.Connect.ClientIdentifier
	}
	h.cloud.emit(event.Event{Kind: event.Refused, Device: device, Text: fmt.Sprintf("CONNACK %d: %s", no.code, no.why)})
	code := no.code
	if cl.Properties.ProtocolVersion == 5 {
		code = version5[code]
	}
	if err := h.cloud.server.SendConnack(cl, packets.Code{Code: code, Reason: no.why}, false, nil); err != nil {
		return err
	}
	return errRefused
}

// admit checks a connection in the order in which IoTDA does.
func (c *Cloud) admit(client, username, password string, keepalive uint16) (clientID, *refusal) {
	id, err := parseClientID(client)
	if err != nil {
		return id, &refusal{2, err.Error()}
	}
	if keepalive < minKeepalive || keepalive > maxKeepalive {
		return id, &refusal{2, fmt.Sprintf("the keepalive is %d s; IoTDA takes %d to %d", keepalive, minKeepalive, maxKeepalive)}
	}
	if username != id.deviceID {
		return id, &refusal{4, fmt.Sprintf("the user name is %q and not the device id %q", username, id.deviceID)}
	}
	if id.sign == "1" && !id.fresh(c.opts.Now(), c.policy.StampWindow) {
		return id, &refusal{c.policy.StaleStamp, fmt.Sprintf("the time stamp %s is not of this hour, which in UTC is %s",
			id.stamp, c.opts.Now().UTC().Format(stampLayout))}
	}
	return id, c.admitDevice(id, password)
}

func (c *Cloud) admitDevice(id clientID, password string) *refusal {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.devices[id.deviceID]
	switch {
	case d == nil && !c.opts.AllowUnknown:
		return &refusal{c.policy.UnknownDevice, fmt.Sprintf("the device %s is not registered", id.deviceID)}
	case d != nil && d.Frozen:
		return &refusal{c.policy.Frozen, fmt.Sprintf("the device %s is frozen", id.deviceID)}
	case d != nil && d.Secret != "":
		if checkPassword(password, d.Secret, id.stamp) || checkPassword(password, d.SecondarySecret, id.stamp) {
			return nil
		}
		return &refusal{c.policy.BadSecret, fmt.Sprintf("the password of the device %s is wrong: it is not HMAC-SHA256 of its secret, keyed by %s", id.deviceID, id.stamp)}
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
	c.warn(id, "", "the device %s was unknown and is registered; its password is not checked, as the bench does not say its secret", id)
}

// OnConnectAuthenticate says yes: OnConnect has checked, as only it can choose the code.
func (h *hook) OnConnectAuthenticate(*mqtt.Client, packets.Packet) bool { return true }

// OnSessionEstablished makes the connection the device's only one, subscribes it to what the platform
// sends it, at QoS 0, as IoTDA does without being asked
// (https://support.huaweicloud.com/usermanual-iothub/iot_01_0331.html), and sends what waited.
func (h *hook) OnSessionEstablished(cl *mqtt.Client, _ packets.Packet) {
	d, old := h.cloud.connected(cl)
	if d == nil {
		return
	}
	if old != nil {
		h.cloud.emit(event.Event{Kind: event.Disconnect, Device: deviceIDOf(cl), Text: "a newer connection of the device takes its place"})
		old.Stop(errors.New("a newer connection of the device"))
	}
	h.cloud.emit(event.Event{Kind: event.Connect, Device: deviceIDOf(cl), Text: "online"})
	h.cloud.online(deviceIDOf(cl))
}

// OnDisconnect marks the device offline.
func (h *hook) OnDisconnect(cl *mqtt.Client, err error, _ bool) {
	if h.cloud.disconnected(cl) {
		text := "offline"
		if err != nil {
			text = "offline: the connection was lost"
		}
		h.cloud.emit(event.Event{Kind: event.Disconnect, Device: deviceIDOf(cl), Text: text})
	}
}

// OnACLCheck decides what a device may subscribe to. What it may publish is decided by OnPublish:
// the broker would end the connection.
func (h *hook) OnACLCheck(cl *mqtt.Client, topic string, write bool) bool {
	if write || cl.Net.Inline {
		return true
	}
	return mayRead(deviceIDOf(cl), topic)
}

// OnSubscribe limits the number of subscriptions.
func (h *hook) OnSubscribe(cl *mqtt.Client, pk packets.Packet) packets.Packet {
	for i := range pk.Filters {
		if pk.Filters[i].Qos > 1 {
			pk.Filters[i].Qos = 1
		}
	}
	if cl.State.Subscriptions.Len()+len(pk.Filters) > h.cloud.policy.MaxSubscriptions {
		h.cloud.warn(deviceIDOf(cl), "", "the device holds more than %d subscriptions, which IoTDA refuses", h.cloud.policy.MaxSubscriptions)
		for i := range pk.Filters {
			pk.Filters[i].Filter = ""
		}
	}
	return pk
}

// OnSubscribed tells what was granted.
func (h *hook) OnSubscribed(cl *mqtt.Client, pk packets.Packet, codes []byte) {
	id := deviceIDOf(cl)
	for i, f := range pk.Filters {
		if codes[i] >= packets.ErrUnspecifiedError.Code {
			h.cloud.warn(id, f.Filter, "the device may not subscribe to this topic: SUBACK 0x80")
			continue
		}
		h.cloud.emit(event.Event{Kind: event.Subscribe, Device: id, Topic: f.Filter, QoS: codes[i]})
	}
	h.cloud.activate(id)
}

// OnPublish takes what a device publishes: the platform consumes its own topics.
func (h *hook) OnPublish(cl *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	if cl.Net.Inline {
		return pk, nil
	}
	id := deviceIDOf(cl)
	if pk.FixedHeader.Qos > 1 && h.cloud.policy.DropQoS2 {
		h.cloud.warn(id, pk.TopicName, "QoS 2 is not supported by IoTDA: the connection is ended")
		cl.Stop(errors.New("qos 2 is not supported"))
		return pk, packets.ErrRejectPacket
	}
	if pk.FixedHeader.Retain {
		h.cloud.warn(id, pk.TopicName, "retained messages are not supported by IoTDA: nothing is retained")
		pk.FixedHeader.Retain = false
	}
	h.cloud.emit(event.Event{Kind: event.Publish, Device: id, Topic: pk.TopicName, Payload: pk.Payload, QoS: pk.FixedHeader.Qos})
	defer h.cloud.activate(id)
	if len(pk.Payload) > h.cloud.policy.MaxPayload {
		h.cloud.warn(id, pk.TopicName, "a publish of %d bytes is dropped: IoTDA takes %d", len(pk.Payload), h.cloud.policy.MaxPayload)
		return pk, packets.CodeSuccessIgnore
	}
	if !strings.HasPrefix(pk.TopicName, "$oc/") {
		return pk, nil
	}
	h.cloud.uplink(id, pk.TopicName, pk.Payload)
	return pk, packets.CodeSuccessIgnore
}

// OnUnsubscribe keeps the platform's own subscriptions of the device.
func (h *hook) OnUnsubscribe(cl *mqtt.Client, pk packets.Packet) packets.Packet {
	return h.cloud.keepImplicit(cl, pk)
}

// OnPacketSent tells what devices were sent, and sends what waited for a subscription behind its SUBACK.
func (h *hook) OnPacketSent(cl *mqtt.Client, pk packets.Packet, _ []byte) {
	switch pk.FixedHeader.Type {
	case packets.Suback:
		h.cloud.deliverWaiting(deviceIDOf(cl))
	case packets.Publish:
		h.cloud.emit(event.Event{Kind: event.Receive, Device: deviceIDOf(cl), Topic: pk.TopicName, Payload: pk.Payload, QoS: pk.FixedHeader.Qos})
	}
}

// deviceIDOf is the device behind a connection that was admitted.
func deviceIDOf(cl *mqtt.Client) string { return string(cl.Properties.Username) }
