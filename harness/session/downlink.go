package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"quecstar/harness/bench"
	"quecstar/harness/cloud"
	"quecstar/harness/event"
	"quecstar/harness/pause"
)

// settle is how long an active device gets before it is sent a command, so that what it does on
// connecting, such as a report behind a subscription, comes first.
const settle = 100 * time.Millisecond

// quiet is how long a device that is online and does nothing is waited for: one that relies on the
// platform's implicit subscription has nothing to do.
const quiet = time.Second

// lastWords is how long what a device sent before it ended may be on its way to the embedded IoTDA.
const lastWords = time.Second

// notActive is why the embedded IoTDA sent nothing.
const notActive = "not sent: the script ended before its device was active at the embedded IoTDA"

// sendAll has the cloud send its commands and messages, one after the other, once the device is active.
func (h *hosts) sendAll(ctx context.Context, commands []bench.Command) {
	if len(commands) == 0 {
		return
	}
	id, err := h.awaitDevice(ctx)
	if err != nil {
		h.leave(commands, notActive)
		return
	}
	h.sendTo(ctx, id, commands)
}

// sendOnEveryConnection has the cloud do so on every connection of the device.
func (h *hosts) sendOnEveryConnection(ctx context.Context, commands []bench.Command) {
	for ctx.Err() == nil && len(commands) > 0 {
		id, err := h.awaitDevice(ctx)
		if err != nil {
			return
		}
		online, stop := context.WithCancel(ctx)
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			_ = h.iotda.WaitOffline(online, id)
			stop()
		}()
		h.sendTo(online, id, commands)
		<-gone
		stop()
	}
}

// sendTo sends commands and messages to a device, one after the other, until ctx ends.
func (h *hosts) sendTo(ctx context.Context, id string, commands []bench.Command) {
	for i, c := range commands {
		if err := pause.For(ctx, max(settle, time.Duration(c.After))); err != nil {
			h.leave(commands[i:], "not sent: the script ended before its time")
			return
		}
		err := h.send(ctx, id, c)
		switch {
		case err != nil && ctx.Err() != nil:
			h.leave([]bench.Command{c}, "the script ended before it was answered")
		case err != nil:
			h.s.note("%s: %v", c, err)
			h.leave([]bench.Command{c}, err.Error())
		}
	}
}

// awaitDevice waits for the bench's device, or without one for any, to be active.
func (h *hosts) awaitDevice(ctx context.Context) (id string, err error) {
	select {
	case <-h.started:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if h.s.bench.Device.ID != "" {
		h.mu.Lock()
		id = strings.ReplaceAll(h.s.bench.Device.ID, "{imei}", h.imei)
		h.mu.Unlock()
	}
	if id, err = h.iotda.WaitOnline(ctx, id); err != nil {
		return "", err
	}
	limit, cancel := context.WithTimeout(ctx, quiet)
	defer cancel()
	if _, err := h.iotda.WaitActive(limit, id); err != nil && ctx.Err() != nil {
		return "", err
	}
	return id, nil
}

func (h *hosts) send(ctx context.Context, id string, c bench.Command) error {
	if c.Message != nil {
		return h.sendMessage(id, c)
	}
	ctx, stop := h.heardOut(ctx, id)
	defer stop()
	_, _, err := h.iotda.SendCommand(ctx, id, cloudCommand(c))
	return err
}

// cloudCommand is a command of the bench as the cloud takes it.
func cloudCommand(c bench.Command) cloud.Command {
	return cloud.Command{ServiceID: c.Service, Name: c.Name, Paras: c.Paras}
}

// heardOut is a context that outlasts ctx until what the device sent before its end has come: the last
// that a script publishes may be its answer.
func (h *hosts) heardOut(ctx context.Context, id string) (context.Context, func()) {
	out, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		limit, done := context.WithTimeout(out, lastWords)
		defer done()
		_ = h.iotda.WaitOffline(limit, id)
		cancel(context.Cause(ctx))
	})
	return out, func() { stop(); cancel(nil) }
}

// sendMessage sends a message, which is left until the device has it.
func (h *hosts) sendMessage(id string, c bench.Command) error {
	content, err := json.Marshal(c.Message)
	if err != nil {
		return err
	}
	m := cloud.Message{ID: h.newID(), Name: c.Name, Content: content}
	h.sent.put(m.ID, c)
	if m, err = h.iotda.SendMessage(id, m); err == nil && m.Status == "FAILED" {
		err = fmt.Errorf("device %s: %w", id, cloud.ErrOffline)
	}
	if err != nil {
		h.sent.arrived(m.ID)
	}
	return err
}

// hear strikes off a message that the device has got. It is called by the stream of events, and must
// not emit.
func (h *hosts) hear(e event.Event) {
	if e.Kind != event.Receive || e.Layer != event.Device || !strings.HasSuffix(e.Topic, "/sys/messages/down") {
		return
	}
	var body struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(e.Payload, &body) == nil {
		h.sent.arrived(body.ID)
	}
}

// leave notes commands and messages that got no answer.
func (h *hosts) leave(commands []bench.Command, why string) {
	for _, c := range commands {
		h.sent.leave(c, why)
	}
}

// tellUnanswered lists, at the end of a run, what the cloud sent, or was to send, and got no answer to.
func (h *hosts) tellUnanswered() {
	if list := h.sent.left(); len(list) > 0 {
		h.s.unanswered = "unanswered: " + strings.Join(list, "; ")
		h.s.warn("%s", h.s.unanswered)
	}
}

// sent is what the cloud sends of its own. Its lock is taken by listeners to the stream of events, so
// that nobody emits who holds it.
type sent struct {
	mu         sync.Mutex
	underWay   map[string]bench.Command // messages that the device has not got yet, by their ids
	unanswered []string                 // what was sent, or was to be sent, in vain
}

func (s *sent) put(id string, c bench.Command) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.underWay[id] = c
}

func (s *sent) arrived(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.underWay, id)
}

func (s *sent) leave(c bench.Command, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unanswered = append(s.unanswered, fmt.Sprintf("%s (%s)", c, why))
}

// left is everything without an answer.
func (s *sent) left() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.unanswered)
	for _, c := range s.underWay {
		out = append(out, fmt.Sprintf("%s (sent, and the device did not get it)", c))
	}
	return out
}

// reachable is an error where no device of this run reaches the embedded IoTDA: a module has a network of
// its own, a tape has none, and a script that reaches the hosts that it names does not come here.
func (h *hosts) reachable() error {
	switch {
	case h.s.tape:
		return errors.New("a tape has what the cloud sent in the run that was recorded")
	case !h.s.local:
		return errors.New("the module is on a network of its own, where the embedded IoTDA of this run is not")
	case !h.s.opts.Live || slices.Contains(slices.Collect(maps.Values(h.s.bench.Hosts)), "iotda"):
		return nil
	}
	return errors.New("with --live no host is answered by the embedded IoTDA, unless [hosts] of the bench says so")
}
