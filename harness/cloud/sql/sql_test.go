package sql

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// message is the notice of the page's first example, with more in it.
const message = `{"resource":"device.message","event":"report","event_time":"20151212T121212Z","request_id":"r",
"notify_data":{"header":{"device_id":"abcd","product_id":"abc","tags":[{"tag_key":"testTagName","tag_value":"testTagValue"}]},
"body":{"topic":"topic","content":{"temperature":40,"humidity":24,"level":40.5,"msg-type":"alarm","on":true,"none":null,
"type":"phone","big":9223372036854775807}}}}`

const report = `{"resource":"device.property","event":"report","notify_data":{"header":{"device_id":"abcd"},"body":{"services":[
{"service_id":"Battery","properties":{"batteryLevel":80,"name":"b","list":[1,2]},"event_time":"t1"},
{"service_id":"BackupBattery","properties":{"batteryLevel":20},"event_time":"t2"}]}}}`

// TestStatement: what is forwarded of a notice. The first four are the page's own examples.
func TestStatement(t *testing.T) {
	const content = "notify_data.body.content."
	for _, test := range []struct{ selection, where, notice, want string }{
		{"notify_data.header.device_id AS device_id, notify_data.body.content.humidity", content + "temperature > 38", message,
			`{"device_id":"abcd","notify_data.body.content.humidity":24}`},
		{"5 AS number", "", message, `{"number":5}`},
		{"'constant_info' AS str", "", message, `{"str":"constant_info"}`},
		{`notify_data.body.content."msg-type"`, "", message, `{"notify_data.body.content.msg-type":"alarm"}`},

		{"event As a,-2147483648 as b , event AS a", "", message, `{"a":"report","b":-2147483648}`},
		{"*, 5 AS n", "", `{"resource":"r","event":"e","notify_data":{}}`, `{"resource":"r","event":"e","notify_data":{},"n":5}`},
		{"event, notify_data.no.such AS x", "", message, `{"event":"report"}`},
		{content + "temperature - 3 AS t, (1 + 2) * 3 AS n, 7 / 2 AS d", "", message, `{"t":37,"n":9,"d":3}`},
		{content + "temperature / 0 AS t, " + content + "big + 1 AS b", "", message, `{}`},
		{"event", content + "temperature > 40", message, ""},
		{"event", content + "temperature >= 40 and not (" + content + "humidity <> 24)", message, `{"event":"report"}`},
		{"event", content + "temperature < " + content + "humidity OR 5 > 4", message, `{"event":"report"}`},
		{"event", content + "type = 'phone' AND " + content + "on", message, `{"event":"report"}`},
		{"event", content + "on = false", message, ""},
		{"event", content + "level > 38", message, ""},
		{"event", content + "level = 40", message, ""},
		{"event", content + "type > 3", message, ""},
		{"event", content + "none IS NULL AND " + content + "type IS NOT NULL", message, `{"event":"report"}`},
		{"event", "NOT " + content + "nothing = 3", message, ""},
		{"event", content + "temperature IN (1, 40)", message, `{"event":"report"}`},
		{"event", content + "type NOT IN ('phone')", message, ""},
		{"event", "notify_data.header = notify_data.header", message, ""},
		{"GET_TAG('testTagName') AS t, GET_TAG('x') AS x, CONTAINS_TAG('x') AS c", "CONTAINS_TAG('testTagName')", message,
			`{"t":"testTagValue","c":false}`},
		{"event", "STARTS_WITH(notify_data.header.device_id,notify_data.header.product_id) AND ends_with('abcd','cd')", message,
			`{"event":"report"}`},
		{"CONCAT(event,'_x') AS a, REPLACE(event,'re','un') AS b, SUBSTRING(event,2) AS c, SUBSTRING(event,0,2) AS d, " +
			"UPPER(event) AS e, LOWER('AB') AS f, SUBSTRING(event,4,9) AS g", "", message,
			`{"a":"report_x","b":"unport","c":"port","d":"re","e":"REPORT","f":"ab"}`},

		{"GET_SERVICE_PROPERTY('Battery','batteryLevel') AS level, GET_SERVICE_PROPERTIES('BackupBattery') AS p", "", report,
			`{"level":"80","p":{"batteryLevel":20}}`},
		{"GET_SERVICE_PROPERTY('Battery','list') AS list, GET_SERVICE('No') AS n", "", report, `{"list":"[1,2]"}`},
		{"GET_SERVICE('Backup',true) AS s", "CONTAINS_SERVICES('Backup',true) AND NOT CONTAINS_SERVICES('Backup')", report,
			`{"s":{"event_time":"t2","properties":{"batteryLevel":20},"service_id":"BackupBattery"}}`},
		{"event", "GET_SERVICE_PROPERTY('Battery','batteryLevel') > 20", report, ""}, // a text, as the page says
		{"notify_data.header.device_id", "GET_SERVICES('Battery',true) IS NOT NULL AND GET_SERVICES('x') IS NULL", report,
			`{"notify_data.header.device_id":"abcd"}`},
		{"", "", report, report},
	} {
		resource := "device.message"
		if test.notice == report {
			resource = "device.property"
		}
		s, err := Parse(test.selection, test.where, resource)
		if err != nil {
			t.Errorf("%s | %s: %v", test.selection, test.where, err)
			continue
		}
		text, holds, _, err := s.Apply([]byte(test.notice))
		if err != nil || string(text) != test.want || holds != (test.want != "") {
			t.Errorf("%s | %s: %s %v %v, want %s", test.selection, test.where, text, holds, err, test.want)
		}
	}
}

// TestOddComparison: a comparison that the platform does not make is said.
func TestOddComparison(t *testing.T) {
	for where, want := range map[string]string{
		"notify_data.body.content.level > 38":         "> compares integers alone, and was given 40.5 and 38",
		"notify_data.body.content.type + 1 = 2":       `+ computes with integers alone, and was given "phone" and 1`,
		"notify_data.body.content.big * 2 = 2":        "9223372036854775807 * 2 is no integer of 64 bits",
		"STARTS_WITH(notify_data.body.content, 'a')":  "a function of texts was given {",
		"notify_data.body.content.temperature > 38":   "",
		"notify_data.body.content.no > 38 OR 1 = 'a'": "",
	} {
		s, err := Parse("", where, "device.message")
		if err != nil {
			t.Fatal(err)
		}
		_, _, why, err := s.Apply([]byte(message))
		if err != nil || !strings.HasPrefix(why, want) || want == "" && why != "" {
			t.Errorf("%s: %q %v, want %q", where, why, err, want)
		}
	}
}

// TestWrongStatement: a clause that is not taken says where and why.
func TestWrongStatement(t *testing.T) {
	for _, test := range []struct{ selection, where, want string }{
		{"SELECT a", "", "select: at character 1: the clause is given without the word SELECT"},
		{"", "WHERE a", "where: at character 1: the clause is given without the word WHERE"},
		{"5", "", "at character 2: what is no name of a notice is given one by AS, before the end"},
		{"UPPER(a)", "", "is given one by AS"},
		{"a AS " + strings.Repeat("b", 33), "", "behind AS a name of 1 to 32 letters"},
		{"a AS b.c", "", "behind AS a name"},
		{"a AS", "", "behind AS a name"},
		{"a b", "", `at character 3: the clause goes on with "b"`},
		{"a,", "", "is wanted, not the end"},
		{"温度", "", "at character 1: '温' is none of the characters"},
		{strings.Repeat("a", 2501), "", "it has 2501 characters, more than 2500"},
		{"2147483648 AS n", "", "no integer of -2147483648 to 2147483647"},
		{"1.5 AS n", "", `at character 2: "." begins nothing`},
		{"'a b' AS s", "", "a text has at most 50 letters, digits, _ and -"},
		{"'" + strings.Repeat("a", 51) + "' AS s", "", "a text has at most 50"},
		{"'a AS s", "", `"'" begins nothing`},
		{"a[0] AS s", "", `"[" begins nothing`},
		{"", "a >", "is wanted, not the end"},
		{"", "a > 1 b", "the clause goes on"},
		{"", "(a > 1", ") is wanted, not the end"},
		{"", "5", "a condition is wanted, not a constant"},
		{"", "a IS 5", `NULL is wanted, not "5"`},
		{"", "a NOT 5", `IN is wanted, not "5"`},
		{"", "a IN 5", `( is wanted, not "5"`},
		{"", "- a = 3", "a number is wanted behind the minus"},
		{"", "DROP(a)", "there is no function DROP"},
		{"", "GET_TAG()", "is wanted"},
		{"", "GET_TAG('a','b')", "at character 1: GET_TAG takes (tag_key)"},
		{"", "CONTAINS_SERVICES('a')", "is for rules about device.property alone, and this one is about device.message"},
		{"", strings.Repeat("(", 100) + "a" + strings.Repeat(")", 100), "more than 50 brackets"},
		{"", strings.Repeat("NOT ", 100) + "a", "more than 50 brackets"},
	} {
		_, err := Parse(test.selection, test.where, "device.message")
		if !errors.Is(err, ErrStatement) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s | %s: %v, want %s", test.selection, test.where, err, test.want)
		}
	}
}

// FuzzStatement: what is taken makes JSON of a notice.
func FuzzStatement(f *testing.F) {
	f.Add("notify_data.header.device_id AS d, *", "a.b > 38 AND NOT GET_SERVICE('x',true) IS NULL")
	f.Add("CONCAT(CONCAT(event,event),'x') AS a, 1 - -1 AS n", `"a-b" IN ('c', 1) OR (1 + 2) * 3 / 0 >= 4`)
	f.Fuzz(func(t *testing.T, selection, where string) {
		s, err := Parse(selection, where, "device.property")
		if err != nil {
			return
		}
		text, holds, _, err := s.Apply([]byte(report))
		if err != nil || holds && !json.Valid(text) {
			t.Errorf("%q | %q: %s %v", selection, where, text, err)
		}
	})
}
