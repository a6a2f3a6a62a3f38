package sdktest

import "testing"

// TestStrangeInput: what can be of nothing is refused: a filter of no value, a rule with a condition that never holds.
func TestStrangeInput(t *testing.T) {
	c := start(t)("p1")
	c.product()
	invalid := func(operation, request string) {
		t.Helper()
		c.no(operation, request, 400, "IOTDA.000006")
	}
	invalid("ListBatchTasks", `{"task_type":"nonsense"}`)
	invalid("ListBatchTasks", `{"task_type":"createCommands","status":"Nope"}`)
	invalid("ListOtaPackageInfo", `{}`)
	invalid("ListOtaPackageInfo", `{"package_type":"nonsense"}`)
	invalid("ListRoutingRules", `{"resource":"nonsense"}`)
	invalid("ListRoutingRules", `{"app_type":"MINE"}`)
	invalid("ListRuleActions", `{"channel":"SMOKE"}`)
	invalid("ListRules", `{"app_id":"quecstar","rule_type":"NOPE"}`)
	c.ok("ListBatchTasks", `{"task_type":"createCommands","status":"Success"}`, "page.count=0")
	c.ok("ListRoutingRules", `{"resource":"device","event":"create","app_type":"APP","active":true}`, "count=0")
	c.no("AddQueue", `{"body":{"queue_name":"DefaultQueue"}}`, 400, "IOTDA.014031")

	data := func(filter string) string {
		return `{"type":"DEVICE_DATA","device_property_condition":{"device_id":"$device","filters":[` + filter + `]}}`
	}
	const litres = `{"path":"Meter/litres","operator":">","value":"10"}`
	const command = `{"type":"DEVICE_CMD","device_command":{"device_id":"$device","cmd":{"command_name":"Set","service_id":"Meter","command_body":{"open":0}}}}`
	const alarm = `{"type":"DEVICE_ALARM","device_alarm":{"name":"a","alarm_status":"fault","severity":"major"}}`
	rule := func(span, condition, actions string) string {
		return `{"body":{"name":"l","rule_type":"DEVICE_LINKAGE","condition_group":{` + span + `"conditions":[` + condition + `]},"actions":[` + actions + `]}}`
	}
	for _, request := range []string{
		rule("", data(`{"path":"Meter/litres","operator":"~","value":"10"}`), command),
		rule("", data(`{"path":"litres","operator":">","value":"10"}`), command),
		rule("", data(`{"path":"Meter/litres","operator":"between","value":"10"}`), command),
		rule("", data(`{"path":"Meter/litres","operator":"in"}`), command),
		rule("", data(`{"path":"Meter/litres","operator":"="}`), command),
		rule("", data(litres), `{"type":"DEVICE_ALARM","device_alarm":{"name":"a","alarm_status":"fault","severity":"huge"}}`),
		rule("", data(litres), alarm+","+alarm),
		rule(`"time_range":{"start_time":"25:00","end_time":"08:00"},`, data(litres), command),
		rule(`"time_range":{"start_time":"07:00","end_time":"08:00","days_of_week":"0,8"},`, data(litres), command),
		rule("", `{"type":"DAILY_TIMER","daily_timer_condition":{"time":"99:99"}}`, command),
		rule("", `{"type":"SIMPLE_TIMER","simple_timer_condition":{"start_time":"tomorrow","repeat_interval":60,"repeat_count":1}}`, command),
		rule("", `{"type":"SIMPLE_TIMER","simple_timer_condition":{"start_time":"20300102T030405Z","repeat_interval":60,"repeat_count":0}}`, command),
		rule("", `{"type":"DEVICE_LINKAGE_STATUS","device_linkage_status_condition":{"device_id":"$device","status_list":["ASLEEP"]}}`, command),
		rule("", `{"type":"DEVICE_LINKAGE_STATUS","device_linkage_status_condition":{"device_id":"$device","status_list":["ONLINE"],"duration":61}}`, command),
	} {
		invalid("CreateRule", request)
	}
	c.no("CreateRule", rule("", data(litres), `{"type":"DEVICE_CMD","device_command":{"device_id":"nobody","cmd":{"command_name":"c","service_id":"s","command_body":{}}}}`), 404, "IOTDA.014000")
	c.ok("CreateRule", rule(`"time_range":{"start_time":"07:00","end_time":"08:00","days_of_week":"1,7"},`, data(litres), command+","+alarm))
	c.ok("CreateRule", rule("", `{"type":"DAILY_TIMER","daily_timer_condition":{"time":"08:00"}}`, command))
	c.ok("CreateRule", rule("", data(`{"path":"Meter/litres","operator":"between","value":"20,30"}`), command))
}
