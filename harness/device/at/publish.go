package at

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
	"quecstar/harness/event"
)

// form is how a publication is sent.
type form struct {
	name    string // "+QMTPUBEX" or "+QMTPUB"
	tail    string // behind the topic
	payload []byte // behind the prompt; none where prompt is ""
	prompt  string
}

// form chooses how the module takes a payload. Its families differ: behind a prompt by length,
// in quotes, or behind a prompt up to Ctrl-Z. Which of them has a length, the test forms tell.
func (q *client) form(ctx context.Context, payload []byte) (form, error) {
	extended, err := q.d.testForm(ctx, "AT+QMTPUBEX=?")
	if err != nil {
		return form{}, err
	}
	sized := fmt.Sprintf(",%d", len(payload))
	quoted, quoteErr := atcmd.Quote(string(payload))
	switch {
	case strings.Contains(extended, "length") && len(payload) > 0:
		return form{"+QMTPUBEX", sized, payload, ">"}, nil
	case strings.Contains(extended, "msg") && quoteErr == nil && len(payload) > 0 && len(payload) <= maxQuoted &&
		ascii(payload):
		return form{name: "+QMTPUBEX", tail: "," + quoted}, nil
	case !bytes.ContainsAny(payload, editing):
		return form{"+QMTPUB", "", append(bytes.Clone(payload), ctrlZ), ">"}, nil
	}
	plain, err := q.d.testForm(ctx, "AT+QMTPUB=?")
	if err != nil {
		return form{}, err
	}
	if !strings.Contains(plain, "length") {
		return form{}, fmt.Errorf("%w: the payload of %d bytes holds one that this firmware cannot carry: its AT+QMTPUB "+
			"takes the bytes 0x08, 0x1A and 0x1B for keys",
			device.ErrConfig, len(payload))
	}
	return form{"+QMTPUB", sized, payload, ">"}, nil
}

// editing are the bytes that mean something where a text is entered up to Ctrl-Z: backspace, Ctrl-Z and
// Esc (MQTT application notes, "AT+QMTPUB").
const editing = "\x08\x1a\x1b"

const ctrlZ = 0x1a

// maxQuoted is how long a payload may be that travels in a command line: lines are bounded, at 559
// characters on EC2x (AT commands manual, section 1.4).
const maxQuoted = 256

func ascii(p []byte) bool {
	for _, b := range p {
		if b >= 0x80 {
			return false
		}
	}
	return true
}

// testForm is what the test form of a command prints, asked once; "" where it is refused.
func (d *Device) testForm(ctx context.Context, text string) (string, error) {
	d.mu.Lock()
	known, ok := d.dialects[text]
	d.mu.Unlock()
	if ok {
		return known, nil
	}
	lines, err := d.ask(ctx, text, strings.TrimSuffix(strings.TrimPrefix(text, "AT"), "=?")+": ")
	var refusal *atcmd.Error
	if err != nil && !errors.As(err, &refusal) {
		return "", err
	}
	answer := strings.Join(lines, "\n")
	d.mu.Lock()
	d.dialects[text] = answer
	d.mu.Unlock()
	return answer, nil
}

// Publish sends a message and waits for the module's word that it is sent, or acknowledged.
func (q *client) Publish(ctx context.Context, m device.Message) error {
	what := "publish to " + m.Topic
	if len(m.Payload) > maxPayload {
		return fmt.Errorf("%s: %w: a payload of %d bytes: the module carries %d", what, device.ErrConfig, len(m.Payload),
			maxPayload)
	}
	if m.QoS > 2 {
		return fmt.Errorf("%s: %w: QoS %d: want 0 to 2", what, device.ErrConfig, m.QoS)
	}
	if err := q.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	f, err := q.form(ctx, m.Payload)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	mid := 0
	if m.QoS > 0 {
		mid = q.mid()
	} else {
		select { // no mutex, whose waiters would stop virtual time
		case q.plain <- struct{}{}:
			defer func() { <-q.plain }()
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", what, context.Cause(ctx))
		}
	}
	text, err := formatted("AT%s=%d,%d,%d,%d,%q", verbatim(f.name), q.index, mid, int(m.QoS), number(m.Retain), m.Topic)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	q.emit(event.Event{Kind: event.Publish, Topic: m.Topic, Payload: m.Payload, QoS: m.QoS, Retain: m.Retain,
		Where: event.Place(ctx)})
	return q.await(ctx, what, Command{Text: text + f.tail, Prompt: f.prompt, Payload: f.payload}, "+QMTPUB", mid)
}

// await sends a command and waits for its URC with result 0, done, or 2, failed; 1 tells that the
// module tries again.
func (q *client) await(ctx context.Context, what string, c Command, urc string, mid int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(closed(q.lost), func() { cancel(fmt.Errorf("%s: %w", what, q.Err())) })
	defer stop()
	match := func(u URC) bool {
		p := u.Params()
		return p.Int(0, -1) == q.index && p.Int(1, -1) == mid && p.Int(2, -1) != 1
	}
	if mid == 0 {
		match = q.order.begin(match)
	}
	u, err := q.d.e.DoURC(ctx, c, urc, match, 0)
	if mid == 0 {
		u, err = q.order.end(u, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, fail(err))
	}
	p := u.Params()
	if p.Int(2, 2) != 0 {
		return fmt.Errorf("%s: %w: the module gave up (%s)", what, device.ErrLost, u.Line)
	}
	if strings.HasPrefix(u.Line, "+QMTSUB") && p.Int(3, 0) == 128 {
		return &device.RefusedError{Code: 0x80, What: what}
	}
	return nil
}

// closed is a context that is done when the channel is closed.
type closedContext struct {
	context.Context
	done <-chan struct{}
}

func closed(done <-chan struct{}) context.Context {
	return closedContext{context.Background(), done}
}

// Done is the channel.
func (c closedContext) Done() <-chan struct{} { return c.done }

// Err is context.Canceled once the channel is closed.
func (c closedContext) Err() error {
	select {
	case <-c.done:
		return context.Canceled
	default:
		return nil
	}
}

// mid is the next message id, 1 to 65,535.
func (q *client) mid() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.nextMID = q.nextMID%65535 + 1
	return q.nextMID
}
