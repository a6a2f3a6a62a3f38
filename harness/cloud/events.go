package cloud

import (
	"bytes"
	"fmt"
	"log"
	"strings"
	"time"

	"quecstar/harness/event"
)

// deviceEvent is one service in events/up and events/down.
type deviceEvent struct {
	ServiceID string         `json:"service_id"`
	EventType string         `json:"event_type"`
	EventTime string         `json:"event_time,omitempty"`
	EventID   string         `json:"event_id,omitempty"`
	Paras     map[string]any `json:"paras"`
}

// events takes what a device published on events/up.
func (c *Cloud) events(id, topic string, payload []byte) {
	var body struct {
		ObjectDeviceID string        `json:"object_device_id"`
		Services       []deviceEvent `json:"services"`
	}
	if !c.decode(id, topic, payload, &body) {
		return
	}
	c.emit(event.Event{Kind: event.Response, Device: id, Topic: topic, Payload: payload, Text: "event"})
	for _, e := range body.Services {
		c.deviceEvent(id, topic, body.ObjectDeviceID, e)
	}
}

func (c *Cloud) deviceEvent(id, topic, named string, e deviceEvent) {
	name := e.ServiceID + "/" + e.EventType
	if e.ServiceID == "$sub_device_manager" {
		named = "" // IoTDA ignores object_device_id there
	}
	target, ok := c.target(id, topic, named)
	if !ok {
		return
	}
	switch name {
	case "$time_sync/time_sync_request":
		c.timeSync(id, target, e)
	case "$sdk_info/sdk_info_report":
		c.versions(target, e.Paras)
	case "$ota/version_report", "$ota/upgrade_progress_report":
		c.versions(target, e.Paras)
		c.upgradeEvent(target, topic, e)
	case "$log/log_report":
		c.logReport(target, topic, e)
	case "$file_manager/get_upload_url", "$file_manager/get_download_url":
		c.fileURL(id, target, e)
	case "$file_manager/upload_result_report", "$file_manager/download_result_report":
		c.emit(event.Event{Kind: event.Response, Device: target, Topic: topic, Text: e.EventType})
	case "$log/security_log_report": // nothing follows, nor answers
	case sideService + "/device_rule_config_request":
		c.sideRules.asked(id, target, topic, e)
	case "$device_config/config_update_response":
		c.emit(event.Event{Kind: event.Response, Device: target, Topic: topic, Text: e.EventType})
	default:
		if e.ServiceID == "$sub_device_manager" && c.subDevices(id, topic, e) {
			return
		}
		c.notSimulated(id, topic, name)
	}
}

// SendEvent sends an event of a service to a device, or to the gateway that it is behind.
func (c *Cloud) SendEvent(id, service, kind string, paras map[string]any) error {
	return c.sendEvent(id, deviceEvent{ServiceID: service, EventType: kind, Paras: paras})
}

func (c *Cloud) sendEvent(id string, e deviceEvent) error {
	c.mu.Lock()
	d := c.devices[id]
	if d == nil {
		c.mu.Unlock()
		return fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	link := d.Link()
	c.mu.Unlock()
	e.EventTime = c.opts.Now().UTC().Format(eventTime)
	c.sendJSON(id, topicOf(link, "sys/events/down"), map[string]any{"object_device_id": id, "services": []deviceEvent{e}})
	return nil
}

// timeSync answers a device that asks for the time
// (https://support.huaweicloud.com/api-iothub/iot_06_v5_3040.html, 3041).
func (c *Cloud) timeSync(id, target string, e deviceEvent) {
	now := c.opts.Now()
	c.answerEvent(id, target, e, "time_sync_response", map[string]any{"device_send_time": e.Paras["device_send_time"],
		"server_recv_time": now.UnixMilli(), "server_send_time": c.opts.Now().UnixMilli()})
}

// answerEvent answers an event of a device on its own connection.
func (c *Cloud) answerEvent(id, target string, to deviceEvent, kind string, paras map[string]any) {
	c.sendJSON(id, topicOf(id, "sys/events/down"), map[string]any{"object_device_id": target, "services": []deviceEvent{{
		ServiceID: to.ServiceID, EventType: kind, EventTime: c.opts.Now().UTC().Format(eventTime), EventID: to.EventID,
		Paras: paras}}})
}

// versions takes what a device tells of its software, which the application API shows.
func (c *Cloud) versions(id string, paras map[string]any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.devices[id]
	if d == nil {
		return
	}
	c.touch(id)
	for name, field := range map[string]*string{"device_sdk_version": &d.SDKVersion, "sw_version": &d.SoftwareVersion,
		"fw_version": &d.FirmwareVersion} {
		if text, ok := paras[name].(string); ok {
			*field = text
		}
	}
	if modules := modulesOf(paras); len(modules) > 0 {
		d.Modules = modules
	}
}

// maxSaid bounds what is said once: its names come from devices.
const maxSaid = 200

// notSimulated says once for each kind of event that the platform would do more with it.
func (c *Cloud) notSimulated(id, topic, name string) {
	c.once(name, id, topic,
		"the event %.100s is not simulated by the embedded IoTDA: it is taken, and nothing follows or "+
			"answers", name)
}

// once warns of a thing the first time.
func (c *Cloud) once(thing, id, topic, format string, args ...any) {
	c.mu.Lock()
	first := !c.said[thing] && len(c.said) < maxSaid
	if first {
		c.said[thing] = true
	}
	c.mu.Unlock()
	if first {
		c.warn(id, topic, format, args...)
	}
}

// ErrorLog is where an HTTP server of the cloud tells of connections that failed: they become warnings.
func (c *Cloud) ErrorLog(server string) *log.Logger {
	return log.New(warner{c, server}, "", 0)
}

type warner struct {
	cloud  *Cloud
	server string
}

// Write is one line of a log.
func (w warner) Write(line []byte) (int, error) {
	w.cloud.warn("", "", "%s: %s", w.server, bytes.TrimSpace(line))
	return len(line), nil
}

// OnlyKept says once of a kind of records that they are kept and shown, and that nothing follows from them.
func (c *Cloud) OnlyKept(kind string) {
	c.once("records/"+kind, "", "", "a %s is kept and shown by the embedded IoTDA, and does nothing there yet", kind)
}

// fileBucket is where devices' files lie, and fileGood how long a link to one is good.
const (
	fileBucket = "device-files"
	fileGood   = time.Hour
)

// fileURL answers a device that wants to put or get a file
// (https://support.huaweicloud.com/api-iothub/iot_06_v5_3033.html, 3034; one page calls the field fileName).
func (c *Cloud) fileURL(id, target string, e deviceEvent) {
	name, _ := e.Paras["file_name"].(string)
	if name == "" {
		name, _ = e.Paras["fileName"].(string)
	}
	if name == "" || strings.Contains(name, "..") {
		c.warn(target, "", "%s names no file", e.EventType)
		return
	}
	link := c.ObjectURL
	if e.EventType == "get_upload_url" {
		link = c.UploadURL
	}
	object := target + "/" + name
	url, err := link(fileBucket, object, fileGood)
	if err != nil {
		c.warn(target, "", "%s: %v", e.EventType, err)
		return
	}
	c.answerEvent(id, target, e, e.EventType+"_response", map[string]any{"url": url, "bucket_name": fileBucket,
		"object_name": name, "expire": int(fileGood / time.Second), "file_attributes": e.Paras["file_attributes"]})
}
