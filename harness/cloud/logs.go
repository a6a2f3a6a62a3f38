package cloud

import (
	"fmt"
	"slices"
	"time"

	"quecstar/harness/cloud/record"
	"quecstar/harness/event"
)

// logTypes are the types of a log that a device reports
// (https://support.huaweicloud.com/api-iothub/iot_06_v5_1302.html).
var logTypes = []string{"DEVICE_STATUS", "DEVICE_PROPERTY", "DEVICE_MESSAGE", "DEVICE_COMMAND"}

// CollectLogs asks a device to report its log for a time, or for 0 no more, by the event log_config of $log
// (https://support.huaweicloud.com/api-iothub/iot_06_v5_1303.html), which alone names no device.
func (c *Cloud) CollectLogs(id string, wanted time.Duration) error {
	now := c.opts.Now().UTC()
	c.mu.Lock()
	d := c.devices[id]
	if d == nil {
		c.mu.Unlock()
		return fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	d.logsUntil = now.Add(wanted)
	c.touch(d.ID)
	link := d.Link()
	c.mu.Unlock()
	paras := map[string]any{"switch": "off"}
	if wanted > 0 {
		paras = map[string]any{"switch": "on", "end_time": now.Add(wanted).Format(eventTime)}
	}
	c.sendJSON(id, topicOf(link, "sys/events/down"), map[string]any{"services": []deviceEvent{{ServiceID: "$log",
		EventType: "log_config", EventTime: now.Format(eventTime), Paras: paras}}})
	return nil
}

// logReport takes a piece of a device's log.
func (c *Cloud) logReport(id, topic string, e deviceEvent) {
	paras := record.Of(map[string]any(e.Paras))
	kind, text := paras.Text("type"), paras.Text("content")
	c.mu.Lock()
	d := c.devices[id]
	wanted := d != nil && c.opts.Now().Before(d.logsUntil)
	c.mu.Unlock()
	switch {
	case !wanted:
		// The device SDKs report that they are connected whether they are asked or not.
		c.once("log/"+id, id, topic, "the device reports its log, which is not collected now: it is dropped")
	case !slices.Contains(logTypes, kind) || text == "":
		c.warn(id, topic, "log_report: type %.50q and content: want one of %v, and a text", kind, logTypes)
	default:
		c.emit(event.Event{Kind: event.Response, Device: id, Topic: topic, Payload: []byte(text), Text: "log " + kind})
	}
}
