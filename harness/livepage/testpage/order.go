package testpage

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"quecstar/harness/livepage"
	"quecstar/harness/suite"
)

// Order is what is to be run. The zero value is all, as the command line says.
type Order struct {
	// IDs are tests, and files whose tests could not be listed; Files is where they are. Without IDs it is all of Files.
	IDs   map[string]bool
	Files []string
	Seeds Seeds
}

// Seeds is what tests are given. The zero value is what the command line says.
type Seeds struct {
	// Given is that they are given one seed, First, or as many as N from there on.
	Given bool
	First uint64
	N     int
}

// covers reports whether an order is about a test.
func (o Order) covers(t *suite.Test) bool {
	switch {
	case len(o.IDs) > 0:
		return o.IDs[t.ID] || o.IDs[t.File]
	case len(o.Files) > 0:
		return slices.Contains(o.Files, t.File)
	}
	return true
}

// add has a test run by an order.
func (o *Order) add(t *test) {
	if o.IDs == nil {
		o.IDs = map[string]bool{}
	}
	o.IDs[t.test.ID] = true
	if !slices.Contains(o.Files, t.test.File) {
		o.Files = append(o.Files, t.test.File)
	}
}

// Next waits for an order of a person. Errors are ErrEnded and the cause of ctx's end.
func (p *Page) Next(ctx context.Context) (Order, error) {
	for {
		p.mu.Lock()
		over, changed := p.round.phase == ended, p.changed
		if len(p.orders) > 0 && !over {
			o := p.orders[0]
			p.orders = p.orders[1:]
			p.mu.Unlock()
			return o, nil
		}
		p.mu.Unlock()
		if over {
			return Order{}, ErrEnded
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Order{}, context.Cause(ctx)
		}
	}
}

// wish is what a page sends.
type wish struct {
	// What is "all", "failed", or "test" with its Key.
	What string `json:"what"`
	Key  string `json:"key"`
	// Seeds, of a test, is with how many further seeds it is run; 0 is with that which it had.
	Seeds int `json:"seeds"`
}

// Bounds of what a page may send.
const (
	wishBytes = 64 << 10
	mostSeeds = 1000
)

// serveRun takes an order.
func (p *Page) serveRun(w http.ResponseWriter, r *http.Request) {
	var wanted wish
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, wishBytes)).Decode(&wanted); err != nil {
		http.Error(w, "what is to be run? "+err.Error(), http.StatusBadRequest)
		return
	}
	var err error
	p.change(func() {
		if p.round.phase != idle {
			err = fmt.Errorf("nothing was begun: tests are being run, or it was ended")
			return
		}
		var orders []Order
		if orders, err = p.ordersOf(wanted); err == nil {
			p.orders, p.round.phase = orders, planning
		}
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	livepage.Reply(w, true)
}

func (p *Page) ordersOf(w wish) ([]Order, error) {
	switch w.What {
	case "all":
		return []Order{{}}, nil
	case "failed":
		return p.failed()
	case "test":
		t := p.tests[w.Key]
		if t == nil || w.Seeds < 0 || w.Seeds > mostSeeds {
			return nil, fmt.Errorf("there is no test %s, or %d seeds are too many", strconv.Quote(w.Key), w.Seeds)
		}
		o := Order{}
		if t.round > 0 {
			o.Seeds = Seeds{true, t.seed, 1}
		}
		if w.Seeds > 0 {
			o.Seeds = Seeds{true, t.seed + 1, w.Seeds}
		}
		o.add(t)
		return []Order{o}, nil
	}
	return nil, fmt.Errorf("%s cannot be run: all, failed or test", strconv.Quote(w.What))
}

// failed are orders for what failed, one for those that were given the same seeds: another seed could let it pass.
func (p *Page) failed() ([]Order, error) {
	var orders []Order
	at := map[Seeds]int{}
	for _, t := range p.order {
		if !t.about.Verdict.Bad() {
			continue
		}
		i, known := at[t.seeds]
		if !known {
			i = len(orders)
			at[t.seeds] = i
			orders = append(orders, Order{Seeds: t.seeds})
		}
		orders[i].add(t)
	}
	if orders == nil {
		return nil, fmt.Errorf("no test failed")
	}
	return orders, nil
}

// serveStop stops the round.
func (p *Page) serveStop(w http.ResponseWriter, _ *http.Request) {
	stopped := false
	p.change(func() { stopped = p.stopRound(stopping) })
	if !stopped {
		http.Error(w, "nothing is being run", http.StatusConflict)
		return
	}
	livepage.Reply(w, true)
}

// stopRound stops the round and what was to follow it.
func (p *Page) stopRound(then phase) bool {
	p.orders = nil
	stop := p.round.stop
	if stop != nil {
		stop()
	}
	if stop != nil || then == ended {
		p.round.phase = then
	}
	return stop != nil
}

// serveEnd ends it all, when it is answered: the server may be closed then.
func (p *Page) serveEnd(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNoContent)
	_ = http.NewResponseController(w).Flush() // a reader that is gone wants the same
	p.change(func() { p.stopRound(ended) })
}
