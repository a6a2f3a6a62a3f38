package api

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"

	"quecstar/harness/event"
)

// The kinds of event that tell what applications ask: Topic is the method and the path. Of an answer Text has the
// status, and Payload the error of a call that was refused. What calls and answers carry beside is not told: secrets
// are among it.
const (
	Asked    event.Kind = "api.call"
	Answered event.Kind = "api.answer"
)

// mostPath is how much of a path is told, and mostError of an error, in bytes.
const (
	mostPath  = 500
	mostError = 2000
)

// told has next answer, and the cloud tell that it was asked and what it answered.
func (s *server) told(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.opts.Unheard && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			next.ServeHTTP(w, r)
			return
		}
		began, path := time.Now(), r.URL.RequestURI()
		what := event.Event{Layer: event.Cloud, Kind: Asked, Device: deviceOf(r.URL.Path),
			Topic: r.Method + " " + path[:min(len(path), mostPath)]}
		s.cloud.Tell(what)
		heard := &heard{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(heard, r)
		what.Kind, what.Took = Answered, time.Since(began)
		what.Text = fmt.Sprintf("%d %s", heard.status, http.StatusText(heard.status))
		if heard.status >= http.StatusBadRequest {
			what.Payload = bytes.TrimSpace(heard.said)
		}
		s.cloud.Tell(what)
	})
}

// deviceOf is the device that a path of the API names, /v5/iot/{project}/devices/{id}; "" for none.
func deviceOf(path string) string {
	_, behind, found := strings.Cut(path, "/devices/")
	if !found {
		return ""
	}
	id, _, _ := strings.Cut(behind, "/")
	return id
}

// heard is an answer whose status is noted, and what is said of an error.
type heard struct {
	http.ResponseWriter
	status int
	begun  bool
	said   []byte
}

// WriteHeader notes the status.
func (h *heard) WriteHeader(status int) {
	if !h.begun {
		h.status, h.begun = status, true
	}
	h.ResponseWriter.WriteHeader(status)
}

// Write notes what is said of an error.
func (h *heard) Write(p []byte) (int, error) {
	h.begun = true
	if room := mostError - len(h.said); h.status >= http.StatusBadRequest && room > 0 {
		h.said = append(h.said, p[:min(room, len(p))]...)
	}
	return h.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (h *heard) Unwrap() http.ResponseWriter { return h.ResponseWriter }
