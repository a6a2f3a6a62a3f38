package cloud

import (
	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// Each device is subscribed to what the platform sends it, at QoS 0, without being asked
// (https://support.huaweicloud.com/usermanual-iothub/iot_01_0331.html). What a device subscribes to
// itself, with the same filter, takes the place of that, for the QoS; UNSUBSCRIBE brings it back.

// keepImplicit lets a device unsubscribe from one of the platform's own filters without becoming deaf:
// at no moment is there no subscription.
func (c *Cloud) keepImplicit(cl *mqtt.Client, pk packets.Packet) packets.Packet {
	filters := append(packets.Subscriptions(nil), pk.Filters...)
	for i, f := range filters {
		if isImplicit(deviceIDOf(cl), f.Filter) {
			c.server.Topics.Subscribe(cl.ID, packets.Subscription{Filter: f.Filter})
			cl.State.Subscriptions.Delete(f.Filter)
			filters[i].Filter = heldByNobody
		}
	}
	pk.Filters = filters
	return pk
}

// heldByNobody is a filter that the broker may remove in the place of another: devices may not
// subscribe to it, and the broker finds it, as all topics of devices are beneath it.
const heldByNobody = "$oc/devices"

// isImplicit reports whether a filter is one of the platform's own for a device.
func isImplicit(deviceID, filter string) bool {
	for _, suffix := range downward {
		if filter == topicOf(deviceID, suffix) {
			return true
		}
	}
	return false
}
