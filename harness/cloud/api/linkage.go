package api

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"quecstar/harness/cloud/record"
)

// errNoRule is that there is no such rule.
var errNoRule = errors.New("the rule does not exist")

// linkages are rules of conditions and what is done where they hold.
var linkages = &kind{name: linkagesKind, path: "/rules", id: "rule_id", list: "rules", flat: true, spaced: true,
	quota: 5000,
	none:  errNoRule, updated: "last_update_time", filters: []string{"app_id", "rule_type"}, check: checkLinkage,
	fields: []field{needed(field{name: "name", most: 128}), {name: "description", most: 256},
		needed(field{name: "condition_group", form: anObject}),
		needed(field{name: "actions", form: aList, least: 1, most: 10}),
		needed(field{name: "rule_type", oneOf: []string{"DEVICE_LINKAGE", "DEVICE_SIDE"}}),
		{name: "status", oneOf: []string{"active", "inactive"}, def: "active"}, {name: "device_side", form: anObject}}}

// conditions are what a rule may wait for, with the field of each; actions likewise what it may do.
var (
	conditions = map[string]string{"DEVICE_DATA": "device_property_condition", "SIMPLE_TIMER": "simple_timer_condition",
		"DAILY_TIMER": "daily_timer_condition", "DEVICE_LINKAGE_STATUS": "device_linkage_status_condition"}
	ruleActions = map[string]string{"DEVICE_CMD": "device_command", "SMN_FORWARDING": "smn_forwarding",
		"DEVICE_ALARM": "device_alarm"}
)

func checkLinkage(c *call, o, _ record.Object) error {
	side := o.Text("rule_type") == "DEVICE_SIDE"
	if side && len(o.Part("device_side").Texts("device_ids")) == 0 {
		return errors.New("device_side.device_ids are the devices that carry out a rule of type DEVICE_SIDE: none is named")
	}
	for _, id := range o.Part("device_side").Texts("device_ids") {
		if _, err := c.hasDevice(id); err != nil {
			return err
		}
	}
	group := o.Part("condition_group")
	if err := checkObject(spanFields, group.Part("time_range")); group["time_range"] != nil && err != nil {
		return fmt.Errorf("condition_group.time_range: %w", err)
	}
	list := group.Parts("conditions")
	if len(list) == 0 || len(list) > 10 {
		return errors.New("condition_group.conditions are 1 to 10")
	}
	if logic := group.Text("logic"); logic != "" && logic != "and" && logic != "or" {
		return errors.New("condition_group.logic is and or or")
	}
	data := false
	for _, cond := range list {
		detail := conditions[cond.Text("type")]
		if detail == "" || cond.Part(detail) == nil {
			return fmt.Errorf("condition_group: a condition of type %q with its part is wanted: %s", cond.Text("type"), detail)
		}
		// UNCONFIRMED: the device SDKs know no such condition, and would carry the rule out without it.
		if side && cond.Text("type") == "DEVICE_LINKAGE_STATUS" {
			return errors.New("condition_group: a rule of type DEVICE_SIDE has no condition DEVICE_LINKAGE_STATUS")
		}
		data = data || cond.Text("type") == "DEVICE_DATA"
		if err := c.checkCondition(detail, cond.Part(detail)); err != nil {
			return err
		}
	}
	alarms := 0
	for _, a := range o.Parts("actions") {
		detail := ruleActions[a.Text("type")]
		if a.Text("type") == "DEVICE_ALARM" {
			alarms++
		}
		switch {
		case alarms > 1:
			return errors.New("actions: one DEVICE_ALARM is taken")
		case detail == "" || a.Part(detail) == nil:
			return fmt.Errorf("actions: an action of type %q with its part is wanted: %s", a.Text("type"), detail)
		case side && a.Text("type") != "DEVICE_CMD":
			return errors.New("actions: of a rule of type DEVICE_SIDE they are DEVICE_CMD")
		case a.Text("type") == "DEVICE_ALARM" && !data:
			return errors.New("actions: DEVICE_ALARM wants a condition DEVICE_DATA")
		case a.Text("type") == "DEVICE_CMD" && !data && a.Part(detail).Text("device_id") == "":
			return errors.New("actions: DEVICE_CMD wants device_id where no device's data is the condition")
		}
		if err := c.checkRuleAction(detail, a.Part(detail)); err != nil {
			return err
		}
	}
	return nil
}

// What parts of a rule take (SDK, TimeRange, SimpleTimerType, DailyTimerType, DeviceLinkageStatusCondition,
// PropertyFilter, ActionDeviceAlarm).
var (
	clockChars = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	daysChars  = regexp.MustCompile(`^([1-7](,[1-7]){0,6})?$`)

	spanFields = []field{needed(field{name: "start_time", chars: clockChars}),
		needed(field{name: "end_time", chars: clockChars}), {name: "days_of_week", chars: daysChars}}
	dailyFields  = []field{needed(field{name: "time", chars: clockChars}), {name: "days_of_week", chars: daysChars}}
	simpleFields = []field{needed(field{name: "start_time"}),
		needed(field{name: "repeat_interval", form: aNumber, least: 1}),
		needed(field{name: "repeat_count", form: aNumber, least: 1})}
	statusFields = []field{needed(field{name: "status_list", form: texts, least: 1, oneOf: []string{"ONLINE", "OFFLINE"}}),
		{name: "duration", form: aNumber, most: 60}}
	filterFields = []field{needed(field{name: "path"}), {name: "value"}, {name: "in_values", form: texts, most: 20},
		needed(field{name: "operator", oneOf: []string{">", "<", ">=", "<=", "=", "in", "between"}})}
	alarmFields = []field{needed(field{name: "name"}),
		needed(field{name: "alarm_status", oneOf: []string{"fault", "recovery"}}),
		needed(field{name: "severity", oneOf: []string{"warning", "minor", "major", "critical"}}),
		{name: "dimension", oneOf: []string{"device", "app"}}, {name: "description"}}
)

// checkRuleAction says what of an action is not taken.
func (c *call) checkRuleAction(detail string, o record.Object) error {
	switch detail {
	case "device_alarm":
		if err := checkObject(alarmFields, o); err != nil {
			return fmt.Errorf("actions: device_alarm: %w", err)
		}
	case "device_command":
		if id := o.Text("device_id"); id != "" {
			_, err := c.hasDevice(id)
			return err
		}
	}
	return nil
}

func (c *call) checkCondition(detail string, o record.Object) error {
	fields := map[string][]field{"simple_timer_condition": simpleFields, "daily_timer_condition": dailyFields,
		"device_linkage_status_condition": statusFields}[detail]
	if err := checkObject(fields, o); err != nil {
		return fmt.Errorf("%s: %w", detail, err)
	}
	switch detail {
	case "simple_timer_condition":
		if _, err := time.Parse(timeForm, o.Text("start_time")); err != nil {
			return fmt.Errorf("%s: start_time is of the form YYYYMMDDTHHMMSSZ", detail)
		}
		return nil
	case "daily_timer_condition":
		return nil
	}
	device, product := o.Text("device_id"), o.Text("product_id")
	switch {
	case device != "":
		if _, err := c.hasDevice(device); err != nil {
			return err
		}
	case product != "":
		if err := c.hasProduct(product); err != nil {
			return err
		}
	default:
		return fmt.Errorf("%s: device_id or product_id is wanted", detail)
	}
	for _, f := range o.Parts("filters") {
		if err := checkFilter(f); err != nil {
			return fmt.Errorf("%s.filters: %w", detail, err)
		}
	}
	return nil
}

// checkFilter says what of a comparison with a device's data is not taken.
func checkFilter(f record.Object) error {
	if err := checkObject(filterFields, f); err != nil {
		return err
	}
	low, high, two := strings.Cut(f.Text("value"), ",")
	switch operator := f.Text("operator"); {
	case !strings.Contains(f.Text("path"), "/"):
		return errors.New("path is of the form service/property")
	case operator == "in" && len(f.Texts("in_values")) == 0:
		return errors.New("in_values are wanted of in")
	case operator == "between" && (!two || low == "" || high == ""):
		return errors.New("value is two numbers with a comma of between")
	case operator != "in" && f.Text("value") == "":
		return errors.New("value is wanted")
	}
	return nil
}

func (s *server) linkageRoutes() map[string]http.HandlerFunc {
	out := linkages.routes(s)
	out["PUT /rules/{id}/status"] = s.handler(func(c *call) error {
		if _, err := linkages.one(c); err != nil {
			return err
		}
		o, err := c.object()
		if err != nil {
			return err
		}
		if err := checkObject([]field{needed(field{name: "status", oneOf: []string{"active", "inactive"}})}, o); err != nil {
			return err
		}
		_, err = c.cloud.Records().Update(linkagesKind, c.project(), c.r.PathValue("id"), func(kept record.Object) error {
			kept["status"] = o["status"]
			return nil
		})
		if err == nil {
			reply(c.w, http.StatusOK, record.Object{"status": o["status"]})
		}
		return err
	})
	return out
}
