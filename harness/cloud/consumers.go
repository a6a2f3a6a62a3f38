package cloud

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"quecstar/harness/cloud/amqp"
	"quecstar/harness/cloud/record"
	"quecstar/harness/wire"
)

// The kinds of records by which consumers get at notices.
const (
	QueueKind      = "queue"
	AccessCodeKind = "access code"
)

// DefaultQueue is a queue that every project has from the beginning.
const DefaultQueue = "DefaultQueue"

// consumers are programs that take notices from queues, by AMQP
// (https://support.huaweicloud.com/usermanual-iothub/iot_01_00100_2.html).
type consumers struct {
	cloud  *Cloud
	server *amqp.Server

	mu     sync.Mutex
	queues map[queueName]*queue
	addr   string
}

// queueName is a queue of a project.
type queueName struct{ project, name string }

// queue is what waits for consumers.
type queue struct{ *backlog }

func newConsumers(c *Cloud) *consumers {
	cs := &consumers{cloud: c, queues: map[queueName]*queue{}}
	cs.server = amqp.New(amqp.Options{Queue: cs.open,
		Login: func(user, password string) (string, error) { return c.consumer("AMQP", user, password) },
		Told:  func(text string) { c.warn("", "", "%s", text) }})
	c.book.Watch(func(ch record.Change) {
		if ch.New == nil && ch.Old.Kind == QueueKind {
			gone := queueName{ch.Old.Project, ch.Old.Text("queue_name")}
			cs.mu.Lock()
			defer cs.mu.Unlock()
			delete(cs.queues, gone)
			c.dropBacklog(queueBacklog(gone))
		}
	})
	return cs
}

// ListenAMQP serves consumers by AMQP 1.0 over TLS at addr ("127.0.0.1:0" when empty), and returns where; a second call
// returns the same.
func (c *Cloud) ListenAMQP(addr string) (string, error) {
	config, err := c.TLSConfig()
	if err != nil {
		return "", err
	}
	config.MaxVersion = tls.VersionTLS12 // the platform has no newer one for AMQP
	cs := c.consumers
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if cs.addr != "" {
		return cs.addr, nil
	}
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := wire.Or(c.opts.Network).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return "", fmt.Errorf("embedded iotda: amqp: %w", err)
	}
	cs.addr = l.Addr().String()
	cs.server.Serve(tls.NewListener(l, config))
	return cs.addr, nil
}

// DropConsumers ends the connections of a project's consumers by AMQP or MQTT.
func (c *Cloud) DropConsumers(project, kind string) {
	if kind == "MQTT" {
		c.pushes.drop(project)
		return
	}
	c.consumers.server.Drop(project)
}

// maxConsumerSkew is how far the time in a consumer's user name may be from the platform's.
const maxConsumerSkew = 5 * time.Minute

// consumer is the project of a consumer by AMQP or MQTT, whose user name is accessKey=…|timestamp=…, with |instanceId=…
// or without.
func (c *Cloud) consumer(kind, user, password string) (project string, err error) {
	parts := map[string]string{}
	for part := range strings.SplitSeq(user, "|") {
		name, value, _ := strings.Cut(part, "=")
		parts[name] = value
	}
	stamp, err := strconv.ParseInt(parts["timestamp"], 10, 64)
	if err != nil || len(parts["timestamp"]) != 13 || parts["accessKey"] == "" {
		return "", errors.New("the user name is not accessKey={key}|timestamp={13 digits, in ms}, with or without " +
			"|instanceId={id}")
	}
	now := c.opts.Now()
	if skew := now.Sub(time.UnixMilli(stamp)); skew >= maxConsumerSkew || skew <= -maxConsumerSkew {
		return "", fmt.Errorf("the timestamp of the user name is %v from the platform's time, %d; less than %v are taken",
			skew.Round(time.Second).Abs(), now.UnixMilli(), maxConsumerSkew)
	}
	codes := c.book.List(AccessCodeKind, "", func(r record.Record) bool {
		return r.Text("type") == kind && r.Text("access_key") == parts["accessKey"]
	})
	if len(codes) == 0 || subtle.ConstantTimeCompare([]byte(codes[0].Text("access_code")), []byte(password)) == 0 {
		return "", errors.New("the access key is unknown, or the password is not its access code")
	}
	return codes[0].Project, nil
}

// open is a queue that a consumer names.
func (cs *consumers) open(project, name string) (amqp.Queue, error) {
	if name != DefaultQueue {
		with := cs.cloud.book.List(QueueKind, project, func(r record.Record) bool { return r.Text("queue_name") == name })
		if len(with) == 0 {
			return nil, fmt.Errorf("the queue %s does not exist", name)
		}
	}
	return cs.queue(project, name), nil
}

// queue is a queue of a project.
func (cs *consumers) queue(project, name string) *queue {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	key := queueName{project, name}
	q := cs.queues[key]
	if q == nil {
		q = &queue{cs.cloud.openBacklog(queueBacklog(key), func(lost int) {
			cs.cloud.warn("", "", "%d notices of the queue %s are lost until now: its backlog is full, they waited too "+
				"long, or a consumer rejected them", lost, name)
		})}
		q.limit(cs.cloud.backlogLimits(project))
		cs.queues[key] = q
	}
	return q
}

// limit gives queues the limits of their projects.
func (cs *consumers) limit() {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for name, q := range cs.queues {
		q.limit(cs.cloud.backlogLimits(name.project))
	}
}

// Take takes the oldest notice.
func (q *queue) Take() (amqp.Message, bool) {
	w, is := q.take()
	return amqp.Message{ID: w.id, Text: string(w.text), Failures: w.failures}, is
}

// Changed is closed when a notice comes.
func (q *queue) Changed() <-chan struct{} { return q.more() }

// Settle is what became of a notice.
func (q *queue) Settle(m amqp.Message, o amqp.Outcome) {
	if o == amqp.Released {
		q.giveBack(m.ID)
		return
	}
	q.settle(m.ID, o == amqp.Rejected)
}
