package cloud

import "strings"

const devicePrefix = "$oc/devices/"

// downward are the topics, below $oc/devices/{device_id}/, on which the platform sends
// (https://support.huaweicloud.com/api-iothub/iot_06_v5_3004.html).
var downward = []string{
	"sys/messages/down",
	"sys/commands/+",
	"sys/properties/set/+",
	"sys/properties/get/+",
	"sys/shadow/get/response/+",
	"sys/events/down",
}

func topicOf(deviceID, suffix string) string { return devicePrefix + deviceID + "/" + suffix }

// mayRead reports whether a device may subscribe to a filter: its own topics, broadcasts, and
// everything outside $oc, which the default policy allows.
func mayRead(deviceID, filter string) bool {
	if !strings.HasPrefix(filter, "$") {
		return true
	}
	if strings.HasPrefix(filter, "$oc/broadcast/") {
		return true
	}
	own := devicePrefix + deviceID + "/"
	return strings.HasPrefix(filter, own) && !strings.ContainsAny(deviceID, "+#")
}

// cutTopic splits a topic below $oc/devices/{device_id}/ into what follows and, where it ends in
// one, the request id. ok is false for a topic that is not the device's.
func cutTopic(deviceID, topic string) (suffix, requestID string, ok bool) {
	suffix, ok = strings.CutPrefix(topic, devicePrefix+deviceID+"/")
	if !ok {
		return "", "", false
	}
	// Optional parameters, such as ?encoding=gzip or ?request_id=….
	suffix, _, _ = strings.Cut(suffix, "?")
	suffix, requestID, _ = strings.Cut(suffix, "/request_id=")
	return suffix, requestID, true
}

// parameter is an optional parameter of a topic, such as ?request_id=…; "" for none.
func parameter(topic, name string) string {
	_, query, _ := strings.Cut(topic, "?")
	for pair := range strings.SplitSeq(query, "&") {
		if key, value, _ := strings.Cut(pair, "="); key == name {
			return value
		}
	}
	return ""
}
