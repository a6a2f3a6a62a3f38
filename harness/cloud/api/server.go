// Package api is the application API v5 of the embedded IoTDA over HTTP, in IoTDA's JSON: products, devices and what
// is sent to them by calls of their own, and by a table of kinds all else that applications make.
package api

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
	"quecstar/harness/wire"
)

// Options says who may call. The zero value takes anybody who reaches the server, under a loopback
// host name.
type Options struct {
	// AccessKeys are the secret keys by access key; when there are some, calls must be signed.
	AccessKeys map[string]string
	// AllowHosts are further host names under which the server may be called; "*" is every one.
	AllowHosts []string
	// Network is where the server is; this host's when nil.
	Network wire.Network
	// TLS, when not nil, serves clients by TLS that begin with a handshake, at the same address.
	TLS *tls.Config
	// Limits keeps the platform's limits of how often calls come.
	Limits bool
	// Spared has faults that were ordered for calls of the API strike none of these.
	Spared bool
	// Unheard has calls that read not told of.
	Unheard bool
	// ReadTimeout is how long a request, with its body, may take to come; 0 is 30 s.
	ReadTimeout time.Duration
	// Now is the clock that the dates of signed calls are compared with; time.Now when nil.
	Now func() time.Time
}

// maxBody is the largest body of a request that is read, in bytes.
const maxBody = 1 << 20

// server answers for one cloud.
type server struct {
	cloud   *cloud.Cloud
	opts    Options
	started time.Time

	mu    sync.Mutex
	calls calls
}

func newServer(c *cloud.Cloud, o Options) *server {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &server{cloud: c, opts: o, started: o.Now()}
}

// Handler serves the API of a cloud.
func Handler(c *cloud.Cloud, o Options) http.Handler {
	s := newServer(c, o)
	mux := http.NewServeMux()
	for pattern, h := range s.routes() {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" /v5/iot/{project}"+path, s.checkPath(path, h))
	}
	s.objectRoutes(mux)
	s.adminRoutes(mux)
	for _, routes := range s.recordRoutes() {
		for pattern, h := range routes {
			method, path, _ := strings.Cut(pattern, " ")
			mux.HandleFunc(method+" /v5/iot/{project}"+path, h)
		}
	}
	for pattern, h := range registrationGroups.routes(s) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" /v5/iotps/{project}"+path, h)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fail(w, http.StatusNotFound, codeNothing, "there is no "+r.Method+" "+r.URL.Path+" in the embedded IoTDA")
	})
	all := http.NewServeMux()
	all.Handle("/", s.told(s.guard(mux)))
	all.HandleFunc("GET "+cloud.PackagePath, s.showPackage) // for devices, who sign nothing
	return all
}

func (s *server) routes() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"POST /products":            s.createProduct,
		"GET /products":             s.listProducts,
		"GET /products/{id}":        s.showProduct,
		"PUT /products/{id}":        s.updateProduct,
		"DELETE /products/{id}":     s.deleteProduct,
		"POST /devices":             s.createDevice,
		"GET /devices":              s.listDevices,
		"GET /devices/{id}":         s.showDevice,
		"PUT /devices/{id}":         s.updateDevice,
		"DELETE /devices/{id}":      s.deleteDevice,
		"POST /devices/{id}/action": s.resetSecret,
		"POST /devices/{id}/freeze": s.freeze(true), "POST /devices/{id}/unfreeze": s.freeze(false),
		"POST /devices/{id}/messages": s.createMessage, "GET /devices/{id}/messages": s.listMessages,
		"GET /devices/{id}/messages/{message}":    s.showMessage,
		"DELETE /devices/{id}/messages/{message}": s.handler((*call).deleteMessage),
		"POST /devices/{id}/change-gateway":       s.handler((*call).changeGateway),
		"POST /devices/{id}/commands":             s.createCommand,
		"GET /devices/{id}/properties":            s.getProperties, "PUT /devices/{id}/properties": s.setProperties,
		"GET /devices/{id}/shadow": s.showShadow, "PUT /devices/{id}/shadow": s.updateShadow,
		"DELETE /devices/{id}/shadow": s.deleteShadow,
	}
}

// checkPath refuses ids in the path that no product, device or message can have, and those of other projects.
func (s *server) checkPath(path string, h http.HandlerFunc) http.HandlerFunc {
	name, most := "device_id", maxDeviceID
	if strings.HasPrefix(path, "/products") {
		name, most = "product_id", maxProductID
	}
	return func(w http.ResponseWriter, r *http.Request) {
		if fits(w, text{name, r.PathValue("id"), most, false},
			text{"message_id", r.PathValue("message"), maxMessageID, false}) {
			if err := s.foreign(r.PathValue("project"), name, r.PathValue("id")); err != nil {
				failed(w, err)
				return
			}
			h(w, r)
		}
	}
}

// foreign says that a product or device belongs to another project: it is not there for this one.
func (s *server) foreign(project, name, id string) error {
	if name == "product_id" {
		if p, err := s.cloud.Product(id); err == nil && !record.Visible(p.Project, project) {
			return fmt.Errorf("product %s: %w", id, cloud.ErrNoProduct)
		}
		return nil
	}
	if d, err := s.cloud.Device(id); err == nil && !record.Visible(d.Project, project) {
		return fmt.Errorf("device %s: %w", id, cloud.ErrNoDevice)
	}
	return nil
}

// guard checks what holds for every call.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", uuid.NewString())
		w.Header().Set("Content-Type", "application/json")
		if !s.knownHost(r.Host) {
			// A web page could have its host name resolve to this machine and drive the API.
			fail(w, http.StatusForbidden, "APIGW.0301", "the host "+r.Host+" is not one of this server")
			return
		}
		if len(s.opts.AccessKeys) == 0 && crossSite(r) {
			fail(w, http.StatusForbidden, "APIGW.0301",
				"web pages of other sites may not call this server, as it asks for no signature")
			return
		}
		most, taken := bodyLimits(r)
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			fail(w, http.StatusBadRequest, codeFormat, fmt.Sprintf("the body has more than %d bytes", most))
			return
		case err != nil:
			fail(w, http.StatusBadRequest, codeFormat, "the body cannot be read: "+err.Error())
			return
		}
		if err := s.authenticate(r, bytes.NewReader(body)); err != nil {
			fail(w, http.StatusUnauthorized, codeSignature, err.Error())
			return
		}
		if err := s.checkDate(r); err != nil {
			fail(w, http.StatusUnauthorized, codeSignature, err.Error())
			return
		}
		if kind := r.Header.Get("Content-Type"); len(body) > 0 && !taken(kind) {
			fail(w, http.StatusBadRequest, codeFormat,
				"the body is said to be "+kind+"; Content-Type: application/json is wanted")
			return
		}
		if s.tooMany(r) {
			fail(w, http.StatusTooManyRequests, cloud.CodeThrottled, "the throttling threshold has been reached")
			return
		}
		if strings.HasPrefix(r.URL.Path, "/v5/") && !s.opts.Spared {
			if status, code, text := s.cloud.Call(r.URL.Path); status != 0 {
				fail(w, status, code, text)
				return
			}
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w = &durable{ResponseWriter: w, sync: s.cloud.Sync}
		}
		next.ServeHTTP(w, r)
	})
}

// durable is an answer that is given when what it is about is in the state file.
type durable struct {
	http.ResponseWriter
	sync          func() error
	begun, failed bool
}

// WriteHeader waits for the file.
func (d *durable) WriteHeader(status int) {
	if d.begun {
		return
	}
	d.begun = true
	if err := d.sync(); err != nil {
		d.failed = true
		fail(d.ResponseWriter, http.StatusInternalServerError, codeNotKept, "it may be lost: "+err.Error())
		return
	}
	d.ResponseWriter.WriteHeader(status)
}

// Write writes the answer, unless it was replaced.
func (d *durable) Write(p []byte) (int, error) {
	d.WriteHeader(http.StatusOK)
	if d.failed {
		return len(p), nil
	}
	return d.ResponseWriter.Write(p)
}

// crossSite reports whether a browser sends the request for a page that did not come from this server.
// Browsers say so in Sec-Fetch-Site, and older ones, of all that is no GET, in Origin.
func crossSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	from, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(from.Host, r.Host)
}

// isJSON reports whether a body of this Content-Type is taken; "" is. A web page may send other types to
// any server without being asked to show that it may.
func isJSON(kind string) bool {
	media, _, err := mime.ParseMediaType(kind)
	return kind == "" || err == nil && media == "application/json"
}

func (s *server) knownHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if ip := net.ParseIP(host); ip != nil || host == "localhost" {
		return true
	}
	for _, h := range s.opts.AllowHosts {
		if h == host || h == "*" {
			return true
		}
	}
	return false
}

// Server is a running API.
type Server struct {
	http *http.Server
	addr string
	done chan struct{}
}

// Serve serves the API of a cloud at addr until Close.
func Serve(c *cloud.Cloud, addr string, o Options) (*Server, error) {
	if o.ReadTimeout == 0 {
		o.ReadTimeout = 30 * time.Second
	}
	l, err := wire.Or(o.Network).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("application api: %w", err)
	}
	if o.TLS != nil {
		l = &eitherListener{l, o.TLS}
	}
	resume(c, o)
	s := &Server{addr: l.Addr().String(), done: make(chan struct{}),
		http: &http.Server{Handler: Handler(c, o), ReadHeaderTimeout: o.ReadTimeout, ReadTimeout: o.ReadTimeout,
			IdleTimeout: 2 * time.Minute, ErrorLog: c.ErrorLog("application api")}}
	go func() {
		defer close(s.done)
		// It always returns an error: that of Close.
		_ = s.http.Serve(l)
	}()
	return s, nil
}

// Addr is where the API is served.
func (s *Server) Addr() string { return s.addr }

// Close ends the server and its connections.
func (s *Server) Close() error {
	err := s.http.Close()
	<-s.done
	return err
}

// fail answers with an error of IoTDA's form.
func fail(w http.ResponseWriter, status int, code, msg string) {
	reply(w, status, map[string]string{"error_code": code, "error_msg": msg})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	if body == nil {
		return
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	// The caller is gone when this fails: there is nobody to tell.
	_ = e.Encode(body)
}

// read decodes a JSON body; an empty one leaves to as it is.
func read(w http.ResponseWriter, r *http.Request, to any) bool {
	text, err := io.ReadAll(r.Body)
	if err == nil && len(text) > 0 {
		err = cloud.DecodeJSON(text, to)
	}
	if err != nil {
		fail(w, http.StatusBadRequest, codeFormat, "the body is not the JSON that is wanted: "+err.Error())
	}
	return err == nil
}
