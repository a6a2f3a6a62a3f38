package cloud

import (
	"context"
	"sync"
	"time"

	"quecstar/harness/cloud/record"
)

// The kinds of records that routing is made of: rules, and what each does.
const (
	RuleKind    = "routing rule"
	ActionKind  = "rule action"
	BacklogKind = "backlog policy"
	FlowKind    = "flow control policy"
)

// routes forward notices as the rules say.
type routes struct {
	cloud *Cloud
	ctx   context.Context
	end   context.CancelFunc
	work  sync.WaitGroup

	mu      sync.Mutex
	rules   map[string]*rule
	flows   map[string]*flow
	outlets map[string]*outlet // by action
}

func newRoutes(c *Cloud) *routes {
	ctx, end := context.WithCancel(context.Background())
	rs := &routes{cloud: c, ctx: ctx, end: end, rules: map[string]*rule{},
		flows: map[string]*flow{}, outlets: map[string]*outlet{}}
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
		delete(rs.rules, r.ID)
		if ch.New != nil {
			rs.rules[r.ID] = rs.cloud.routingRule(*r)
		}
	case BacklogKind:
		for _, o := range rs.outlets {
			o.limit(rs.cloud.backlogLimits(o.project))
		}
		rs.cloud.consumers.limit()
	case FlowKind:
		delete(rs.flows, r.ID)
		if ch.New != nil {
			rs.flows[r.ID] = &flow{Record: *r}
		}
	case ActionKind:
		if old := rs.outlets[r.ID]; old != nil {
			old.stop()
			delete(rs.outlets, r.ID)
			rs.cloud.dropBacklog(actionBacklog(r.ID))
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
	to := map[*rule][]*outlet{}
	rs.mu.Lock()
	for _, o := range rs.outlets {
		if r := rs.rules[o.rule]; r != nil && r.wants(n) {
			to[r] = append(to[r], o)
		}
	}
	rs.mu.Unlock()
	if len(to) == 0 {
		return
	}
	text := rs.cloud.noticeText(n)
	for r, outlets := range to {
		forwarded, holds := rs.cloud.forwarded(r, text)
		for _, o := range outlets {
			switch {
			case !holds:
			case o.channel.own && r.statement.All():
				o.put(n.payload, n.topic)
			default:
				o.put(forwarded, n.topic)
			}
		}
	}
}

// backlogLimits are how many bytes may wait to be forwarded, and how long: those of the newest backlog policy of a
// project. Without one they are the platform's. UNCONFIRMED: which of several holds.
func (c *Cloud) backlogLimits(project string) (bytes int, wait time.Duration) {
	for _, r := range c.book.List(BacklogKind, project, nil) {
		return int(r.Number("backlog_size")), time.Duration(r.Number("backlog_time")) * time.Second
	}
	return maxBacklog, maxBacklogTime
}

// outlet forwards for one action. What cannot be forwarded waits in its backlog.
type outlet struct {
	*backlog
	cloud                      *Cloud
	rule, action, project, via string
	channel                    channel
	stop                       context.CancelFunc
}

// senders is how many requests of an action are under way at a time, which the platform promises no order of: with 32 a
// receiver may take 6 ms for each of 5,000 notices a second.
const senders = 32

// open begins to forward for an action; nil where it cannot. rs.mu is held.
func (rs *routes) open(r record.Record) *outlet {
	ch, ok := rs.cloud.channel(r)
	if !ok {
		return nil
	}
	ctx, stop := context.WithCancel(rs.ctx)
	o := &outlet{cloud: rs.cloud, rule: r.Text("rule_id"), action: r.ID, project: r.Project, via: r.Text("channel"),
		channel: ch, stop: stop}
	o.backlog = rs.cloud.openBacklog(actionBacklog(r.ID), func(lost int) {
		rs.cloud.warn("", "", "%d notices for the rule action %s are lost until now: its backlog is full, or they waited "+
			"too long", lost, o.action)
	})
	o.limit(rs.cloud.backlogLimits(r.Project))
	var all sync.WaitGroup
	for range ch.senders {
		all.Add(1)
		rs.work.Go(func() { defer all.Done(); o.run(ctx) })
	}
	rs.work.Go(func() {
		all.Wait()
		if ch.done != nil {
			ch.done()
		}
	})
	return o
}

// run forwards until ctx ends.
func (o *outlet) run(ctx context.Context) {
	for {
		more := o.more()
		w, ok := o.take()
		if !ok {
			select {
			case <-more:
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
		err := o.cloud.routes.throttle(ctx, o)
		if err == nil {
			err = o.channel.send(ctx, w)
		}
		if err == nil {
			o.settle(w.id, false)
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
		if o.expired(w) {
			o.settle(w.id, true)
			return true
		}
		if o.cloud.tasks.pause(ctx, pause) != nil {
			return false
		}
		if o.expired(w) {
			o.settle(w.id, true)
			return true
		}
	}
}
