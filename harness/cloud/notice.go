package cloud

import (
	"encoding/json"
	"time"

	"quecstar/harness/broker"
)

// A notice is something that routing rules may forward
// (https://support.huaweicloud.com/api-iothub/iot_06_v5_1200.html and the pages behind it).
type notice struct {
	resource, event string
	device          *Device // whose header goes with it; nil for none
	project, app    string
	request         string // the request id that the device gave
	body            any
	topic           string // of a device's message
	payload         []byte
}

// isoMillis is how notices write a time in milliseconds.
const isoMillis = "2006-01-02T15:04:05.000Z"

// text is what is forwarded.
func (c *Cloud) noticeText(n notice) []byte {
	now := c.opts.Now().UTC()
	if n.request == "" {
		n.request = c.newID()
	}
	data := map[string]any{"body": n.body}
	if d := n.device; d != nil {
		header := map[string]any{"app_id": n.app, "device_id": d.ID, "node_id": d.NodeID, "product_id": d.ProductID,
			"gateway_id": d.Link()}
		if len(d.Tags) > 0 {
			var tags []map[string]string
			for k, v := range d.Tags {
				tags = append(tags, map[string]string{"tag_key": k, "tag_value": v})
			}
			header["tags"] = tags
		}
		data["header"] = header
	}
	text, err := json.Marshal(map[string]any{"resource": n.resource, "event": n.event, "event_time": now.Format(eventTime),
		"event_time_ms": now.Format(isoMillis), "request_id": n.request, "notify_data": data})
	if err != nil {
		c.warn("", "", "a notice of %s:%s cannot be written: %v", n.resource, n.event, err)
	}
	return text
}

// notify gives a notice to the routing rules that want it.
func (c *Cloud) notify(n notice) { c.routes.take(n) }

// noticeOf is a notice about a device, with its header.
func noticeOf(d Device, resource, event string, body any) notice {
	return notice{resource: resource, event: event, device: &d, project: d.Project, app: SpaceOf(d.App), body: body}
}

// DefaultApp is the resource space of what says none.
const DefaultApp = "quecstar"

// SpaceOf is the resource space of what says it, the default one of what does not.
func SpaceOf(app string) string {
	if app == "" {
		return DefaultApp
	}
	return app
}

// noticed is the device that a notice is about; false where nothing is forwarded.
func (c *Cloud) noticed(id string) (Device, bool) {
	if c.routes.idle() {
		return Device{}, false
	}
	d, err := c.Device(id)
	return d, err == nil
}

// statusNotice is that a device came or went.
func (c *Cloud) statusNotice(id, status string) {
	c.linkages.statusChanged(id, status)
	if status == "ONLINE" {
		c.sideRules.online(id)
	}
	d, ok := c.noticed(id)
	if !ok {
		return
	}
	c.notify(noticeOf(d, "device.status", "update", map[string]any{"status": status,
		"last_online_time":   d.StatusSince.UTC().Format(eventTime),
		"status_update_time": d.StatusSince.UTC().Format(isoMillis)}))
}

// reportNotice is that a device reported properties.
func (c *Cloud) reportNotice(id, request string, services []serviceProperties) {
	c.linkages.reported(id, services)
	d, ok := c.noticed(id)
	if !ok {
		return
	}
	now := c.opts.Now().UTC().Format(eventTime)
	list := make([]serviceProperties, len(services))
	for i, s := range services {
		if s.EventTime == "" {
			s.EventTime = now
		}
		list[i] = s
	}
	n := noticeOf(d, "device.property", "report", map[string]any{"services": list})
	n.request = request
	c.notify(n)
}

// messageNotice is that a device sent a message. UNCONFIRMED: where the properties of MQTT 5 are in it.
func (c *Cloud) messageNotice(id string, m broker.Message) {
	d, ok := c.noticed(id)
	if !ok {
		return
	}
	var content any
	if DecodeJSON(m.Payload, &content) != nil {
		content = string(m.Payload)
	}
	body := map[string]any{"topic": m.Topic, "content": content}
	if p := propertiesOf(m.Props); p != nil {
		body["properties"] = p
	}
	n := noticeOf(d, "device.message", "report", body)
	n.topic, n.payload = m.Topic, m.Payload
	c.notify(n)
}

// messageStatusNotice is what became of a message to a device.
func (c *Cloud) messageStatusNotice(id string, m Message) {
	d, ok := c.noticed(id)
	if !ok {
		return
	}
	body := map[string]any{"message_id": m.ID, "name": m.Name, "topic": m.Topic, "status": m.Status,
		"timestamp": m.Finished.UTC().Format(eventTime)}
	if m.ErrorCode != "" {
		body["error_info"] = map[string]string{"error_code": m.ErrorCode, "error_msg": "the message was not delivered"}
	}
	c.notify(noticeOf(d, "device.message.status", "update", body))
}

// taskNotice is what a batch task has become.
func (c *Cloud) taskNotice(t Task) {
	switch t.Status {
	case "Waitting", "Processing", "Success", "PartialSuccess", "Fail", "Stopped":
		c.notify(notice{resource: "batchtask", event: "update", project: t.Project, app: SpaceOf(t.App),
			body: map[string]any{"app_id": SpaceOf(t.App), "task_id": t.ID, "task_type": t.Type, "status": t.Status,
				"status_desc": ""}})
	}
}

// deviceNotice is that a device was made, changed or deleted.
func (c *Cloud) deviceNotice(d Device, event string) {
	if event == "delete" {
		c.notify(noticeOf(d, "device", event, nil))
		return
	}
	c.notify(notice{resource: "device", event: event, project: d.Project, app: SpaceOf(d.App), body: map[string]any{
		"app_id": SpaceOf(d.App), "device_id": d.ID, "node_id": d.NodeID, "gateway_id": d.Link(), "device_name": d.Name,
		"description": d.Description, "fw_version": d.FirmwareVersion, "sw_version": d.SoftwareVersion,
		"device_sdk_version": d.SDKVersion, "product_id": d.ProductID, "status": d.Status,
		"create_time":    d.Created.UTC().Format(eventTime),
		"extension_info": d.Extension}})
}

// productNotice is that a product was made, changed or deleted.
func (c *Cloud) productNotice(p Product, event string) {
	p.App = SpaceOf(p.App)
	var body any = p
	if event == "delete" {
		body = map[string]any{"app_id": p.App, "product_id": p.ID}
	}
	c.notify(notice{resource: "product", event: event, project: p.Project, app: p.App, body: body})
}

// retryPauses are how long a forwarding that failed waits before it is tried again: after ten failures in a row the
// platform tries every three minutes (https://support.huaweicloud.com/usermanual-iothub/iot_01_0001.html).
const (
	shortPause    = time.Second
	longPause     = 3 * time.Minute
	failuresInRow = 10
)
