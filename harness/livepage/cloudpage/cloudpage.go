// Package cloudpage is the live page of an embedded cloud: a person sees what the cloud and its devices do, and has the
// cloud do things. The page is an application of the cloud: what it does it does by the application API.
package cloudpage

import (
	"net/http"
	"sync"
	"time"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/api"
	"quecstar/harness/event"
	"quecstar/harness/livepage"
	"quecstar/harness/report"
)

// Options says what the page shows. Cloud and Events must be given.
type Options struct {
	// Addr is that of livepage.Options.
	Addr  string
	Cloud *cloud.Cloud
	// Events has what happens.
	Events *event.Stream
	// Mask hides secrets; nil hides none.
	Mask *report.Masker
	// Now is the clock of Events; time.Now when nil.
	Now func() time.Time
}

// Serve serves the page until it is closed. Errors are those of livepage.Serve.
func Serve(o Options) (*livepage.Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	routes := Routes(func() *cloud.Cloud { return o.Cloud })
	routes["GET /events"] = livepage.Stream(livepage.Events(o.Events, o.Mask, o.Now()))
	return livepage.Serve(livepage.Options{Addr: o.Addr, Page: "cloudpage", ErrorLog: o.Cloud.ErrorLog("live page"),
		Routes: routes})
}

// Routes are what a page calls that shows a cloud: its devices, what must be known once about it, and the application
// API. The cloud is asked for at each call, and may be nil as long as there is none.
func Routes(of func() *cloud.Cloud) map[string]http.Handler {
	c := &calls{cloud: of}
	return map[string]http.Handler{
		"GET /devices": http.HandlerFunc(c.devices),
		"GET /about":   http.HandlerFunc(c.about),
		"/api/":        http.StripPrefix("/api", http.HandlerFunc(c.api)),
	}
}

// calls answers a page.
type calls struct {
	cloud func() *cloud.Cloud

	mu      sync.Mutex
	served  *cloud.Cloud // by handler
	handler http.Handler
}

// api has the cloud's application API answer.
func (c *calls) api(w http.ResponseWriter, r *http.Request) {
	now := c.cloud()
	if now == nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusServiceUnavailable)
		livepage.Reply(w, map[string]string{"error_msg": "no embedded cloud runs at the moment"})
		return
	}
	c.mu.Lock()
	if c.served != now {
		c.served, c.handler = now, api.Handler(now, api.Options{Spared: true, Unheard: true})
	}
	h := c.handler
	c.mu.Unlock()
	h.ServeHTTP(w, r)
}
