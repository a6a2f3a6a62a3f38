package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"quecstar/harness/cloud/record"
	"quecstar/harness/cloud/store"
	"quecstar/harness/event"
)

// withState starts a cloud that keeps its state.
func withState(t testing.TB, path string) *Cloud {
	t.Helper()
	c, err := Start(Options{State: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// told is all that a cloud tells of what it keeps, as text.
func told(t *testing.T, c *Cloud) string {
	t.Helper()
	all := map[string]any{"products": c.Products(), "devices": c.Devices(), "tasks": c.Tasks("")}
	for _, d := range c.Devices() {
		shadow, err := c.Shadow(d.ID)
		messages, err2 := c.Messages(d.ID)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		all["shadow of "+d.ID], all["messages of "+d.ID] = shadow, messages
	}
	for _, p := range c.Products() {
		all["of "+p.ID] = []any{p.Topics, p.Project, p.Created, p.Sequence}
	}
	for _, task := range c.Tasks("") {
		all["parts of "+task.ID] = task.Parts
	}
	all["records"] = append(c.book.List(RuleKind, "", nil), c.book.List(GroupKind, "", nil)...)
	all["object"], _ = c.Object("b", "x/y")
	all["ca"], _ = c.Authority()
	c.mu.Lock()
	for id, d := range c.devices {
		all["children of "+id] = []any{d.childVersion, d.gone, d.reachable}
	}
	c.mu.Unlock()
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// must fails a test for any error.
func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// TestState: what a cloud knew, the next one with its file knows, and what was deleted is gone.
func TestState(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	c := withState(t, path)
	_, err := c.AddProduct(Product{ID: "p", Name: "Meter", Topics: []string{"alarm"}, Project: "one", App: "space",
		Services: []Service{{ID: "s", Properties: []Property{{Name: "limit", DataType: "decimal", Method: "RW",
			Default: json.Number("7.0")}}}}})
	must(t, err)
	_, err = c.AddProduct(Product{ID: "gone"})
	must(t, err, c.DeleteProduct("gone"))
	for _, d := range []Device{{ID: "gw", ProductID: "p", Tags: map[string]string{"k": "v"},
		Extension: map[string]any{"n": json.Number("1e3")}}, {ID: "child", ProductID: "p", GatewayID: "gw"},
		{ID: "kid", ProductID: "p", GatewayID: "gw"}, {ID: "plain", Secret: "secret", Timeout: 5}} {
		_, err := c.AddDevice(d)
		must(t, err)
	}
	must(t, c.DeleteDevice("kid"))
	_, err = c.UpdateDevice("gw", func(d *Device) { d.Name, d.Frozen = "new", true })
	must(t, err, c.UpdateDesired("plain", "s", map[string]any{"a": 1.50, "b": nil, "c": []any{true}}, nil))
	c.take("plain", "", []serviceProperties{{ServiceID: "s", Properties: map[string]any{"r": json.Number("70e-1")}}})
	c.setChildStatus("child", "ONLINE")
	c.versions("plain", map[string]any{"sw_version": "1.2"})
	for _, m := range []Message{{ID: "m1", Content: json.RawMessage(`"x"`), TTL: time.Hour}, {Bytes: []byte{0, 255}},
		{ID: "m3"}} {
		_, err := c.SendMessage("plain", m)
		must(t, err)
	}
	must(t, c.DeleteMessage("plain", "m3"))
	for _, r := range []record.Record{{Kind: RuleKind, ID: "r1", Project: "one", Object: record.Object{"active": true,
		"list": []string{"a"}, "part": record.Object{"n": json.Number("12345678901234567890")}}},
		{Kind: GroupKind, ID: "g1"}, {Kind: GroupKind, ID: "g2"}} {
		_, err := c.book.Add(r, nil)
		must(t, err)
	}
	_, err = c.book.Update(GroupKind, "", "g1", func(o record.Object) error { o["members"] = []string{"gw"}; return nil })
	must(t, err, c.book.Delete(GroupKind, "", "g2"), c.PutObject("b", "x/y", []byte("content")))
	c.AddTask(Task{Name: "t", Type: "x", Project: "one", Confirm: true, Parts: []TaskPart{{Target: "gw"}, {Target: "plain"}},
		Info: map[string]any{"n": json.Number("1")}})
	must(t, c.Sync())
	was := told(t, c)
	must(t, c.Close())
	c = withState(t, path)
	if is := told(t, c); is != was {
		t.Errorf("was\n%s\nis\n%s", was, is)
	}
	p, err := c.AddProduct(Product{ID: "later"})
	if must(t, err); p.Sequence != 7 {
		t.Errorf("the next number is %d", p.Sequence)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the secrets: %v %v", info.Mode(), err)
	}
}

// TestStateOfConnection: a device that was online when the process ended is offline since it begins again, and gets
// what waited for it.
func TestStateOfConnection(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	c := withState(t, path)
	_, err := c.AddDevice(Device{ID: "d", Secret: "s"})
	must(t, err)
	connect(t, c, "d", "s", nil)
	if _, err := c.WaitOnline(testContext(t), "d"); err != nil {
		t.Fatal(err)
	}
	must(t, c.Sync())
	// The file as a process that is killed leaves it.
	text, err := os.ReadFile(path)
	must(t, err, os.WriteFile(path+"2", text, 0o600))
	begun := time.Now()
	d, err := withState(t, path+"2").Device("d")
	if err != nil || d.Status != "OFFLINE" || d.StatusSince.Before(begun) || d.Activated.IsZero() {
		t.Errorf("%+v %v", d, err)
	}
}

// TestResume: a task goes on with the parts that were not finished, and with those that wait for an order when that
// comes.
func TestResume(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	c := withState(t, path)
	parts := func() []TaskPart { return []TaskPart{{Target: "1"}, {Target: "2"}} }
	begun := c.AddTask(Task{Parts: parts(), Parallel: 2, Do: func(ctx context.Context, target string) (string, error) {
		if target == "2" {
			<-ctx.Done()
		}
		return "first " + target, ctx.Err()
	}})
	waits := c.AddTask(Task{Parts: parts(), Confirm: true})
	_, err := c.AwaitTask(testContext(t), "", begun.ID,
		func(t Task) bool { return t.Parts[0].Status == "Success" && t.Parts[1].Status == "Processing" })
	must(t, err, c.Close())
	c = withState(t, path)
	c.ResumeTasks(func(task Task) (func(context.Context, string) (string, error), error) {
		if task.ID == waits.ID {
			return nil, errors.New("the package is gone")
		}
		return func(_ context.Context, target string) (string, error) { return "again " + target, nil }, nil
	})
	over, err := c.AwaitTask(testContext(t), "", begun.ID, Task.Over)
	if err != nil || over.Status != "Success" || over.Parts[0].Output != "first 1" || over.Parts[1].Output != "again 2" {
		t.Errorf("%+v %v", over, err)
	}
	if now, err := c.Task("", waits.ID); err != nil || now.Status != "Waitting" {
		t.Errorf("one that waits for its order is begun: %+v %v", now, err)
	}
	_, err = c.OrderTask("", waits.ID, ConfirmTask, nil)
	must(t, err)
	failed, err := c.AwaitTask(testContext(t), "", waits.ID, Task.Over)
	if err != nil || failed.Status != "Fail" || !strings.Contains(failed.Parts[0].Err.Text, "the package is gone") {
		t.Errorf("%+v %v", failed, err)
	}
	must(t, c.DeleteTask("", begun.ID), c.Close())
	c = withState(t, path)
	if all := c.Tasks(""); len(all) != 1 || all[0].ID != waits.ID {
		t.Errorf("a deleted task is back: %+v", all)
	}
}

// TestBadState: a file that cannot be read as state is told, with its name.
func TestBadState(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	must(t, os.WriteFile(text, []byte("hello"), 0o600))
	other := filepath.Join(dir, "other")
	s, err := store.Open(other, "cloud 0")
	must(t, err, s.Close())
	odd := filepath.Join(dir, "odd")
	s, err = store.Open(odd, stateFormat)
	must(t, err)
	s.Begin(func(store.Key) ([]byte, error) { return []byte("no JSON"), nil }, func(error) {})
	s.Touch(store.Key{Table: deviceTable, Name: "d"})
	must(t, s.Close())
	used := filepath.Join(dir, "used")
	withState(t, used)
	for path, want := range map[string]error{text: store.ErrFormat, other: store.ErrFormat, odd: store.ErrCorrupt,
		used: store.ErrLocked} {
		_, err := Start(Options{State: path})
		if !errors.Is(err, want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	must(t, os.Chmod(odd, 0o600))
	open := filepath.Join(dir, "open")
	must(t, os.WriteFile(open, nil, 0o644), os.Chmod(open, 0o644))
	stream := &event.Stream{}
	c, err := Start(Options{State: open, Events: stream.Emit})
	must(t, err, c.Close())
	if runtime.GOOS != "windows" && !strings.Contains(said(stream), "chmod 600") {
		t.Errorf("nobody is told that others may read the secrets: %s", said(stream))
	}
}

// said is what a stream holds, as text.
func said(s *event.Stream) string {
	all, _ := s.Since(0)
	return fmt.Sprint(all)
}

// crowd makes a state of n devices with a shadow, as of a fleet of meters.
func crowd(b *testing.B, path string, n int) {
	c := withState(b, path)
	_, err := c.AddProduct(Product{ID: "p"})
	for i := 0; i < n && err == nil; i++ {
		id := fmt.Sprintf("p_%05d", i)
		if _, err = c.AddDevice(Device{ID: id, ProductID: "p", NodeID: id[2:], Tags: map[string]string{"site": id}}); err == nil {
			c.take(id, "", []serviceProperties{{ServiceID: "Meter", Properties: map[string]any{"litres": json.Number("1.5"),
				"state": "open", "battery": json.Number("99")}}})
			_, err = c.SendMessage(id, Message{Content: json.RawMessage(`"x"`), TTL: time.Hour})
		}
	}
	if err := errors.Join(err, c.Close()); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkOpenState: how long a cloud takes to start with 10,000 devices.
func BenchmarkOpenState(b *testing.B) {
	path := filepath.Join(b.TempDir(), "state")
	crowd(b, path, 10_000)
	for b.Loop() {
		c, err := Start(Options{State: path})
		if err == nil {
			err = c.Close()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReport: what a report of properties costs without a state file and with one.
func BenchmarkReport(b *testing.B) {
	for _, kept := range []bool{false, true} {
		b.Run(fmt.Sprintf("kept=%v", kept), func(b *testing.B) {
			path := ""
			if kept {
				path = filepath.Join(b.TempDir(), "state")
			}
			c := withState(b, path)
			for i := range 1000 {
				if _, err := c.AddDevice(Device{ID: fmt.Sprint("d", i)}); err != nil {
					b.Fatal(err)
				}
			}
			payload := []byte(`{"services":[{"service_id":"Meter","properties":{"litres":1.5,"state":"open"}}]}`)
			i := 0
			for b.Loop() {
				id := fmt.Sprint("d", i%1000)
				c.report(id, topicOf(id, "sys/properties/report"), "", payload)
				i++
			}
		})
	}
}
