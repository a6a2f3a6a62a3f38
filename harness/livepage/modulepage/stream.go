package modulepage

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"quecstar/harness/livepage"
)

// pace is how often a page looks at the module, and how often it is told at most.
const pace = 100 * time.Millisecond

// states streams what the module is like, whole, when it has changed.
func (p *page) states(int) livepage.Reader { return &stateReader{page: p} }

// stateReader is a livepage.Reader of states.
type stateReader struct {
	page  *page
	sent  []byte // as JSON; nil before the first
	next  []byte
	count int
}

// Wait implements livepage.Reader.
func (r *stateReader) Wait(ctx context.Context) error {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		if r.sent != nil {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		text, err := json.Marshal(r.page.state(ctx))
		if err != nil {
			return err
		}
		if !bytes.Equal(text, r.sent) {
			r.next = text
			return nil
		}
	}
}

// Next implements livepage.Reader.
func (r *stateReader) Next() (message any, cursor int) {
	r.sent = r.next
	r.count++
	return json.RawMessage(r.sent), r.count
}
