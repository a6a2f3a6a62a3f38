package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
	"quecstar/harness/cloud/sql"
)

// subjects are what a routing rule listens to (SDK, RoutingRuleSubject).
var subjects = map[string][]string{
	"device": {"create", "update", "delete"}, "product": {"create", "update", "delete"},
	"device.property": {"report"}, "device.message": {"report"}, "device.message.status": {"update"},
	"device.status": {"update"}, "device.command.status": {"update"}, "batchtask": {"update"},
}

var (
	queues = &kind{name: queuesKind, path: "/amqp-queues", id: "queue_id", list: "queues", created: "create_time",
		updated: "last_modify_time", quota: 100, unique: "queue_name", once: true, filters: []string{"~queue_name"},
		fields: []field{needed(field{name: "queue_name", least: 8, most: 128, chars: queueChars})}, free: queueFree}

	backlogs = &kind{name: backlogsKind, path: "/routing-rule/backlog-policy", id: "policy_id", list: "backlog_policies",
		flat: true, filters: []string{"~policy_name"},
		fields: []field{{name: "policy_name", most: 256, chars: nameChars},
			{name: "description", most: 256, chars: nameChars},
			{name: "backlog_size", form: aNumber, most: 1<<30 - 1, def: json.Number("1073741823")},
			{name: "backlog_time", form: aNumber, most: 86399, def: json.Number("86399")}}}

	flows = &kind{name: flowsKind, path: "/routing-rule/flowcontrol-policy", id: "policy_id",
		list: "flowcontrol_policies", flat: true, filters: []string{"scope", "scope_value", "~policy_name"}, check: checkFlow,
		fields: []field{{name: "policy_name", most: 256, chars: nameChars},
			{name: "description", most: 256, chars: nameChars},
			fixed(field{name: "scope", oneOf: []string{"USER", "CHANNEL", "RULE", "ACTION"}, def: "USER"}),
			fixed(field{name: "scope_value", most: 64}),
			{name: "limit", form: aNumber, least: 1, most: 1000, def: json.Number("1000")}}}

	routes = &kind{name: routesKind, path: "/routing-rule/rules", id: "rule_id", list: "rules", flat: true,
		quota: 5000, filters: []string{"resource", "event", "app_type", "app_id", "~rule_name", "active"}, check: checkRoute,
		together: [2]string{"select", "where"},
		fields: []field{{name: "rule_name", most: 256, chars: nameChars}, {name: "description", most: 256},
			fixed(needed(field{name: "subject", form: anObject})),
			fixed(field{name: "app_type", oneOf: []string{"GLOBAL", "APP"}, def: "GLOBAL"}), fixed(named("app_id", 36)),
			{name: "select", most: 2500}, {name: "where", most: 2500}, {name: "active", form: aFlag, def: false}},
		free: notBound("rule_id", routeActionsKind)}

	routeActions = &kind{name: routeActionsKind, path: "/routing-rule/actions", id: "action_id", list: "actions",
		flat:    true,
		filters: []string{"rule_id", "channel", "app_type", "app_id"}, check: checkRouteAction,
		fields: []field{fixed(needed(named("rule_id", 36))), needed(field{name: "channel", oneOf: channelNames}),
			needed(field{name: "channel_detail", form: anObject})},
		shown: func(_ *call, _ record.Record, o record.Object) {
			if detail, is := o["channel_detail"].(map[string]any); is {
				o["channel_detail"] = withoutSecrets(detail)
			}
		}}
)

// channels are where a rule forwards to, with the fields that each wants (SDK, ChannelDetail).
var channels = map[string]struct {
	detail string
	needed []string
}{
	"HTTP_FORWARDING":      {"http_forwarding", []string{"url"}},
	"DIS_FORWARDING":       {"dis_forwarding", []string{"region_name", "project_id"}},
	"OBS_FORWARDING":       {"obs_forwarding", []string{"region_name", "project_id", "bucket_name"}},
	"AMQP_FORWARDING":      {"amqp_forwarding", []string{"queue_name"}},
	"DMS_KAFKA_FORWARDING": {"dms_kafka_forwarding", []string{"region_name", "project_id", "addresses", "topic"}},
	"ROMA_FORWARDING":      {"roma_forwarding", []string{"addresses", "topic", "username", "password"}},
	"MYSQL_FORWARDING": {"mysql_forwarding", []string{"address", "db_name", "username", "password", "table_name",
		"column_mappings"}},
	"INFLUXDB_FORWARDING": {"influxdb_forwarding",
		[]string{"address", "db_name", "username", "password", "measurement", "column_mappings"}},
	"FUNCTIONGRAPH_FORWARDING": {"functiongraph_forwarding", []string{"func_urn", "func_name"}},
	"MRS_KAFKA_FORWARDING":     {"mrs_kafka_forwarding", []string{"addresses", "topic"}},
	"DMS_ROCKETMQ_FORWARDING":  {"dms_rocketmq_forwarding", []string{"addresses", "topic", "username", "password"}},
	"MQTT_DEVICE_FORWARDING":   {"mqtt_device_forwarding", []string{"topic"}},
	// UNCONFIRMED: the console's push to consumers by MQTT, of which the SDK's ChannelDetail has no field.
	"MQTT_FORWARDING": {"mqtt_forwarding", []string{"topic"}},
}

var channelNames = func() (out []string) {
	for name := range channels {
		out = append(out, name)
	}
	return out
}()

// withoutSecrets is the detail of a channel without what nobody is told again.
func withoutSecrets(detail record.Object) record.Object {
	out := record.Object{}
	for name, v := range detail {
		inner, is := v.(map[string]any)
		if !is {
			out[name] = v
			continue
		}
		shown := record.Object{}
		for field, v := range inner {
			if field == "password" || field == "token" {
				v = hidden
			}
			shown[field] = v
		}
		out[name] = shown
	}
	return out
}

func queueFree(c *call, r record.Record) error {
	return notBound("queue_name", routeActionsKind)(c, record.Record{Kind: r.Kind, ID: r.Text("queue_name")})
}

func checkFlow(c *call, o, _ record.Object) error {
	value := o.Text("scope_value")
	switch o.Text("scope") {
	case "USER":
		return nil
	case "CHANNEL":
		return field{name: "scope_value", oneOf: channelNames}.check(value)
	case "RULE":
		_, err := c.cloud.Records().Get(routesKind, c.project(), value)
		return err
	default:
		_, err := c.cloud.Records().Get(routeActionsKind, c.project(), value)
		return err
	}
}

func checkRoute(c *call, o, _ record.Object) error {
	subject := o.Part("subject")
	events := subjects[subject.Text("resource")]
	if events == nil {
		return fmt.Errorf("subject.resource %q is none", subject.Text("resource"))
	}
	if err := (field{name: "subject.event", oneOf: events}).check(subject["event"]); err != nil {
		return err
	}
	if o.Text("app_type") == "APP" {
		app, err := c.space(o.Text("app_id"))
		if o["app_id"] = app; err != nil {
			return err
		}
	}
	_, err := sql.Parse(o.Text("select"), o.Text("where"), subject.Text("resource"))
	return err
}

func checkRouteAction(c *call, o, _ record.Object) error {
	rule, err := c.cloud.Records().Get(routesKind, c.project(), o.Text("rule_id"))
	if err != nil {
		return err
	}
	o["app_id"] = cloud.SpaceOf(rule.Text("app_id"))
	ch := channels[o.Text("channel")]
	detail := o.Part("channel_detail").Part(ch.detail)
	if detail == nil {
		return fmt.Errorf("channel_detail.%s is wanted", ch.detail)
	}
	for _, name := range ch.needed {
		if v := detail[name]; v == nil || v == "" {
			return fmt.Errorf("channel_detail.%s.%s is wanted", ch.detail, name)
		}
	}
	switch o.Text("channel") {
	case "HTTP_FORWARDING":
		return checkPush(detail)
	case "DMS_KAFKA_FORWARDING", "MRS_KAFKA_FORWARDING":
		return cloud.CheckKafka(detail)
	case "MQTT_DEVICE_FORWARDING":
		return checkRepublish(rule.Part("subject"), detail)
	case "MQTT_FORWARDING":
		return checkTopic("channel_detail.mqtt_forwarding.topic", detail.Text("topic"))
	case "AMQP_FORWARDING":
		return c.hasQueue(detail.Text("queue_name"))
	}
	return nil
}

func (c *call) hasQueue(name string) error {
	if name == cloud.DefaultQueue || len(c.cloud.Records().List(queuesKind, c.project(), func(q record.Record) bool {
		return q.Text("queue_name") == name
	})) > 0 {
		return nil
	}
	return fmt.Errorf("queue %s: %w", name, record.ErrNone)
}

// checkRepublish says what of an action that republishes is not taken: the source is devices' messages
// (https://support.huaweicloud.com/usermanual-iothub/iot_02_9994.html).
func checkRepublish(subject, detail record.Object) error {
	if subject.Text("resource") != "device.message" {
		return fmt.Errorf("MQTT_DEVICE_FORWARDING is for rules about device.message, and this one is about %s",
			subject.Text("resource"))
	}
	ttl := field{name: "channel_detail.mqtt_device_forwarding.ttl", form: aNumber, most: 1440}
	if v := detail["ttl"]; v != nil {
		if err := ttl.check(v); err != nil {
			return err
		}
		if detail.Number("ttl")%5 != 0 {
			return fmt.Errorf("%s is in steps of 5 minutes", ttl.name)
		}
	}
	if topic := detail.Text("topic"); topic != cloud.OriginalTopic {
		return checkTopic("channel_detail.mqtt_device_forwarding.topic", topic)
	}
	return nil
}

// checkTopic refuses what no message can be published on, or what is the platform's own.
func checkTopic(name, topic string) error {
	if len(topic) > 128 || strings.ContainsAny(topic, "+#\x00") || strings.HasPrefix(topic, "$") {
		return fmt.Errorf("%s has at most 128 bytes, no wildcards, and no $ in front: %q", name, topic)
	}
	return nil
}

func checkPush(detail record.Object) error {
	u, err := url.Parse(detail.Text("url"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("channel_detail.http_forwarding.url is http://… or https://…")
	}
	token := detail.Text("token")
	signed, _ := detail["signature_enable"].(bool)
	switch {
	case token != "" && (len(token) < 3 || len(token) > 32):
		return errors.New("channel_detail.http_forwarding.token has 3 to 32 characters")
	case token != "" && !signed:
		return errors.New("channel_detail.http_forwarding.token wants signature_enable")
	}
	if sni, _ := detail["sni_enable"].(bool); sni && detail.Text("cn_name") == "" {
		return errors.New("channel_detail.http_forwarding.sni_enable wants cn_name")
	}
	return nil
}

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
	for _, a := range o.Parts("actions") {
		detail := ruleActions[a.Text("type")]
		switch {
		case detail == "" || a.Part(detail) == nil:
			return fmt.Errorf("actions: an action of type %q with its part is wanted: %s", a.Text("type"), detail)
		case side && a.Text("type") != "DEVICE_CMD":
			return errors.New("actions: of a rule of type DEVICE_SIDE they are DEVICE_CMD")
		case a.Text("type") == "DEVICE_ALARM" && !data:
			return errors.New("actions: DEVICE_ALARM wants a condition DEVICE_DATA")
		case a.Text("type") == "DEVICE_CMD" && !data && a.Part(detail).Text("device_id") == "":
			return errors.New("actions: DEVICE_CMD wants device_id where no device's data is the condition")
		}
	}
	return nil
}

func (c *call) checkCondition(detail string, o record.Object) error {
	if detail != "device_property_condition" && detail != "device_linkage_status_condition" {
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
		if !strings.Contains(f.Text("path"), "/") || f.Text("operator") == "" {
			return fmt.Errorf("%s.filters: each has path, as service/property, and operator", detail)
		}
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
