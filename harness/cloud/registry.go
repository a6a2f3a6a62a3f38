package cloud

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// Product is a product with its model. The JSON is that of the application API
// (huaweicloud-sdk-go-v3, services/iotda/v5, AddProduct).
type Product struct {
	ID           string    `json:"product_id"`
	Name         string    `json:"name"`
	DeviceType   string    `json:"device_type"`
	ProtocolType string    `json:"protocol_type"`
	DataFormat   string    `json:"data_format"`
	Manufacturer string    `json:"manufacturer_name,omitempty"`
	Industry     string    `json:"industry,omitempty"`
	Description  string    `json:"description,omitempty"`
	Services     []Service `json:"service_capabilities"`
	// Topics are the custom topics, the parts behind $oc/devices/{device_id}/user/; none means that
	// any is taken, with a warning.
	Topics  []string  `json:"-"`
	Created time.Time `json:"-"`
}

// Service is one service of a product model.
type Service struct {
	ID          string         `json:"service_id"`
	Type        string         `json:"service_type"`
	Description string         `json:"description,omitempty"`
	Option      string         `json:"option,omitempty"`
	Properties  []Property     `json:"properties,omitempty"`
	Commands    []CommandModel `json:"commands,omitempty"`
}

// Property is one property of a service. Method has R for readable, W for writable, E for reported.
type Property struct {
	Name        string   `json:"property_name"`
	DataType    string   `json:"data_type"`
	Method      string   `json:"method"`
	Required    bool     `json:"required,omitempty"`
	Unit        string   `json:"unit,omitempty"`
	Min         string   `json:"min,omitempty"`
	Max         string   `json:"max,omitempty"`
	MaxLength   int      `json:"max_length,omitempty"`
	Step        float64  `json:"step,omitempty"`
	EnumList    []string `json:"enum_list,omitempty"`
	Description string   `json:"description,omitempty"`
	Default     any      `json:"default_value,omitempty"`
}

// CommandModel is one command of a service.
type CommandModel struct {
	Name      string     `json:"command_name"`
	Paras     []Para     `json:"paras,omitempty"`
	Responses []Response `json:"responses,omitempty"`
}

// Response is one response of a command.
type Response struct {
	Name  string `json:"response_name"`
	Paras []Para `json:"paras,omitempty"`
}

// Para is one parameter of a command.
type Para struct {
	Name     string   `json:"para_name"`
	DataType string   `json:"data_type"`
	Required bool     `json:"required,omitempty"`
	EnumList []string `json:"enum_list,omitempty"`
	Unit     string   `json:"unit,omitempty"`
	Min      string   `json:"min,omitempty"`
	Max      string   `json:"max,omitempty"`
}

// service finds a service of the model; nil for none.
func (p *Product) service(id string) *Service {
	if p == nil {
		return nil
	}
	for i := range p.Services {
		if p.Services[i].ID == id {
			return &p.Services[i]
		}
	}
	return nil
}

func (s *Service) property(name string) *Property {
	for i := range s.Properties {
		if s.Properties[i].Name == name {
			return &s.Properties[i]
		}
	}
	return nil
}

func (s *Service) command(name string) *CommandModel {
	for i := range s.Commands {
		if s.Commands[i].Name == name {
			return &s.Commands[i]
		}
	}
	return nil
}

// Device is a registered device.
type Device struct {
	ID        string
	NodeID    string
	Name      string
	ProductID string
	// Secret is what the password is made of; "" takes any password. SecondarySecret works as well.
	Secret, SecondarySecret string
	Description             string
	Frozen                  bool
	Created                 time.Time
	// Status is ONLINE, OFFLINE, INACTIVE (never connected) or FROZEN; only read.
	Status string
	// StatusSince is when Status changed; Activated is the first connection.
	StatusSince, Activated time.Time
}

// device is a Device with its state.
type device struct {
	Device
	client   *mqtt.Client // nil while offline
	active   bool         // it subscribed or published on this connection
	shadow   map[string]*Shadow
	messages []*Message
}

func (d *device) topic(suffix string) string { return topicOf(d.ID, suffix) }

// snapshot is the device as others see it.
func (d *device) snapshot() Device {
	out := d.Device
	switch {
	case d.Frozen:
		out.Status = "FROZEN"
	case d.client != nil:
		out.Status = "ONLINE"
	case d.Activated.IsZero():
		out.Status = "INACTIVE"
	default:
		out.Status = "OFFLINE"
	}
	return out
}

// Errors of the registry.
var (
	ErrNoDevice  = errors.New("the device does not exist")
	ErrNoProduct = errors.New("the product does not exist")
	ErrExists    = errors.New("it exists already")
	ErrInUse     = errors.New("it is in use")
)

// randomHex is n random bytes in hex.
func randomHex(n int) string {
	b := make([]byte, n)
	// crypto/rand never fails: it ends the program when the system has no randomness.
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// AddProduct registers a product; without an id it gets one. The product with the id is returned.
func (c *Cloud) AddProduct(p Product) (Product, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.ID == "" {
		p.ID = randomHex(12)
	}
	if _, ok := c.products[p.ID]; ok {
		return p, fmt.Errorf("product %s: %w", p.ID, ErrExists)
	}
	p.Created = c.opts.Now()
	c.products[p.ID] = &p
	return p, nil
}

// PutProduct replaces a product.
func (c *Cloud) PutProduct(p Product) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	old, ok := c.products[p.ID]
	if !ok {
		return fmt.Errorf("product %s: %w", p.ID, ErrNoProduct)
	}
	p.Created = old.Created
	c.products[p.ID] = &p
	return nil
}

// Product returns a product.
func (c *Cloud) Product(id string) (Product, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.products[id]
	if !ok {
		return Product{}, fmt.Errorf("product %s: %w", id, ErrNoProduct)
	}
	return *p, nil
}

// Products lists the products, newest first.
func (c *Cloud) Products() []Product {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]Product, 0, len(c.products))
	for _, p := range c.products {
		out = append(out, *p)
	}
	sort.Slice(out, func(i, j int) bool { return newer(out[i].Created, out[j].Created, out[i].ID, out[j].ID) })
	return out
}

func newer(a, b time.Time, idA, idB string) bool {
	if a.Equal(b) {
		return idA > idB
	}
	return a.After(b)
}

// DeleteProduct forgets a product that has no devices.
func (c *Cloud) DeleteProduct(id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.products[id]; !ok {
		return fmt.Errorf("product %s: %w", id, ErrNoProduct)
	}
	for _, d := range c.devices {
		if d.ProductID == id {
			return fmt.Errorf("product %s has devices: %w", id, ErrInUse)
		}
	}
	delete(c.products, id)
	return nil
}

// AddDevice registers a device. Without an id it gets {product id}_{node id}; without a secret, one
// of 20 hex digits. The device with both is returned.
func (c *Cloud) AddDevice(d Device) (Device, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d.ID == "" {
		d.ID = d.ProductID + "_" + d.NodeID
	}
	if strings.ContainsAny(d.ID, "+#/$ ") {
		return d, fmt.Errorf("device id %q has a character that topics cannot have", d.ID)
	}
	if _, ok := c.devices[d.ID]; ok {
		return d, fmt.Errorf("device %s: %w", d.ID, ErrExists)
	}
	if d.Secret == "" {
		d.Secret = NewSecret()
	}
	if d.Name == "" {
		d.Name = d.NodeID
	}
	d.Created = c.opts.Now()
	full := &device{Device: d}
	full.setDefaults(c.products[d.ProductID])
	c.devices[d.ID] = full
	return full.snapshot(), nil
}

// Device returns a device.
func (c *Cloud) Device(id string) (Device, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.devices[id]
	if !ok {
		return Device{}, fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	return d.snapshot(), nil
}

// Devices lists the devices, newest first.
func (c *Cloud) Devices() []Device {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]Device, 0, len(c.devices))
	for _, d := range c.devices {
		out = append(out, d.snapshot())
	}
	sort.Slice(out, func(i, j int) bool { return newer(out[i].Created, out[j].Created, out[i].ID, out[j].ID) })
	return out
}

// UpdateDevice changes name, description, secrets and whether the device is frozen. A device that
// gets frozen loses its connection.
func (c *Cloud) UpdateDevice(id string, change func(d *Device)) (Device, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.devices[id]
	if !ok {
		return Device{}, fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	change(&d.Device)
	d.ID = id
	if d.Frozen && d.client != nil {
		go d.client.Stop(errors.New("the device is frozen"))
	}
	return d.snapshot(), nil
}

// Drop ends a device's connection, as a network that fails does; false when it had none.
func (c *Cloud) Drop(id string) bool {
	c.mu.Lock()
	d := c.devices[id]
	var cl *mqtt.Client
	if d != nil {
		cl = d.client
	}
	c.mu.Unlock()
	if cl == nil {
		return false
	}
	cl.Stop(errors.New("dropped by the harness"))
	return true
}

// DeleteDevice forgets a device and ends its connection.
func (c *Cloud) DeleteDevice(id string) error {
	c.mu.Lock()
	d, ok := c.devices[id]
	if !ok {
		c.mu.Unlock()
		return fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	delete(c.devices, id)
	cl := d.client
	c.mu.Unlock()
	if cl != nil {
		cl.Stop(errors.New("the device is deleted"))
	}
	return nil
}

// connected makes cl the connection of its device, subscribed to what the platform sends, and returns
// the connection before; nil when it is gone or had the same client id, as the broker has ended it
// then.
func (c *Cloud) connected(cl *mqtt.Client) (d *device, old *mqtt.Client) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d = c.devices[deviceIDOf(cl)]
	if d == nil {
		return nil, nil
	}
	for _, suffix := range downward {
		c.server.Topics.Subscribe(cl.ID, packets.Subscription{Filter: d.topic(suffix), Qos: 0})
	}
	old, d.client, d.active = d.client, cl, false
	if old != nil && old.ID == cl.ID {
		old = nil
	}
	d.StatusSince = c.opts.Now()
	if d.Activated.IsZero() {
		d.Activated = d.StatusSince
	}
	c.change()
	return d, old
}

// disconnected forgets a connection, and reports whether it was still that of its device. The
// broker keeps subscriptions by client id: those of a newer connection with the same id stay.
func (c *Cloud) disconnected(cl *mqtt.Client) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := deviceIDOf(cl)
	d := c.devices[id]
	if d == nil || d.client == nil || d.client == cl || d.client.ID != cl.ID {
		for _, suffix := range downward {
			c.server.Topics.Unsubscribe(topicOf(id, suffix), cl.ID)
		}
	}
	if d == nil || d.client != cl {
		return false
	}
	d.client, d.active = nil, false
	d.StatusSince = c.opts.Now()
	c.change()
	return true
}

// activate records that a device has subscribed or published.
func (c *Cloud) activate(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d := c.devices[id]; d != nil && !d.active {
		d.active = true
		c.change()
	}
}

// NewSecret makes a device secret.
func NewSecret() string { return randomHex(10) }
