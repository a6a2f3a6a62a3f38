package suite

import (
	"quecstar/harness/cloud"
	"quecstar/harness/script"
)

// cloudEvent is cloud.event(device, service, kind, paras=None).
func cloudEvent(c *script.Call) (any, error) {
	var service, kind string
	if err := c.Unpack(nil, &service, &kind); err != nil {
		return nil, err
	}
	paras, err := mappingOf(c.Args[3], "paras")
	if err != nil {
		return nil, err
	}
	return onDevice("event", func(cl *cloud.Cloud, id string) error { return cl.SendEvent(id, service, kind, paras) })(c)
}

// cloudCollectLogs is cloud.collect_logs(device, within="1h").
func cloudCollectLogs(c *script.Call) (any, error) {
	within, err := duration(orText(c.Args[1], "1h"), "within")
	if err != nil {
		return nil, err
	}
	return onDevice("collect_logs", func(cl *cloud.Cloud, id string) error { return cl.CollectLogs(id, within) })(c)
}
