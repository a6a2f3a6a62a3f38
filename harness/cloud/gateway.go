package cloud

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"quecstar/harness/cloud/record"
	"quecstar/harness/event"
)

// What gateways and the platform tell each other of the devices behind them, by the events of
// $sub_device_manager (https://support.huaweicloud.com/api-iothub/iot_06_v5_3018.html and the pages behind it).

// Limits of these events: iot_06_v5_30181.html, 30183.html and 3022.html.
const (
	maxChildren = 50
	maxStatuses = 100
)

// childInfo is a child as gateways are told of it.
type childInfo struct {
	ParentID    string `json:"parent_device_id"`
	NodeID      string `json:"node_id"`
	DeviceID    string `json:"device_id"`
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
	Maker       string `json:"manufacturer_id,omitempty"`
	ProductID   string `json:"product_id,omitempty"`
	Firmware    string `json:"fw_version,omitempty"`
	Software    string `json:"sw_version,omitempty"`
	Status      string `json:"status"`
	Extension   any    `json:"extension_info,omitempty"`
}

// childFailure is why something did not succeed for a child.
type childFailure struct {
	NodeID    string `json:"node_id,omitempty"`
	ProductID string `json:"product_id,omitempty"`
	DeviceID  string `json:"device_id,omitempty"`
	Code      string `json:"error_code"`
	Text      string `json:"error_msg"`
}

// childCode is the code of an error in these events: those of the application API, which the documents do not say.
func childCode(err error) string {
	switch {
	case errors.Is(err, ErrExists):
		return "IOTDA.014031"
	case errors.Is(err, ErrNoProduct):
		return "IOTDA.014204"
	case errors.Is(err, ErrNoDevice):
		return "IOTDA.014000"
	}
	return "IOTDA.000006"
}

// subDevices takes an event of $sub_device_manager that a gateway published; false is that it is none that is known.
func (c *Cloud) subDevices(id, topic string, e deviceEvent) bool {
	switch e.EventType {
	case "add_sub_device_request":
		c.addChildren(id, topic, e)
	case "delete_sub_device_request":
		c.deleteChildren(id, topic, e)
	case "sub_device_update_status":
		c.childStatuses(id, topic, e)
	case "sub_device_sync_request":
		c.syncChildren(id, e)
	default:
		return false
	}
	return true
}

// list is the list of objects in an event's paras; what is none, or is too long, is told.
func (c *Cloud) list(id, topic string, e deviceEvent, name string, most int) ([]any, bool) {
	list, ok := e.Paras[name].([]any)
	if !ok || len(list) == 0 || len(list) > most {
		c.warn(id, topic, "%s: %s are 1 to %d: nothing is done", e.EventType, name, most)
		return nil, false
	}
	return list, true
}

func (c *Cloud) addChildren(id, topic string, e deviceEvent) {
	list, ok := c.list(id, topic, e, "devices", maxChildren)
	if !ok {
		return
	}
	added, failed := []childInfo{}, []childFailure{}
	for _, v := range list {
		d, err := c.addChild(id, v)
		if err != nil {
			failed = append(failed, childFailure{NodeID: record.Of(v).Text("node_id"),
				ProductID: record.Of(v).Text("product_id"), Code: childCode(err),
				Text: err.Error()})
			continue
		}
		added = append(added, d)
	}
	c.answerEvent(id, id, e, "add_sub_device_response",
		map[string]any{"successful_devices": added, "failed_devices": failed})
}

// addChild registers a device behind a gateway that asks for it.
func (c *Cloud) addChild(gateway string, v any) (childInfo, error) {
	own, err := c.Device(gateway)
	if err != nil {
		return childInfo{}, err
	}
	d := Device{ID: record.Of(v).Text("device_id"), NodeID: record.Of(v).Text("node_id"),
		ProductID: record.Of(v).Text("product_id"), Name: record.Of(v).Text("name"),
		Description: record.Of(v).Text("description"), GatewayID: record.Of(v).Text("parent_device_id"), Project: own.Project,
		App: own.App}
	if d.GatewayID == "" {
		d.GatewayID = gateway
	}
	switch {
	case d.NodeID == "" || d.ProductID == "":
		return childInfo{}, errors.New("node_id and product_id are wanted")
	case d.GatewayID != gateway:
		return childInfo{}, fmt.Errorf("gateway %s asks for a device behind %s, which is another", gateway, d.GatewayID)
	default:
		d.Extension = record.Of(v)["extension_info"]
	}
	if _, err := c.Product(d.ProductID); err != nil {
		return childInfo{}, err
	}
	if d, err = c.register(d); err != nil {
		return childInfo{}, err
	}
	return c.childInfo(d), nil
}

func (c *Cloud) childInfo(d Device) childInfo {
	maker := ""
	if p, err := c.Product(d.ProductID); err == nil {
		maker = p.Manufacturer
	}
	return childInfo{ParentID: d.GatewayID, NodeID: d.NodeID, DeviceID: d.ID, Name: d.Name, Description: d.Description,
		Maker:     maker,
		ProductID: d.ProductID, Firmware: d.FirmwareVersion, Software: d.SoftwareVersion, Status: d.Status,
		Extension: d.Extension}
}

func (c *Cloud) deleteChildren(id, topic string, e deviceEvent) {
	list, ok := c.list(id, topic, e, "devices", maxChildren)
	if !ok {
		return
	}
	deleted, failed := []string{}, []childFailure{}
	for _, v := range list {
		child, _ := v.(string)
		err := c.isChild(id, child)
		if err == nil {
			err = c.forget(child)
			c.leaveGroups(child)
		}
		if err != nil {
			failed = append(failed, childFailure{DeviceID: child, Code: childCode(err), Text: err.Error()})
			continue
		}
		deleted = append(deleted, child)
	}
	c.answerEvent(id, id, e, "delete_sub_device_response",
		map[string]any{"successful_devices": deleted, "failed_devices": failed})
}

// isChild says that a device is not behind a gateway.
func (c *Cloud) isChild(gateway, child string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d := c.devices[child]; d == nil || d.GatewayID != gateway {
		return fmt.Errorf("device %s is not behind the gateway %s: %w", child, gateway, ErrNoDevice)
	}
	return nil
}

func (c *Cloud) childStatuses(id, topic string, e deviceEvent) {
	list, ok := c.list(id, topic, e, "device_statuses", maxStatuses)
	if !ok {
		return
	}
	type status struct {
		DeviceID string `json:"device_id"`
		Status   string `json:"status"`
	}
	done, failed := []status{}, []childFailure{}
	for _, v := range list {
		s := status{record.Of(v).Text("device_id"), record.Of(v).Text("status")}
		err := c.speaksFor(id, s.DeviceID)
		if err == nil && s.Status != "ONLINE" && s.Status != "OFFLINE" {
			err = fmt.Errorf("status is ONLINE or OFFLINE, not %q", s.Status)
		}
		if err != nil {
			failed = append(failed, childFailure{DeviceID: s.DeviceID, Code: childCode(err), Text: err.Error()})
			continue
		}
		c.setChildStatus(s.DeviceID, s.Status)
		done = append(done, s)
	}
	c.answerEvent(id, id, e, "sub_device_update_status_response",
		map[string]any{"successful_devices": done, "failed_devices": failed})
}

// setChildStatus notes what a gateway says of a child.
func (c *Cloud) setChildStatus(id, status string) {
	c.mu.Lock()
	d := c.devices[id]
	if d == nil || d.reachable == (status == "ONLINE") && !d.Activated.IsZero() {
		c.mu.Unlock()
		return
	}
	d.reachable = status == "ONLINE"
	d.StatusSince = c.opts.Now()
	if d.Activated.IsZero() {
		d.Activated = d.StatusSince
	}
	c.touch(id)
	c.mu.Unlock()
	kind, text := event.Connect, "online, as its gateway says"
	if status != "ONLINE" {
		kind, text = event.Disconnect, "offline, as its gateway says"
	}
	c.emit(event.Event{Kind: kind, Device: id, Text: text})
	c.statusNotice(id, status)
}

// syncChildren tells a gateway of what changed while it was away: of all that it does not know by its version.
func (c *Cloud) syncChildren(id string, e deviceEvent) {
	since, _ := wholeNumber(e.Paras["version"])
	c.mu.Lock()
	g := c.devices[id]
	if g == nil {
		c.mu.Unlock()
		return
	}
	version := g.childVersion
	gone := slices.Clone(g.gone)
	ids := slices.Sorted(maps.Keys(c.children[id]))
	c.mu.Unlock()
	if since > 0 && since >= version {
		return
	}
	children := []childInfo{}
	for _, child := range ids {
		if d, err := c.Device(child); err == nil {
			children = append(children, c.childInfo(d))
		}
	}
	c.tellChildren(id, "add_sub_device_notify", children, version)
	if len(gone) > 0 {
		c.tellChildren(id, "delete_sub_device_notify", gone, version)
	}
}

// keptGone is how many children that were deleted a gateway that was away is told of.
const keptGone = 1000

// childChanged counts a change of a gateway's children that the application made, and tells the gateway.
func (c *Cloud) childChanged(d Device, deleted bool) {
	if d.GatewayID == "" {
		return
	}
	info := c.childInfo(d)
	c.mu.Lock()
	g := c.devices[d.GatewayID]
	if g == nil {
		c.mu.Unlock()
		return
	}
	g.childVersion++
	c.touch(g.ID)
	version := g.childVersion
	if deleted {
		g.gone = append(g.gone, info)
		g.gone = g.gone[max(0, len(g.gone)-keptGone):]
	} else {
		g.gone = slices.DeleteFunc(g.gone, func(i childInfo) bool { return i.DeviceID == d.ID })
	}
	online := g.client != nil
	c.mu.Unlock()
	if !online {
		return
	}
	kind := "add_sub_device_notify"
	if deleted {
		kind = "delete_sub_device_notify"
	}
	c.tellChildren(d.GatewayID, kind, []childInfo{info}, version)
}

func (c *Cloud) tellChildren(gateway, kind string, children []childInfo, version int) {
	if err := c.SendEvent(gateway, "$sub_device_manager", kind,
		map[string]any{"devices": children, "version": version}); err != nil {
		c.warn(gateway, "", "%s: %v", kind, err)
	}
}
