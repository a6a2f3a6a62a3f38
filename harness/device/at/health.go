package at

import (
	"context"
	"errors"
	"fmt"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

// lookEvery is how often the module is asked whether its MQTT connections last: the +QMTSTAT that tells
// may be lost, or come on another port, and a module may restart without a word.
const lookEvery = 5 * time.Second

// connectedState is what AT+QMTCONN? says of an index that is connected (Quectel MQTT application note,
// "AT+QMTCONN"): 1 initialising, 2 connecting, 3 connected, 4 disconnecting.
const connectedState = 3

// look watches over a connection until it ends.
func (q *client) look() {
	t := time.NewTicker(lookEvery)
	defer t.Stop()
	ctx, cancel := q.d.e.untilEnd()
	defer cancel()
	for {
		select {
		case <-t.C:
			q.verify(ctx, "no +QMTSTAT told")
		case <-q.lost:
			return
		case <-q.d.e.Ended():
			return
		}
	}
}

// verify asks the module whether the connection lasts, and ends it here when it does not. Why is what may
// have hidden its end.
func (q *client) verify(ctx context.Context, why string) {
	ctx, cancel := context.WithTimeout(ctx, lookEvery)
	defer cancel()
	stop := context.AfterFunc(closed(q.lost), cancel)
	defer stop()
	if !q.d.opening.tryShut() {
		return // the state of one that connects, "+QMTCONN: 1,2", is also how its failure is told
	}
	lines, err := q.d.ask(ctx, "AT+QMTCONN?", "+QMTCONN: ")
	q.d.opening.open()
	if err != nil || q.Err() != nil {
		return // firmware that does not tell, or a module that does not answer, which who asks next hears
	}
	for _, line := range lines {
		if p, err := atcmd.Parse(line); err == nil && p.Int(0, -1) == q.index && p.Int(1, -1) == connectedState {
			return
		}
	}
	err = fmt.Errorf("%w: the module says that it is not connected any more (%s)", device.ErrLost, why)
	if q.finish(err); errors.Is(q.Err(), err) {
		_ = q.closeIndex(ctx) // what is left of it on the module
	}
}
