package session

import (
	"context"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"quecstar/harness/bench"
	"quecstar/harness/cloud"
	"quecstar/harness/cloud/api"
	"quecstar/harness/cloud/plain"
	"quecstar/harness/device/direct"
	"quecstar/harness/event"
)

// answers are the embedded servers that answer for the hosts which a script names. Each starts
// when it is first needed: a script without a network does not pay for them.
type answers struct {
	s *Session

	mu      sync.Mutex
	imei    string // of the device
	iotda   *cloud.Cloud
	plain   *plain.Broker
	api     *api.Server
	started chan struct{} // closed when the embedded IoTDA runs
}

func newAnswers(s *Session) *answers { return &answers{s: s, started: make(chan struct{})} }

// identify says which device's id stands for {imei} in the bench.
func (a *answers) identify(imei string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.imei = imei
}

// resolve is a direct.Resolver.
func (a *answers) resolve(_ context.Context, host string, port int, secure bool) (direct.Endpoint, error) {
	who := a.whoAnswers(host)
	switch who {
	case "live":
		return direct.Endpoint{}, nil
	case "iotda":
		return a.byIoTDA(host, port, secure)
	case "plain":
		return a.byPlain(host, port, secure)
	}
	return direct.Endpoint{Addr: who, TLS: secure, Note: fmt.Sprintf("%s:%d is answered at %s, as the bench says", host, port, who)}, nil
}

// reach is a direct.Reach: sockets have no embedded server behind them.
func (a *answers) reach(host string) (string, error) {
	switch who := a.whoAnswers(host); who {
	case "live":
		return "", nil
	case "iotda", "plain":
		return "", fmt.Errorf("%s is not reached: run with --live, or give it an address in [hosts] of the bench", host)
	default:
		return who, nil
	}
}

// whoAnswers is what the bench says about a host, else what its name says.
func (a *answers) whoAnswers(host string) string {
	if who, ok := a.s.bench.Hosts[host]; ok {
		return who
	}
	switch {
	case a.s.opts.Live:
		return "live"
	case isIoTDA(host):
		return "iotda"
	}
	return "plain"
}

// isIoTDA knows the names of Huawei's device access: {id}.iot-mqtts.{region}.myhuaweicloud.com and
// {id}.st1.iotda-device.{region}.myhuaweicloud.com.
func isIoTDA(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return strings.HasSuffix(host, ".myhuaweicloud.com") &&
		(strings.Contains(host, "iot-mqtts.") || strings.Contains(host, "iotda"))
}

func (a *answers) byIoTDA(host string, port int, secure bool) (direct.Endpoint, error) {
	c, err := a.cloud()
	if err != nil {
		return direct.Endpoint{}, err
	}
	end := direct.Endpoint{Addr: c.Addr(), TLS: secure,
		Note: fmt.Sprintf("%s:%d is answered by the embedded IoTDA on this machine (--live reaches the real one)", host, port)}
	if secure {
		if end.Addr, err = c.ListenTLS(""); err != nil {
			return direct.Endpoint{}, err
		}
		end.RootCAs = pool(c)
	}
	return end, nil
}

// pool trusts the embedded authority, which stands in for the one that the script trusts.
func pool(c *cloud.Cloud) *x509.CertPool {
	p := x509.NewCertPool()
	p.AppendCertsFromPEM(c.CAPEM())
	return p
}

func (a *answers) byPlain(host string, port int, secure bool) (direct.Endpoint, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.plain == nil {
		b, err := plain.Start(plain.Options{Events: a.s.Events.Emit})
		if err != nil {
			return direct.Endpoint{}, err
		}
		a.plain = b
	}
	end := direct.Endpoint{Addr: a.plain.Addr(), TLS: secure,
		Note: fmt.Sprintf("%s:%d is answered by a plain embedded broker on this machine (--live reaches the host itself)", host, port)}
	if !secure {
		return end, nil
	}
	c, err := a.cloudLocked()
	if err != nil {
		return end, err
	}
	config, err := c.TLSConfig()
	if err != nil {
		return end, err
	}
	end.RootCAs = pool(c)
	end.Addr, err = a.plain.ListenTLS(config)
	return end, err
}

// cloud starts the embedded IoTDA on first use.
func (a *answers) cloud() (*cloud.Cloud, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.cloudLocked()
}

func (a *answers) cloudLocked() (*cloud.Cloud, error) {
	if a.iotda != nil {
		return a.iotda, nil
	}
	b := a.s.bench
	c, err := cloud.Start(cloud.Options{AllowUnknown: !b.Cloud.Strict, Events: a.s.Events.Emit, NewID: repeatableIDs(a.s.opts.Seed),
		CommandTimeout: time.Duration(b.Cloud.CommandTimeout)})
	if err != nil {
		return nil, err
	}
	if err := Provision(c, b, a.imei); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	a.iotda = c
	close(a.started)
	return c, nil
}

// repeatableIDs makes the same ids in every run with the same seed, so that what a script prints of
// them can be compared. It is called from several goroutines.
func repeatableIDs(seed uint64) func() string {
	var mu sync.Mutex
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	random := rand.NewChaCha8(key)
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		id, err := uuid.NewRandomFromReader(random)
		if err != nil {
			return uuid.NewString() // the reader has no end
		}
		return id.String()
	}
}

// Provision registers a bench's products and devices at a cloud.
func Provision(c *cloud.Cloud, b *bench.Bench, imei string) error {
	for _, p := range b.Cloud.Products {
		if _, err := c.AddProduct(product(p)); err != nil {
			return fmt.Errorf("%s: %w", b.Path, err)
		}
	}
	devices := b.Cloud.Devices
	if b.Device.ID != "" {
		devices = append([]bench.Registered{{ID: b.Device.ID, Secret: b.Device.Secret, Product: b.Device.Product}}, devices...)
	}
	for _, d := range devices {
		id := strings.ReplaceAll(d.ID, "{imei}", imei)
		node := id
		if _, rest, ok := strings.Cut(id, "_"); ok {
			node = rest
		}
		if _, err := c.AddDevice(cloud.Device{ID: id, NodeID: node, Secret: d.Secret, ProductID: d.Product}); err != nil {
			return fmt.Errorf("%s: %w", b.Path, err)
		}
	}
	return nil
}

func product(p bench.Product) cloud.Product {
	out := cloud.Product{ID: p.ID, Name: orDefault(p.Name, p.ID), DeviceType: "module", ProtocolType: "MQTT", DataFormat: "json", Topics: p.Topics}
	for _, s := range p.Services {
		svc := cloud.Service{ID: s.ID, Type: s.ID}
		for _, prop := range s.Properties {
			svc.Properties = append(svc.Properties, cloud.Property{Name: prop.Name, DataType: prop.Type, Method: prop.Method,
				Unit: prop.Unit, Min: prop.Min, Max: prop.Max, MaxLength: prop.Length, EnumList: prop.Values, Default: prop.Default})
		}
		for _, c := range s.Commands {
			model := cloud.CommandModel{Name: c.Name}
			for name, kind := range c.Paras {
				model.Paras = append(model.Paras, cloud.Para{Name: name, DataType: kind})
			}
			svc.Commands = append(svc.Commands, model)
		}
		out.Services = append(out.Services, svc)
	}
	return out
}

func (a *answers) close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var errs []error
	if a.api != nil {
		errs = append(errs, a.api.Close())
	}
	if a.plain != nil {
		errs = append(errs, a.plain.Close())
	}
	if a.iotda != nil {
		errs = append(errs, a.iotda.Close())
	}
	return errors.Join(errs...)
}

// settle is how long an active device gets before it is sent a command, so that what it does on
// connecting, such as a report behind a subscription, comes first.
const settle = 100 * time.Millisecond

// quiet is how long a device that is online and does nothing is waited for: one that relies on the
// platform's implicit subscription has nothing to do.
const quiet = time.Second

// act has the cloud send its commands and messages, one after the other, once the device is active.
func (a *answers) act(ctx context.Context, acts []bench.Command) {
	if len(acts) == 0 {
		return
	}
	id, err := a.awaitDevice(ctx)
	if err != nil {
		a.unsent(acts)
		return
	}
	for i, c := range acts {
		if err := a.pause(ctx, max(settle, time.Duration(c.After))); err != nil {
			a.unsent(acts[i:])
			return
		}
		if err := a.send(ctx, id, c); err != nil && ctx.Err() == nil {
			a.warn("%s: %v", c, err)
		}
	}
}

// awaitDevice waits for the bench's device, or without one for any, to be active.
func (a *answers) awaitDevice(ctx context.Context) (id string, err error) {
	select {
	case <-a.started:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if a.s.bench.Device.ID != "" {
		a.mu.Lock()
		id = strings.ReplaceAll(a.s.bench.Device.ID, "{imei}", a.imei)
		a.mu.Unlock()
	}
	if id, err = a.iotda.WaitOnline(ctx, id); err != nil {
		return "", err
	}
	limit, cancel := context.WithTimeout(ctx, quiet)
	defer cancel()
	if _, err := a.iotda.WaitActive(limit, id); err != nil && ctx.Err() != nil {
		return "", err
	}
	return id, nil
}

func (a *answers) send(ctx context.Context, id string, c bench.Command) error {
	if c.Message == nil {
		_, _, err := a.iotda.SendCommand(ctx, id, cloud.Command{ServiceID: c.Service, Name: c.Name, Paras: c.Paras})
		return err
	}
	content, err := json.Marshal(c.Message)
	if err != nil {
		return err
	}
	_, err = a.iotda.SendMessage(id, cloud.Message{Name: c.Name, Content: content})
	return err
}

func (a *answers) pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (a *answers) unsent(commands []bench.Command) {
	for _, c := range commands {
		a.warn("%s was not sent: the script ended before its device was active at the embedded IoTDA", c)
	}
}

func (a *answers) warn(format string, args ...any) {
	a.s.Events.Emit(event.Event{Layer: event.Harness, Kind: event.Warning, Text: fmt.Sprintf(format, args...)})
}
