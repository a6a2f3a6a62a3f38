package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"quecstar/harness/cloud/record"
)

// Async commands wait for devices that sleep, of LwM2M (NB-IoT). The embedded cloud has no LwM2M: such a device is
// registered and never comes, so that its commands wait, are given up, and are told of as the platform does.

// errAsync is that the device's protocol has no async commands (IOTDA.014114).
var errAsync = errors.New("async commands are for LwM2M devices; this one speaks MQTT: use commands")

// Times and numbers of async commands (SDK, AsyncDeviceCommandRequest). The wait for an answer is a guess: the
// documents call it set by the system.
const (
	maxAsyncWait   = 48 * time.Hour
	asyncWait      = 24 * time.Hour
	maxAsyncQueued = 20
	asyncAnswer    = 3 * time.Minute
	keptAsync      = 10_000 // of a project
)

var asyncFields = []field{{name: "service_id", most: 64}, {name: "command_name", most: 128},
	needed(field{name: "paras", form: anObject}),
	{name: "expire_time", form: aNumber, most: int(maxAsyncWait / time.Second)},
	needed(field{name: "send_strategy", oneOf: []string{"immediately", "delay"}})}

func (s *server) asyncRoutes() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"POST /devices/{id}/async-commands":               s.handler((*call).createAsync),
		"GET /devices/{id}/async-commands":                s.handler(func(c *call) error { return c.listAsync(true) }),
		"GET /devices/{id}/async-commands/{command}":      s.handler((*call).showAsync),
		"GET /devices/{id}/async-commands-history":        s.handler(func(c *call) error { return c.listAsync(false) }),
		"POST /devices/{id}/async-commands-history/count": s.handler((*call).countAsync),
	}
}

func (c *call) createAsync() error {
	d, err := c.hasDevice(c.r.PathValue("id"))
	if err != nil {
		return err
	}
	if p, err := c.cloud.Product(d.ProductID); err != nil || p.ProtocolType != "LwM2M" && p.ProtocolType != "CoAP" {
		return fmt.Errorf("device %s: %w", d.ID, errAsync)
	}
	o, err := c.object()
	if err == nil {
		err = checkObject(asyncFields, o)
	}
	if err != nil {
		return err
	}
	r := record.Record{Kind: asyncKind, ID: c.cloud.NewRecordID(), Project: c.project(),
		Object: (&kind{fields: asyncFields}).given(o)}
	r.Object["device_id"] = d.ID
	now := c.opts.Now()
	if r, err = c.cloud.Records().Add(r, func(others []record.Record) error {
		pending := 0
		for _, other := range others {
			if other.Text("device_id") == d.ID && asyncStatus(other, now) == "PENDING" {
				pending++
			}
		}
		if r.Text("send_strategy") == "delay" && pending >= maxAsyncQueued {
			return fmt.Errorf("%w: a device has %d PENDING commands", errQuota, maxAsyncQueued)
		}
		return nil
	}); err != nil {
		return err
	}
	c.cloud.Records().Keep(asyncKind, c.project(), keptAsync)
	reply(c.w, http.StatusCreated, c.asyncJSON(r, false))
	return nil
}

// asyncStatus is what has become of a command by now.
func asyncStatus(r record.Record, now time.Time) string {
	age := now.Sub(r.Created)
	if r.Text("send_strategy") == "immediately" {
		if age < asyncAnswer {
			return "SENT"
		}
		return "TIMEOUT"
	}
	wait := time.Duration(r.Number("expire_time")) * time.Second
	if wait == 0 {
		wait = asyncWait
	}
	if age < wait {
		return "PENDING"
	}
	return "EXPIRED"
}

// inQueue are the states of commands that are still to be carried out; the others are history.
var inQueue = []string{"PENDING", "SENT", "DELIVERED"}

// asyncOf are the commands of a device in some states, newest first.
func (c *call) asyncOf(device string, states []string) []record.Record {
	now := c.opts.Now()
	return c.cloud.Records().List(asyncKind, c.project(), func(r record.Record) bool {
		return r.Text("device_id") == device && slices.Contains(states, asyncStatus(r, now))
	})
}

func (c *call) asyncJSON(r record.Record, listed bool) record.Object {
	out := record.Object{"command_id": r.ID, "status": asyncStatus(r, c.opts.Now()), "created_time": at(r.Created)}
	for name, v := range r.Object {
		if name != "paras" || !listed {
			out[name] = v
		}
	}
	if out["expire_time"] == nil {
		out["expire_time"] = json.Number("0")
	}
	if r.Text("send_strategy") == "immediately" {
		out["sent_time"] = at(r.Created)
	}
	return out
}

// history are the states of commands that are over.
var history = []string{"EXPIRED", "SUCCESSFUL", "FAILED", "TIMEOUT"}

// asyncFound are the commands that a query names.
func (c *call) asyncFound(states []string) ([]record.Record, error) {
	d, err := c.hasDevice(c.r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	q := c.r.URL.Query()
	from, to, ok := period(c.w, q)
	if !ok {
		return nil, errTold
	}
	now := c.opts.Now()
	return slices.DeleteFunc(c.asyncOf(d.ID, states), func(r record.Record) bool {
		return !is(q.Get("status"), asyncStatus(r, now)) || !is(q.Get("command_name"), r.Text("command_name")) ||
			r.Created.Before(from) || !to.IsZero() && r.Created.After(to)
	}), nil
}

func (c *call) listAsync(queue bool) error {
	states := history
	if queue {
		states = inQueue
	}
	all, err := c.asyncFound(states)
	if err != nil {
		return err
	}
	some, page, ok := paged(c.w, c.r, all, func(r record.Record) uint64 { return r.Sequence })
	if !ok {
		return errTold
	}
	out := []record.Object{}
	for _, r := range some {
		out = append(out, c.asyncJSON(r, true))
	}
	if queue {
		reply(c.w, http.StatusOK, record.Object{"commands": out, "page": page})
		return nil
	}
	reply(c.w, http.StatusOK, record.Object{"commands": out, "page": record.Object{"marker": page.Marker}})
	return nil
}

func (c *call) countAsync() error {
	all, err := c.asyncFound(history)
	if err != nil {
		return err
	}
	reply(c.w, http.StatusOK, record.Object{"count": len(all)})
	return nil
}

func (c *call) showAsync() error {
	if _, err := c.hasDevice(c.r.PathValue("id")); err != nil {
		return err
	}
	r, err := c.cloud.Records().Get(asyncKind, c.project(), c.r.PathValue("command"))
	if err != nil {
		return err
	}
	if r.Text("device_id") != c.r.PathValue("id") {
		return fmt.Errorf("%s %s: %w", asyncKind, r.ID, record.ErrNone)
	}
	reply(c.w, http.StatusOK, c.asyncJSON(r, false))
	return nil
}
