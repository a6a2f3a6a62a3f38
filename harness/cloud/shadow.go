package cloud

import (
	"encoding/json"
	"fmt"
	"reflect"
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

type shadowHalf struct {
	Properties map[string]any `json:"properties"`
	EventTime  string         `json:"event_time,omitempty"`
}

// ShadowJSON is the shadow of one service as the platform sends it.
type ShadowJSON struct {
	ServiceID string      `json:"service_id"`
	Desired   *shadowHalf `json:"desired,omitempty"`
	Reported  *shadowHalf `json:"reported,omitempty"`
	Version   int         `json:"version"`
}

func (s *Shadow) json(service string) ShadowJSON {
	half := func(m map[string]any, at time.Time) *shadowHalf {
		if m == nil {
			return nil
		}
		h := &shadowHalf{Properties: copyMap(m)}
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
			if have, ok := s.Reported[name]; !ok || !reflect.DeepEqual(have, want) {
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
var ErrVersion = fmt.Errorf("the shadow has another version")

// UpdateDesired sets desired properties of a service: a nil value removes one, an empty map all.
// A version that is not nil must be the shadow's. The difference is sent to a device that is
// online.
func (c *Cloud) UpdateDesired(id, service string, desired map[string]any, version *int) error {
	c.mu.Lock()
	d, ok := c.devices[id]
	if !ok {
		c.mu.Unlock()
		return fmt.Errorf("device %s: %w", id, ErrNoDevice)
	}
	s := d.shadowOf(service)
	if version != nil && *version != s.Version {
		c.mu.Unlock()
		return fmt.Errorf("device %s, service %s: %w: %d", id, service, ErrVersion, s.Version)
	}
	if s.Desired == nil || len(desired) == 0 {
		s.Desired = map[string]any{}
	}
	for k, v := range desired {
		if v == nil {
			delete(s.Desired, k)
		} else {
			s.Desired[k] = v
		}
	}
	s.DesiredTime = c.opts.Now()
	s.Version++
	c.mu.Unlock()
	c.pushDifference(d)
	return nil
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
	return nil
}

// pushDifference tells a device that is online what it should set, without waiting for its answer.
func (c *Cloud) pushDifference(d *device) {
	c.mu.Lock()
	var set []serviceProperties
	if d.client != nil {
		set = d.difference(c.products[d.ProductID])
	}
	c.mu.Unlock()
	if len(set) == 0 {
		return
	}
	body, err := json.Marshal(map[string]any{"object_device_id": d.ID, "services": set})
	if err != nil {
		c.warn(d.ID, "", "the shadow cannot be sent: %v", err)
		return
	}
	c.send(d.topic("sys/properties/set/request_id="+c.newID()), body, 1)
}
