package cloud

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"quecstar/harness/broker"
	"quecstar/harness/broker/packet"
	"quecstar/harness/cloud/record"
)

// Device is a registered device.
type Device struct {
	ID        string
	NodeID    string
	Name      string
	ProductID string
	// Project and App are whose it is, and the resource space that it lies in; "" is everybody's, and the default.
	Project, App string
	// GatewayID is the device whose connection carries what this one sends and is sent; "" for a device
	// that connects itself.
	GatewayID string
	// Secret is what the password is made of; "" takes any password. SecondarySecret works as well.
	Secret, SecondarySecret string
	Description             string
	// AuthType is SECRET, or CERTIFICATES where the device shows one of a fingerprint: SHA-1 or SHA-256 in hex, "" until
	// the first connection says it. "" is SECRET.
	AuthType, Fingerprint, SecondaryFingerprint string
	// SecureAccess says that it connects by TLS alone; Timeout is in how many seconds it must have connected once, 0
	// for never.
	SecureAccess bool
	Timeout      int
	// Tags are by key. Extension is JSON that the application keeps with the device; nil for none.
	Tags      map[string]string
	Extension any
	// Modules are the versions of its modules, by name; only read.
	Modules map[string]string
	Frozen  bool
	Created time.Time
	// Status is ONLINE, OFFLINE, INACTIVE (never connected) or FROZEN; only read.
	Status string
	// StatusSince is when Status changed; Activated is the first connection.
	StatusSince, Activated time.Time
	// SDKVersion, SoftwareVersion and FirmwareVersion are what the device reported; only read.
	SDKVersion, SoftwareVersion, FirmwareVersion string
	// Sequence numbers products and devices in the order in which they were registered; only read.
	Sequence uint64
}

// Link is the id of the device whose connection carries what this one sends and is sent: its gateway's, or its own.
func (d Device) Link() string {
	if d.GatewayID != "" {
		return d.GatewayID
	}
	return d.ID
}

// device is a Device with its state.
type device struct {
	Device
	client   *broker.Client // nil while offline
	active   bool           // it subscribed or published on this connection
	shadow   map[string]*Shadow
	messages []*Message
	// reachable is what a gateway said last of a child; childVersion counts the changes of a gateway's children, of
	// which gone were deleted.
	reachable    bool
	childVersion int
	gone         []childInfo
	logsUntil    time.Time
	unheard      *broker.Client // the connection of which it is said that what it publishes reaches no device
	pushed       []string       // request ids of the newest pushes of the shadow, whose answers nobody waits for
}

func (d *device) topic(suffix string) string { return topicOf(d.ID, suffix) }

// snapshot is the device as others see it.
func (d *device) snapshot() Device {
	out := d.Device
	out.Tags, out.Modules = maps.Clone(d.Tags), maps.Clone(d.Modules)
	switch {
	case d.Frozen:
		out.Status = "FROZEN"
	case d.client != nil || d.reachable:
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
	// ErrMessageExists is that the device has a message with the same id.
	ErrMessageExists = fmt.Errorf("the device has a message with this id: %w", ErrExists)
)

// randomHex is n random bytes in hex.
func randomHex(n int) string {
	b := make([]byte, n)
	// crypto/rand never fails: it ends the program when the system has no randomness.
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}

// AddDevice registers a device. Without an id it gets {product id}_{node id}; without a secret, one
// of 20 hex digits. The device with both is returned. The gateway of a device that has one is told.
func (c *Cloud) AddDevice(d Device) (Device, error) {
	d, err := c.register(d)
	if err == nil {
		c.deviceNotice(d, "create")
		c.childChanged(d, false)
	}
	return d, err
}

// register is AddDevice without telling anybody.
func (c *Cloud) register(d Device) (Device, error) {
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
	if err := quota("devices", len(c.devices), c.policy.MaxDevices); err != nil {
		return d, err
	}
	if d.Secret == "" {
		d.Secret = NewSecret()
	}
	if d.Name == "" {
		d.Name = d.NodeID
	}
	if err := c.checkGateway(d); err != nil {
		return d, err
	}
	d.Created, d.Sequence = c.opts.Now(), c.nextSequence()
	full := &device{Device: d}
	full.setDefaults(c.products[d.ProductID])
	c.devices[d.ID] = full
	c.under(full)
	c.touch(d.ID)
	return full.snapshot(), nil
}

// checkGateway says why a device cannot be behind its gateway. c.mu is held.
func (c *Cloud) checkGateway(d Device) error {
	if d.GatewayID == "" {
		return nil
	}
	gateway := c.devices[d.GatewayID]
	switch {
	case gateway == nil:
		return fmt.Errorf("gateway %s: %w", d.GatewayID, ErrNoDevice)
	case gateway.GatewayID != "":
		return fmt.Errorf("gateway %s is itself behind the gateway %s", d.GatewayID, gateway.GatewayID)
	}
	return nil
}

// ChangeGateway puts a device that is behind a gateway behind another one of the same resource space.
func (c *Cloud) ChangeGateway(id, gateway string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.devices[id]
	switch {
	case !ok:
		return fmt.Errorf("device %s: %w", id, ErrNoDevice)
	case d.GatewayID == "":
		return fmt.Errorf("device %s connects itself, and is behind no gateway", id)
	case d.GatewayID == gateway:
		return fmt.Errorf("device %s is behind that gateway: %w", id, ErrExists)
	}
	next := d.Device
	next.GatewayID = gateway
	if err := c.checkGateway(next); err != nil {
		return err
	}
	if to := c.devices[gateway]; to.App != d.App || to.Project != d.Project {
		return fmt.Errorf("gateway %s lies in another resource space: %w", gateway, ErrNoDevice)
	}
	if err := c.deletable(id); err != nil {
		return err
	}
	c.notUnder(d)
	d.GatewayID = gateway
	c.under(d)
	c.touch(id)
	return nil
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
	sort.Slice(out, func(i, j int) bool { return out[i].Sequence > out[j].Sequence })
	return out
}

// UpdateDevice changes name, description, secrets and whether the device is frozen. A device that
// gets frozen loses its connection. change must not call the cloud.
func (c *Cloud) UpdateDevice(id string, change func(d *Device)) (Device, error) {
	out, frozen, err := c.changeDevice(id, change)
	if err == nil {
		c.deviceNotice(out, "update")
	}
	if frozen != nil {
		frozen.Close(errors.New("the device is frozen"), packet.NotAuthorized)
	}
	return out, err
}

// changeDevice returns the connection that has to end, nil for none.
func (c *Cloud) changeDevice(id string, change func(d *Device)) (out Device, frozen *broker.Client, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.devices[id]
	if !ok {
		return Device{}, nil, fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	kept := d.Device
	c.notUnder(d)
	change(&d.Device)
	d.ID, d.Project, d.App = kept.ID, kept.Project, kept.App
	c.under(d)
	c.touch(id)
	if d.Frozen {
		frozen = d.client
	}
	return d.snapshot(), frozen, nil
}

// AllowUnknown changes from now on whether unknown devices are registered; see Options.
func (c *Cloud) AllowUnknown(allow bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.allowUnknown = allow
}

// Drop ends a device's connection, as a network that fails does; false when it had none.
func (c *Cloud) Drop(id string) bool {
	c.mu.Lock()
	d := c.devices[id]
	var cl *broker.Client
	if d != nil {
		cl = d.client
	}
	c.mu.Unlock()
	if cl == nil {
		return false
	}
	cl.Close(errors.New("dropped by the harness"), 0)
	return true
}

// Kick is Drop that says why there is nothing to end.
func (c *Cloud) Kick(id string) error {
	if _, err := c.Device(id); err != nil {
		return err
	}
	if !c.Drop(id) {
		return fmt.Errorf("device %s: %w", id, ErrOffline)
	}
	return nil
}

// Freeze freezes a device that connects itself, which is disconnected and refused from now on, or allows it again.
func (c *Cloud) Freeze(id string, on bool) error {
	d, err := c.Device(id)
	if err == nil && d.GatewayID != "" {
		err = fmt.Errorf("the device %s is behind the gateway %s: only devices that connect themselves are frozen", id,
			d.GatewayID)
	}
	if err == nil {
		_, err = c.UpdateDevice(id, func(d *Device) { d.Frozen = on })
	}
	return err
}

// DeleteDevice forgets a device that has no children and ends its connection. The gateway of a device that has one
// is told.
func (c *Cloud) DeleteDevice(id string) error {
	d, _ := c.Device(id) // what is not there is told by forget
	err := c.forget(id)
	if err == nil {
		c.leaveGroups(id)
		c.deviceNotice(d, "delete")
		c.childChanged(d, true)
	}
	return err
}

// GroupKind is the kind of the records of device groups, whose field members lists ids of devices.
const GroupKind = "device group"

// leaveGroups takes a device out of the groups that it is in.
func (c *Cloud) leaveGroups(id string) {
	in := c.book.List(GroupKind, "", func(r record.Record) bool { return slices.Contains(r.Texts("members"), id) })
	for _, g := range in {
		// Its error is that the group is gone by now.
		_, _ = c.book.Update(GroupKind, "", g.ID, func(o record.Object) error {
			o["members"] = slices.DeleteFunc(slices.Clone(o.Texts("members")), func(m string) bool { return m == id })
			return nil
		})
	}
}

// forget is DeleteDevice without telling anybody.
func (c *Cloud) forget(id string) error {
	c.mu.Lock()
	if err := c.deletable(id); err != nil {
		c.mu.Unlock()
		return err
	}
	cl := c.devices[id].client
	c.notUnder(c.devices[id])
	delete(c.devices, id)
	c.touch(id)
	c.history.forget(id)
	c.mu.Unlock()
	if cl != nil {
		cl.Close(errors.New("the device is deleted"), packet.NotAuthorized)
	}
	return nil
}

// deletable says why a device cannot be deleted. c.mu is held.
func (c *Cloud) deletable(id string) error {
	if _, ok := c.devices[id]; !ok {
		return fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	if len(c.children[id]) > 0 {
		return fmt.Errorf("device %s has child devices: %w", id, ErrInUse)
	}
	return nil
}

// under notes a device as a child of its gateway, if it has one. c.mu is held.
func (c *Cloud) under(d *device) {
	if d.GatewayID == "" {
		return
	}
	if c.children[d.GatewayID] == nil {
		c.children[d.GatewayID] = map[string]*device{}
	}
	c.children[d.GatewayID][d.ID] = d
}

// notUnder takes a device from among the children of its gateway. c.mu is held.
func (c *Cloud) notUnder(d *device) {
	delete(c.children[d.GatewayID], d.ID)
	if len(c.children[d.GatewayID]) == 0 {
		delete(c.children, d.GatewayID)
	}
}

// carried are the devices whose messages a connection carries: that of its id, and the children of it, in the order of
// their ids. c.mu is held.
func (c *Cloud) carried(id string) []*device {
	var out []*device
	if d := c.devices[id]; d != nil && d.GatewayID == "" {
		out = append(out, d)
	}
	for _, child := range slices.Sorted(maps.Keys(c.children[id])) {
		out = append(out, c.children[id][child])
	}
	return out
}

// connected makes cl the connection of its device, subscribed at QoS 0 to what the platform sends, as
// IoTDA does without being asked (https://support.huaweicloud.com/usermanual-iothub/iot_01_0331.html); what a
// device subscribes and unsubscribes itself changes nothing of that. False is that the device was deleted or
// frozen meanwhile.
func (c *Cloud) connected(cl *broker.Client) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.devices[cl.Key]
	if d == nil || d.Frozen {
		cl.Close(errors.New("the device is deleted or frozen"), packet.NotAuthorized)
		return false
	}
	var filters []string
	for _, suffix := range downward {
		filters = append(filters, d.topic(suffix))
	}
	cl.Implicit(filters...)
	d.client, d.active = cl, false
	d.StatusSince = c.opts.Now()
	if d.Activated.IsZero() {
		d.Activated = d.StatusSince
	}
	c.touch(d.ID)
	c.change()
	return true
}

// disconnected forgets a connection, and reports whether it was that of its device.
func (c *Cloud) disconnected(cl *broker.Client) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.devices[cl.Key]
	if d == nil || d.client != cl {
		return false
	}
	d.client, d.active = nil, false
	d.StatusSince = c.opts.Now()
	c.touch(d.ID)
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

// nextSequence is the number of a product or device that is registered now. c.mu is held.
func (c *Cloud) nextSequence() uint64 {
	c.sequence++
	return c.sequence
}

// NewSecret makes a device secret.
func NewSecret() string { return randomHex(10) }
