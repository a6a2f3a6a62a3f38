// Package livepage serves a page on which a person sees what an embedded cloud and its devices do, and has the cloud do
// things. The page is an application of the cloud: what it does it does by the application API.
package livepage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/api"
	"quecstar/harness/event"
	"quecstar/harness/report"
)

// Options says what a page shows. Cloud and Events must be given.
type Options struct {
	// Addr is where the page is served, host:port on a loopback address; "127.0.0.1:0" when empty.
	Addr  string
	Cloud *cloud.Cloud
	// Events has what happens. The page reads what the stream keeps, and never has it wait.
	Events *event.Stream
	// Mask hides secrets; nil hides none.
	Mask *report.Masker
	// Now is the clock of Events; time.Now when nil.
	Now func() time.Time
}

// Server is a served page. Close ends it.
type Server struct {
	opts    Options
	guard   guard
	began   time.Time
	http    *http.Server
	done    chan struct{}
	streams chan struct{} // one for each that may be open
	close   sync.Once
	err     error
}

// ErrNotLoopback is that a page was to be served to other machines: whoever sees it has the cloud in hand.
var ErrNotLoopback = errors.New("it is served to this machine alone: want 127.0.0.1:PORT or localhost:PORT")

// Times of requests. patience is how long a write may take: a reader that takes nothing for so long is cut off.
const (
	headerTime = 10 * time.Second
	bodyTime   = time.Minute
	patience   = 10 * time.Second
)

// Serve serves the page until Close. Errors are ErrNotLoopback and those of listening.
func Serve(o Options) (*Server, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if !loopback(o.Addr) {
		return nil, fmt.Errorf("the live page: %s: %w", o.Addr, ErrNotLoopback)
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("the live page: %w", err)
	}
	s := &Server{opts: o, guard: newGuard(l.Addr().(*net.TCPAddr)), began: o.Now(), done: make(chan struct{}),
		streams: make(chan struct{}, mostStreams)}
	s.http = &http.Server{Handler: s.guard.keep(s.pages()), ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime,
		IdleTimeout: 2 * time.Minute, ErrorLog: o.Cloud.ErrorLog("live page")}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(l) // always an error: that of Close
	}()
	return s, nil
}

// loopback reports whether an address is one of this machine alone.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && (host == "localhost" || net.ParseIP(host).IsLoopback())
}

// URL is the link to the page, with the token that opens it.
func (s *Server) URL() string { return s.guard.url() }

// Close ends the server and its connections.
func (s *Server) Close() error {
	s.close.Do(func() {
		s.err = s.http.Close()
		<-s.done
	})
	return s.err
}

// pages are what lies below the token.
func (s *Server) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { serveFile(w, "livepage.html") })
	mux.HandleFunc("GET /static/{file}", func(w http.ResponseWriter, r *http.Request) {
		serveFile(w, r.PathValue("file"))
	})
	mux.HandleFunc("GET /events", s.stream)
	mux.HandleFunc("GET /devices", s.devices)
	mux.HandleFunc("GET /about", s.about)
	mux.Handle("/api/", http.StripPrefix("/api", api.Handler(s.opts.Cloud, api.Options{Spared: true})))
	return mux
}
