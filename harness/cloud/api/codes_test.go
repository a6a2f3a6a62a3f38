package api

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestErrorCodes: each mistake gets the status, the code and a text that names it.
func TestErrorCodes(t *testing.T) {
	_, call := start(t, Options{})
	call("POST", base+"/products", productBody)
	call("POST", base+"/devices", `{"node_id":"n1","product_id":"prod"}`)
	call("POST", base+"/devices", `{"node_id":"n2","product_id":"prod","gateway_id":"prod_n1"}`)
	call("POST", base+"/devices/prod_n1/messages", `{"message_id":"m1","message":"x"}`)
	long := func(n int) string { return strings.Repeat("x", n) }
	const device, command = "/devices/prod_n1", "/devices/prod_n1/commands"
	tests := []struct {
		method, path, body string
		status             int
		code, says         string
	}{
		{"POST", command, `{"service_id":"Valve","paras":{}}`, 400, "IOTDA.000006", "command_name is wanted"},
		{"POST", command, `{"command_name":"Set","paras":{}}`, 400, "IOTDA.000006", "service_id is wanted"},
		{"POST", command, `{"service_id":"Valve","command_name":"Set"}`, 400, "IOTDA.000006", "paras is wanted"},
		{"POST", command, `{"service_id":"Valve","command_name":"Set","paras":"open"}`, 400, "IOTDA.000008", "paras"},
		{"POST", command, `{"service_id":"` + long(65) + `","command_name":"Set","paras":{}}`, 400, "IOTDA.000006", "service_id has 65 characters, more than 64"},
		{"POST", command, `{"service_id":"Valve","command_name":"` + long(129) + `","paras":{}}`, 400, "IOTDA.000006", "command_name has 129 characters, more than 128"},
		{"POST", command, `{"service_id":"Valve","command_name":"Set","paras":{}} trailing`, 400, "IOTDA.000008", "more behind"},
		{"POST", command, `{"service_id":"Valve","command_name":"Set","paras":{}}}`, 400, "IOTDA.000008", "more behind"},
		{"POST", command, ``, 400, "IOTDA.000006", "service_id is wanted"},
		{"POST", command, "{\"service_id\":\"Valve\xff\"}", 400, "IOTDA.000008", "not UTF-8"},
		{"POST", command, `{"service_id":"Valve","command_name":"Set","paras":{"open":1}}`, 403, "IOTDA.014016", "offline"},
		{"POST", "/devices/prod_n2/commands", `{"service_id":"Valve","command_name":"Set","paras":{"open":1}}`, 400, "IOTDA.014028", "gateway"},
		{"POST", "/devices/none/commands", `{"service_id":"Valve","command_name":"Set","paras":{}}`, 404, "IOTDA.014000", "none"},
		{"GET", "/devices/" + long(129), ``, 400, "IOTDA.000006", "device_id has 129 characters"},
		{"GET", "/products/" + long(37), ``, 400, "IOTDA.000006", "product_id has 37 characters"},
		{"GET", device + "/messages/" + long(101), ``, 400, "IOTDA.000006", "message_id has 101 characters"},
		{"GET", device + "/properties?service_id=" + long(65), ``, 400, "IOTDA.000006", "service_id has 65"},

		{"GET", "/devices?limit=0", ``, 400, "IOTDA.000017", "1 to 50"},
		{"GET", "/devices?limit=51", ``, 400, "IOTDA.000017", "1 to 50"},
		{"GET", "/products?limit=x", ``, 400, "IOTDA.000017", "1 to 50"},
		{"GET", "/devices?offset=501", ``, 400, "IOTDA.000006", "offset is 0 to 500"},
		{"GET", "/products?offset=-1", ``, 400, "IOTDA.000006", "offset is 0 to 500"},
		{"GET", "/devices?marker=prod_n1", ``, 400, "IOTDA.000018", "24 hex digits"},
		{"GET", "/devices?marker=" + strings.Repeat("f", 23), ``, 400, "IOTDA.000018", "24 hex digits"},
		{"GET", "/products?marker=" + strings.Repeat("g", 24), ``, 400, "IOTDA.000018", "24 hex digits"},
		{"GET", "/devices?start_time=2030-01-02", ``, 400, "IOTDA.000009", "start_time is of the form"},
		{"GET", "/devices?start_time=20300102T030405Z&end_time=20300102T030405Z", ``, 400, "IOTDA.000010", "before"},

		{"POST", "/devices", `{"node_id":"` + long(65) + `","product_id":"prod"}`, 400, "IOTDA.000006", "node_id has 65"},
		{"POST", "/devices", `{"node_id":"n","product_id":"prod","device_id":"` + long(129) + `"}`, 400, "IOTDA.000006", "device_id has 129"},
		{"POST", "/devices", `{"node_id":"n","product_id":"prod","device_name":"` + long(257) + `"}`, 400, "IOTDA.000006", "device_name has 257"},
		{"POST", "/devices", `{"node_id":"n","product_id":"prod","gateway_id":"none"}`, 404, "IOTDA.014000", "gateway none"},
		{"POST", "/devices", `{"node_id":"n","product_id":"prod","gateway_id":"prod_n2"}`, 400, "IOTDA.000006", "itself behind"},
		{"POST", "/devices", `{"node_id":"n","product_id":"prod","shadow":[{"service_id":"Valve"}]}`, 400, "IOTDA.000006", "desired is wanted"},
		{"DELETE", device, ``, 400, "IOTDA.000006", "has child devices"},
		{"POST", "/devices/prod_n2/freeze", ``, 400, "IOTDA.000006", "gateway"},
		{"POST", device + "/action?action_id=resetSecret", `{"secret":"short"}`, 400, "IOTDA.000006", "8 to 32"},
		{"POST", device + "/action?action_id=resetSecret", `{"secret_type":"THIRD"}`, 400, "IOTDA.000006", "PRIMARY or SECONDARY"},

		{"POST", device + "/messages", `{"message_id":"m1","message":"y"}`, 400, "QUECSTAR.000001", "message m1"},
		{"POST", device + "/messages", `{"message_id":"` + long(101) + `","message":"y"}`, 400, "IOTDA.000006", "message_id has 101"},
		{"POST", device + "/messages", `{"name":"` + long(129) + `","message":"y"}`, 400, "IOTDA.000006", "name has 129"},
		{"POST", device + "/messages", `{"message":7}`, 400, "IOTDA.000006", "a string or an object"},
		{"POST", device + "/messages", `{"message":"y","ttl":7}`, 400, "IOTDA.000006", "steps of 5"},
		{"POST", device + "/messages", `{"message":"y","encoding":"hex"}`, 400, "IOTDA.000006", "encoding is none or base64"},
		{"POST", device + "/messages", `{"message":"?","encoding":"base64"}`, 400, "IOTDA.000006", "not base64"},
		{"POST", device + "/messages", `{"message":"y","payload_format":"odd"}`, 400, "IOTDA.000006", "standard or raw"},
		{"POST", device + "/messages", `{"message":"y","topic":"a/+"}`, 400, "IOTDA.000006", "letters, digits"},
		{"POST", device + "/messages", `{"message":"y","topic_full_name":"a/#"}`, 400, "IOTDA.000006", "wildcards"},
		{"POST", device + "/messages", `{"message":"y","topic":"a","topic_full_name":"b"}`, 400, "IOTDA.000006", "exclude"},

		{"PUT", device + "/properties", `{"services":[{"properties":{"limit":1}}]}`, 400, "IOTDA.000006", "service_id is wanted"},
		{"PUT", device + "/properties", `{"services":[{"service_id":"Valve","properties":{"limit":1}},{"service_id":"Valve","properties":{"limit":2}}]}`, 400, "IOTDA.000006", "once for each service"},
		{"PUT", device + "/properties", `{"services":[{"service_id":"Valve","properties":{"read":1}}]}`, 400, "IOTDA.000029", "with the method W"},
		{"PUT", device + "/properties", `{"services":[{"service_id":"Valve","properties":{"none":1}}]}`, 400, "IOTDA.000029", "with the method W"},
		{"PUT", device + "/properties", `{"services":[{"service_id":"None","properties":{"limit":1}}]}`, 400, "IOTDA.000029", "no service"},
		{"PUT", device + "/shadow", `{}`, 400, "IOTDA.000006", "shadow is wanted"},
		{"PUT", device + "/shadow", `{"shadow":[{"desired":{"limit":1}}]}`, 400, "IOTDA.000006", "service_id is wanted"},
		{"PUT", device + "/shadow", `{"shadow":[{"service_id":"Valve"}]}`, 400, "IOTDA.000006", "desired is wanted"},
		{"PUT", device + "/shadow", `{"shadow":[{"service_id":"Valve","desired":null}]}`, 400, "IOTDA.000006", "desired is wanted"},
		{"PUT", device + "/shadow", `{"shadow":[{"service_id":"Valve","desired":{"a.b":1}}]}`, 400, "IOTDA.000006", "keys"},
		{"PUT", device + "/shadow", `{"shadow":[{"service_id":"Valve","desired":{"limit":1},"version":5}]}`, 400, "QUECSTAR.000002", "version"},

		{"PUT", "/products/prod", `{"service_capabilities":[{"service_id":"Valve"},{"service_id":"Valve"}]}`, 400, "IOTDA.000006", "twice"},
		{"PUT", "/products/prod", `{"data_format":"xml"}`, 400, "IOTDA.000006", "json or binary"},
		{"PUT", "/products/prod", `{"service_capabilities":[{"service_id":"S","properties":[{"property_name":"p","data_type":"float","method":"R"}]}]}`, 400, "IOTDA.000006", "data_type is one of"},
		{"PUT", "/products/prod", `{"service_capabilities":[{"service_id":"S","properties":[{"property_name":"p","data_type":"int","method":"X"}]}]}`, 400, "IOTDA.000006", "R, W and E"},
		{"POST", "/products", `{"product_id":"` + long(37) + `","name":"n","device_type":"t","protocol_type":"MQTT","data_format":"json"}`, 400, "IOTDA.000006", "product_id has 37"},
	}
	for _, tt := range tests {
		status, reply := call(tt.method, base+tt.path, tt.body)
		code, _ := reply["error_code"].(string)
		msg, _ := reply["error_msg"].(string)
		if status != tt.status || code != tt.code || !strings.Contains(msg, tt.says) {
			t.Errorf("%s %.60s %.90s: %d %s %q, want %d %s %q", tt.method, tt.path, tt.body, status, code, msg, tt.status, tt.code, tt.says)
		}
	}
	_, reply := call("GET", base+"/devices/prod_n1/shadow", "")
	if text, err := json.Marshal(reply["shadow"]); err != nil || string(text) != "[]" {
		t.Errorf("refused calls left the shadow %s, %v", text, err)
	}
}

// TestPages walks through all devices by marker, while one of them goes.
func TestPages(t *testing.T) {
	_, call := start(t, Options{})
	call("POST", base+"/products", productBody)
	for _, n := range []string{"a", "b", "c", "d", "e"} {
		call("POST", base+"/devices", `{"node_id":"`+n+`","product_id":"prod"}`)
	}
	var got []string
	marker := strings.Repeat("f", 24)
	for range 5 {
		_, reply := call("GET", base+"/devices?limit=2&marker="+marker, "")
		list, _ := reply["devices"].([]any)
		if len(list) == 0 {
			break
		}
		for _, d := range list {
			got = append(got, d.(map[string]any)["node_id"].(string))
		}
		marker = reply["page"].(map[string]any)["marker"].(string)
		call("DELETE", base+"/devices/prod_d", "")
	}
	if s := strings.Join(got, ""); s != "edcba" {
		t.Errorf("pages gave %s", s)
	}
	if _, reply := call("GET", base+"/devices?limit=1&offset=2", ""); reply["devices"].([]any)[0].(map[string]any)["node_id"] != "b" {
		t.Errorf("offset 2: %v", reply)
	}
}

// TestProductChanges: what a change names is replaced whole, and a refused one changes nothing.
func TestProductChanges(t *testing.T) {
	_, call := start(t, Options{})
	call("POST", base+"/products", productBody)
	model := func() string {
		_, reply := call("GET", base+"/products/prod", "")
		text, err := json.Marshal(reply["service_capabilities"])
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	before := model()
	for _, refused := range []string{`{"service_capabilities":[{"service_id":"New"}],"name":""}`, `{"service_capabilities":[{"service_id":"New"},5]}`,
		`{"service_capabilities":[{"service_id":"New"}]} x`} {
		if status, _ := call("PUT", base+"/products/prod", refused); status != 400 {
			t.Errorf("%s: %d", refused, status)
		}
		if after := model(); after != before {
			t.Errorf("%s was refused and left %s", refused, after)
		}
	}
	call("PUT", base+"/products/prod", `{"service_capabilities":[{"service_id":"New","service_type":"t","properties":[{"property_name":"limit","data_type":"string","method":"R"}]}]}`)
	want := `[{"properties":[{"data_type":"string","method":"R","property_name":"limit"}],"service_id":"New","service_type":"t"}]`
	if after := model(); after != want {
		t.Errorf("got %s, want %s", after, want)
	}
}
