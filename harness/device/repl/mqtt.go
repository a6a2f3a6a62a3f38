package repl

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"sync"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// mqttPoll is how often messages are asked for: the module cannot call this side.
const mqttPoll = 50 * time.Millisecond

// mqttHelper is what the module gets for MQTT: a client that collects what comes on a thread of its
// own. It keeps to Python 3.4.
const mqttHelper = `
import umqtt as _qs_umqtt, _thread as _qs_thread
class _qs_MQTT:
    def __init__(self, id, server, port, user, password, keepalive, ssl, params, version):
        self.got = []
        self.taken = 0
        self.lost = None
        self.on = True
        self.c = _qs_umqtt.MQTTClient(id, server, port, user, password, keepalive, ssl, params, False, version)
        self.c.set_callback(self.message)
    def message(self, topic, msg):
        self.got.append((topic, msg))
    def start(self, clean):
        self.c.connect(clean)
        _qs_thread.start_new_thread(self.run, ())
    def run(self):
        try:
            while self.on:
                self.c.wait_msg()
        except Exception as e:
            if self.on:
                self.lost = repr(e)
    def take(self, n):
        while self.taken < n:
            self.got.pop(0)
            self.taken += 1
        return (list(self.got), self.lost)
    def stop(self, how):
        self.on = False
        getattr(self.c, how)()
_qs_mqtt = {}
`

// Reach says whether the module may connect to a host, with an error that says why not. Nil lets it
// reach every host. It must be set before the first connection.
func (d *Device) Reach(f func(host string, port int) error) { d.reach = f }

// Hear has f hear of what MQTT connections do. It must be set before the first connection.
func (d *Device) Hear(f event.Sink) { d.events = f }

// mqttSession is a connection that the module's umqtt has.
type mqttSession struct {
	d    *Device
	key  string // of _qs_mqtt on the module
	cfg  device.MQTTConfig
	once sync.Once
	lost chan struct{}
	err  error // set before lost is closed
	stop context.CancelFunc
	work sync.WaitGroup
}

var (
	_ device.MQTT        = (*Device)(nil)
	_ device.MQTTSession = (*mqttSession)(nil)
)

// OpenMQTT connects with the firmware's umqtt.
func (d *Device) OpenMQTT(ctx context.Context, c device.MQTTConfig) (device.MQTTSession, error) {
	if d.reach != nil {
		if err := d.reach(c.Host, c.Port); err != nil {
			return nil, err
		}
	}
	d.mu.Lock()
	d.sessions++
	key := strconv.Itoa(d.sessions)
	d.mu.Unlock()
	helped, err := d.c.Eval(ctx, "'_qs_mqtt' in globals()") // a module that restarted has it no more
	if err != nil {
		return nil, fmt.Errorf("umqtt: %w", err)
	}
	if helped != true {
		if err := d.c.Exec(ctx, mqttHelper, nil); err != nil {
			return nil, fmt.Errorf("umqtt: %w by the module's firmware: %w", device.ErrUnsupported, err)
		}
	}
	s := &mqttSession{d: d, key: key, cfg: c, lost: make(chan struct{})}
	begin := time.Now()
	if err := s.connect(ctx); err != nil {
		s.emit(event.Event{Kind: event.Refused, Text: err.Error(), Where: event.Place(ctx)})
		return nil, err
	}
	s.emit(event.Event{Kind: event.Connect, Text: fmt.Sprintf("connected to %s:%d over %s", c.Host, c.Port, d.name),
		Took: time.Since(begin), Where: event.Place(ctx)})
	polling, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.work.Go(func() { s.listen(polling) })
	d.mu.Lock()
	d.open = append(d.open, s)
	d.mu.Unlock()
	return s, nil
}

func (s *mqttSession) emit(e event.Event) {
	e.Layer, e.Device = event.Device, s.cfg.ClientID
	s.d.events.Emit(e)
}

// object is the client on the module.
func (s *mqttSession) object() string { return "_qs_mqtt[" + s.key + "]" }

func optional(text string) string {
	if text == "" {
		return "None"
	}
	return quote(text)
}

func (s *mqttSession) connect(ctx context.Context) error {
	c := s.cfg
	secure, params := "False", "{}"
	if c.TLS != nil {
		secure = "True"
		if len(c.TLS.Cert) > 0 {
			params = "{'cert':" + quote(string(c.TLS.Cert)) + ",'key':" + quote(string(c.TLS.Key)) + "}"
		}
	}
	version := 4
	if c.Protocol == 3 {
		version = 3
	}
	code := fmt.Sprintf("%s=_qs_MQTT(%s,%s,%d,%s,%s,%d,%s,%s,%d)\n", s.object(), quote(c.ClientID), quote(c.Host), c.Port,
		optional(c.User), optional(c.Password), int(c.KeepAlive/time.Second), secure, params, version)
	if w := c.Will; w != nil {
		code += fmt.Sprintf("%s.c.set_last_will(%s,%s,%s,%d)\n", s.object(), quote(w.Topic), quoteBytes(w.Payload),
			pythonBool(w.Retain), w.QoS)
	}
	code += fmt.Sprintf("%s.start(%s)\n", s.object(), pythonBool(c.CleanSession))
	err := s.d.c.Exec(ctx, code, nil)
	var remote *RemoteError
	if errors.As(err, &remote) {
		return s.refusal(remote)
	}
	return err
}

func pythonBool(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// connackCode is how the vendor's client tells a refusal.
var connackCode = regexp.MustCompile(`MQTT Connect error='(\d+)'`)

// refusal is what an exception of connect means.
func (s *mqttSession) refusal(remote *RemoteError) error {
	where := fmt.Sprintf("%s:%d", s.cfg.Host, s.cfg.Port)
	if m := connackCode.FindStringSubmatch(remote.Message); m != nil {
		if code, err := strconv.Atoi(m[1]); err == nil && code >= 1 && code <= 5 {
			return &device.RefusedError{Code: byte(code), What: where}
		}
	}
	return fmt.Errorf("%w: %s: the module's umqtt: %w", device.ErrUnreachable, where, remote)
}

// listen asks for what came until the session ends.
func (s *mqttSession) listen(ctx context.Context) {
	t := time.NewTicker(mqttPoll)
	defer t.Stop()
	taken := 0 // messages: the module keeps them until it hears that they arrived
	for {
		select {
		case <-t.C:
		case <-s.lost:
			return
		case <-ctx.Done():
			return
		}
		v, err := s.d.c.Eval(ctx, fmt.Sprintf("%s.take(%d)", s.object(), taken))
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, device.ErrLost) && !errors.Is(err, device.ErrGone) && s.d.c.s.losses() > 0 {
			continue // the port was away: the module has the messages still, unless it restarted
		}
		if err != nil {
			s.finish(fmt.Errorf("%w: %w", device.ErrLost, err))
			return
		}
		taken += s.took(v)
	}
}

// took hands out the messages of ([(topic, payload), …], lost) and returns their number.
func (s *mqttSession) took(v any) int {
	pair, ok := asRecord(v)
	if !ok {
		s.finish(fmt.Errorf("%w: the module's answer is %v", device.ErrLost, v))
		return 0
	}
	for _, one := range pair.sub(0) {
		r, ok := asRecord(one)
		if !ok || len(r) < 2 {
			continue
		}
		m := device.Message{Topic: string(asBytes(r[0])), Payload: asBytes(r[1])}
		s.emit(event.Event{Kind: event.Receive, Topic: m.Topic, Payload: m.Payload})
		if s.cfg.OnMessage != nil {
			s.cfg.OnMessage(m)
		}
	}
	if len(pair) > 1 && pair[1] != nil {
		s.finish(fmt.Errorf("%w: the module's umqtt: %v", device.ErrLost, pair[1]))
	}
	return len(pair.sub(0))
}

// asBytes is a str or bytes of the module as bytes.
func asBytes(v any) []byte {
	switch v := v.(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	}
	return nil
}

// do calls a method of umqtt's client; its exception is a loss.
func (s *mqttSession) do(ctx context.Context, what, call string) error {
	if err := s.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	err := s.d.c.Exec(ctx, s.object()+".c."+call+"\n", nil)
	var remote *RemoteError
	if errors.As(err, &remote) {
		return fmt.Errorf("%s: %w: the module's umqtt: %w", what, device.ErrLost, remote)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Publish calls publish, which says nothing of a failure in older firmware, and False in newer.
func (s *mqttSession) Publish(ctx context.Context, m device.Message) error {
	s.emit(event.Event{Kind: event.Publish, Topic: m.Topic, Payload: m.Payload, QoS: m.QoS, Retain: m.Retain,
		Where: event.Place(ctx)})
	what := "publish to " + m.Topic
	if err := s.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	sent, err := s.d.c.Eval(ctx, fmt.Sprintf("%s.c.publish(%s,%s,%s,%d)", s.object(), quote(m.Topic),
		quoteBytes(m.Payload), pythonBool(m.Retain), m.QoS))
	var remote *RemoteError
	switch {
	case errors.As(err, &remote):
		return fmt.Errorf("%s: %w: the module's umqtt: %w", what, device.ErrLost, remote)
	case err != nil:
		return fmt.Errorf("%s: %w", what, err)
	case sent == false:
		return fmt.Errorf("%s: %w: the module's umqtt says that it is not sent or not acknowledged", what, device.ErrLost)
	}
	return nil
}

// Subscribe calls subscribe.
func (s *mqttSession) Subscribe(ctx context.Context, filter string, qos byte) error {
	s.emit(event.Event{Kind: event.Subscribe, Topic: filter, QoS: qos, Where: event.Place(ctx)})
	err := s.do(ctx, "subscribe to "+filter, fmt.Sprintf("subscribe(%s,%d)", quote(filter), qos))
	var remote *RemoteError
	if errors.As(err, &remote) && remote.Message != "" && remote.Message[:min(3, len(remote.Message))] == "128" {
		return &device.RefusedError{Code: 0x80, What: filter}
	}
	return err
}

// Unsubscribe is not in the vendor's client.
func (s *mqttSession) Unsubscribe(context.Context, string) error {
	return fmt.Errorf("unsubscribe: %w by the firmware's umqtt", device.ErrUnsupported)
}

// Ping calls ping.
func (s *mqttSession) Ping(ctx context.Context) error { return s.do(ctx, "ping", "ping()") }

// Disconnect calls disconnect.
func (s *mqttSession) Disconnect(ctx context.Context) error { return s.end(ctx, "disconnect") }

// Close calls close, which breaks the connection.
func (s *mqttSession) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return s.end(ctx, "close")
}

func (s *mqttSession) end(ctx context.Context, how string) error {
	if s.Err() != nil {
		return nil
	}
	s.finish(device.ErrClosed)
	s.stop()
	s.work.Wait()
	err := s.d.c.Exec(ctx, fmt.Sprintf("%s.stop(%s)\ndel %s\n", s.object(), quote(how), s.object()), nil)
	var remote *RemoteError
	if errors.As(err, &remote) {
		return nil // it was gone already
	}
	return err
}

// finish notes, once, why the connection ended.
func (s *mqttSession) finish(why error) {
	s.once.Do(func() {
		s.err = why
		close(s.lost)
		text := "disconnected"
		if !errors.Is(why, device.ErrClosed) {
			text = why.Error()
		}
		s.emit(event.Event{Kind: event.Disconnect, Text: text})
	})
}

// Lost is closed when the connection has ended.
func (s *mqttSession) Lost() <-chan struct{} { return s.lost }

// Err says why the connection ended; nil while it lasts.
func (s *mqttSession) Err() error {
	select {
	case <-s.lost:
		return s.err
	default:
		return nil
	}
}

// endSessions ends what is open when the device closes.
func (d *Device) endSessions() {
	d.mu.Lock()
	open := d.open
	d.mu.Unlock()
	for _, s := range open {
		_ = s.Close() // a module that is gone has no connection to end
		s.stop()
		s.work.Wait()
	}
}
