package sdktest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"quecstar/harness/cloud"
)

// until awaits that the task is as wanted, and shows it.
func (c *tenant) until(is func(cloud.Task) bool, want ...string) object {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	if t, err := c.cloud.AwaitTask(ctx, "p1", c.vars["task"], is); err != nil {
		c.t.Fatalf("%v: %+v", err, t)
	}
	return c.ok("ShowBatchTask", `{"task_id":"$task"}`, want...)
}

// becomes awaits a status of the task.
func (c *tenant) becomes(status string) object {
	c.t.Helper()
	return c.until(func(t cloud.Task) bool { return t.Status == status }, "batchtask.status="+status)
}

// partBecomes awaits a status of the task for a device.
func (c *tenant) partBecomes(device, status string) {
	c.t.Helper()
	c.until(func(t cloud.Task) bool {
		return slices.ContainsFunc(t.Parts, func(p cloud.TaskPart) bool { return p.Target == c.vars[device] && p.Status == status })
	})
	c.ok("ShowBatchTask", `{"task_id":"$task","target":"$`+device+`"}`, "task_details.0.status="+status)
}

// TestBatch: one thing done to many devices, some of which cannot.
func TestBatch(t *testing.T) {
	c := start(t)("p1")
	c.product()
	c.keep("secret", "secret", "ResetDeviceSecret", `{"device_id":"$device","action_id":"resetSecret","body":{}}`)
	c.online(c.vars["device"], c.vars["secret"])
	c.keep("task", "task_id", "CreateBatchTask", `{"body":{"task_name":"t","task_type":"createCommands","targets":["$device","$device2"],
		"document":{"service_id":"Meter","command_name":"Set","paras":{"open":1}}}}`, "task_progress.total=2")
	o := c.becomes("PartialSuccess")
	for i := range 2 {
		target, _ := at(o, fmt.Sprintf("task_details.%d.target", i))
		status, _ := at(o, fmt.Sprintf("task_details.%d.status", i))
		code, _ := at(o, fmt.Sprintf("task_details.%d.error.error_code", i))
		if target == c.vars["device"] && status != "Success" || target == c.vars["device2"] && (status != "Fail" || code != "IOTDA.014016") {
			t.Errorf("%v is %v, %v", target, status, code)
		}
	}
	c.ok("ShowBatchTask", `{"task_id":"$task","task_detail_status":"Fail"}`, "page.count=1", "task_details.0.target=$device2")
	c.ok("ListBatchTasks", `{"task_type":"createCommands"}`, "batchtasks.0.task_id=$task", "page.count=1")
	c.no("RetryBatchTask", `{"task_id":"$task","body":{}}`, 400, "") // it is no upgrade
	c.ok("DeleteBatchTask", `{"task_id":"$task"}`)
	c.no("ShowBatchTask", `{"task_id":"$task"}`, 404, "")

	c.keep("group", "group_id", "AddDeviceGroup", `{"body":{"name":"all"}}`)
	c.ok("CreateOrDeleteDeviceInGroup", `{"group_id":"$group","action_id":"addDevice","device_id":"$device2"}`)
	for _, task := range []string{
		`"task_type":"createMessages","document":{"message":"hello"}`,
		`"task_type":"updateDeviceShadows","document":{"shadow":[{"service_id":"Meter","desired":{"litres":4}}]}`,
		`"task_type":"freezeDevices"`, `"task_type":"unfreezeDevices"`, `"task_type":"deleteDevices"`,
	} {
		c.keep("task", "task_id", "CreateBatchTask", `{"body":{"task_name":"t","targets_filter":{"group_ids":["$group"]},`+task+`}}`)
		c.becomes("Success")
	}
	c.no("ShowDevice", `{"device_id":"$device2"}`, 404, "IOTDA.014000")
	c.no("CreateBatchTask", `{"body":{"task_name":"t","task_type":"paintDevices","targets":["$device"]}}`, 400, "IOTDA.000006")
	c.no("CreateBatchTask", `{"body":{"task_name":"t","task_type":"createCommands","targets":["$device"],"document":{"paras":{}}}}`, 400, "IOTDA.000006")
}

// TestUpgrade: a package reaches a device over HTTPS, whose version at the end decides.
func TestUpgrade(t *testing.T) {
	c := start(t)("p1")
	c.product()
	c.keep("secret", "secret", "ResetDeviceSecret", `{"device_id":"$device","action_id":"resetSecret","body":{}}`)
	content := bytes.Repeat([]byte("firmware"), 10_000)
	if err := c.cloud.PutObject("bucket", "fw/a.bin", content); err != nil {
		t.Fatal(err)
	}
	c.keep("package", "package_id", "CreateOtaPackage", `{"body":{"app_id":"quecstar","package_type":"firmwarePackage","product_id":"$product","version":"2.0",
		"support_source_versions":["1.0"],"custom_info":"c","file_location":{"obs_location":{"region_name":"cn-north-4","bucket_name":"bucket","object_key":"fw/a.bin"}}}}`)
	d := c.online(c.vars["device"], c.vars["secret"])

	c.keep("task", "task_id", "CreateBatchTask", `{"body":{"task_name":"u","task_type":"firmwareUpgrade","need_confirm":true,"targets":["$device"],"document":{"package_ids":["$package"]}}}`, "status=Waitting")
	c.ok("ConfirmBatchTask", `{"task_id":"$task","body":{}}`, "targets.0.status=success")
	if e := d.next("sys/events/down"); !strings.Contains(object2text(e), "version_query") {
		t.Fatalf("the device got %v", e)
	}
	d.publish("sys/events/up", `{"services":[{"service_id":"$ota","event_type":"version_report","paras":{"fw_version":"1.0"}}]}`)
	e := d.next("sys/events/down")
	kind, _ := at(e, "services.0.event_type")
	paras, _ := at(e, "services.0.paras")
	text, _ := json.Marshal(paras)
	var offer struct {
		URL, Sign, Version string
		Size               int `json:"file_size"`
	}
	if err := json.Unmarshal(text, &offer); err != nil || kind != "firmware_upgrade_v2" || offer.Version != "2.0" || offer.Size != len(content) {
		t.Fatalf("the device got %v", e)
	}
	if got := download(t, c, offer.URL, ""); !bytes.Equal(got, content) {
		t.Errorf("%d bytes came", len(got))
	}
	if got := download(t, c, offer.URL, "bytes=8-15"); string(got) != "firmware" {
		t.Errorf("a range is %q", got)
	}
	if sum := sha256.Sum256(content); offer.Sign != hex.EncodeToString(sum[:]) {
		t.Errorf("sign is %s", offer.Sign)
	}
	d.publish("sys/events/up", `{"services":[{"service_id":"$ota","event_type":"upgrade_progress_report","paras":{"result_code":0,"progress":50,"version":"1.0"}}]}`)
	d.publish("sys/events/up", `{"services":[{"service_id":"$ota","event_type":"upgrade_progress_report","paras":{"result_code":0,"progress":100,"version":"2.0"}}]}`)
	c.becomes("Success")

	// One that is stopped, one that fails and is tried again.
	c.keep("task", "task_id", "CreateBatchTask", `{"body":{"task_name":"v","task_type":"firmwareUpgrade","targets":["$device","$device2"],"document":{"package_ids":["$package"]}}}`)
	d.next("sys/events/down")
	d.publish("sys/events/up", `{"services":[{"service_id":"$ota","event_type":"version_report","paras":{"fw_version":"0.9"}}]}`)
	c.partBecomes("device", "Fail")
	c.ok("RetryBatchTask", `{"task_id":"$task","body":{"targets":["$device"]}}`, "targets.0.status=success")
	d.next("sys/events/down")
	d.publish("sys/events/up", `{"services":[{"service_id":"$ota","event_type":"version_report","paras":{"fw_version":"2.0"}}]}`)
	c.partBecomes("device", "Success")
	c.ok("StopBatchTask", `{"task_id":"$task","body":{}}`, "targets.0.target=$device2")
	c.becomes("Stopped")
	c.no("StopBatchTask", `{"task_id":"$task","body":{}}`, 409, "")
	c.no("ConfirmBatchTask", `{"task_id":"$task","body":{}}`, 409, "")
	c.no("CreateBatchTask", `{"body":{"task_name":"w","task_type":"softwareUpgrade","targets":["$device"],"document":{"package_ids":["$package"]}}}`, 400, "IOTDA.000006")
}

// download gets what lies under a link, with the cloud's authority.
func download(t *testing.T, c *tenant, url, span string) []byte {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(c.cloud.CAPEM())
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	defer client.CloseIdleConnections()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if span != "" {
		r.Header.Set("Range", span)
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode/100 != 2 || resp.ContentLength != int64(len(b)) {
		t.Fatalf("%s: %v, %d bytes", resp.Status, err, len(b))
	}
	return b
}
