package cloud

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"quecstar/harness/broker"
	"quecstar/harness/cloud/record"
	"quecstar/harness/wire"
)

// The kinds of records that routing is made of: rules, and what each does.
const (
	RuleKind   = "routing rule"
	ActionKind = "rule action"
)

// routes forward notices as the rules say.
type routes struct {
	cloud *Cloud
	ctx   context.Context
	end   context.CancelFunc
	work  sync.WaitGroup

	mu      sync.Mutex
	rules   map[string]record.Record
	outlets map[string]*outlet // by action
}

func newRoutes(c *Cloud) *routes {
	ctx, end := context.WithCancel(context.Background())
	rs := &routes{cloud: c, ctx: ctx, end: end, rules: map[string]record.Record{}, outlets: map[string]*outlet{}}
	c.book.Watch(rs.changed)
	return rs
}

func (rs *routes) close() {
	rs.end()
	rs.work.Wait()
}

// changed follows the records.
func (rs *routes) changed(ch record.Change) {
	r := ch.New
	if r == nil {
		r = ch.Old
	}
	rs.mu.Lock()
	defer rs.mu.Unlock()
	switch r.Kind {
	case RuleKind:
		rs.rules[r.ID] = *r
		if ch.New == nil {
			delete(rs.rules, r.ID)
		}
	case ActionKind:
		if old := rs.outlets[r.ID]; old != nil {
			old.stop()
			delete(rs.outlets, r.ID)
		}
		if ch.New != nil {
			rs.outlets[r.ID] = rs.open(*r)
		}
	}
}

// idle reports whether there is nothing to forward to.
func (rs *routes) idle() bool {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	return len(rs.outlets) == 0
}

// take gives a notice to the actions of the rules that want it.
func (rs *routes) take(n notice) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	var text []byte
	for _, o := range rs.outlets {
		if !rs.wants(rs.rules[o.rule], n) {
			continue
		}
		if text == nil {
			text = rs.cloud.noticeText(n)
		}
		o.put(text)
	}
}

// wants reports whether a rule is about a notice. rs.mu is held.
func (rs *routes) wants(r record.Record, n notice) bool {
	subject, _ := r.Data["subject"].(map[string]any)
	return r.Flag("active") && subject["resource"] == n.resource && subject["event"] == n.event &&
		record.Visible(n.project, r.Project) && (r.Text("app_type") != "APP" || r.Text("app_id") == n.app)
}

// Limits of what waits to be forwarded: those of a backlog policy that says none.
const (
	maxBacklog     = 1 << 30
	maxBacklogTime = 24 * time.Hour
)

// outlet forwards for one action. What cannot be forwarded waits, up to its limits; then the oldest goes.
type outlet struct {
	cloud *Cloud
	rule  string
	send  func(ctx context.Context, text []byte) error
	stop  context.CancelFunc
	wake  chan struct{}

	mu    sync.Mutex
	queue []waiting
	size  int
	lost  int // since it was said last
}

// waiting is what waits to be forwarded.
type waiting struct {
	text []byte
	at   time.Time
}

// senders is how many requests of an action are under way at a time: the platform promises no order.
const senders = 8

// open begins to forward for an action. rs.mu is held.
func (rs *routes) open(r record.Record) *outlet {
	ctx, stop := context.WithCancel(rs.ctx)
	o := &outlet{cloud: rs.cloud, rule: r.Text("rule_id"), stop: stop, wake: make(chan struct{}, senders)}
	var done func()
	o.send, done = rs.cloud.channel(r)
	var all sync.WaitGroup
	for range senders {
		all.Add(1)
		rs.work.Go(func() { defer all.Done(); o.run(ctx) })
	}
	rs.work.Go(func() { all.Wait(); done() })
	return o
}

// put adds what is to be forwarded.
func (o *outlet) put(text []byte) {
	o.mu.Lock()
	o.queue = append(o.queue, waiting{text, o.cloud.opts.Now()})
	o.size += len(text)
	o.trim()
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// trim lets go of what waits too long, or is too much. o.mu is held.
func (o *outlet) trim() {
	old := o.cloud.opts.Now().Add(-maxBacklogTime)
	n := 0
	for n < len(o.queue) && (o.size > maxBacklog || o.queue[n].at.Before(old)) {
		o.size -= len(o.queue[n].text)
		n++
	}
	o.queue = slices.Delete(o.queue, 0, n)
	o.lost += n
}

// next is the oldest that waits; false where nothing does.
func (o *outlet) next() (waiting, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.trim()
	if len(o.queue) == 0 {
		return waiting{}, false
	}
	w := o.queue[0]
	o.queue[0] = waiting{}
	o.queue = o.queue[1:]
	o.size -= len(w.text)
	return w, true
}

// run forwards until ctx ends.
func (o *outlet) run(ctx context.Context) {
	for {
		w, ok := o.next()
		if !ok {
			select {
			case <-o.wake:
				continue
			case <-ctx.Done():
				return
			}
		}
		if !o.forward(ctx, w) {
			return
		}
	}
}

// forward sends one until it is taken, or too old; false is that ctx ended.
func (o *outlet) forward(ctx context.Context, w waiting) bool {
	for failures := 1; ; failures++ {
		err := o.send(ctx, w.text)
		if err == nil {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		pause := shortPause
		if failures >= failuresInRow {
			pause = longPause
		}
		if failures == 1 || failures == failuresInRow {
			o.cloud.warn("", "", "a notice is not forwarded and waits: %v", err)
		}
		if o.cloud.tasks.pause(ctx, pause) != nil {
			return false
		}
		if o.cloud.opts.Now().Sub(w.at) > maxBacklogTime {
			return true
		}
	}
}

// errChannel is that the embedded cloud cannot forward through a channel.
var errChannel = errors.New("the embedded IoTDA does not forward through it")

// channel is how an action forwards, and what ends with it.
func (c *Cloud) channel(r record.Record) (send func(ctx context.Context, text []byte) error, done func()) {
	details, _ := r.Data["channel_detail"].(map[string]any)
	detail := func(name string) record.Record {
		o, _ := details[name].(map[string]any)
		return record.Record{Data: o}
	}
	switch r.Text("channel") {
	case "HTTP_FORWARDING":
		return c.httpChannel(r.Project, detail("http_forwarding"))
	case "MQTT_DEVICE_FORWARDING":
		topic := detail("mqtt_device_forwarding").Text("topic")
		return func(_ context.Context, text []byte) error {
			c.broker.Publish(broker.Message{Topic: topic, Payload: text, QoS: 1})
			return nil
		}, func() {}
	}
	return func(context.Context, []byte) error { return fmt.Errorf("%s: %w", r.Text("channel"), errChannel) }, func() {}
}

// pushTime is how long a receiver has for its 200
// (https://support.huaweicloud.com/usermanual-iothub/iot_01_0001.html).
const pushTime = 15 * time.Second

// httpChannel posts to a receiver.
func (c *Cloud) httpChannel(project string, d record.Record) (send func(ctx context.Context, text []byte) error, done func()) {
	network := wire.Or(c.opts.Network)
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if d.Flag("sni_enable") {
		config.ServerName, _, _ = strings.Cut(d.Text("cn_name"), ":")
	}
	if ca, err := c.book.Get(CAKind, project, d.Text("cert_id")); err == nil {
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM([]byte(ca.Text("content")))
	}
	transport := &http.Transport{TLSClientConfig: config, MaxIdleConnsPerHost: senders, IdleConnTimeout: time.Minute,
		DialContext: func(ctx context.Context, kind, addr string) (net.Conn, error) { return network.Dial(ctx, kind, addr) }}
	client := &http.Client{Transport: transport, Timeout: pushTime}
	token := ""
	if d.Flag("signature_enable") {
		token = d.Text("token")
	}
	return func(ctx context.Context, text []byte) error {
		return c.post(ctx, client, d.Text("url"), token, text)
	}, transport.CloseIdleConnections
}

func (c *Cloud) post(ctx context.Context, client *http.Client, url, token string, text []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(text))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		stamp, nonce := strconv.FormatInt(c.opts.Now().UnixMilli(), 10), c.newID()
		c.policy.SignPush(r.Header, token, stamp, nonce)
	}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // of a response that was read
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20)); err != nil {
		return fmt.Errorf("%s: %w", url, err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: it answered %s, not 200", url, resp.Status)
	}
	return nil
}

// signPush is the guess of how a push is signed: the documents name a token and no formula.
func signPush(h http.Header, token, stamp, nonce string) {
	parts := []string{token, stamp, nonce}
	slices.Sort(parts)
	sum := sha256.Sum256([]byte(strings.Join(parts, "")))
	h.Set("timestamp", stamp)
	h.Set("nonce", nonce)
	h.Set("signature", hex.EncodeToString(sum[:]))
}
