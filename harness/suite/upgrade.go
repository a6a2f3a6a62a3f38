package suite

import (
	"context"
	"encoding/json"
	"fmt"

	"quecstar/harness/cloud"
	"quecstar/harness/event"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// progressed is that a device told of the progress of an upgrade: Payload is a cloud.Progress.
const progressed event.Kind = "ota.progress"

// cloudUpgrade is cloud.upgrade(device, version, data, kind="firmware", name="package.bin", sign=None,
// access_token=None).
func cloudUpgrade(c *script.Call) (any, error) {
	r := runOf(c)
	id, err := r.deviceID(c.Args[0])
	if err != nil {
		return nil, err
	}
	p := cloud.Package{Kind: "firmware", Name: "package.bin"}
	if err := c.Unpack(nil, &p.Version, nil, &p.Kind, &p.Name, &p.Sign, &p.Token); err != nil {
		return nil, err
	}
	var ok bool
	if p.Data, ok = object.AsBytes(c.Args[2]); !ok || len(p.Data) == 0 {
		return nil, script.Raise("TypeError", "upgrade: data should be bytes, not empty, not %s", typeName(c.Args[2]))
	}
	if p.Kind != "firmware" && p.Kind != "software" {
		return nil, script.Raise("ValueError", "upgrade: kind %q: want \"firmware\" or \"software\"", p.Kind)
	}
	carry := func(ctx context.Context, cl *cloud.Cloud, o *order) (string, string, json.RawMessage, error) {
		_, err := cl.Upgrade(ctx, id, p, func(now cloud.Progress) {
			text, _ := json.Marshal(now) // of text and numbers
			r.world.log.add("cloud", event.Event{Layer: event.Cloud, Kind: progressed, Device: id, Payload: text}, o)
		})
		answer, _ := json.Marshal(map[string]string{"version": p.Version})
		return "", "", answer, err
	}
	o, err := r.order(fmt.Sprintf("upgrade of %s to %s %s", id, p.Kind, p.Version), id, carry)
	return orderValue(c, o, err)
}
