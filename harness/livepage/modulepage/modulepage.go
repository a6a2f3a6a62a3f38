// Package modulepage is the live page of a virtual module: a person sees what the module does, and does to it what one
// does to a module on a desk. All that a person does is an action of a bench, a call of a function of the script module
// quecstar: what was clicked can be written down as a bench file.
package modulepage

import (
	"context"
	"io"
	"log"
	"net/http"
	"sync"
	"time"

	"quecstar/builtins"
	"quecstar/harness/bench"
	"quecstar/harness/board"
	"quecstar/harness/device/direct"
	"quecstar/harness/event"
	"quecstar/harness/livepage"
	"quecstar/harness/manual"
	"quecstar/harness/report"
	"quecstar/harness/script"
	"quecstar/harness/serial"
)

// Module is what is shown: a virtual module with what is around it. Its methods may be called by several goroutines.
type Module interface {
	// Device is what the module is, Board what its pins and buses are on.
	Device() *direct.Device
	Board() *board.Board
	// Off reports whether it is off, LineSpeed in how many baud its ports are slowed down; 0 for full speed.
	Off() bool
	LineSpeed() int
	// Parts has f look at the parts that are in the interpreter of the module's prompt.
	Parts(ctx context.Context, f func(in *script.Interp, t *script.Thread)) error
	// Act does something, and notes it; Acts counts what was noted, ActsBench is it as a bench file, and ForgetActs
	// begins it anew.
	Act(ctx context.Context, a bench.Action) error
	Acts() int
	ActsBench() string
	ForgetActs()
	// HearLines has f told of the lines that travel on the AT ports from now on; nil ends that.
	HearLines(f func(fromModule bool, text []byte))
	// Serve answers as a port of the module on a connection until that ends.
	Serve(conn io.ReadWriteCloser, role serial.Role) (ended <-chan struct{})
}

// Plug is the cable that the module's ports are at. Its methods may be called by several goroutines.
type Plug interface {
	Plugged() bool
	Plug(ctx context.Context) error
	Unplug() error
}

// Options says what the page shows. Module and Events must be given.
type Options struct {
	// Addr is that of livepage.Options.
	Addr   string
	Module Module
	// Plug is the cable that a person pulls and plugs in; nil where there is none.
	Plug Plug
	// Events has what happens.
	Events *event.Stream
	// Mask hides secrets; nil hides none.
	Mask *report.Masker
	// Now is the clock of Events; time.Now when nil.
	Now func() time.Time
	// ErrorLog is that of livepage.Options.
	ErrorLog *log.Logger
}

// Server is a served page. Close ends it.
type Server struct {
	*livepage.Server
	page *page
}

// Serve serves the page until it is closed. Errors are those of livepage.Serve, and a mistake in the table of a module.
func Serve(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	all, err := manual.New(builtins.All())
	if err != nil {
		return nil, err
	}
	p := &page{opts: o, began: o.Now(), functions: actions(all)}
	p.at.open, p.repl.open = p.port(serial.AT), p.port(serial.REPL)
	s, err := livepage.Serve(livepage.Options{Addr: o.Addr, Page: "modulepage", ErrorLog: o.ErrorLog,
		Routes: map[string]http.Handler{
			"GET /events":     livepage.Stream(p.happened.Feed),
			"GET /state":      livepage.Stream(p.states),
			"GET /about":      http.HandlerFunc(p.about),
			"GET /display":    http.HandlerFunc(p.display),
			"GET /bench":      http.HandlerFunc(p.bench),
			"POST /act":       http.HandlerFunc(p.act),
			"POST /forget":    http.HandlerFunc(p.forget),
			"POST /plug":      http.HandlerFunc(p.plug),
			"GET /port/at":    livepage.Stream(p.at.feed),
			"POST /port/at":   http.HandlerFunc(p.at.write),
			"GET /port/repl":  livepage.Stream(p.repl.feed),
			"POST /port/repl": http.HandlerFunc(p.repl.write),
		}})
	if err != nil {
		return nil, err
	}
	o.Events.Listen(p.hear)
	o.Module.HearLines(p.hearLine)
	return &Server{s, p}, nil
}

// Close ends the server, its connections and its ports.
func (s *Server) Close() error {
	err := s.Server.Close()
	s.page.opts.Module.HearLines(nil)
	s.page.at.close()
	s.page.repl.close()
	return err
}

// page is a served page.
type page struct {
	opts      Options
	began     time.Time
	functions []manual.Control
	at, repl  port
	happened  happened

	acting sync.Mutex // what is done is done in its order
	mu     sync.Mutex
	sight  sight
}

// about is what the page must know once.
func (p *page) about(w http.ResponseWriter, _ *http.Request) {
	livepage.Reply(w, map[string]any{"began": p.began, "functions": p.functions, "plug": p.opts.Plug != nil})
}
