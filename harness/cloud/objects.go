package cloud

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"quecstar/harness/cloud/store"
	"quecstar/harness/wire"
)

// The object store that upgrade packages and devices' files lie in, as OBS is for the platform: buckets of objects,
// which devices get and put under links that are good for a while.

// Object is what lies in a bucket.
type Object []byte

// SHA256 is the sum of an object, in hex.
func (o Object) SHA256() string {
	sum := sha256.Sum256(o)
	return hex.EncodeToString(sum[:])
}

// ErrNoObject is that nothing lies there.
var ErrNoObject = errors.New("there is no such object")

// maxObjectKey is how many bytes the names of a bucket, of 63 at most, and of an object have together (OBS's API
// reference, "PUT Object": 1024).
const maxObjectKey = 63 + 1 + 1024

// MaxStored is how many bytes all objects may have together.
const MaxStored = 256 << 20

// ErrFull is that the store is full.
var ErrFull = fmt.Errorf("the object store holds %d bytes at most", MaxStored)

// objects are the store.
type objects struct {
	cloud *Cloud

	mu     sync.Mutex
	all    map[string]Object
	size   int
	links  map[string]link // by token
	server *http.Server
	addr   string
	work   sync.WaitGroup
}

// link is what a link is for.
type link struct {
	key    string
	write  bool
	expiry time.Time
}

func newObjects(c *Cloud) *objects {
	return &objects{cloud: c, all: map[string]Object{}, links: map[string]link{}}
}

func objectKey(bucket, object string) string { return bucket + "/" + object }

// PutObject keeps an object, in the place of the one that lay there.
func (c *Cloud) PutObject(bucket, object string, content []byte) error {
	return c.objects.put(objectKey(bucket, object), content)
}

func (os *objects) put(key string, content []byte) error {
	os.mu.Lock()
	defer os.mu.Unlock()
	size := os.size - len(os.all[key]) + len(content)
	switch {
	case len(key) > maxObjectKey:
		return fmt.Errorf("the names of the bucket and the object have %d bytes, more than %d", len(key), maxObjectKey)
	case size > MaxStored:
		return ErrFull
	}
	os.size, os.all[key] = size, bytes.Clone(content)
	os.cloud.store.Touch(store.Key{Table: objectTable, Name: key})
	return nil
}

// DeleteObject takes an object away, where there is one.
func (c *Cloud) DeleteObject(bucket, object string) {
	key := objectKey(bucket, object)
	c.objects.mu.Lock()
	defer c.objects.mu.Unlock()
	c.objects.size -= len(c.objects.all[key])
	delete(c.objects.all, key)
	c.store.Touch(store.Key{Table: objectTable, Name: key})
}

// Object is what lies in a bucket.
func (c *Cloud) Object(bucket, object string) (Object, error) {
	return c.objects.get(objectKey(bucket, object))
}

func (os *objects) get(key string) (Object, error) {
	os.mu.Lock()
	defer os.mu.Unlock()
	o, ok := os.all[key]
	if !ok {
		return nil, fmt.Errorf("%s: %w", key, ErrNoObject)
	}
	return o, nil
}

// ObjectURL is a link under which an object is got for a while.
func (c *Cloud) ObjectURL(bucket, object string, good time.Duration) (string, error) {
	return c.objects.link(objectKey(bucket, object), false, good)
}

// UploadURL is a link under which an object is put for a while.
func (c *Cloud) UploadURL(bucket, object string, good time.Duration) (string, error) {
	return c.objects.link(objectKey(bucket, object), true, good)
}

// link makes a link; the server that serves it starts with the first.
func (os *objects) link(key string, write bool, good time.Duration) (string, error) {
	config, err := os.cloud.TLSConfig()
	if err != nil {
		return "", err
	}
	os.mu.Lock()
	defer os.mu.Unlock()
	if err := os.serve(config); err != nil {
		return "", fmt.Errorf("object store: %w", err)
	}
	now := os.cloud.opts.Now()
	for token, l := range os.links {
		if now.After(l.expiry) {
			delete(os.links, token)
		}
	}
	if len(os.links) >= maxLinks {
		return "", fmt.Errorf("object store: %d links are good at a time", maxLinks)
	}
	token := randomHex(16)
	os.links[token] = link{key, write, now.Add(good)}
	u := url.URL{Scheme: "https", Host: os.addr, Path: "/" + key, RawQuery: "X-Token=" + token}
	return u.String(), nil
}

// maxLinks is how many links are good at a time.
const maxLinks = 100_000

// headerTime is how long a request's head may take.
const headerTime = 30 * time.Second

// serve starts the server. os.mu is held.
func (os *objects) serve(config *tls.Config) error {
	if os.server != nil {
		return nil
	}
	l, err := wire.Or(os.cloud.opts.Network).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	os.addr, os.server = l.Addr().String(), &http.Server{Handler: os, ReadHeaderTimeout: headerTime,
		IdleTimeout: time.Minute, ErrorLog: os.cloud.ErrorLog("object store")}
	os.work.Go(func() { _ = os.server.Serve(tls.NewListener(l, config)) }) // its error is that of the end
	return nil
}

func (os *objects) close() error {
	os.mu.Lock()
	server := os.server
	os.mu.Unlock()
	if server == nil {
		return nil
	}
	err := server.Close()
	os.work.Wait()
	return err
}

// ServeHTTP gives and takes objects under links; http.ServeContent knows ranges.
func (os *objects) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Query().Get("X-Token")
	if bearer, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); is && token == "" {
		token = bearer
	}
	key := strings.TrimPrefix(r.URL.Path, "/")
	os.mu.Lock()
	l, ok := os.links[token]
	os.mu.Unlock()
	switch {
	case !ok || subtle.ConstantTimeCompare([]byte(l.key), []byte(key)) == 0 || os.cloud.opts.Now().After(l.expiry):
		http.Error(w, "the link is good for nothing, or no more", http.StatusForbidden)
	case l.write && r.Method == http.MethodPut:
		os.take(w, r, key)
	case !l.write && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		o, err := os.get(key)
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		w.Header().Set("ETag", `"`+o.SHA256()+`"`)
		w.Header().Set("Content-Type", "application/octet-stream")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(o))
	default:
		http.Error(w, "the link is for another method", http.StatusMethodNotAllowed)
	}
}

func (os *objects) take(w http.ResponseWriter, r *http.Request, key string) {
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxStored))
	if err == nil {
		err = os.put(key, content)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	w.WriteHeader(http.StatusOK)
}
