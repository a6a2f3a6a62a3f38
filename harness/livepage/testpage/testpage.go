// Package testpage is the live page of runs of tests: a person sees them run, reads why one failed, and has tests run
// again. What is run is decided by who asks the page what is wanted next.
package testpage

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"quecstar/harness/livepage"
	"quecstar/harness/results"
	"quecstar/harness/suite"
)

// Options says what the page is about.
type Options struct {
	// Addr is that of livepage.Options.
	Addr string
	// Version is that of quecstar; Watch is that changes of files have tests run, too.
	Version string
	Watch   bool
	// Folder has the results whose attachments can be had from the page; "" is that there are none.
	Folder string
}

// Page is a served page: a results.Live of one round of tests after the other. Close ends it.
type Page struct {
	opts    Options
	server  *livepage.Server
	mu      sync.Mutex
	changed chan struct{} // closed at the next change
	seq     int           // counts changes
	anew    int           // the change behind which pages are to be told all again: tests are gone
	tests   map[string]*test
	order   []*test // as they are planned
	orders  []Order // that are still to be taken
	earlier map[string][]suite.Verdict
	records records
	round   round
	sources map[int]*results.Sources // of the newest rounds
}

// ErrEnded is that the person at the page ended it all; ErrStopped that a round was.
var (
	ErrEnded   = errors.New("it was ended at the page")
	ErrStopped = errors.New("it was stopped at the page")
)

// Serve serves the page until it is closed. Errors are those of livepage.Serve.
func Serve(o Options) (*Page, error) {
	p := &Page{opts: o, round: round{phase: idle}, changed: make(chan struct{}), tests: map[string]*test{},
		earlier: map[string][]suite.Verdict{}, records: newRecords(recordBytes), sources: map[int]*results.Sources{}}
	var err error
	p.server, err = livepage.Serve(livepage.Options{Addr: o.Addr, Page: "testpage", Routes: map[string]http.Handler{
		"GET /events":                livepage.Stream(p.feed),
		"GET /test":                  http.HandlerFunc(p.serveTest),
		"GET /sources":               http.HandlerFunc(p.serveSources),
		"GET /attachments/{path...}": http.HandlerFunc(p.serveAttachment),
		"POST /run":                  http.HandlerFunc(p.serveRun),
		"POST /stop":                 http.HandlerFunc(p.serveStop),
		"POST /end":                  http.HandlerFunc(p.serveEnd),
	}})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// URL is the link to the page, with the token that opens it.
func (p *Page) URL() string { return p.server.URL() }

// Close ends the page.
func (p *Page) Close() error { return p.server.Close() }

// change has pages told what f changes.
func (p *Page) change(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seq++
	f()
	close(p.changed)
	p.changed = make(chan struct{})
}

// wait waits for a change behind one.
func (p *Page) wait(ctx context.Context, cursor int) error {
	for {
		p.mu.Lock()
		seq, changed := p.seq, p.changed
		p.mu.Unlock()
		if seq > cursor {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
