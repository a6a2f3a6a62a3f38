package mqttclient

import "strings"

// Match reports whether a topic matches a filter with the wildcards + and # (MQTT 3.1.1, section
// 4.7). Wildcards at the front do not match topics that begin with "$".
func Match(filter, topic string) bool {
	if strings.HasPrefix(topic, "$") && (strings.HasPrefix(filter, "+") || strings.HasPrefix(filter, "#")) {
		return false
	}
	for {
		want, restFilter, moreFilter := strings.Cut(filter, "/")
		if want == "#" {
			return true
		}
		level, restTopic, moreTopic := strings.Cut(topic, "/")
		if want != "+" && want != level {
			return false
		}
		if !moreFilter {
			return !moreTopic
		}
		if !moreTopic {
			return restFilter == "#"
		}
		filter, topic = restFilter, restTopic
	}
}
