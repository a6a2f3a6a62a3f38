package cloud

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"quecstar/harness/cloud/record"
	"quecstar/harness/event"
	"quecstar/harness/wire"
)

// TestTimersOfRules count the alarms that timers raise in two days of virtual time.
func TestTimersOfRules(t *testing.T) {
	number := func(s string) json.Number { return json.Number(s) }
	for name, tt := range map[string]struct {
		condition record.Object
		span      record.Object // time_range
		alarms    int
	}{
		"once": {record.Object{"type": "SIMPLE_TIMER", "simple_timer_condition": record.Object{"start_time": "20000101T060000Z"}}, nil, 1},
		"three times": {record.Object{"type": "SIMPLE_TIMER", "simple_timer_condition": record.Object{"start_time": "20000101T060000Z",
			"repeat_interval": number("600"), "repeat_count": number("3")}}, nil, 3},
		"begun before": {record.Object{"type": "SIMPLE_TIMER", "simple_timer_condition": record.Object{"start_time": "19991231T235500Z",
			"repeat_interval": number("600"), "repeat_count": number("3")}}, nil, 2},
		"every day": {record.Object{"type": "DAILY_TIMER", "daily_timer_condition": record.Object{"time": "08:00"}}, nil, 2},
		"on Sundays": { // the second day of virtual time, which begins on Saturday, 1 January 2000
			record.Object{"type": "DAILY_TIMER", "daily_timer_condition": record.Object{"time": "08:00", "days_of_week": "1"}}, nil, 1},
		"out of time": {record.Object{"type": "DAILY_TIMER", "daily_timer_condition": record.Object{"time": "08:00"}},
			record.Object{"start_time": "09:00", "end_time": "20:00"}, 0},
		"past midnight": {record.Object{"type": "DAILY_TIMER", "daily_timer_condition": record.Object{"time": "01:00"}},
			record.Object{"start_time": "22:00", "end_time": "06:00", "days_of_week": "7"}, 1}, // of Saturday's night
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				stream := &event.Stream{}
				c, err := Start(Options{Events: stream.Emit, Network: wire.NewMemory(wire.Options{})})
				if err != nil {
					t.Fatal(err)
				}
				group := record.Object{"conditions": []any{tt.condition}}
				if tt.span != nil {
					group["time_range"] = tt.span
				}
				if _, err := c.Records().Add(record.Record{Kind: LinkageKind, ID: "r", Object: record.Object{"name": "r", "status": "active",
					"rule_type": "DEVICE_LINKAGE", "condition_group": group, "actions": []any{record.Object{"type": "DEVICE_ALARM",
						"device_alarm": record.Object{"name": "a", "alarm_status": "fault", "severity": "major"}}}}}, nil); err != nil {
					t.Fatal(err)
				}
				time.Sleep(48 * time.Hour) // of virtual time
				all, _ := stream.Since(0)
				alarms := 0
				for _, e := range all {
					if strings.Contains(e.Text, "alarm a: fault, major") {
						alarms++
					}
				}
				if alarms != tt.alarms {
					t.Errorf("%d alarms, want %d", alarms, tt.alarms)
				}
				if err := c.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestStatesOfRules: a device that is away for five minutes sets a rule off, one that comes back before does not.
func TestStatesOfRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stream := &event.Stream{}
		c, err := Start(Options{Events: stream.Emit, Network: wire.NewMemory(wire.Options{})})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if _, err := c.AddDevice(Device{ProductID: "p1", NodeID: "n"}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Records().Add(record.Record{Kind: LinkageKind, ID: "r", Object: record.Object{"name": "r", "status": "active",
			"rule_type": "DEVICE_LINKAGE", "condition_group": record.Object{"conditions": []any{record.Object{
				"type": "DEVICE_LINKAGE_STATUS", "device_linkage_status_condition": record.Object{"product_id": "p1",
					"status_list": []any{"OFFLINE"}, "duration": json.Number("5")}}}},
			"actions": []any{record.Object{"type": "DEVICE_ALARM", "device_alarm": record.Object{"name": "away"}}}}}, nil); err != nil {
			t.Fatal(err)
		}
		alarms := func() (n int) {
			all, _ := stream.Since(0)
			for _, e := range all {
				if strings.Contains(e.Text, "alarm away") {
					n++
				}
			}
			return n
		}
		c.statusNotice("p1_n", "OFFLINE")
		time.Sleep(4 * time.Minute) // of virtual time, as below
		c.statusNotice("p1_n", "ONLINE")
		time.Sleep(time.Hour)
		if n := alarms(); n != 0 {
			t.Errorf("%d alarms of a device that came back", n)
		}
		c.statusNotice("p1_n", "OFFLINE")
		time.Sleep(6 * time.Minute)
		if n := alarms(); n != 1 {
			t.Errorf("%d alarms of a device that is away", n)
		}
	})
}
