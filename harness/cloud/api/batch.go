package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// taskType is a kind of tasks: what carries it out, and where its targets may come from.
type taskType struct {
	deed            func(c *call, o record.Object) (deed, error)
	devices, byFile bool
}

// taskTypes are what batch tasks do (SDK, CreateBatchTask).
var taskTypes = map[string]taskType{
	"softwareUpgrade": {upgradeDeed("softwarePackage"), true, false},
	"firmwareUpgrade": {upgradeDeed("firmwarePackage"), true, false},
	"moduleUpgrade":   {upgradeDeed("modulePackage"), true, false},
	"createDevices":   {createDeed, false, true},
	"updateDevices":   {updateDeed, false, true},
	"deleteDevices":   {deviceDeed(func(c *call, id string) error { return c.cloud.DeleteDevice(id) }), true, true},
	"freezeDevices":   {deviceDeed(func(c *call, id string) error { return c.cloud.Freeze(id, true) }), true, true},
	"unfreezeDevices": {deviceDeed(func(c *call, id string) error { return c.cloud.Freeze(id, false) }), true, true},
	"createCommands":  {commandDeed, true, false}, "createMessages": {messageDeed, true, false},
	"updateDeviceShadows": {shadowDeed, true, false},
	"createAsyncCommands": {deviceDeed(func(_ *call, id string) error {
		return fmt.Errorf("device %s: %w", id, errAsync)
	}), true, false},
}

// A deed is what a task does to one device.
type deed func(ctx context.Context, id string) (output string, err error)

// Limits of batch tasks (SDK, CreateBatchTask; limits page).
const (
	maxTargets   = 30_000
	maxTasks     = 10 // that go on at a time
	maxTaskExtra = 512
	maxSchedule  = 7 * 24 * time.Hour
	parallelOTA  = 1000
)

func (s *server) batchRoutes() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"POST /batchtasks":              s.handler((*call).createTask),
		"GET /batchtasks":               s.handler((*call).listTasks),
		"GET /batchtasks/{id}":          s.handler((*call).showTask),
		"DELETE /batchtasks/{id}":       s.handler((*call).deleteTask),
		"POST /batchtasks/{id}/retry":   s.handler(func(c *call) error { return c.orderTask(cloud.RetryTask) }),
		"POST /batchtasks/{id}/stop":    s.handler(func(c *call) error { return c.orderTask(cloud.StopTask) }),
		"POST /batchtasks/{id}/confirm": s.handler(func(c *call) error { return c.orderTask(cloud.ConfirmTask) }),
	}
}

// taskStates are those of a task (SDK, Task).
var taskStates = []string{"Initializing", "Waitting", "Processing", "Success", "Fail", "PartialSuccess", "Stopped",
	"Stopping"}

var taskFields = []field{named("app_id", 36), needed(field{name: "task_name", most: 128, chars: nameChars}),
	needed(field{name: "task_type"}), {name: "task_mode", oneOf: []string{"GATEWAY"}}, {name: "need_confirm", form: aFlag},
	{name: "targets", form: texts, most: maxTargets}, {name: "targets_filter", form: anObject},
	{name: "document", form: anything},
	{name: "task_policy", form: anObject}, {name: "document_source"}, {name: "task_ext_info", form: anything}}

func (c *call) createTask() error {
	o, err := c.object()
	if err == nil {
		err = checkObject(taskFields, o)
	}
	if err != nil {
		return err
	}
	what := o.Text("task_type")
	of, known := taskTypes[what]
	if !known {
		return fmt.Errorf("task_type %s is none", what)
	}
	t := cloud.Task{Project: c.project(), Name: o.Text("task_name"), Type: what,
		Info: (&kind{fields: taskFields}).given(o)}
	if t.App, err = c.space(o.Text("app_id")); err != nil {
		return err
	}
	upgrade := strings.HasSuffix(what, "Upgrade")
	if t.Confirm, _ = o["need_confirm"].(bool); t.Confirm && !upgrade {
		return errors.New("need_confirm is for upgrades")
	}
	if upgrade {
		t.Parallel = parallelOTA
	}
	if err := c.taskPolicy(o.Part("task_policy"), &t); err != nil {
		return err
	}
	if text, err := json.Marshal(o["task_ext_info"]); err != nil || len(text) > maxTaskExtra {
		return fmt.Errorf("task_ext_info has more than %d characters", maxTaskExtra)
	}
	targets, err := c.taskTargets(of, o)
	if err != nil {
		return err
	}
	for _, id := range targets {
		t.Parts = append(t.Parts, cloud.TaskPart{Target: id})
	}
	if t.Do, err = c.carryOut(what, o); err != nil {
		return err
	}
	project := c.project()
	if n := len(slices.DeleteFunc(c.cloud.Tasks(project), func(t cloud.Task) bool { return t.Over() })); n >= maxTasks {
		return fmt.Errorf("%w: %d batch tasks go on", errQuota, n)
	}
	reply(c.w, http.StatusCreated, c.taskJSON(c.cloud.AddTask(t)))
	return nil
}

// resume goes on with the tasks of a state file.
func resume(c *cloud.Cloud, o Options) {
	s := newServer(c, o)
	c.ResumeTasks(func(t cloud.Task) (func(ctx context.Context, target string) (string, error), error) {
		r := &http.Request{}
		r.SetPathValue("project", t.Project)
		return (&call{server: s, r: r}).carryOut(t.Type, t.Info)
	})
}

// carryOut is how a task is carried out, by its type and the body that asked for it.
func (c *call) carryOut(
	what string, o record.Object,
) (func(ctx context.Context, target string) (string, error), error) {
	of, known := taskTypes[what]
	if !known {
		return nil, fmt.Errorf("task_type %s is none", what)
	}
	do, err := of.deed(c, o)
	if err != nil {
		return nil, err
	}
	project := c.project()
	return func(ctx context.Context, id string) (string, error) {
		if d, err := c.cloud.Device(id); what != "createDevices" && (err != nil || !record.Visible(d.Project, project)) {
			return "", &cloud.TaskError{Code: codeNoDevice, Text: fmt.Sprintf("device %s: %v", id, cloud.ErrNoDevice)}
		}
		output, err := do(ctx, id)
		if err != nil && !errors.As(err, new(*cloud.TaskError)) && ctx.Err() == nil {
			_, code := codeOf(err)
			err = &cloud.TaskError{Code: code, Text: err.Error()}
		}
		return output, err
	}, nil
}

// taskPolicy reads when a task begins and how often what fails is tried again.
func (c *call) taskPolicy(o record.Object, t *cloud.Task) error {
	if o == nil {
		return nil
	}
	if err := checkObject([]field{{name: "schedule_time"}, {name: "retry_count", form: aNumber, least: 1, most: 5},
		{name: "retry_interval", form: aNumber, least: 0, most: 1440}}, o); err != nil {
		return fmt.Errorf("task_policy: %w", err)
	}
	if (o["retry_count"] == nil) != (o["retry_interval"] == nil) {
		return errors.New("task_policy: retry_count and retry_interval want each other")
	}
	t.Retries, t.Interval = int(o.Number("retry_count")), time.Duration(o.Number("retry_interval"))*time.Minute
	if text := o.Text("schedule_time"); text != "" {
		at, err := time.Parse(timeForm, text)
		if now := c.opts.Now(); err != nil || at.Before(now) || at.Sub(now) > maxSchedule {
			return errors.New("task_policy: schedule_time is of the form YYYYMMDDTHHMMSSZ, within 7 days")
		}
		t.Schedule = at
	}
	return nil
}

// taskTargets are the devices of a task: those that are named, those of groups, or those of a file, the first of these
// that is given.
func (c *call) taskTargets(of taskType, o record.Object) ([]string, error) {
	var out []string
	if of.devices {
		out = o.Texts("targets")
		for _, group := range o.Part("targets_filter").Texts("group_ids") {
			if len(o.Texts("targets")) > 0 {
				break
			}
			if _, err := c.cloud.Records().Get(groupsKind, c.project(), group); err != nil {
				return nil, err
			}
			out = append(out, c.members(group)...)
		}
	}
	switch file := o.Text("document_source"); {
	case len(out) > 0:
		delete(o, "document_source") // the platform leaves it alone
	case of.byFile && file != "":
		rows, err := c.fileRows(file)
		if err != nil {
			return nil, err
		}
		for id := range rows {
			out = append(out, id)
		}
	case !of.devices:
		return nil, errors.New("document_source, the id of a file that was uploaded, is wanted")
	default:
		return nil, errors.New("targets, or targets_filter.group_ids of groups that have devices, are wanted")
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// deviceDeed does something that needs no document.
func deviceDeed(do func(c *call, id string) error) func(*call, record.Object) (deed, error) {
	return func(c *call, _ record.Object) (deed, error) {
		return func(_ context.Context, id string) (string, error) { return "", do(c, id) }, nil
	}
}

// document reads the document of a task.
func document(o record.Object, to any) error {
	text, err := json.Marshal(o["document"])
	if err == nil {
		err = cloud.DecodeJSON(text, to)
	}
	if err != nil || o["document"] == nil {
		return fmt.Errorf("document is not what the task wants: %w", errors.Join(err, errWanted))
	}
	return nil
}

var errWanted = errors.New("an object is wanted")

func commandDeed(c *call, o record.Object) (deed, error) {
	var cmd cloud.Command
	if err := document(o, &cmd); err != nil {
		return nil, err
	}
	if err := checkTexts(text{"service_id", cmd.ServiceID, maxServiceID, true},
		text{"command_name", cmd.Name, maxCommand, true}); err != nil {
		return nil, err
	}
	return func(ctx context.Context, id string) (string, error) {
		_, answer, err := c.cloud.SendCommand(ctx, id, cmd)
		return string(answer), err
	}, nil
}

func messageDeed(c *call, o record.Object) (deed, error) {
	var body messageBody
	if err := document(o, &body); err != nil {
		return nil, err
	}
	m, err := body.cloudMessage()
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, id string) (string, error) {
		m := m
		if body.Topic != "" {
			topic, err := c.customTopic(id, body.Topic)
			if err != nil {
				return "", err
			}
			m.Topic = topic
		}
		sent, err := c.cloud.SendMessage(id, m)
		return sent.ID, err
	}, nil
}

func shadowDeed(c *call, o record.Object) (deed, error) {
	var body struct {
		Shadow []desired `json:"shadow"`
	}
	if err := document(o, &body); err != nil {
		return nil, err
	}
	if err := checkDesired(body.Shadow); err != nil {
		return nil, err
	}
	return func(_ context.Context, id string) (string, error) {
		return "", c.cloud.UpdateShadow(id, updates(body.Shadow))
	}, nil
}

// upgradeDeed upgrades to the package that the document names.
func upgradeDeed(kind string) func(*call, record.Object) (deed, error) {
	return func(c *call, o record.Object) (deed, error) {
		var body struct {
			Packages []string `json:"package_ids"`
		}
		if err := document(o, &body); err != nil {
			return nil, err
		}
		if len(body.Packages) != 1 {
			return nil, errors.New("document.package_ids is one package")
		}
		r, err := c.cloud.Records().Get(otaPackagesKind, c.project(), body.Packages[0])
		if err != nil {
			return nil, err
		}
		if r.Text("package_type") != kind {
			return nil, fmt.Errorf("the package %s is a %s, not a %s", r.ID, r.Text("package_type"), kind)
		}
		obs := r.Object.Part("file_location").Part("obs_location")
		p := cloud.Package{Kind: strings.TrimSuffix(kind, "Package"), Module: r.Text("module_name"),
			Version: r.Text("version"), Sign: obs.Text("sign"),
			Sources: r.Texts("support_source_versions"), CustomInfo: r.Text("custom_info"),
			Name: path.Base(obs.Text("object_key"))}
		bucket, object := obs.Text("bucket_name"), obs.Text("object_key")
		return func(ctx context.Context, id string) (string, error) {
			if d, err := c.cloud.Device(id); err != nil || d.ProductID != r.Text("product_id") {
				return "", &cloud.TaskError{Code: codeInvalid, Text: "the package is for another product"}
			}
			return c.upgrade(ctx, id, p, bucket, object)
		}, nil
	}
}

// upgradeOnline is how long an upgrade waits for its device, and upgradeGood how long its link is good
// (https://support.huaweicloud.com/usermanual-iothub/iot_01_0047.html).
const (
	upgradeOnline = 25 * time.Hour
	upgradeGood   = 24 * time.Hour
)

// upgrade awaits a device and has it upgraded to a package of the object store.
func (c *call) upgrade(ctx context.Context, id string, p cloud.Package, bucket, object string) (string, error) {
	d, err := c.cloud.Device(id)
	if err != nil {
		return "", err
	}
	online, end := context.WithTimeout(ctx, upgradeOnline)
	defer end()
	if _, err := c.cloud.WaitOnline(online, d.Link()); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", &cloud.TaskError{Text: "Waiting for the device online timeout"}
	}
	if p.Data, err = c.cloud.Object(bucket, object); err != nil {
		return "", err
	}
	if p.Link, err = c.cloud.ObjectURL(bucket, object, upgradeGood); err != nil {
		return "", err
	}
	return c.cloud.Upgrade(ctx, id, p, nil)
}

// taskJSON is a task as the API shows it.
func (c *call) taskJSON(t cloud.Task) record.Object {
	out := record.Object{}
	for name, v := range t.Info {
		out[name] = v
	}
	delete(out, "document_source")
	count := map[string]int{}
	for _, p := range t.Parts {
		count[p.Status]++
	}
	out["task_id"], out["app_id"], out["status"], out["create_time"] = t.ID, t.App, t.Status, at(t.Created)
	out["task_progress"] = record.Object{"total": len(t.Parts), "processing": count["Processing"],
		"success": count["Success"],
		"fail":    count["Fail"], "waitting": count["Waitting"], "fail_wait_retry": count["FailWaitRetry"],
		"stopped": count["Stopped"], "removed": 0}
	return out
}

func (c *call) listTasks() error {
	q := c.r.URL.Query()
	if _, is := taskTypes[q.Get("task_type")]; !is {
		return fmt.Errorf("task_type %q is none", q.Get("task_type"))
	}
	if status := q.Get("status"); status != "" {
		if err := (field{name: "status", oneOf: taskStates}).checkText(status); err != nil {
			return err
		}
	}
	all := slices.DeleteFunc(c.cloud.Tasks(c.project()), func(t cloud.Task) bool {
		return !is(q.Get("task_type"), t.Type) || !is(q.Get("status"), t.Status) || !is(q.Get("app_id"), t.App)
	})
	some, page, ok := paged(c.w, c.r, all, func(t cloud.Task) uint64 { return t.Sequence })
	if !ok {
		return errTold
	}
	out := []record.Object{}
	for _, t := range some {
		out = append(out, c.taskJSON(t))
	}
	reply(c.w, http.StatusOK, record.Object{"batchtasks": out, "page": page})
	return nil
}

func (c *call) showTask() error {
	t, err := c.cloud.Task(c.project(), c.r.PathValue("id"))
	if err != nil {
		return err
	}
	q := c.r.URL.Query()
	var all []numbered[cloud.TaskPart]
	for i, p := range t.Parts {
		if is(q.Get("task_detail_status"), p.Status) && is(q.Get("target"), p.Target) {
			all = append(all, numbered[cloud.TaskPart]{p, uint64(len(t.Parts) - i)})
		}
	}
	some, page, ok := paged(c.w, c.r, all, func(p numbered[cloud.TaskPart]) uint64 { return p.number })
	if !ok {
		return errTold
	}
	details := []record.Object{}
	for _, p := range some {
		one := record.Object{"target": p.what.Target, "status": p.what.Status, "output": p.what.Output}
		if e := p.what.Err; e != nil {
			one["error"] = record.Object{"error_code": e.Code, "error_msg": e.Text}
		}
		details = append(details, one)
	}
	reply(c.w, http.StatusOK, record.Object{"batchtask": c.taskJSON(t), "task_details": details, "page": page})
	return nil
}

func (c *call) deleteTask() error {
	err := c.cloud.DeleteTask(c.project(), c.r.PathValue("id"))
	if err == nil {
		reply(c.w, http.StatusNoContent, nil)
	}
	return err
}

// maxOrdered is how many targets an order names.
const maxOrdered = 100

func (c *call) orderTask(order cloud.Order) error {
	o, err := c.object()
	if err == nil {
		err = checkObject([]field{{name: "targets", form: texts, most: maxOrdered}}, o)
	}
	if err != nil {
		return err
	}
	t, err := c.cloud.Task(c.project(), c.r.PathValue("id"))
	if err != nil {
		return err
	}
	if !strings.HasSuffix(t.Type, "Upgrade") {
		return fmt.Errorf("a task %s takes no orders: upgrades do", t.Type)
	}
	done, err := c.cloud.OrderTask(c.project(), t.ID, order, o.Texts("targets"))
	if err != nil {
		return err
	}
	out := []record.Object{}
	for _, p := range t.Parts {
		err, there := done[p.Target]
		delete(done, p.Target)
		if there {
			out = append(out, targetResult(p.Target, err))
		}
	}
	for target, err := range done {
		out = append(out, targetResult(target, err))
	}
	reply(c.w, http.StatusOK, record.Object{"targets": out})
	return nil
}

func targetResult(target string, err error) record.Object {
	if err == nil {
		return record.Object{"target": target, "status": "success"}
	}
	_, code := codeOf(err)
	return record.Object{"target": target, "status": "failure", "error_code": code, "error_msg": err.Error()}
}
