// Package cloud is an embedded Huawei IoTDA: an MQTT broker with its authentication and topic
// rules, a registry of products and devices, and what the platform does with what they send.
package cloud

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"quecstar/harness/broker"
	"quecstar/harness/cloud/record"
	"quecstar/harness/cloud/store"
	"quecstar/harness/event"
	"quecstar/harness/wire"
)

// Options says how a cloud is. The zero value listens on a free loopback port, knows no device and
// refuses unknown ones.
type Options struct {
	// Addr is where MQTT is served; "127.0.0.1:0" when empty.
	Addr string
	// AllowUnknown registers an unknown device on its first connection, with a warning. Its secret
	// is not known then, so any password of the right form is taken.
	AllowUnknown bool
	// CADir is the folder that keeps the authority behind MQTTS, as ca.pem and ca-key.pem, and gets one
	// that has none; when empty, the authority is one of this run.
	CADir string
	// State is the file that keeps everything, made where there is none; when empty, all ends with the cloud.
	State string
	// Events takes what happens; nil means nobody listens.
	Events event.Sink
	// Now is the platform's clock; time.Now when nil.
	Now func() time.Time
	// CommandTimeout is how long a synchronous command waits for its response; 20 s when 0.
	CommandTimeout time.Duration
	// NewID makes the ids of requests and messages, which must differ and hold no "=" and no "/", where
	// devices split topics; random ones when nil.
	NewID func() string
	// Policy decides what Huawei's documents leave open; DefaultPolicy when nil.
	Policy *Policy
	// BootstrapAddr is the platform's address, host:port, that the provisioning service tells devices; where MQTTS is
	// served when empty.
	BootstrapAddr string
	// Functions stand in for those of FunctionGraph, by name.
	Functions map[string]Function
	// Network is where the cloud serves; this host's when nil.
	Network wire.Network
}

// Cloud is a running IoTDA.
type Cloud struct {
	opts      Options
	policy    Policy
	broker    *broker.Broker
	addr      string
	ca        *authority
	book      *record.Book
	routes    *routes
	linkages  *linkages
	sideRules *sideRules
	tasks     *tasks
	objects   *objects
	history   history
	rates     rates
	held      held
	store     *store.Store // nil where nothing is kept
	// consumers take notices from queues.
	consumers     *consumers
	pushes        *pushes
	topicPolicies *topicPolicies
	// authorizations are what functions said of devices.
	authorizations authorizations

	mu        sync.Mutex
	products  map[string]*Product
	devices   map[string]*device
	children  map[string]map[string]*device // of devices, by gateway
	pending   map[string]*request           // requests that wait for their answers, by request id
	said      map[string]bool               // what was said once
	restored  map[string]bool               // see Restored
	upgrades  map[string]*upgrade           // under way, by device
	packages  map[string]Package            // of them, by access token
	sequence  uint64                        // of products and devices
	changed   chan struct{}                 // closed when a device's connection changes
	tlsAddr   string
	closed    bool
	faults    []*Fault    // only replaced
	faulty    atomic.Bool // whether there are some
	lastFault int

	allowUnknown bool
}

// Start starts a cloud. Close ends it.
func Start(o Options) (*Cloud, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.CommandTimeout == 0 {
		o.CommandTimeout = 20 * time.Second
	}
	c := &Cloud{opts: o, policy: DefaultPolicy(), products: map[string]*Product{}, devices: map[string]*device{},
		children: map[string]map[string]*device{},
		book:     record.NewBook(o.Now), history: history{counted: map[string]*Statistics{}},
		held:    held{all: map[string]*backlog{}, earlier: map[string][]waiting{}},
		rates:   rates{devices: map[string]*deviceRate{}},
		pending: map[string]*request{}, said: map[string]bool{}, restored: map[string]bool{},
		changed: make(chan struct{}), allowUnknown: o.AllowUnknown}
	c.topicPolicies = newTopicPolicies(c.book)
	c.tasks, c.objects, c.consumers, c.pushes = newTasks(c), newObjects(c), newConsumers(c), newPushes(c)
	c.routes = newRoutes(c)
	c.linkages, c.sideRules = newLinkages(c), newSideRules(c)
	if o.Policy != nil {
		c.policy = *o.Policy
	}
	c.broker = broker.New(broker.Options{Rules: c.rules(), MaxPacket: maxPacket, Window: window, Retry: c.policy.Retry,
		Network: o.Network, Changed: c.touchSession})
	err := c.openState()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("embedded iotda: %w", err), c.Close())
	}
	if c.addr, err = c.broker.Listen(o.Addr, nil); err != nil {
		return nil, errors.Join(fmt.Errorf("embedded iotda: %w", err), c.Close())
	}
	return c, nil
}

// maxPacket is the largest packet that is read; a publish that is too large for IoTDA is dropped and said,
// beyond this the connection ends. window is how many messages of QoS 1 a device owes at most.
const (
	maxPacket = 4 << 20
	window    = 100
)

// Records are what applications made beside products and devices.
func (c *Cloud) Records() *record.Book { return c.book }

// NewRecordID makes the id of a record, 24 hex digits as the platform's have.
func (c *Cloud) NewRecordID() string {
	if c.opts.NewID != nil {
		return c.opts.NewID()
	}
	return randomHex(12)
}

// Addr is where MQTT is served.
func (c *Cloud) Addr() string { return c.addr }

// ListenTLS serves MQTTS too, at addr ("127.0.0.1:0" when empty), with a certificate of a
// generated authority for localhost and for every name that a client asks for. It returns where;
// a second call returns the same.
func (c *Cloud) ListenTLS(addr string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tlsAddr != "" {
		return c.tlsAddr, nil
	}
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	if err := c.ensureCA(); err != nil {
		return "", err
	}
	at, err := c.broker.Listen(addr, c.ca.config())
	if err != nil {
		return "", fmt.Errorf("embedded iotda: %w", err)
	}
	c.tlsAddr = at
	return at, nil
}

// CAPEM is the certificate of the authority behind MQTTS, as PEM text; nil before ListenTLS.
func (c *Cloud) CAPEM() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ca == nil {
		return nil
	}
	return c.ca.pem
}

// Close ends all connections and the cloud.
func (c *Cloud) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	c.mu.Unlock()
	c.tasks.close()
	c.routes.close()
	c.consumers.server.Close()
	c.linkages.close()
	c.sideRules.close()
	if err := errors.Join(c.objects.close(), c.broker.Close(), c.store.Close()); err != nil {
		return fmt.Errorf("embedded iotda: close: %w", err)
	}
	return nil
}

// Tell adds to what the cloud tells of itself, such as what its applications ask of it.
func (c *Cloud) Tell(e event.Event) { c.emit(e) }

func (c *Cloud) emit(e event.Event) {
	e.Layer = event.Cloud
	c.history.note(e, c.opts.Now())
	c.opts.Events.Emit(e)
}

func (c *Cloud) warn(deviceID, topic, format string, args ...any) {
	c.emit(event.Event{Kind: event.Warning, Device: deviceID, Topic: topic, Text: fmt.Sprintf(format, args...)})
}

// WaitOnline waits until a device is connected. An empty id stands for any device, and the device's
// id is returned.
func (c *Cloud) WaitOnline(ctx context.Context, id string) (string, error) {
	return c.await(ctx, id, func(d *device) bool { return d.client != nil })
}

// WaitActive waits until a device, or the gateway that it is behind, is connected and has subscribed to or published
// something.
func (c *Cloud) WaitActive(ctx context.Context, id string) (string, error) {
	return c.await(ctx, id, func(d *device) bool {
		link := c.devices[d.Link()]
		return link != nil && (link == d || id != "") && link.client != nil && link.active
	})
}

// WaitOffline waits until a device is not connected: all that it sent before has been taken. An empty id
// stands for all devices.
func (c *Cloud) WaitOffline(ctx context.Context, id string) error {
	for {
		c.mu.Lock()
		changed, online := c.changed, false
		for _, d := range c.named(id) {
			online = online || d.client != nil
		}
		c.mu.Unlock()
		if !online {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (c *Cloud) await(ctx context.Context, id string, is func(*device) bool) (string, error) {
	for {
		c.mu.Lock()
		changed := c.changed
		for _, d := range c.named(id) {
			if is(d) {
				c.mu.Unlock()
				return d.ID, nil
			}
		}
		c.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// named is the device of an id; for "" all are, and for the id of none nothing is. c.mu is held.
func (c *Cloud) named(id string) map[string]*device {
	if id == "" {
		return c.devices
	}
	if d := c.devices[id]; d != nil {
		return map[string]*device{id: d}
	}
	return nil
}

// change tells those who wait that a device's connection changed. c.mu is held.
func (c *Cloud) change() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// TLSConfig serves with certificates of the cloud's own authority, for another server beside it.
func (c *Cloud) TLSConfig() (*tls.Config, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.ensureCA(); err != nil {
		return nil, err
	}
	return c.ca.config(), nil
}

// ensureCA makes the authority, which holds by the host's clock as clients check it by theirs. c.mu
// is held.
func (c *Cloud) ensureCA() error {
	if c.ca != nil {
		return nil
	}
	ca, err := openAuthority(c.opts.CADir, time.Now())
	if err != nil {
		return fmt.Errorf("embedded iotda: %w", err)
	}
	c.ca = ca
	c.store.Touch(store.Key{Table: authorityTable, Name: "CA"})
	return nil
}
