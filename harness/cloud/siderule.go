package cloud

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"quecstar/harness/cloud/record"
	"quecstar/harness/event"
)

// sideRules tell devices of the rules that they carry out themselves (SDK, DeviceSide). A device hears by the
// properties of the service $device_rule that there is a version of a rule, asks for it by an event, and gets it by
// another (device SDK for Go, iot/rule/rule_manage_service.go).
type sideRules struct {
	cloud *Cloud
	ctx   context.Context
	end   context.CancelFunc
	work  sync.WaitGroup

	mu       sync.Mutex
	versions map[string]int64 // by rule
}

const (
	sideService = "$device_rule"
	// noRule is the version of a rule that is gone.
	noRule = -1
)

func newSideRules(c *Cloud) *sideRules {
	ctx, end := context.WithCancel(context.Background())
	s := &sideRules{cloud: c, ctx: ctx, end: end, versions: map[string]int64{}}
	c.book.Watch(s.changed)
	return s
}

func (s *sideRules) close() {
	s.end()
	s.work.Wait()
}

// sideDevices are the devices that carry a rule out; none where r is nil or the platform does.
func sideDevices(r *record.Record) []string {
	if r == nil || r.Kind != LinkageKind || r.Text("rule_type") != "DEVICE_SIDE" {
		return nil
	}
	return r.Part("device_side").Texts("device_ids")
}

// changed follows the records. A device that is away hears of it when it comes.
func (s *sideRules) changed(ch record.Change) {
	before, now := sideDevices(ch.Old), sideDevices(ch.New)
	for _, id := range before {
		if !slices.Contains(now, id) {
			s.tell(id, map[string]any{ch.Old.ID: version(noRule)})
		}
	}
	if len(now) == 0 {
		return
	}
	for _, id := range now {
		s.tell(id, map[string]any{ch.New.ID: version(s.newer(ch.New))})
	}
}

func version(n int64) map[string]any { return map[string]any{"version": n} }

// newer is a version of a rule that no device has: the second of its change, which a platform that starts anew goes
// on from, or one more than the last.
func (s *sideRules) newer(r *record.Record) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versions[r.ID] = max(s.versions[r.ID]+1, r.Updated.Unix())
	return s.versions[r.ID]
}

func (s *sideRules) version(r record.Record) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(s.versions[r.ID], r.Updated.Unix())
}

// online tells a device that came of its rules.
func (s *sideRules) online(id string) {
	rules := map[string]any{}
	for _, r := range s.of(id) {
		rules[r.ID] = version(s.version(r))
	}
	if len(rules) > 0 {
		s.tell(id, rules)
	}
}

// of are the rules that a device carries out.
func (s *sideRules) of(id string) []record.Record {
	d, err := s.cloud.Device(id)
	if err != nil {
		return nil
	}
	return s.cloud.book.List(LinkageKind, d.Project, func(r record.Record) bool {
		return slices.Contains(sideDevices(&r), id)
	})
}

func (s *sideRules) tell(id string, rules map[string]any) {
	if d, err := s.cloud.Device(id); err != nil || d.Status != "ONLINE" {
		return
	}
	s.work.Go(func() {
		body := map[string]any{"object_device_id": id,
			"services": []serviceProperties{{ServiceID: sideService, Properties: rules}}}
		if _, _, err := s.cloud.requestJSON(s.ctx, id, "sys/properties/set", body); err != nil && s.ctx.Err() == nil {
			s.cloud.warn(id, "", "its rules: %v", err)
		}
	})
}

// asked answers a device that asks for its rules.
func (s *sideRules) asked(id, target, topic string, e deviceEvent) {
	s.cloud.emit(event.Event{Kind: event.Response, Device: target, Topic: topic, Text: e.EventType})
	ids, infos := record.Of(e.Paras).Texts("ruleIds"), []map[string]any{}
	for _, r := range s.of(target) {
		if slices.Contains(ids, r.ID) {
			infos = append(infos, s.info(r))
		}
	}
	s.cloud.answerEvent(id, target, e, "device_rule_config_response", map[string]any{"rulesInfos": infos})
}

// info is a rule as devices get it.
func (s *sideRules) info(r record.Record) map[string]any {
	group := r.Part("condition_group")
	info := map[string]any{"ruleId": r.ID, "ruleName": r.Text("name"), "status": r.Text("status"),
		"logic": cmp.Or(group.Text("logic"), "and"), "ruleVersionInShadow": s.version(r),
		"conditions": sideConditions(group), "actions": sideActions(r.Object)}
	if span := group.Part("time_range"); span != nil {
		info["timeRange"] = map[string]any{"startTime": span.Text("start_time"), "endTime": span.Text("end_time"),
			"daysOfWeek": span.Text("days_of_week")}
	}
	return info
}

// sideConditions are conditions as devices get them, where each has one filter: one with several becomes several.
func sideConditions(group record.Object) []map[string]any {
	list := []map[string]any{}
	for _, cond := range group.Parts("conditions") {
		kind := cond.Text("type")
		switch kind {
		case "SIMPLE_TIMER":
			t := cond.Part("simple_timer_condition")
			list = append(list, map[string]any{"type": kind, "startTime": t.Text("start_time"),
				"repeatInterval": t.Number("repeat_interval"), "repeatCount": t.Number("repeat_count")})
		case "DAILY_TIMER":
			t := cond.Part("daily_timer_condition")
			list = append(list, map[string]any{"type": kind, "time": t.Text("time"), "daysOfWeek": t.Text("days_of_week")})
		case "DEVICE_DATA":
			detail := cond.Part("device_property_condition")
			for _, f := range detail.Parts("filters") {
				list = append(list, map[string]any{"type": kind, "operator": f.Text("operator"), "value": f.Text("value"),
					"inValues":   f.Texts("in_values"),
					"deviceInfo": map[string]any{"deviceId": detail.Text("device_id"), "path": f.Text("path")}})
			}
		}
	}
	return list
}

// sideActions are actions as devices get them: commands alone. The C device SDK carries out those alone whose status is
// enable, and takes no rule with an action that has none (src/service/device_rule, rule_parser.c and rule_execution.c).
func sideActions(rule record.Object) []map[string]any {
	list := []map[string]any{}
	for _, a := range rule.Parts("actions") {
		r := a.Part("device_command")
		cmd := r.Part("cmd")
		list = append(list, map[string]any{"type": a.Text("type"), "status": "enable", "deviceId": r.Text("device_id"),
			"command": map[string]any{"serviceId": cmd.Text("service_id"), "commandName": cmd.Text("command_name"),
				"commandBody": commandBody(cmd)}})
	}
	return list
}

// commandBody are the parameters of a rule's command, which may lie in a form with a header.
func commandBody(cmd record.Object) record.Object {
	body := cmd.Part("command_body")
	if inner := body.Part("body"); inner != nil && body["header"] != nil {
		return inner
	}
	return body
}
