package amqp

import (
	"context"
	"encoding/binary"
	"maps"
	"slices"
)

// maxSessions is how many sessions a connection has.
const maxSessions = 16

// session is one of a connection, whose mu guards it (part 2, section 2.5).
type session struct {
	conn    *conn
	channel uint16
	links   map[uint32]*link
	// next is the id of the next transfer and of the next delivery; window how many transfers the client takes yet.
	next, delivery, window uint32
	changed                chan struct{} // closed when a credit or the window changes
}

// maxHandle is the highest number of a link; one that is refused has a number until the client knows.
const maxHandle = 31

// ourWindow is the window that is announced for what clients send: they send nothing.
const ourWindow = 100

func (c *conn) begin(f frame) error {
	window := needed[uint32](&f.fields, 2)
	remote := f.fields.get(0)
	switch {
	case f.fields.failed() != nil:
		return f.fields.failed()
	case remote != nil:
		return faultf(condNotAllowed, "the server began no session")
	case c.sessions[f.channel] != nil || f.channel >= maxSessions:
		return faultf(condNotAllowed, "the channel %d has a session, or is not below %d", f.channel, maxSessions)
	}
	c.sessions[f.channel] = &session{conn: c, channel: f.channel, links: map[uint32]*link{}, window: window,
		changed: make(chan struct{})}
	return c.sendLocked(amqpFrame, f.channel, opBegin, []any{f.channel, uint32(0), uint32(ourWindow), uint32(ourWindow),
		uint32(maxHandle)}, nil)
}

func (s *session) send(op uint64, list []any) error {
	return s.conn.sendLocked(amqpFrame, s.channel, op, list, nil)
}

// change wakes the links.
func (s *session) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// close ends all links.
func (s *session) close() {
	for _, l := range s.links {
		l.close()
	}
}

// attach begins a link, or refuses it: by a link without an end, which is detached at once (part 2, section 2.6.3).
func (s *session) attach(f fields) error {
	name, handle, receives := needed[string](&f, 0), needed[uint32](&f, 1), needed[bool](&f, 2)
	settle, second := field(&f, 3, uint8(2)), field(&f, 4, uint8(0))
	source, target := field(&f, 5, described{}), field(&f, 6, described{})
	switch {
	case f.failed() != nil:
		return f.failed()
	case s.links[handle] != nil || handle > maxHandle:
		return faultf(condNotAllowed, "the handle %d is taken, or more than %d", handle, maxHandle)
	case settle > 2 || second > 1:
		return faultf(condField, "the settle modes of the link %q are none", name)
	}
	l := &link{session: s, handle: handle, settled: settle == 1, unsettled: map[uint32]Message{}, end: func() {}}
	s.links[handle] = l
	from, why := s.source(l, receives, source)
	if why == nil {
		if err := s.send(opAttach, []any{name, handle, false, settle, second, described{aSource, []any{from}},
			described{aTarget, []any{addressOf(target)}}, nil, nil, uint32(0)}); err != nil {
			return err
		}
		var ctx context.Context
		ctx, l.end = context.WithCancel(s.conn.ctx)
		s.conn.links++
		s.conn.linked = true
		s.conn.work.Go(func() { l.run(ctx) })
		return nil
	}
	s.conn.server.opts.Told("a link of an AMQP consumer is refused: " + why.text)
	refusal := []any{name, handle, !receives, settle, second, nil, nil}
	if receives {
		refusal = append(refusal, nil, nil, uint32(0))
	}
	if err := s.send(opAttach, refusal); err != nil {
		return err
	}
	return s.send(opDetach, []any{handle, true, why.value()})
}

// addressOf is the address of a source or a target; nil for none.
func addressOf(end described) any {
	list, _ := end.value.([]any)
	if len(list) > 0 {
		if s, is := list[0].(string); is {
			return s
		}
	}
	return nil
}

// source finds the queue of a link, by its address.
func (s *session) source(l *link, receives bool, source described) (string, *fault) {
	address, _ := addressOf(source).(string)
	switch {
	case !receives:
		return "", faultf(condNotAllowed, "consumers send nothing: a sender link is refused")
	case source.code != aSource || address == "":
		return "", faultf(condField, "the link names no queue as its source's address")
	case s.conn.links >= maxLinks:
		return "", faultf(condLimit, "the connection has %d links", maxLinks)
	}
	queue, err := s.conn.server.opts.Queue(s.conn.account, address)
	if err != nil {
		return "", faultf(condNotFound, "%v", err)
	}
	l.queue = queue
	return address, nil
}

// flow takes a client's window, and the credit of a link (part 2, sections 2.5.6 and 2.6.7).
func (s *session) flow(f fields) error {
	seen, window := field(&f, 0, uint32(0)), needed[uint32](&f, 1)
	handle, about := f.get(4).(uint32)
	count, credit := field(&f, 5, uint32(0)), field(&f, 6, uint32(0))
	drain, echo := field(&f, 8, false), field(&f, 9, false)
	if err := f.failed(); err != nil {
		return err
	}
	s.window = seen + window - s.next
	if about {
		l := s.links[handle]
		if l == nil {
			return faultf(condNotAllowed, "the handle %d has no link", handle)
		}
		l.credit, l.drain = count+credit-l.count, drain
		if int32(l.credit) < 0 {
			l.credit = 0 // less than were sent meanwhile
		}
		if echo && !drain {
			if err := l.tell(); err != nil {
				return err
			}
		}
	} else if echo {
		if err := s.send(opFlow, s.state()); err != nil {
			return err
		}
	}
	s.change()
	return nil
}

// state is what a flow says of a session.
func (s *session) state() []any {
	return []any{uint32(0), uint32(ourWindow), s.next, uint32(ourWindow)}
}

// disposition takes what became of deliveries (part 2, section 2.7.6).
func (s *session) disposition(f fields) error {
	receiver, first := needed[bool](&f, 0), needed[uint32](&f, 1)
	last, settled := field(&f, 2, first), field(&f, 3, false)
	state := field(&f, 4, described{})
	if err := f.failed(); err != nil {
		return err
	}
	if !receiver {
		return nil // of what nobody sent
	}
	outcome, final := outcomeOf(state.code)
	if !final && !settled {
		return nil // not yet
	}
	for _, l := range s.links {
		l.settle(first, last, outcome)
	}
	if settled {
		return nil
	}
	return s.send(opDisposition, []any{false, first, last, true, described{state.code, []any{}}})
}

// outcomeOf is what a delivery state says; what is settled without one is taken back.
func outcomeOf(code uint64) (o Outcome, final bool) {
	switch code {
	case accepted:
		return Accepted, true
	case rejected:
		return Rejected, true
	case released, modified:
		return Released, true
	}
	return Released, false
}

func (s *session) detach(f fields) error {
	handle := needed[uint32](&f, 0)
	if err := f.failed(); err != nil {
		return err
	}
	l := s.links[handle]
	if l == nil {
		return faultf(condNotAllowed, "the handle %d has no link", handle)
	}
	delete(s.links, handle)
	if l.queue == nil {
		return nil // it was refused, and detached then
	}
	l.close()
	s.conn.links--
	return s.send(opDetach, []any{handle, true})
}

// link is one that a client receives on.
type link struct {
	session *session
	handle  uint32
	queue   Queue // nil for one that was refused
	settled bool  // what is sent is settled: nobody says what became of it
	end     context.CancelFunc
	closed  bool

	credit, count uint32             // how many the client takes, and how many were sent
	drain         bool               // the client wants to hear when nothing is there for its credit
	unsettled     map[uint32]Message // by delivery
	rest          []byte             // of the message that is being sent, the last of them
}

// tell tells the client how the link is.
func (l *link) tell() error {
	return l.session.send(opFlow, append(l.session.state(), l.handle, l.count, l.credit, uint32(0), l.drain))
}

// close ends the link, and gives back what is not settled.
func (l *link) close() {
	l.end()
	l.closed = true
	l.settle(0, ^uint32(0), Released)
}

// settle says what became of deliveries. Ids begin at 0 and wrap after as many as no connection sees.
func (l *link) settle(first, last uint32, o Outcome) {
	for _, id := range slices.Sorted(maps.Keys(l.unsettled)) {
		if id >= first && id <= last {
			l.queue.Settle(l.unsettled[id], o)
			delete(l.unsettled, id)
		}
	}
}

// run sends while there is credit.
func (l *link) run(ctx context.Context) {
	for {
		more := l.queue.Changed()
		l.session.conn.mu.Lock()
		sent, changed, err := l.next()
		l.session.conn.mu.Unlock()
		if err == nil && !sent {
			select {
			case <-more:
			case <-changed:
			case <-ctx.Done():
			}
		}
		if err != nil || ctx.Err() != nil {
			return // the reader sees it, too
		}
	}
}

// next sends a message where the client takes one and there is one.
func (l *link) next() (sent bool, changed <-chan struct{}, err error) {
	s := l.session
	switch {
	case l.closed || s.window == 0:
		return false, s.changed, nil
	case len(l.rest) > 0:
		return true, nil, l.transfer([]any{l.handle, nil, nil, nil, nil})
	}
	var m Message
	is := false
	if l.credit > 0 {
		m, is = l.queue.Take()
	}
	if !is {
		if l.drain { // what is not used of the credit ends (part 2, section 2.6.7)
			l.count, l.credit = l.count+l.credit, 0
			err = l.tell()
			l.drain = false
		}
		return false, s.changed, err
	}
	l.count, l.credit = l.count+1, l.credit-1
	id := s.delivery
	s.delivery++
	l.unsettled[id] = m
	if m.Failures > 0 {
		l.rest = encode(l.rest, described{headerSection, []any{nil, nil, nil, nil, m.Failures}})
	}
	// UNCONFIRMED that the platform sends a text as a value; its samples for Java read one (getBody(String.class)).
	l.rest = encode(l.rest, described{valueSection, m.Text})
	tag := binary.BigEndian.AppendUint32(nil, id)
	return true, nil, l.transfer([]any{l.handle, id, tag, uint32(0), l.settled})
}

// headRoom is more than the performative of a transfer has, in bytes.
const headRoom = 100

// transfer sends of the rest of a message what goes into a frame.
func (l *link) transfer(list []any) error {
	s := l.session
	n := min(len(l.rest), s.conn.peerFrame-headRoom)
	part := l.rest[:n]
	l.rest = l.rest[n:]
	s.next, s.window = s.next+1, s.window-1
	if err := s.conn.sendLocked(amqpFrame, s.channel, opTransfer, append(list, len(l.rest) > 0), part); err != nil {
		return err
	}
	if l.settled && len(l.rest) == 0 {
		l.settle(0, ^uint32(0), Accepted)
	}
	return nil
}
