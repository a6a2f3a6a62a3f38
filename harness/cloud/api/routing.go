package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
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
		fields: []field{needed(field{name: "queue_name", least: 8, most: 128, chars: queueChars})}, free: queueFree,
		check: func(_ *call, o, _ record.Object) error {
			if o.Text("queue_name") == cloud.DefaultQueue {
				return fmt.Errorf("the queue %s is there from the beginning: %w", cloud.DefaultQueue, record.ErrExists)
			}
			return nil
		}}

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
		asked: []field{{name: "resource", oneOf: slices.Sorted(maps.Keys(subjects))},
			{name: "active", oneOf: []string{"true", "false"}}},
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

var channelNames = slices.Sorted(maps.Keys(channels))

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
