package cloud

import (
	"context"
	"time"

	"quecstar/harness/broker"
	"quecstar/harness/cloud/record"
)

// OriginalTopic is, as the topic of an action MQTT_DEVICE_FORWARDING, that of the device's message.
const OriginalTopic = "$topic()"

// betweenDevices takes what a device publishes on a topic of its own making. The platform gives it to other devices by
// rules about device.message with an action MQTT_DEVICE_FORWARDING alone
// (https://support.huaweicloud.com/usermanual-iothub/iot_02_9994.html), which is told where somebody would have it.
func (c *Cloud) betweenDevices(id string, m broker.Message) {
	c.messageUp(id, m)
	if len(c.broker.Subscribers(m.Topic)) == 0 || c.routes.republishes() || !c.unheard(id) {
		return
	}
	c.warn(id, m.Topic, "no device gets what the device publishes here, though one is subscribed: IoTDA passes it on by a "+
		"routing rule about device.message with an action MQTT_DEVICE_FORWARDING alone")
}

// unheard reports whether it is not said yet of a connection that what it publishes reaches no device.
func (c *Cloud) unheard(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.devices[id]
	if d == nil || d.unheard == d.client {
		return false
	}
	d.unheard = d.client
	return true
}

// republishes reports whether there is an action that gives devices what others publish.
func (rs *routes) republishes() bool {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	for _, o := range rs.outlets {
		if o.via == "MQTT_DEVICE_FORWARDING" && rs.rules[o.rule] != nil && rs.rules[o.rule].Flag("active") {
			return true
		}
	}
	return false
}

// republishChannel publishes to devices of a project what another sent: its payload, or what the rule's SQL selects.
func (c *Cloud) republishChannel(project string, d record.Object) channel {
	topic, ttl := d.Text("topic"), time.Duration(d.Number("ttl"))*time.Minute
	return channel{senders: 1, own: true, send: func(_ context.Context, w waiting) error {
		m := broker.Message{Topic: topic, Payload: w.text, QoS: 1}
		if topic == OriginalTopic {
			m.Topic = w.topic
		}
		if ttl > 0 {
			m.Expires = time.Now().Add(ttl)
		}
		to := c.ofProject(project, c.broker.Subscribers(m.Topic))
		m.For = func(key string) bool { return to[key] }
		c.broker.Publish(m)
		return nil
	}}
}

// ofProject are those of the keys that are devices of a project.
func (c *Cloud) ofProject(project string, keys map[string]bool) map[string]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[string]bool{}
	for key := range keys {
		if d := c.devices[key]; d != nil && record.Visible(d.Project, project) {
			out[key] = true
		}
	}
	return out
}
