package cloud

import (
	"slices"
	"strings"
	"sync"

	"quecstar/harness/cloud/record"
)

// PolicyKind is the kind of records that say which topics devices may use.
const PolicyKind = "device policy"

// What a policy speaks of (SDK, Statement).
const (
	PublishAction   = "iotda:devices:publish"
	SubscribeAction = "iotda:devices:subscribe"
)

// topicPolicies are the policies of all projects. They are about topics that do not begin with $oc, where each resource
// space has a policy from the beginning that allows all (system_default_policy;
// https://support.huaweicloud.com/intl/en-us/usermanual-iothub/iot_01_1111.html).
type topicPolicies struct {
	mu  sync.Mutex
	all map[string]record.Record
}

func newTopicPolicies(book *record.Book) *topicPolicies {
	ps := &topicPolicies{all: map[string]record.Record{}}
	book.Watch(func(ch record.Change) {
		ps.mu.Lock()
		defer ps.mu.Unlock()
		switch {
		case ch.New == nil && ch.Old.Kind == PolicyKind:
			delete(ps.all, ch.Old.ID)
		case ch.New != nil && ch.New.Kind == PolicyKind:
			ps.all[ch.New.ID] = *ch.New
		}
	})
	return ps
}

// mayUse reports whether a device may publish on a topic or subscribe to a filter, as far as policies say: what one
// denies is denied, whatever others allow.
func (c *Cloud) mayUse(id, action, topic string) bool {
	ps := c.topicPolicies
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if len(ps.all) == 0 && !c.policy.NoDefaultTopics || strings.HasPrefix(topic, "$oc/") {
		return true
	}
	d, err := c.Device(id)
	if err != nil {
		return true // it was deleted meanwhile
	}
	allowed := !c.policy.NoDefaultTopics
	for _, p := range ps.all {
		if !bound(p, d) {
			continue
		}
		for _, st := range p.Parts("statement") {
			if !slices.Contains(st.Texts("actions"), action) || !covers(st.Texts("resources"), d, topic) {
				continue
			}
			if st.Text("effect") == "DENY" {
				return false
			}
			allowed = true
		}
	}
	return allowed
}

// bound reports whether a policy is bound to a device, its product or its resource space.
func bound(p record.Record, d Device) bool {
	targets := p.Texts("targets")
	return record.Visible(p.Project, d.Project) && (slices.Contains(targets, "device/"+d.ID) ||
		slices.Contains(targets, "product/"+d.ProductID) || slices.Contains(targets, "app/"+SpaceOf(d.App)))
}

// covers reports whether resources such as topic:/v1/${devices.deviceId}/* are about a topic.
func covers(resources []string, d Device, topic string) bool {
	variables := strings.NewReplacer("${devices.deviceId}", d.ID, "${devices.productId}", d.ProductID,
		"${devices.nodeId}", d.NodeID)
	for _, r := range resources {
		if pattern, is := strings.CutPrefix(r, "topic:"); is && wildcard(variables.Replace(pattern), topic) {
			return true
		}
	}
	return false
}

// wildcard reports whether a text is of a pattern, in which * is any text and ? any character; + and # mean nothing
// (https://support.huaweicloud.com/intl/en-us/usermanual-iothub/iot_01_1114.html).
func wildcard(pattern, text string) bool {
	star, from := -1, 0 // the last star, and where what it stands for ends
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
