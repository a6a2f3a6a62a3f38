package cloud

import (
	"fmt"
	"slices"
	"time"

	"quecstar/harness/cloud/record"
)

// ProxyKind is the kind of records by which gateways speak for each other's children (SDK, AddDeviceProxy).
const ProxyKind = "device proxy"

// speaksFor says why a gateway may not report the state or the data of a child: it is neither its own nor that of
// another gateway of a proxy which holds now.
func (c *Cloud) speaksFor(gateway, child string) error {
	d, err := c.Device(child)
	if err == nil && d.GatewayID != "" && (d.GatewayID == gateway || c.proxied(gateway, d.GatewayID)) {
		return nil
	}
	return fmt.Errorf("device %s is not behind the gateway %s: %w", child, gateway, ErrNoDevice)
}

// proxied reports whether a proxy of both gateways holds now.
func (c *Cloud) proxied(one, other string) bool {
	now := c.opts.Now()
	return len(c.book.List(ProxyKind, "", func(r record.Record) bool {
		span, members := r.Part("effective_time_range"), r.Texts("proxy_devices")
		from, err := time.Parse(eventTime, span.Text("start_time"))
		to, err2 := time.Parse(eventTime, span.Text("end_time"))
		return err == nil && err2 == nil && !now.Before(from) && now.Before(to) && slices.Contains(members, one) &&
			slices.Contains(members, other)
	})) > 0
}
