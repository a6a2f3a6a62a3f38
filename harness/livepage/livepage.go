// Package livepage serves pages that are live: a page of package web, what it is streamed, and what it may call, to this
// machine alone and to who has the link. What a page shows is in the packages below this one.
package livepage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"quecstar/harness/web"
)

// Options says what is served. Page must be given.
type Options struct {
	// Addr is where, host:port on a loopback address; "127.0.0.1:0" when empty.
	Addr string
	// Page is the module of web.Static that makes the page, without its ".js".
	Page string
	// Routes are what the page calls, by the patterns of http.ServeMux, below the token.
	Routes map[string]http.Handler
	// ErrorLog takes what the server of HTTP has to say; nil is nobody.
	ErrorLog *log.Logger
}

// Server is a served page. Close ends it.
type Server struct {
	guard guard
	http  *http.Server
	done  chan struct{}
	close sync.Once
	err   error
}

// ErrNotLoopback is that a page was to be served to other machines: whoever sees it has what it shows in hand.
var ErrNotLoopback = errors.New("it is served to this machine alone: want 127.0.0.1:PORT or localhost:PORT")

// Times of requests. patience is how long a write may take: a reader that takes nothing for so long is cut off.
const (
	headerTime = 10 * time.Second
	bodyTime   = time.Minute
	patience   = 10 * time.Second
)

// Serve serves a page until Close. Errors are ErrNotLoopback and those of listening.
func Serve(o Options) (*Server, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if !loopback(o.Addr) {
		return nil, fmt.Errorf("the live page: %s: %w", o.Addr, ErrNotLoopback)
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("the live page: %w", err)
	}
	s := &Server{guard: newGuard(l.Addr().(*net.TCPAddr)), done: make(chan struct{})}
	s.http = &http.Server{Handler: s.guard.keep(o.routes()), ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime,
		IdleTimeout: 2 * time.Minute, ErrorLog: o.ErrorLog}
	if o.ErrorLog == nil {
		s.http.ErrorLog = log.New(io.Discard, "", 0)
	}
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

// routes are what lies below the token.
func (o *Options) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		serveFile(w, "livepage.html", "{{PAGE}}", o.Page)
	})
	mux.HandleFunc("GET /static/{file}", func(w http.ResponseWriter, r *http.Request) {
		serveFile(w, r.PathValue("file"))
	})
	for pattern, h := range o.Routes {
		mux.Handle(pattern, h)
	}
	return mux
}

// kinds are the files of a page by their ends: what the host's own table says of them may differ.
var kinds = map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8"}

// serveFile serves a file of web.Static, with texts in it replaced by others.
func serveFile(w http.ResponseWriter, name string, replace ...string) {
	text, err := fs.ReadFile(web.Static, name)
	kind := kinds[path.Ext(name)]
	if err != nil || kind == "" {
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = strings.NewReplacer(replace...).WriteString(w, string(text)) // a reader that is gone needs it no more
}

// Reply answers a call of a page with JSON.
func Reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a reader that is gone needs it no more
}
