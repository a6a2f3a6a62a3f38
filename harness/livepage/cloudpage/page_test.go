package cloudpage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"quecstar/harness/bench"
	"quecstar/harness/cloud"
	"quecstar/harness/event"
	"quecstar/harness/livepage"
	"quecstar/harness/session"
	"quecstar/harness/web/webtest"
)

// model has a parameter of each type of product models.
func model() []cloud.Service {
	return []cloud.Service{{ID: "Control", Type: "Control",
		Properties: []cloud.Property{{Name: "limit", DataType: "int", Method: "RW", Min: "0", Max: "100", Unit: "l"},
			{Name: "state", DataType: "string", Method: "RWE", MaxLength: 64},
			{Name: "volume", DataType: "decimal", Method: "RE"}},
		Commands: []cloud.CommandModel{{Name: "adjust", Paras: []cloud.Para{
			{Name: "litres", DataType: "int", Required: true, Min: "0", Max: "100", Unit: "l"},
			{Name: "serial", DataType: "long"}, {Name: "factor", DataType: "decimal", Min: "0.5", Max: "2"},
			{Name: "mode", DataType: "enum", EnumList: []string{"soft", "hard"}}, {Name: "on", DataType: "boolean",
				Required: true},
			{Name: "note", DataType: "string", MaxLength: 20}, {Name: "at", DataType: "DateTime"},
			{Name: "names", DataType: "string list"}, {Name: "more", DataType: "jsonObject"}}}, {Name: "reset"}}}}
}

// serve serves a page for a cloud with a meter and, beside it, devices that never come.
func serve(t testing.TB, events *event.Stream, others int) (*livepage.Server, *cloud.Cloud) {
	t.Helper()
	c, err := cloud.Start(cloud.Options{Events: events.Emit})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := c.AddProduct(cloud.Product{ID: "meter", Name: "meter", DeviceType: "meter", ProtocolType: "MQTT",
		DataFormat: "json", Services: model()}); err != nil {
		t.Fatal(err)
	}
	for i := range others + 1 {
		if _, err := c.AddDevice(cloud.Device{ID: fmt.Sprintf("meter_%d", i+1), NodeID: fmt.Sprint(i + 1),
			Name:      "Meter in the cellar",
			ProductID: "meter", Secret: "s3cret"}); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Serve(Options{Cloud: c, Events: events})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, c
}

// errOver ends a script.
var errOver = errors.New("the test is over")

// meter runs the script of the meter.
func meter(t testing.TB, c *cloud.Cloud) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(context.Background()) // t's own ends before the clean-up
	s, err := session.New(ctx, session.Options{Script: "testdata/meter.py", Timeout: -1, Stdout: io.Discard,
		Stderr: io.Discard,
		Cloud:  func() (*cloud.Cloud, error) { return c, nil }, Adjust: func(b *bench.Bench) { b.Commands = nil },
		Env: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel(errOver)
		if err := <-done; !errors.Is(err, errOver) {
			t.Error(err)
		}
	})
	wait, end := context.WithTimeout(ctx, time.Minute)
	defer end()
	if _, err := c.WaitActive(wait, "meter_1"); err != nil {
		t.Fatal(err)
	}
}

// TestEmptyPage: a cloud that nobody has come to yet is a page, and whoever comes is on it.
func TestEmptyPage(t *testing.T) {
	s, c := serve(t, &event.Stream{}, -1)
	if _, err := c.AddProduct(cloud.Product{ID: "late", Name: "late", ProtocolType: "MQTT", DataFormat: "json"}); err != nil {
		t.Fatal(err)
	}
	webtest.Run(t, "testdata/empty.mjs", s.URL())
}

// TestPage: a person sends commands, properties, messages and an upgrade to a device that runs a script, and sees it
// answer; orders a fault, and sees it strike; in both themes and languages, on a telephone, and with a screen reader.
func TestPage(t *testing.T) {
	s, c := serve(t, &event.Stream{}, 3)
	meter(t, c)
	webtest.Run(t, "testdata/page.mjs", s.URL())
}
