// Package runpage is the live page of one script's run: what the script prints and what travels, as it happens, and the
// embedded cloud behind it, which a person can have do things. Behind its end the script can be run again.
package runpage

import (
	"net/http"
	"sync"
	"time"

	"quecstar/harness/cloud"
	"quecstar/harness/livepage"
	"quecstar/harness/livepage/cloudpage"
	"quecstar/harness/suite"
)

// Options says what is shown.
type Options struct {
	// Addr is that of livepage.Options.
	Addr string
	// Script is the file, Device what answers for the module.
	Script, Device string
}

// Run is a run as the page sees it.
type Run struct {
	// Texts are the files that the script has, by the names that events have for them.
	Texts func() map[string]string
	// Cloud is the embedded cloud; nil as long as there is none.
	Cloud func() *cloud.Cloud
	// Stop ends the run, as Ctrl-C does.
	Stop func()
}

// Page is a served page. Its methods may be called by several goroutines.
type Page struct {
	*livepage.Server
	opts  Options
	log   livepage.Log
	again chan struct{}

	mu     sync.Mutex
	runs   int
	run    *Run // the one that runs, or ran last
	began  time.Time
	result *suite.Result // of a run that ended
}

// Serve serves the page until it is closed. Errors are those of livepage.Serve.
func Serve(o Options) (*Page, error) {
	p := &Page{opts: o, again: make(chan struct{}, 1)}
	routes := cloudpage.Routes(p.cloud)
	for pattern, h := range map[string]http.HandlerFunc{"GET /state": p.state, "GET /sources": p.sources,
		"POST /stop": p.stop, "POST /again": p.runAgain} {
		routes[pattern] = h
	}
	routes["GET /events"] = livepage.Stream(p.log.Feed)
	server, err := livepage.Serve(livepage.Options{Addr: o.Addr, Page: "runpage", Routes: routes})
	if err != nil {
		return nil, err
	}
	p.Server = server
	return p, nil
}

// Begin has the page show a run that begins.
func (p *Page) Begin(r Run) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.runs++
	p.run, p.began, p.result = &r, time.Now(), nil
	p.log.Begin()
	select {
	case <-p.again: // asked for twice
	default:
	}
}

// Tell has the page told of an event of the present run.
func (p *Page) Tell(e suite.Event) { p.log.Add(e) }

// End has the page show how the run ended.
func (p *Page) End(r suite.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.result = &r
}

// Again is sent to when a person wants the script run again that has ended.
func (p *Page) Again() <-chan struct{} { return p.again }

// now is the present run; nil in front of the first.
func (p *Page) now() *Run {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.run
}

func (p *Page) cloud() *cloud.Cloud {
	if r := p.now(); r != nil && r.Cloud != nil {
		return r.Cloud()
	}
	return nil
}

// state is what the page shows beside the events.
func (p *Page) state(w http.ResponseWriter, _ *http.Request) {
	there := p.cloud() != nil
	p.mu.Lock()
	defer p.mu.Unlock()
	livepage.Reply(w, struct {
		Script string        `json:"script"`
		Device string        `json:"device"`
		Run    int           `json:"run"`
		Began  time.Time     `json:"began"`
		For    time.Duration `json:"for"`
		Cloud  bool          `json:"cloud"`
		Result *suite.Result `json:"result,omitempty"`
	}{p.opts.Script, p.opts.Device, p.runs, p.began, time.Since(p.began), there, p.result})
}

func (p *Page) sources(w http.ResponseWriter, _ *http.Request) {
	texts := map[string]string{}
	if r := p.now(); r != nil && r.Texts != nil {
		texts = r.Texts()
	}
	livepage.Reply(w, texts)
}

// stop ends the run; one that has ended is no error, as a person may be late.
func (p *Page) stop(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	r, ended := p.run, p.result != nil
	p.mu.Unlock()
	if r != nil && !ended && r.Stop != nil {
		r.Stop()
	}
	w.WriteHeader(http.StatusNoContent)
}

// runAgain asks for another run.
func (p *Page) runAgain(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.result == nil {
		http.Error(w, "the script runs: stop it first", http.StatusConflict)
		return
	}
	select {
	case p.again <- struct{}{}:
	default: // it is asked for already
	}
	w.WriteHeader(http.StatusNoContent)
}
