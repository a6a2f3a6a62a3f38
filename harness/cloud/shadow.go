package cloud

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"
)

// Shadow is the device shadow of one service.
type Shadow struct {
	Desired      map[string]any
	Reported     map[string]any
	DesiredTime  time.Time
	ReportedTime time.Time
	Version      int
}

// eventTime is how IoTDA writes times: yyyyMMdd'T'HHmmss'Z'.
const eventTime = "20060102T150405Z"

// shadowHalf is one half. Both are always there, as what Huawei's device SDKs make of a shadow cannot
// do without; event_time is left out of a half that was never written.
type shadowHalf struct {
	Properties map[string]any `json:"properties"`
	EventTime  string         `json:"event_time,omitempty"`
}

// ShadowJSON is the shadow of one service as the platform sends it.
type ShadowJSON struct {
	ServiceID string     `json:"service_id"`
	Desired   shadowHalf `json:"desired"`
	Reported  shadowHalf `json:"reported"`
	Version   int        `json:"version"`
}

func (s *Shadow) json(service string) ShadowJSON {
	half := func(m map[string]any, at time.Time) shadowHalf {
		h := shadowHalf{Properties: copyMap(m)}
		if !at.IsZero() {
			h.EventTime = at.UTC().Format(eventTime)
		}
		return h
	}
	return ShadowJSON{ServiceID: service, Desired: half(s.Desired, s.DesiredTime),
		Reported: half(s.Reported, s.ReportedTime), Version: s.Version}
}

func copyMap(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

func (d *device) shadowOf(service string) *Shadow {
	if d.shadow == nil {
		d.shadow = map[string]*Shadow{}
	}
	s := d.shadow[service]
	if s == nil {
		s = &Shadow{}
		d.shadow[service] = s
	}
	return s
}

// setDefaults copies the defaults of the model's properties into the desired half.
func (d *device) setDefaults(p *Product) {
	if p == nil {
		return
	}
	for _, svc := range p.Services {
		for _, prop := range svc.Properties {
			if prop.Default != nil {
				s := d.shadowOf(svc.ID)
				if s.Desired == nil {
					s.Desired = map[string]any{}
				}
				s.Desired[prop.Name] = prop.Default
				s.DesiredTime = d.Created
			}
		}
	}
}

// reported takes a report into the shadow. c.mu is held.
func (d *device) reported(service string, properties map[string]any, at time.Time) {
	s := d.shadowOf(service)
	if s.Reported == nil {
		s.Reported = map[string]any{}
	}
	for k, v := range properties {
		s.Reported[k] = v
	}
	s.ReportedTime = at
	s.Version++
}

// difference is what the device should be told to set: desired properties, writable by the model,
// that it has not reported.
func (d *device) difference(p *Product) []serviceProperties {
	var out []serviceProperties
	for service, s := range d.shadow {
		svc := p.service(service)
		if svc == nil {
			continue
		}
		set := map[string]any{}
		for name, want := range s.Desired {
			prop := svc.property(name)
			if prop == nil || !strings.Contains(prop.Method, "W") {
				continue
			}
			if have, ok := s.Reported[name]; !ok || !sameValue(have, want) {
				set[name] = want
			}
		}
		if len(set) > 0 {
			out = append(out, serviceProperties{ServiceID: service, Properties: set})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ServiceID < out[j].ServiceID })
	return out
}

// Shadow returns the shadow of a device, by service id.
func (c *Cloud) Shadow(id string) ([]ShadowJSON, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.devices[id]
	if !ok {
		return nil, fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	return d.shadows(""), nil
}

// shadows is the shadow of one service, or of all. c.mu is held.
func (d *device) shadows(service string) []ShadowJSON {
	out := []ShadowJSON{}
	for id, s := range d.shadow {
		if service == "" || id == service {
			out = append(out, s.json(id))
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ServiceID < out[j].ServiceID })
	return out
}

// ErrVersion is that a shadow has another version than the caller believes.
var ErrVersion = errors.New("the shadow has another version")

// Desired is what the shadow of one service should become: a nil value removes a property, no
// properties at all remove all. A Version that is not nil must be the shadow's.
type Desired struct {
	ServiceID  string
	Properties map[string]any
	Version    *int
}

// UpdateDesired sets desired properties of one service, as UpdateShadow does.
func (c *Cloud) UpdateDesired(id, service string, desired map[string]any, version *int) error {
	return c.UpdateShadow(id, []Desired{{service, desired, version}})
}

// UpdateShadow sets desired properties of several services: all of them, or, with an error, none.
// The difference is sent to a device that is online.
func (c *Cloud) UpdateShadow(id string, updates []Desired) error {
	if err := c.updateShadow(id, updates); err != nil {
		return err
	}
	c.pushDifference(id)
	return nil
}

func (c *Cloud) updateShadow(id string, updates []Desired) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.devices[id]
	if !ok {
		return fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	values := make([]any, len(updates))
	for i, u := range updates {
		version := 0
		if s := d.shadow[u.ServiceID]; s != nil {
			version = s.Version
		}
		if u.Version != nil && *u.Version != version {
			return fmt.Errorf("device %s, service %s: %w: %d", id, u.ServiceID, ErrVersion, version)
		}
		var err error
		if values[i], err = jsonValue(u.Properties); err != nil {
			return fmt.Errorf("device %s, service %s: %w", id, u.ServiceID, err)
		}
	}
	for i, u := range updates {
		properties, _ := values[i].(map[string]any) // nil for no map
		d.shadowOf(u.ServiceID).desire(properties, c.opts.Now())
	}
	c.touch(id)
	return nil
}

func (s *Shadow) desire(properties map[string]any, at time.Time) {
	if s.Desired == nil || len(properties) == 0 {
		s.Desired = map[string]any{}
	}
	for k, v := range properties {
		if v == nil {
			delete(s.Desired, k)
		} else {
			s.Desired[k] = v
		}
	}
	s.DesiredTime = at
	s.Version++
}

// DeleteShadow clears both halves of a device's shadow.
func (c *Cloud) DeleteShadow(id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, ok := c.devices[id]
	if !ok {
		return fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	d.shadow = nil
	c.touch(id)
	return nil
}

// keptPushes is how many pushes of a shadow a device may leave unanswered before an answer to the
// oldest is taken for one that nobody waits for.
const keptPushes = 20

// pushDifference tells a device that is online what it should set, without waiting for its answer
// (SDK client, ShowDeviceShadow: when the device comes online and on each report).
func (c *Cloud) pushDifference(id string) { c.pushSet(id, c.differenceOf(id)) }

// differenceOf is what a device that is online should be told to set.
func (c *Cloud) differenceOf(id string) []serviceProperties {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.devices[id]
	if link := c.linkOf(d); link == nil || link.client == nil {
		return nil
	}
	return d.difference(c.products[d.ProductID])
}

// Prompt tells a device that is online to set properties of a service of the platform's own, without waiting for
// its answer.
func (c *Cloud) Prompt(id, service string, properties map[string]any) {
	c.pushSet(id, []serviceProperties{{ServiceID: service, Properties: properties}})
}

func (c *Cloud) pushSet(id string, set []serviceProperties) {
	c.mu.Lock()
	link := c.linkOf(c.devices[id])
	if len(set) == 0 || link == nil || link.client == nil {
		c.mu.Unlock()
		return
	}
	request := c.newID()
	link.pushed = append(link.pushed, request)
	link.pushed = link.pushed[max(0, len(link.pushed)-keptPushes):]
	topic := link.topic("sys/properties/set/request_id=" + request)
	c.mu.Unlock()
	c.sendJSON(id, topic, map[string]any{"object_device_id": id, "services": set})
}
