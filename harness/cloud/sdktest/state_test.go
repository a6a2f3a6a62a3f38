package sdktest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"path/filepath"
	"testing"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/api"
)

// secured starts a cloud that keeps its state and its CA, whose API is called by HTTPS with the CA alone trusted.
func secured(t *testing.T, dir string) (c *tenant, other func(secret string) *tenant, end func()) {
	t.Helper()
	cl, err := cloud.Start(cloud.Options{State: filepath.Join(dir, "state"), CADir: filepath.Join(dir, "ca")})
	if err != nil {
		t.Fatal(err)
	}
	conf, err := cl.TLSConfig()
	if err != nil {
		t.Fatal(err)
	}
	s, err := api.Serve(cl, "127.0.0.1:0", api.Options{AccessKeys: map[string]string{"AK": "SK"}, TLS: conf})
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(cl.CAPEM())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	other = func(secret string) *tenant {
		return &tenant{t: t, cloud: cl, client: client(t, "https://"+s.Addr(), secret, "p1", transport), vars: map[string]string{}}
	}
	return other("SK"), other, func() {
		transport.CloseIdleConnections()
		if err := errors.Join(s.Close(), cl.Close()); err != nil {
			t.Error(err)
		}
	}
}

// TestState: what the SDK made by HTTPS with signed calls is there again, from the state file, and a wrong secret opens
// nothing.
func TestState(t *testing.T) {
	dir := t.TempDir()
	c, other, end := secured(t, dir)
	c.keep("app", "app_id", "AddApplication", `{"body":{"app_name":"plant"}}`)
	c.product()
	c.ok("TagDevice", `{"body":{"resource_type":"device","resource_id":"$device","tags":[{"tag_key":"k","tag_value":"v"}]}}`)
	c.keep("group", "group_id", "AddDeviceGroup", `{"body":{"name":"g"}}`)
	c.ok("CreateOrDeleteDeviceInGroup", `{"group_id":"$group","action_id":"addDevice","device_id":"$device"}`)
	c.keep("message", "message_id", "CreateMessage", `{"device_id":"$device","body":{"message":"later","ttl":5}}`)
	c.ok("UpdateDeviceShadowDesiredData", `{"device_id":"$device","body":{"shadow":[{"service_id":"Meter","desired":{"limit":7}}]}}`)
	c.keep("rule", "rule_id", "CreateRoutingRule",
		`{"body":{"rule_name":"r","subject":{"resource":"device.property","event":"report"}}}`)
	c.keep("action", "action_id", "CreateRuleAction", `{"body":{"rule_id":"$rule","channel":"HTTP_FORWARDING",
		"channel_detail":{"http_forwarding":{"url":"http://127.0.0.1:9/"}}}}`)
	c.keep("task", "task_id", "CreateBatchTask", `{"body":{"task_name":"t","task_type":"freezeDevices","targets":["$device2"]}}`)
	c.becomes("Success")
	wrong := other("KS")
	wrong.vars = c.vars
	wrong.no("ShowDevice", `{"device_id":"$device"}`, 401, "IOTDA.000002")
	wrong.no("DeleteDevice", `{"device_id":"$device"}`, 401, "IOTDA.000002")
	vars := c.vars
	end()

	c, _, end = secured(t, dir)
	defer end()
	c.vars = vars
	c.ok("ShowApplication", `{"app_id":"$app"}`, "app_name=plant")
	c.ok("ShowProduct", `{"product_id":"$product"}`, "product_id=$product")
	c.ok("ShowDevice", `{"device_id":"$device"}`, "tags.0.tag_value=v", "status=INACTIVE")
	c.ok("ShowDevice", `{"device_id":"$device2"}`, "status=FROZEN")
	c.ok("ShowDevicesInGroup", `{"group_id":"$group"}`, "devices.0.device_id=$device")
	c.ok("ShowDeviceMessage", `{"device_id":"$device","message_id":"$message"}`, "status=PENDING", "message=later")
	c.ok("ShowDeviceShadow", `{"device_id":"$device"}`, "shadow.0.desired.properties.limit=7", "shadow.0.version=1")
	c.ok("ShowRoutingRule", `{"rule_id":"$rule"}`, "rule_name=r")
	c.ok("ShowRuleAction", `{"action_id":"$action"}`, "channel_detail.http_forwarding.url=http://127.0.0.1:9/")
	c.ok("ShowBatchTask", `{"task_id":"$task"}`, "batchtask.status=Success", "task_details.0.target=$device2")
	c.ok("DeleteDevice", `{"device_id":"$device2"}`)
	c.no("ShowDevice", `{"device_id":"$device2"}`, 404, "IOTDA.014000")
}
