// Package cloudpage is the live page of an embedded cloud: a person sees what the cloud and its devices do, and has the
// cloud do things. The page is an application of the cloud: what it does it does by the application API.
package cloudpage

import (
	"net/http"
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
	p := &page{opts: o, began: o.Now()}
	return livepage.Serve(livepage.Options{Addr: o.Addr, Page: "cloudpage", ErrorLog: o.Cloud.ErrorLog("live page"),
		Routes: map[string]http.Handler{
			"GET /events":  livepage.Stream(livepage.Events(o.Events, o.Mask, p.began)),
			"GET /devices": http.HandlerFunc(p.devices),
			"GET /about":   http.HandlerFunc(p.about),
			"/api/":        http.StripPrefix("/api", api.Handler(o.Cloud, api.Options{Spared: true})),
		}})
}

// page is a served page.
type page struct {
	opts  Options
	began time.Time
}
