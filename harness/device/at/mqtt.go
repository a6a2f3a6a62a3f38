package at

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
	"quecstar/harness/event"
)

const (
	mqttClients = 6
	// maxPayload is how much one publication carries.
	maxPayload = 4096
	// connectTimeout is what the vendor's client gives a connection to come about.
	connectTimeout = 20 * time.Second
)

// client is one index of the module's MQTT commands.
type client struct {
	d     *Device
	index int
	cfg   device.MQTTConfig

	mu      sync.Mutex // guards what follows
	nextMID int
	open    bool // +QMTCONN said so; a loss before that belongs to OpenMQTT

	plain chan struct{} // holds one while a publication without an id is on its way
	order order
	past  *wait // for results of publications that were given up
	once  sync.Once
	lost  chan struct{}
	err   error // set before lost is closed
}

var _ device.MQTTSession = (*client)(nil)

// OpenMQTT connects with the module's own MQTT stack (AT+QMTCFG, AT+QMTOPEN, AT+QMTCONN).
func (d *Device) OpenMQTT(ctx context.Context, c device.MQTTConfig) (device.MQTTSession, error) {
	if c.Timeout <= 0 {
		c.Timeout = connectTimeout
	}
	if d.opts.Reach != nil {
		if err := d.opts.Reach(c.Host, c.Port); err != nil {
			return nil, err
		}
	}
	if err := d.wantURCs(ctx); err != nil {
		return nil, err
	}
	q, err := d.newClient(c)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	if err = d.opening.enter(ctx); err == nil {
		err = q.connect(ctx)
		d.opening.leave()
	}
	if err != nil {
		q.finish(err)
		d.emit(event.Event{Kind: event.Refused, Device: c.ClientID, Text: err.Error(), Where: event.Place(ctx)})
		return nil, err
	}
	d.emit(event.Event{Kind: event.Connect, Device: c.ClientID,
		Text: fmt.Sprintf("connected to %s:%d over %s", c.Host, c.Port, d.opts.Name), Took: time.Since(begin), Where: event.Place(ctx)})
	d.watching.Go(q.look)
	return q, nil
}

// newClient takes a free index.
func (d *Device) newClient(c device.MQTTConfig) (*client, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, fmt.Errorf("%w: %s", device.ErrClosed, d.opts.Name)
	}
	for i := range d.clients {
		if d.clients[i] == nil {
			q := &client{d: d, index: i, cfg: c, plain: make(chan struct{}, 1), lost: make(chan struct{})}
			q.past = q.unclaimed()
			d.clients[i] = q
			return q, nil
		}
	}
	return nil, fmt.Errorf("%w: all %d MQTT connections of the module are in use", device.ErrNotReady, mqttClients)
}

func (q *client) connect(ctx context.Context) error {
	if err := q.configure(ctx); err != nil {
		return err
	}
	// The time that a script gives is for the server; a slow module takes its own to be configured.
	c := q.cfg
	ctx, cancel := context.WithTimeoutCause(ctx, c.Timeout,
		fmt.Errorf("%w: %s: %w to CONNECT within %v", device.ErrUnreachable, c.Host, device.ErrTimeout, c.Timeout))
	defer cancel()
	if err := q.openNetwork(ctx); err != nil {
		return err
	}
	text, err := formatted("AT+QMTCONN=%d,%q", q.index, c.ClientID)
	if err == nil && (c.User != "" || c.Password != "") {
		text, err = formatted("AT+QMTCONN=%d,%q,%q,%q", q.index, c.ClientID, c.User, c.Password)
	}
	if err != nil {
		return errors.Join(err, q.closeIndex(ctx))
	}
	u, err := q.d.e.DoURC(ctx, Command{Text: text}, "+QMTCONN: ", q.result(1, 0, 2), 0)
	if err != nil {
		return errors.Join(fail(err), q.closeIndex(ctx))
	}
	p := u.Params()
	switch code := p.Int(2, 0); {
	case p.Int(1, 2) != 0:
		return errors.Join(fmt.Errorf("%w: %s: the module could not send CONNECT (%s)", device.ErrUnreachable, c.Host,
			u.Line), q.closeIndex(ctx))
	case code != 0:
		return errors.Join(&device.RefusedError{Code: byte(code), What: fmt.Sprintf("%s:%d", c.Host, c.Port)},
			q.closeIndex(ctx))
	}
	q.mu.Lock()
	q.open = true
	q.mu.Unlock()
	return nil
}

// result matches the URC of this index whose parameter at is one of the values.
func (q *client) result(at int, values ...int) func(URC) bool {
	return func(u URC) bool {
		p := u.Params()
		if p.Int(0, -1) != q.index {
			return false
		}
		for _, v := range values {
			if p.Int(at, -9) == v {
				return true
			}
		}
		return len(values) == 0
	}
}

// configure sets every value that matters: defaults differ between families, and a restart loses
// what was set.
func (q *client) configure(ctx context.Context) error {
	c, i := q.cfg, q.index
	version := 4
	if c.Protocol == 3 {
		version = 3
	}
	texts := []string{
		fmt.Sprintf(`AT+QMTCFG="version",%d,%d`, i, version),
		fmt.Sprintf(`AT+QMTCFG="keepalive",%d,%d`, i, min(int(c.KeepAlive/time.Second), 3600)),
		fmt.Sprintf(`AT+QMTCFG="session",%d,%d`, i, number(c.CleanSession)),
	}
	for _, text := range texts {
		if err := q.d.do(ctx, text); err != nil {
			return err
		}
	}
	if err := q.receiveMode(ctx); err != nil {
		return err
	}
	if err := q.will(ctx); err != nil {
		return err
	}
	if c.TLS == nil {
		if err := q.d.do(ctx, fmt.Sprintf(`AT+QMTCFG="ssl",%d,0`, i)); err != nil && q.d.e.Err() != nil {
			return err // firmware without TLS refuses, and need not know
		}
		return nil
	}
	if err := q.d.secure(ctx, i, *c.TLS); err != nil {
		return err
	}
	return q.d.do(ctx, fmt.Sprintf(`AT+QMTCFG="ssl",%d,1,%d`, i, i))
}

// receiveMode asks for the payload's length in +QMTRECV, without which not every payload can be
// told from what follows.
func (q *client) receiveMode(ctx context.Context) error {
	mode := number(q.d.opts.Buffered)
	err := q.d.do(ctx, fmt.Sprintf(`AT+QMTCFG="recv/mode",%d,%d,1`, q.index, mode))
	var refusal *atcmd.Error
	if errors.As(err, &refusal) {
		q.d.warnOnce("recv", "the module does not tell the length of messages: where one ends shows in what follows, and "+
			"is a guess where it holds a quote and a line end")
		err = q.d.do(ctx, fmt.Sprintf(`AT+QMTCFG="recv/mode",%d,%d`, q.index, mode))
		if errors.As(err, &refusal) {
			return nil // old firmware has only the mode that is wanted here
		}
	}
	return err
}

// warnOnce warns the first time.
func (d *Device) warnOnce(about, text string) {
	d.mu.Lock()
	_, done := d.dialects["warned of "+about]
	d.dialects["warned of "+about] = "yes"
	d.mu.Unlock()
	if !done {
		d.warn(d.opts.Name + ": " + text)
	}
}

func (q *client) will(ctx context.Context) error {
	w := q.cfg.Will
	if w == nil {
		return q.d.do(ctx, fmt.Sprintf(`AT+QMTCFG="will",%d,0`, q.index))
	}
	return q.d.doText(ctx, `AT+QMTCFG="will",%d,1,%d,%d,%q,%q`, q.index, int(w.QoS), number(w.Retain), w.Topic,
		string(w.Payload))
}

// openNetwork sends AT+QMTOPEN. An index that a crashed host left open is closed first.
func (q *client) openNetwork(ctx context.Context) error {
	text, err := formatted("AT+QMTOPEN=%d,%q,%d", q.index, q.cfg.Host, q.cfg.Port)
	if err != nil {
		return err
	}
	for attempt := 0; ; attempt++ {
		u, err := q.d.e.DoURC(ctx, Command{Text: text}, "+QMTOPEN: ", q.result(1, -1, 0, 1, 2, 3, 4, 5), 0)
		if err != nil {
			return fail(err)
		}
		result := u.Params().Int(1, -1)
		if result == 2 && attempt == 0 {
			if err := q.closeIndex(ctx); err != nil {
				return err
			}
			continue
		}
		return q.openError(result)
	}
}

// openError says what a result of +QMTOPEN means.
func (q *client) openError(result int) error {
	where := fmt.Sprintf("%s:%d", q.cfg.Host, q.cfg.Port)
	say := func(class error, why string) error {
		return fmt.Errorf("%w: %w: %s: %s (+QMTOPEN: %d,%d)", device.ErrUnreachable, class, where, why, q.index, result)
	}
	switch result {
	case 0:
		return nil
	case 1:
		return say(device.ErrConfig, "the module does not take the parameters")
	case 2:
		return say(device.ErrNotReady, "the module holds the index in use although it was closed; restart it")
	case 3:
		return say(device.ErrNotReady, "the module has no data connection: check the SIM card, the registration and the APN")
	case 4:
		return say(device.ErrUnreachable, "the host name does not resolve in the module's network")
	}
	if q.cfg.TLS != nil {
		return say(device.ErrTLS, "no connection, or no TLS: the module does not tell which; check the host, the "+
			"certificates and the module's clock")
	}
	return say(device.ErrUnreachable, "the module cannot connect: check the host, the port and the firewall")
}

// closeIndex sends AT+QMTCLOSE; what it answers does not matter, only that the module is there.
func (q *client) closeIndex(ctx context.Context) error {
	_, err := q.d.e.DoURC(ctx, Command{Text: fmt.Sprintf("AT+QMTCLOSE=%d", q.index)}, "+QMTCLOSE: ", q.result(1),
		5*time.Second)
	if err != nil && q.d.e.Err() != nil {
		return err
	}
	return nil
}

// Subscribe sends AT+QMTSUB.
func (q *client) Subscribe(ctx context.Context, filter string, qos byte) error {
	q.emit(event.Event{Kind: event.Subscribe, Topic: filter, QoS: qos, Where: event.Place(ctx)})
	err := q.topics(ctx, "subscribe to "+filter, "+QMTSUB", "AT+QMTSUB=%d,%d,%q,%d", filter, int(qos))
	var refused *device.RefusedError
	if errors.As(err, &refused) {
		err = &device.RefusedError{Code: refused.Code, What: filter}
	}
	if err != nil {
		q.emit(event.Event{Kind: event.Failure, Topic: filter, Text: err.Error()})
	}
	return err
}

// Unsubscribe sends AT+QMTUNS.
func (q *client) Unsubscribe(ctx context.Context, filter string) error {
	return q.topics(ctx, "unsubscribe from "+filter, "+QMTUNS", "AT+QMTUNS=%d,%d,%q", filter)
}

func (q *client) topics(ctx context.Context, what, urc, format string, args ...any) error {
	if err := q.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	mid := q.mid()
	text, err := formatted(format, append([]any{q.index, mid}, args...)...)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return q.await(ctx, what, Command{Text: text}, urc+": ", mid)
}

// Ping does nothing: the module's stack keeps the connection alive by itself, and has no command
// for it.
func (q *client) Ping(context.Context) error { return q.Err() }

// Disconnect sends AT+QMTDISC.
func (q *client) Disconnect(ctx context.Context) error {
	if q.Err() != nil {
		return nil
	}
	q.finish(device.ErrClosed)
	_, err := q.d.e.DoURC(ctx, Command{Text: fmt.Sprintf("AT+QMTDISC=%d", q.index)}, "+QMTDISC: ", q.result(1), 0)
	if err != nil {
		return errors.Join(fail(err), q.closeIndex(ctx))
	}
	return nil
}

// Close sends AT+QMTCLOSE, which breaks the connection.
func (q *client) Close() error {
	if q.Err() != nil {
		return nil
	}
	q.finish(device.ErrClosed)
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	return q.closeIndex(ctx)
}

// Lost is closed when the connection has ended.
func (q *client) Lost() <-chan struct{} { return q.lost }

// Err says why the connection ended; nil while it lasts.
func (q *client) Err() error {
	select {
	case <-q.lost:
		return q.err
	default:
		return nil
	}
}

// finish notes, once, why the connection ended, and frees the index.
func (q *client) finish(why error) {
	q.once.Do(func() {
		q.err = why
		close(q.lost)
		q.d.e.forget(q.past)
		q.d.mu.Lock()
		if q.d.clients[q.index] == q {
			q.d.clients[q.index] = nil
		}
		q.d.mu.Unlock()
		q.mu.Lock()
		open := q.open
		q.mu.Unlock()
		if !open {
			return
		}
		text := "disconnected"
		if !errors.Is(why, device.ErrClosed) {
			text = why.Error()
		}
		q.emit(event.Event{Kind: event.Disconnect, Text: text})
	})
}

func (q *client) emit(e event.Event) {
	e.Device = q.cfg.ClientID
	q.d.emit(e)
}
