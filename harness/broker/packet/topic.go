package packet

import "strings"

// maxLevels is how many levels a topic or a filter may have, as Mosquitto's.
const maxLevels = 200

// ValidName reports whether a message can have a topic name: not empty, no wildcards, and not of
// more than 200 levels.
func ValidName(topic string) bool {
	return topic != "" && !strings.ContainsAny(topic, "+#") && strings.Count(topic, "/") < maxLevels
}

// ValidFilter reports whether a topic filter keeps the rules: # stands alone and at the end, + alone
// between slashes [MQTT-4.7.1-2, 3], and what is behind $share/NAME/ is a filter [MQTT-4.8.2-1, 2].
func ValidFilter(filter string) bool {
	if rest, shared := strings.CutPrefix(filter, "$share/"); shared {
		name, of, ok := strings.Cut(rest, "/")
		return ok && name != "" && !strings.ContainsAny(name, "+#") && ValidFilter(of)
	}
	levels := strings.Split(filter, "/")
	for i, level := range levels {
		if strings.Contains(level, "#") && (level != "#" || i != len(levels)-1) {
			return false
		}
		if strings.Contains(level, "+") && level != "+" {
			return false
		}
	}
	return filter != "" && len(levels) <= maxLevels
}

// Shared splits the filter of a shared subscription; group is "" for another.
func Shared(filter string) (group, of string) {
	rest, shared := strings.CutPrefix(filter, "$share/")
	if !shared {
		return "", filter
	}
	group, of, _ = strings.Cut(rest, "/")
	return group, of
}

// Matches reports whether a message on a topic is for a filter. A wildcard does not stand for the first
// level of a topic that begins with $ [MQTT-4.7.2-1].
func Matches(filter, topic string) bool {
	if strings.HasPrefix(topic, "$") && (strings.HasPrefix(filter, "+") || strings.HasPrefix(filter, "#")) {
		return false
	}
	for {
		if filter == "#" {
			return true
		}
		f, filterRest, moreFilter := strings.Cut(filter, "/")
		t, topicRest, moreTopic := strings.Cut(topic, "/")
		if f != "+" && f != t {
			return false
		}
		switch {
		case !moreFilter:
			return !moreTopic
		case !moreTopic:
			return filterRest == "#" // a/# is for a, too
		}
		filter, topic = filterRest, topicRest
	}
}
