package sdktest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	iotda "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iotda/v5"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iotda/v5/model"

	"quecstar/harness/cloud/sheet"
)

// batchFile writes a file of devices, and returns the request that uploads it.
func batchFile(t *testing.T, name string, rows ...[]string) string {
	t.Helper()
	content, err := sheet.Write(rows)
	if err != nil {
		t.Fatal(err)
	}
	return fileNamed(t, name, content)
}

func fileNamed(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(path)
	return `{"body":{"file":` + string(text) + `}}`
}

// byFile begins a task whose devices are those of the file.
func (c *tenant) byFile(kind string) {
	c.t.Helper()
	c.keep("task", "task_id", "CreateBatchTask", `{"body":{"task_name":"t","task_type":"`+kind+`","document_source":"$file"}}`)
}

// TestBatchFiles: devices are made, changed and deleted by files, and what became of them is exported.
func TestBatchFiles(t *testing.T) {
	as := start(t)
	c, other := as("p1"), as("p2")
	c.product()
	c.keep("file", "file_id", "UploadBatchTaskFile", batchFile(t, "new.xlsx", []string{"Fill in the rows below."},
		[]string{"Node ID*", "Product ID (mandatory)", "device_name", "secret", "timeout", "extension_info"},
		[]string{"f1", c.vars["product"], "from a file", "a-secret-of-it", "60", `{"a":1}`},
		[]string{"f2", c.vars["product"], "", "short"}, []string{"f3", "no-product"}), "file_name=new.xlsx", "upload_time")
	c.ok("ListBatchTaskFiles", `{}`, "files.0.file_id=$file")
	if o := other.ok("ListBatchTaskFiles", `{}`); fmt.Sprint(o["files"]) != "[]" {
		t.Errorf("another project sees %v", o)
	}
	c.byFile("createDevices")
	o := c.becomes("PartialSuccess")
	got := map[string]string{}
	for i := range 3 {
		for _, v := range []string{"target", "status", "error.error_code"} {
			text, _ := at(o, fmt.Sprintf("task_details.%d.%s", i, v))
			target, _ := at(o, fmt.Sprintf("task_details.%d.target", i))
			got[fmt.Sprint(target)] += fmt.Sprint(text) + " "
		}
	}
	made := c.vars["product"] + "_f1"
	for id, want := range map[string]string{made: made + " Success <nil> ",
		c.vars["product"] + "_f2": c.vars["product"] + "_f2 Fail IOTDA.000006 ", "no-product_f3": "no-product_f3 Fail IOTDA.014204 "} {
		if got[id] != want {
			t.Errorf("%s: %q, want %q", id, got[id], want)
		}
	}
	c.vars["made"] = made
	c.ok("ShowDevice", `{"device_id":"$made"}`, "device_name=from a file", "auth_info.timeout=60", "extension_info.a=1")

	c.keep("export", "export_task_id", "CreateExportTask", `{"body":{"resource_type":"BatchTask","resource_condition":{"task_id":"$task"}}}`,
		"status=Success", "progress=100", "export_count=3", "export_format=xls", "create_time", "end_time")
	c.ok("ListExportTasks", `{"resource_type":"BatchTask"}`, "export_tasks.0.export_task_id=$export", "page.count=1")
	c.ok("ListExportTasks", `{"resource_type":"BatchTask","resource_condition":"{\"task_id\":\"none\"}"}`, "page.count=0")
	c.ok("ShowExportTask", `{"export_task_id":"$export"}`)
	c.exported(3, made)
	other.no("ShowExportTask", `{"export_task_id":"`+c.vars["export"]+`"}`, 404, "IOTDA.000029")
	c.ok("DeleteExportTask", `{"export_task_id":"$export"}`)
	c.no("ShowExportTask", `{"export_task_id":"$export"}`, 404, "IOTDA.000029")
	c.no("CreateExportTask", `{"body":{"resource_type":"BatchTask","resource_condition":{"task_id":"none"}}}`, 404, "")
	c.no("CreateExportTask", `{"body":{"resource_type":"Device","resource_condition":{}}}`, 400, "IOTDA.000006")
	c.no("ListExportTasks", `{"resource_type":""}`, 400, "IOTDA.000006")

	c.ok("DeleteBatchTaskFile", `{"file_id":"$file"}`)
	c.no("DeleteBatchTaskFile", `{"file_id":"$file"}`, 404, "IOTDA.000029")
	c.no("CreateBatchTask", `{"body":{"task_name":"t","task_type":"createDevices","document_source":"$file"}}`, 404, "IOTDA.000029")

	c.keep("file", "file_id", "UploadBatchTaskFile", batchFile(t, "change.xlsx", []string{"device_id", "device_name"}, []string{made, "renamed"}))
	c.byFile("updateDevices")
	c.becomes("Success")
	c.ok("ShowDevice", `{"device_id":"$made"}`, "device_name=renamed")
	for _, step := range [][2]string{{"freezeDevices", "FROZEN"}, {"unfreezeDevices", "INACTIVE"}} {
		c.byFile(step[0])
		c.becomes("Success")
		c.ok("ShowDevice", `{"device_id":"$made"}`, "status="+step[1])
	}
	c.byFile("deleteDevices")
	c.becomes("Success")
	c.no("ShowDevice", `{"device_id":"$made"}`, 404, "IOTDA.014000")
}

// exported reads an export's file, which the SDK keeps for itself, as a table of so many targets.
func (c *tenant) exported(targets int, one string) {
	c.t.Helper()
	resp, err := c.client.Interface().(*iotda.IoTDAClient).ShowExportTask(&model.ShowExportTaskRequest{ExportTaskId: c.vars["export"]})
	if err != nil || resp.Body == nil {
		c.t.Fatalf("%v, %v", resp, err)
	}
	seen := []byte(*resp.Body)
	z, err := zip.NewReader(bytes.NewReader(seen), int64(len(seen)))
	if err != nil || len(z.File) != 1 {
		c.t.Fatalf("%d bytes: %v", len(seen), err)
	}
	f, err := z.File[0].Open()
	if err != nil {
		c.t.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if err != nil {
		c.t.Fatal(err)
	}
	rows, err := sheet.Read(content)
	if err != nil || len(rows) != targets+1 || !slices.ContainsFunc(rows, func(r []string) bool { return r[0] == one && r[1] == "Success" }) {
		c.t.Errorf("%q, %v", rows, err)
	}
}

// TestBatchFilesRefused: files that no devices can be read from, and tasks that want one.
func TestBatchFilesRefused(t *testing.T) {
	c := start(t)("p1")
	c.product()
	c.no("UploadBatchTaskFile", fileNamed(t, "devices.csv", []byte("node_id")), 400, "IOTDA.000006")
	c.no("UploadBatchTaskFile", fileNamed(t, "devices.xlsx", []byte("node_id")), 400, "IOTDA.000006")
	many := slices.Repeat([][]string{{"x"}}, 30_002)
	c.no("UploadBatchTaskFile", batchFile(t, "many.xlsx", many...), 400, "IOTDA.000006")
	for _, rows := range [][][]string{{{"name"}, {"x"}}, {{"device_id"}}, {{"node_id", "product_id"}, {"", "p"}}, {{"device_id"}, {"a"}, {"a"}}} {
		c.keep("file", "file_id", "UploadBatchTaskFile", batchFile(t, "bad.xlsx", rows...))
		c.no("CreateBatchTask", `{"body":{"task_name":"t","task_type":"createDevices","document_source":"$file"}}`, 400, "IOTDA.000006")
	}
	c.no("CreateBatchTask", `{"body":{"task_name":"t","task_type":"createDevices","targets":["$device"]}}`, 400, "IOTDA.000006")
	c.no("CreateBatchTask", `{"body":{"task_name":"t","task_type":"createMessages","document_source":"$file","document":{"message":"m"}}}`, 400, "IOTDA.000006")
}

// TestModuleUpgrade: a module of a device is upgraded by a package of its own.
func TestModuleUpgrade(t *testing.T) {
	c := start(t)("p1")
	c.product()
	c.keep("secret", "secret", "ResetDeviceSecret", `{"device_id":"$device","action_id":"resetSecret","body":{}}`)
	if err := c.cloud.PutObject("bucket", "radio.bin", []byte("radio")); err != nil {
		t.Fatal(err)
	}
	c.keep("module", "module_id", "CreateOtaModule", `{"body":{"app_id":"quecstar","product_id":"$product","module_name":"radio"}}`)
	c.keep("package", "package_id", "CreateOtaPackage", `{"body":{"app_id":"quecstar","package_type":"modulePackage","module_name":"radio","product_id":"$product","version":"2",
		"file_location":{"obs_location":{"region_name":"cn-north-4","bucket_name":"bucket","object_key":"radio.bin"}}}}`)
	d := c.online(c.vars["device"], c.vars["secret"])
	d.publish("sys/messages/up", `{}`)
	c.keep("task", "task_id", "CreateBatchTask", `{"body":{"task_name":"m","task_type":"moduleUpgrade","targets":["$device"],"document":{"package_ids":["$package"]}}}`)
	d.next("sys/events/down")
	report := func(version string) {
		d.publish("sys/events/up", `{"services":[{"service_id":"$ota","event_type":"version_report","paras":{"modules":[{"module_name":"radio","module_version":"`+version+`"}]}}]}`)
	}
	report("1")
	if e := object2text(d.next("sys/events/down")); !strings.Contains(e, `"module_upgrade_v2"`) || !strings.Contains(e, `"module_name":"radio"`) {
		t.Fatalf("the device got %s", e)
	}
	d.publish("sys/events/up", `{"services":[{"service_id":"$ota","event_type":"upgrade_progress_report","paras":{"result_code":0,"progress":50,"version":"2"}}]}`)
	report("2")
	c.becomes("Success")
	c.ok("ShowDevice", `{"device_id":"$device"}`, "modules.0.module_version=2")
}
