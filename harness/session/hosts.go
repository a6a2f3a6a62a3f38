package session

import (
	"context"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"quecstar/harness/bench"
	"quecstar/harness/cloud"
	"quecstar/harness/cloud/api"
	"quecstar/harness/cloud/plain"
	"quecstar/harness/device/direct"
)

// hosts are the embedded servers that answer for the hosts which a script names. Each starts
// when it is first needed: a script without a network does not pay for them.
type hosts struct {
	s *Session

	mu      sync.Mutex
	imei    string // of the device
	iotda   *cloud.Cloud
	plain   *plain.Broker
	api     *api.Server   // at an address of the user's
	inside  *api.Server   // for the script's own calls
	started chan struct{} // closed when the embedded IoTDA runs
	ended   bool          // the servers were closed, or are

	newID func() string
	sent  sent
}

func newHosts(s *Session) *hosts {
	h := &hosts{s: s, started: make(chan struct{}), newID: repeatableIDs(s.opts.Seed),
		sent: sent{underWay: map[string]bench.Command{}}}
	s.Events.Listen(h.hear)
	return h
}

// identify says which device's id stands for {imei} in the bench.
func (h *hosts) identify(imei string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.imei = imei
	if told := h.s.opts.Identified; told != nil {
		told(strings.ReplaceAll(h.s.bench.Device.ID, "{imei}", imei))
	}
}

// resolve is a direct.Resolver.
func (h *hosts) resolve(_ context.Context, host string, port int, secure bool) (direct.Endpoint, error) {
	who := h.whoAnswers(host)
	switch who {
	case "live":
		return direct.Endpoint{}, nil
	case "iotda":
		return h.byIoTDA(host, port, secure)
	case "plain":
		return h.byPlain(host, port, secure)
	}
	return direct.Endpoint{Addr: who, TLS: secure,
		Note: fmt.Sprintf("%s:%d is answered at %s, as the bench says", host, port, who)}, nil
}

// reach is a direct.Reach: of the embedded servers, sockets reach the application API alone.
func (h *hosts) reach(host string) (string, error) {
	who := h.whoAnswers(host)
	switch {
	case who == "live":
		return "", nil
	case who == "iotda" && isAPI(host):
		return h.application(host)
	case who == "iotda", who == "plain":
		return "", fmt.Errorf("%s is not reached: run with --live, or give it an address in [hosts] of the bench", host)
	default:
		return who, nil
	}
}

// whoAnswers is what the bench says about a host, else what its name says.
func (h *hosts) whoAnswers(host string) string {
	if who, ok := h.s.bench.Hosts[host]; ok {
		return who
	}
	switch {
	case h.s.opts.Live, direct.Loopback(host):
		return "live"
	case isIoTDA(host):
		return "iotda"
	}
	return "plain"
}

// isIoTDA knows the names of Huawei's device access: {id}.iot-mqtts.{region}.myhuaweicloud.com and
// {id}.st1.iotda-device.{region}.myhuaweicloud.com; and of its provisioning service, iot-bs.{region}.myhuaweicloud.com.
func isIoTDA(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return strings.HasSuffix(host, ".myhuaweicloud.com") &&
		(strings.Contains(host, "iot-mqtts.") || strings.Contains(host, "iotda") || strings.HasPrefix(host, "iot-bs."))
}

// platformAddr is what the provisioning service tells scripts.
const platformAddr = "iot-mqtts.cn-north-4.myhuaweicloud.com:8883"

func (h *hosts) byIoTDA(host string, port int, secure bool) (direct.Endpoint, error) {
	c, err := h.cloud()
	if err != nil {
		return direct.Endpoint{}, err
	}
	end := direct.Endpoint{Addr: c.Addr(), TLS: secure,
		Note: fmt.Sprintf("%s:%d is answered by the embedded IoTDA on this machine (--live reaches the real one)",
			host, port)}
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

func (h *hosts) byPlain(host string, port int, secure bool) (direct.Endpoint, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.plain == nil && h.s.opts.Broker != nil {
		b, err := h.s.opts.Broker()
		if err != nil {
			return direct.Endpoint{}, err
		}
		h.plain = b
	}
	if h.plain == nil {
		b, err := plain.Start(plain.Options{Events: h.s.Events.Emit, Network: h.s.opts.Network})
		if err != nil {
			return direct.Endpoint{}, err
		}
		h.plain = b
	}
	end := direct.Endpoint{Addr: h.plain.Addr(), TLS: secure,
		Note: fmt.Sprintf("%s:%d is answered by a plain embedded broker on this machine (--live reaches the host itself)",
			host, port)}
	if !secure {
		return end, nil
	}
	c, err := h.cloudLocked()
	if err != nil {
		return end, err
	}
	config, err := c.TLSConfig()
	if err != nil {
		return end, err
	}
	end.RootCAs = pool(c)
	end.Addr, err = h.plain.ListenTLS(config)
	return end, err
}

// cloud starts the embedded IoTDA on first use.
func (h *hosts) cloud() (*cloud.Cloud, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cloudLocked()
}

// running is the embedded IoTDA where it runs, else nil.
func (h *hosts) running() *cloud.Cloud {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended {
		return nil
	}
	return h.iotda
}

func (h *hosts) cloudLocked() (*cloud.Cloud, error) {
	if h.iotda != nil {
		return h.iotda, nil
	}
	b := h.s.bench
	if h.s.opts.Cloud != nil {
		c, err := h.s.opts.Cloud()
		if err == nil {
			err = provision(c, b, h.imei, true)
		}
		if err == nil {
			h.iotda = c
			close(h.started)
		}
		return c, err
	}
	policy := cloud.DefaultPolicy()
	if b.Cloud.Limits {
		policy = policy.Limited()
	}
	c, err := cloud.Start(cloud.Options{Policy: &policy, AllowUnknown: !b.Cloud.Strict, Events: h.s.Events.Emit,
		NewID: h.newID, CommandTimeout: time.Duration(b.Cloud.CommandTimeout), CADir: b.CADir(),
		State: b.StateFile(), Network: h.s.opts.Network, BootstrapAddr: platformAddr})
	if err != nil {
		return nil, err
	}
	if err := Provision(c, b, h.imei); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	h.iotda = c
	close(h.started)
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
	return provision(c, b, imei, false)
}

// provision does so; at a cloud that other runs share, what is there already stays. What a state file has becomes as
// the bench says.
func provision(c *cloud.Cloud, b *bench.Bench, imei string, shared bool) error {
	failed := func(err error) bool { return err != nil && !(shared && errors.Is(err, cloud.ErrExists)) }
	for _, p := range b.Cloud.Products {
		_, err := c.AddProduct(product(p))
		if errors.Is(err, cloud.ErrExists) && c.Restored(p.ID) {
			_, err = c.UpdateProduct(p.ID, func(old *cloud.Product) error { *old = product(p); return nil })
		}
		if failed(err) {
			return fmt.Errorf("%s: %w", b.Path, err)
		}
	}
	devices := b.Cloud.Devices
	if b.Device.ID != "" {
		devices = append([]bench.Registered{{ID: b.Device.ID, Secret: b.Device.Secret, Product: b.Device.Product}},
			devices...)
	}
	for _, d := range devices {
		if imei == "" && strings.Contains(d.ID, "{imei}") {
			return fmt.Errorf("%s: the device id %q: the module does not tell its IMEI; write the id out", b.Path, d.ID)
		}
		id := strings.ReplaceAll(d.ID, "{imei}", imei)
		node := id
		if _, rest, ok := strings.Cut(id, "_"); ok {
			node = rest
		}
		if err := Register(c, cloud.Device{ID: id, NodeID: node, Secret: d.Secret, ProductID: d.Product,
			GatewayID: strings.ReplaceAll(d.Gateway, "{imei}", imei)}); failed(err) {
			return fmt.Errorf("%s: %w", b.Path, err)
		}
	}
	return nil
}

// Register registers a device at a cloud; one of the state file gets its secret, if it has one, and its product.
func Register(c *cloud.Cloud, d cloud.Device) error {
	_, err := c.AddDevice(d)
	if errors.Is(err, cloud.ErrExists) && c.Restored(d.ID) {
		_, err = c.UpdateDevice(d.ID, func(old *cloud.Device) {
			old.Secret, old.ProductID = orDefault(d.Secret, old.Secret), orDefault(d.ProductID, old.ProductID)
		})
	}
	return err
}

func product(p bench.Product) cloud.Product {
	out := cloud.Product{ID: p.ID, Name: orDefault(p.Name, p.ID), DeviceType: "module", ProtocolType: "MQTT",
		DataFormat: "json", Topics: p.Topics}
	for _, s := range p.Services {
		svc := cloud.Service{ID: s.ID, Type: s.ID}
		for _, prop := range s.Properties {
			svc.Properties = append(svc.Properties, cloud.Property{Name: prop.Name, DataType: prop.Type, Method: prop.Method,
				Unit: prop.Unit, Min: prop.Min, Max: prop.Max, MaxLength: prop.Length, EnumList: prop.Values,
				Default: prop.Default})
		}
		for _, c := range s.Commands {
			model := cloud.CommandModel{Name: c.Name}
			for _, name := range slices.Sorted(maps.Keys(c.Paras)) {
				para := c.Paras[name]
				model.Paras = append(model.Paras, cloud.Para{Name: name, DataType: para.Type, Required: para.Required,
					Unit: para.Unit, Min: para.Min, Max: para.Max, MaxLength: para.Length, EnumList: para.Values})
			}
			svc.Commands = append(svc.Commands, model)
		}
		out.Services = append(out.Services, svc)
	}
	return out
}

// close ends the servers, once what the devices sent to the embedded IoTDA has been taken.
func (h *hosts) close() error {
	h.mu.Lock()
	h.ended = true
	servers, broker, iotda := []*api.Server{h.api, h.inside}, h.plain, h.iotda
	h.mu.Unlock()
	var errs []error
	for _, server := range servers {
		if server != nil {
			errs = append(errs, server.Close())
		}
	}
	if broker != nil && h.s.opts.Broker == nil {
		errs = append(errs, broker.Close())
	}
	if iotda != nil && h.s.opts.Cloud == nil {
		limit, cancel := context.WithTimeout(context.Background(), lastWords)
		_ = iotda.WaitOffline(limit, "") // in vain where a device is not ours
		cancel()
		errs = append(errs, iotda.Close())
	}
	return errors.Join(errs...)
}
