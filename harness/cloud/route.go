package cloud

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
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
	RuleKind    = "routing rule"
	ActionKind  = "rule action"
	BacklogKind = "backlog policy"
)

// routes forward notices as the rules say.
type routes struct {
	cloud *Cloud
	ctx   context.Context
	end   context.CancelFunc
	work  sync.WaitGroup

	mu      sync.Mutex
	rules   map[string]record.Record
	backlog map[string]record.Record // policies
	outlets map[string]*outlet       // by action
}

func newRoutes(c *Cloud) *routes {
	ctx, end := context.WithCancel(context.Background())
	rs := &routes{cloud: c, ctx: ctx, end: end, rules: map[string]record.Record{}, backlog: map[string]record.Record{},
		outlets: map[string]*outlet{}}
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
	case BacklogKind:
		rs.backlog[r.ID] = *r
		if ch.New == nil {
			delete(rs.backlog, r.ID)
		}
		for _, o := range rs.outlets {
			o.limit(rs.limits(o.project))
		}
	case ActionKind:
		if old := rs.outlets[r.ID]; old != nil {
			old.stop()
			delete(rs.outlets, r.ID)
		}
		if ch.New == nil {
			return
		}
		if o := rs.open(*r); o != nil {
			rs.outlets[r.ID] = o
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
	var to []*outlet
	rs.mu.Lock()
	for _, o := range rs.outlets {
		if rs.wants(rs.rules[o.rule], n) {
			to = append(to, o)
		}
	}
	rs.mu.Unlock()
	if len(to) == 0 {
		return
	}
	text := rs.cloud.noticeText(n)
	for _, o := range to {
		o.put(text)
	}
}

// wants reports whether a rule is about a notice. rs.mu is held.
func (rs *routes) wants(r record.Record, n notice) bool {
	subject := r.Part("subject")
	return r.Flag("active") && subject.Text("resource") == n.resource && subject.Text("event") == n.event &&
		record.Visible(n.project, r.Project) && (r.Text("app_type") != "APP" || r.Text("app_id") == n.app)
}

// limits are how many bytes may wait to be forwarded, and how long: those of the newest backlog policy of a project.
// Without one they are the platform's. UNCONFIRMED: which of several holds. rs.mu is held.
func (rs *routes) limits(project string) (bytes int, wait time.Duration) {
	bytes, wait = maxBacklog, maxBacklogTime
	newest := uint64(0)
	for _, r := range rs.backlog {
		if r.Sequence > newest && record.Visible(r.Project, project) {
			newest = r.Sequence
			bytes, wait = int(r.Number("backlog_size")), time.Duration(r.Number("backlog_time"))*time.Second
		}
	}
	return bytes, wait
}

// What may wait where no policy says it (SDK, AddBacklogPolicy).
const (
	maxBacklog     = 1 << 30
	maxBacklogTime = 24 * time.Hour
)

// outlet forwards for one action. What cannot be forwarded waits, up to its limits; then the oldest goes.
type outlet struct {
	cloud                 *Cloud
	rule, action, project string
	send                  func(ctx context.Context, text []byte) error
	stop                  context.CancelFunc
	wake                  chan struct{}

	mu    sync.Mutex
	queue []waiting
	size  int
	bytes int           // that may wait
	wait  time.Duration // for which
}

// limit changes how much may wait.
func (o *outlet) limit(bytes int, wait time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bytes, o.wait = bytes, wait
}

// waiting is what waits to be forwarded.
type waiting struct {
	text []byte
	at   time.Time
}

// senders is how many requests of an action are under way at a time: the platform promises no order.
const senders = 8

// open begins to forward for an action; nil where it cannot. rs.mu is held.
func (rs *routes) open(r record.Record) *outlet {
	send, done, ok := rs.cloud.channel(r)
	if !ok {
		return nil
	}
	ctx, stop := context.WithCancel(rs.ctx)
	o := &outlet{cloud: rs.cloud, rule: r.Text("rule_id"), action: r.ID, project: r.Project, send: send, stop: stop,
		wake: make(chan struct{}, senders)}
	o.limit(rs.limits(r.Project))
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
	lost := o.trim()
	o.mu.Unlock()
	o.tell(lost)
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// trim lets go of what waits too long, or is too much behind the newest, and returns how many. o.mu is held.
func (o *outlet) trim() (lost int) {
	old := o.cloud.opts.Now().Add(-o.wait)
	for lost < len(o.queue) && (o.size > o.bytes && lost < len(o.queue)-1 || o.queue[lost].at.Before(old)) {
		o.size -= len(o.queue[lost].text)
		lost++
	}
	o.queue = slices.Delete(o.queue, 0, lost)
	return lost
}

// tell says what was let go.
func (o *outlet) tell(lost int) {
	if lost > 0 {
		o.cloud.warn("", "", "%d notices for the rule action %s are lost: its backlog is full, or they waited too long", lost,
			o.action)
	}
}

// next is the oldest that waits; false where nothing does.
func (o *outlet) next() (waiting, bool) {
	o.mu.Lock()
	lost := o.trim()
	defer o.tell(lost)
	defer o.mu.Unlock()
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
		o.mu.Lock()
		wait := o.wait
		o.mu.Unlock()
		if o.cloud.opts.Now().Sub(w.at) > wait {
			o.tell(1)
			return true
		}
	}
}

// channel is how an action forwards, and what ends with it; ok is false for a channel that is not there.
func (c *Cloud) channel(r record.Record) (send func(ctx context.Context, text []byte) error, done func(), ok bool) {
	detail := r.Part("channel_detail")
	switch r.Text("channel") {
	case "HTTP_FORWARDING":
		send, done = c.httpChannel(r.Project, detail.Part("http_forwarding"))
		return send, done, true
	case "MQTT_DEVICE_FORWARDING":
		topic := detail.Part("mqtt_device_forwarding").Text("topic")
		return func(_ context.Context, text []byte) error {
			c.broker.Publish(broker.Message{Topic: topic, Payload: text, QoS: 1})
			return nil
		}, func() {}, true
	}
	c.warn("", "", "the rule action %s is kept, but nothing is forwarded: the channel %s is not there in the embedded "+
		"IoTDA; HTTP_FORWARDING and MQTT_DEVICE_FORWARDING are", r.ID, r.Text("channel"))
	return nil, nil, false
}

// pushTime is how long a receiver has for its 200
// (https://support.huaweicloud.com/usermanual-iothub/iot_01_0001.html).
const pushTime = 15 * time.Second

// httpChannel posts to a receiver.
func (c *Cloud) httpChannel(project string, d record.Object) (
	send func(ctx context.Context, text []byte) error, done func(),
) {
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
