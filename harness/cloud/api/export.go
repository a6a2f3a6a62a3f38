package api

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"net/http"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
	"quecstar/harness/cloud/sheet"
)

// exportsBucket is what exported files lie in.
const exportsBucket = "export-tasks"

// exports are files of what became of batch tasks. They are there at once.
var exports = &kind{name: exportsKind, path: "/export-tasks", id: "export_task_id", list: "export_tasks", once: true,
	filters: []string{"resource_type", "task_id", "app_type", "app_id"},
	fields: []field{needed(field{name: "resource_type", oneOf: []string{"BatchTask"}}),
		needed(field{name: "resource_condition", form: anObject}),
		{name: "export_format", oneOf: []string{"xls"}, def: "xls"},
		{name: "app_type", oneOf: []string{"GLOBAL", "APP"}, def: "GLOBAL"}, named("app_id", 36)},
	made: export,
	shown: func(_ *call, r record.Record, o record.Object) {
		o["create_time"], o["end_time"] = r.Created.UTC().Format(isoForm), r.Created.UTC().Format(isoForm)
	}}

// maxExports is how many a project has.
const maxExports = 100

// export writes the file.
func export(c *call, r *record.Record) (record.Object, error) {
	if n := len(c.cloud.Records().List(exportsKind, c.project(), nil)); n >= maxExports {
		return nil, fmt.Errorf("%w: %d export tasks", errQuota, n)
	}
	id := r.Part("resource_condition").Text("task_id")
	if id == "" {
		return nil, errors.New("resource_condition.task_id is wanted")
	}
	t, err := c.cloud.Task(c.project(), id)
	if err != nil {
		return nil, err
	}
	if r.Text("app_type") == "APP" {
		app, err := c.space(r.Text("app_id"))
		if err != nil {
			return nil, err
		}
		if r.Object["app_id"] = app; t.App != app {
			return nil, fmt.Errorf("batch task %s lies in the resource space %s: %w", id, t.App, cloud.ErrNoTask)
		}
	}
	file, err := taskFile(t)
	if err != nil {
		return nil, err
	}
	r.ID = c.cloud.NewRecordID()
	r.Object["status"], r.Object["progress"], r.Object["export_count"] = "Success", 100, len(t.Parts)
	return nil, c.cloud.PutObject(exportsBucket, r.ID, file)
}

// taskFile is a zip with a table of a task's targets. UNCONFIRMED: its columns, and that what is called xls is .xlsx.
func taskFile(t cloud.Task) ([]byte, error) {
	rows := [][]string{{"target", "status", "output", "error_code", "error_msg"}}
	for _, p := range t.Parts {
		row := []string{p.Target, p.Status, p.Output, "", ""}
		if p.Err != nil {
			row[3], row[4] = p.Err.Code, p.Err.Text
		}
		rows = append(rows, row)
	}
	table, err := sheet.Write(rows)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(t.ID + ".xlsx")
	if err == nil {
		_, err = w.Write(table)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return b.Bytes(), nil
}

func (s *server) exportRoutes() map[string]http.HandlerFunc {
	out := exports.routes(s)
	delete(out, "GET /export-tasks/{id}")
	out["GET /export-tasks"] = s.handler(func(c *call) error {
		q := c.r.URL.Query()
		if q.Get("resource_type") == "" {
			return errors.New("resource_type is wanted")
		}
		var of struct {
			Task string `json:"task_id"`
		}
		if text := q.Get("resource_condition"); text != "" && cloud.DecodeJSON([]byte(text), &of) != nil {
			return errors.New("resource_condition is an object, with a task_id")
		}
		q.Set("task_id", of.Task)
		c.r.URL.RawQuery = q.Encode()
		return exports.listAll(c)
	})
	out["GET /export-tasks/{id}/file"] = s.handler(func(c *call) error {
		r, err := exports.one(c)
		if err != nil {
			return err
		}
		file, err := c.cloud.Object(exportsBucket, r.ID)
		if err != nil {
			return err
		}
		c.w.Header().Set("Content-Type", objectKind)
		c.w.Header().Set("Content-Disposition", `attachment; filename="`+r.ID+`.zip"`)
		reply(c.w, http.StatusOK, nil)
		_, _ = c.w.Write(file) // the caller is gone when this fails
		return nil
	})
	out["DELETE /export-tasks/{id}"] = s.handler(func(c *call) error {
		err := exports.delete(c)
		if err == nil {
			c.cloud.DeleteObject(exportsBucket, c.r.PathValue("id"))
		}
		return err
	})
	return out
}
