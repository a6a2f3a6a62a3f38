package cloud

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"quecstar/harness/broker"
	"quecstar/harness/event"
)

// serviceProperties is one service in a report of properties.
type serviceProperties struct {
	ServiceID  string         `json:"service_id"`
	Properties map[string]any `json:"properties"`
	EventTime  string         `json:"event_time,omitempty"`
}

// uplink takes what a device published below $oc/.
func (c *Cloud) uplink(id string, m broker.Message) {
	topic, payload := m.Topic, m.Payload
	suffix, request, own := cutTopic(id, topic)
	if !own {
		c.warn(id, topic, "the device may not publish on this topic: the publish is dropped")
		return
	}
	if strings.HasSuffix(topic, "encoding=gzip") {
		var err error
		if payload, err = gunzip(payload); err != nil {
			c.warn(id, topic, "the payload is not gzip: %v", err)
			return
		}
	}
	if user, ok := strings.CutPrefix(suffix, "user/"); ok {
		m.Payload = payload
		c.custom(id, user, m)
		return
	}
	switch suffix {
	case "sys/properties/report":
		c.report(id, topic, parameter(topic, "request_id"), payload)
	case "sys/messages/up":
		m.Payload = payload
		c.messageUp(id, m)
	case "sys/commands/response", "sys/properties/set/response", "sys/properties/get/response":
		c.answer(id, topic, strings.TrimSuffix(suffix, "/response"), request, payload)
	case "sys/shadow/get":
		c.shadowGet(id, topic, request, payload)
	case "sys/events/up":
		c.events(id, topic, payload)
	case "sys/gateway/sub_devices/properties/report":
		c.gatewayReport(id, topic, payload)
	default:
		c.warn(id, topic, "IoTDA has no such topic for devices to publish on: the publish is dropped")
	}
}

// maxUnpacked is how large a compressed payload may become.
const maxUnpacked = 8 << 20

func gunzip(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(r, maxUnpacked+1))
	if err == nil && len(out) > maxUnpacked {
		err = fmt.Errorf("it unpacks to more than %d bytes", maxUnpacked)
	}
	return out, err
}

// messageUp takes a message of a device.
func (c *Cloud) messageUp(id string, m broker.Message) {
	c.emit(event.Event{Kind: event.Response, Device: id, Topic: m.Topic, Payload: m.Payload, Text: "message"})
	c.messageNotice(id, m)
}

// custom takes what was published on a custom topic.
func (c *Cloud) custom(id, user string, m broker.Message) {
	c.mu.Lock()
	var known []string
	if d := c.devices[id]; d != nil {
		if p := c.products[d.ProductID]; p != nil {
			known = p.Topics
		}
	}
	c.mu.Unlock()
	if slices.Contains(known, user) {
		c.messageUp(id, m)
		return
	}
	c.warn(id, m.Topic, "the product does not declare the custom topic %q: IoTDA refuses it until it does", user)
}

// decode reads a JSON payload; a failure is told and loses nothing else.
func (c *Cloud) decode(id, topic string, payload []byte, to any) bool {
	err := DecodeJSON(payload, to)
	if errors.Is(err, ErrTrailing) {
		c.warn(id, topic, "the payload has more behind its JSON, which is ignored")
		return true
	}
	if err != nil {
		c.warn(id, topic, "the payload is not the JSON that this topic takes: %v", err)
	}
	return err == nil
}

func (c *Cloud) report(id, topic, request string, payload []byte) {
	var body struct {
		Services []serviceProperties `json:"services"`
	}
	if !c.decode(id, topic, payload, &body) {
		return
	}
	if len(body.Services) == 0 {
		c.warn(id, topic, "the report has no services")
		return
	}
	c.take(id, topic, body.Services)
	c.reportNotice(id, request, body.Services)
	set := c.differenceOf(id) // as it is now: who hears of the report may change what is desired, which is sent by itself
	c.emit(event.Event{Kind: event.Report, Device: id, Topic: topic, Payload: payload})
	c.pushSet(id, set)
}

// take checks reported properties against the model and puts them into the shadow.
func (c *Cloud) take(id, topic string, services []serviceProperties) {
	var problems []string
	c.mu.Lock()
	d := c.devices[id]
	if d == nil {
		c.mu.Unlock()
		return
	}
	p := c.products[d.ProductID]
	for _, s := range services {
		problems = append(problems, p.check(s)...)
		d.reported(s.ServiceID, s.Properties, parseEventTime(s.EventTime, c.opts.Now()))
	}
	c.touch(id)
	c.mu.Unlock()
	for _, text := range problems {
		c.warn(id, topic, "%s", text)
	}
}

// parseEventTime reads the forms that devices write; what cannot be read is now.
func parseEventTime(s string, now time.Time) time.Time {
	for _, layout := range []string{eventTime, "2006-01-02T15:04:05.000Z", time.RFC3339Nano} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return now
}

func (c *Cloud) gatewayReport(id, topic string, payload []byte) {
	var body struct {
		Devices []struct {
			DeviceID string              `json:"device_id"`
			Services []serviceProperties `json:"services"`
		} `json:"devices"`
	}
	if !c.decode(id, topic, payload, &body) {
		return
	}
	for _, d := range body.Devices {
		if _, err := c.Device(d.DeviceID); err != nil {
			c.warn(id, topic, "the child device %s is not registered", d.DeviceID)
			continue
		}
		target, ok := d.DeviceID, c.speaksFor(id, d.DeviceID) == nil
		if !ok {
			target, ok = c.target(id, topic, d.DeviceID)
		}
		if ok {
			c.take(target, topic, d.Services)
			c.reportNotice(target, "", d.Services)
			set := c.differenceOf(target)
			text, _ := json.Marshal(map[string]any{"services": d.Services}) // as it came
			c.emit(event.Event{Kind: event.Report, Device: target, Topic: topic, Payload: text})
			c.pushSet(target, set)
		}
	}
}

// target is the device that a payload of a connection is about: the one that it names, which is the
// connection's own or a child of it, or else the connection's own. It is told when it is neither.
func (c *Cloud) target(id, topic, named string) (string, bool) {
	if named == "" || named == id {
		return id, true
	}
	c.mu.Lock()
	child := c.devices[named]
	ok := child != nil && child.GatewayID == id
	c.mu.Unlock()
	if !ok {
		c.warn(id, topic, "the device %s is not a child of this gateway: what names it is dropped", named)
	}
	return named, ok
}

func (c *Cloud) shadowGet(id, topic, request string, payload []byte) {
	var body struct {
		ObjectDeviceID string `json:"object_device_id"`
		ServiceID      string `json:"service_id"`
	}
	if len(payload) > 0 && !c.decode(id, topic, payload, &body) {
		return
	}
	target, ok := c.target(id, topic, body.ObjectDeviceID)
	if !ok {
		return
	}
	c.mu.Lock()
	shadows := []ShadowJSON{}
	if d := c.devices[target]; d != nil {
		shadows = d.shadows(body.ServiceID)
	}
	c.mu.Unlock()
	c.sendJSON(id, topicOf(id, "sys/shadow/get/response/request_id="+request),
		map[string]any{"object_device_id": target, "shadow": shadows})
}
