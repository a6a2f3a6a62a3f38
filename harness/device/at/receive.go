package at

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

// mqttURC takes +QMTRECV and +QMTSTAT; the others are results that somebody waits for.
func (d *Device) mqttURC(u URC) {
	name, _, _ := strings.Cut(u.Line, ":")
	if name != "+QMTRECV" && name != "+QMTSTAT" {
		return
	}
	p := u.Params()
	i := p.Int(0, -1)
	if i < 0 || i >= mqttClients {
		return
	}
	d.mu.Lock()
	q := d.clients[i]
	d.mu.Unlock()
	if q == nil {
		return // a late word about an index that is closed
	}
	switch {
	case name == "+QMTSTAT":
		q.ended(p.Int(1, 0))
	case u.Data == nil && len(p) == 2:
		q.fetch(p.Int(1, 0))
	default:
		q.received(u)
	}
}

// restURC says what may have been cut off a message.
func (d *Device) restURC(u URC) {
	if u.Rest {
		d.warn(fmt.Sprintf("a line that may be the rest of the message before it, which came without a length: %q", u.Line))
	}
}

// statTexts are the meanings of +QMTSTAT (Quectel MQTT application notes, "AT+QMTSTAT"); 8 is seen,
// and documented as the client's side on some families.
var statTexts = map[int]string{
	1: "the server closed or reset it", 2: "no answer to PINGREQ", 3: "CONNECT could not be sent", 4: "no CONNACK came",
	5: "disconnected", 6: "sending failed too often", 7: "the link is down, or the server does not answer",
	8: "the module closed it",
}

// ended is +QMTSTAT: the connection is over, and the index free.
func (q *client) ended(code int) {
	text, ok := statTexts[code]
	if !ok {
		text = "for a reason that no manual names"
	}
	if code == 5 && q.Err() != nil {
		return
	}
	q.finish(fmt.Errorf("%w: %s (+QMTSTAT: %d,%d)", device.ErrLost, text, q.index, code))
}

// fetch reads a message that waits in one of the module's buffers. It runs where URCs are told, so
// that messages stay in order.
func (q *client) fetch(slot int) {
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	r, err := q.d.e.Do(ctx, Command{Text: fmt.Sprintf("AT+QMTRECV=%d,%d", q.index, slot), Answer: "+QMTRECV: ",
		Match: func(line string, data []byte) bool { return data != nil || strings.Count(line, ",") > 1 }})
	if err != nil {
		q.d.warn(fmt.Sprintf("a message is lost: %v", err))
		return
	}
	for _, line := range r.Lines {
		q.received(URC{Line: line, Data: r.Data, Doubt: r.doubt})
	}
}

// received hands a message to the script, and says where it is a guess. QoS 2 shows as 1: the module
// tells only whether there is an id.
func (q *client) received(u URC) {
	m, ok := parseMessage(u)
	if !ok {
		q.d.warn(fmt.Sprintf("a message cannot be read: %q", u.Line))
		return
	}
	if u.Doubt {
		q.d.warn(fmt.Sprintf("where the message to %s ends is a guess, as it came without a length or lost bytes on the "+
			"way: %d bytes were taken", m.Topic, len(m.Payload)))
	}
	q.emit(event.Event{Kind: event.Receive, Topic: m.Topic, Payload: m.Payload, QoS: m.QoS})
	if q.cfg.OnMessage != nil {
		q.cfg.OnMessage(m)
	}
}

// parseMessage reads what is before a payload: `+QMTRECV: <i>,<mid>,"<topic>",<len>,"`, or the same
// without a length.
func parseMessage(u URC) (device.Message, bool) {
	_, text, _ := strings.Cut(strings.TrimSuffix(u.Line, `,"`), ": ")
	parts := strings.SplitN(text, ",", 3)
	if u.Data == nil || len(parts) < 3 {
		return device.Message{}, false
	}
	mid, err := strconv.Atoi(parts[1])
	end := strings.LastIndexByte(parts[2], '"')
	if err != nil || end < 1 {
		return device.Message{}, false
	}
	m := device.Message{Topic: parts[2][1:end], Payload: u.Data}
	if mid > 0 {
		m.QoS = 1
	}
	return m, true
}

// dropAll ends what the device holds open when the module goes off, or its port.
func (d *Device) dropAll(why error) {
	d.mu.Lock()
	clients, sockets := d.clients, d.sockets
	d.mu.Unlock()
	for _, q := range clients {
		if q != nil {
			q.finish(why)
		}
	}
	for _, c := range sockets {
		if c != nil {
			c.finish(why)
		}
	}
}
