package cloud

import (
	"fmt"
	"slices"
	"sort"
	"time"
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
	Topics []string `json:"-"`
	// Project and App are whose it is, and the resource space that it lies in; "" is everybody's, and the default.
	Project string    `json:"-"`
	App     string    `json:"app_id"`
	Created time.Time `json:"-"`
	// Sequence numbers products and devices in the order in which they were registered; only read.
	Sequence uint64 `json:"-"`
}

// Service is one service of a product model.
type Service struct {
	ID          string         `json:"service_id"`
	Type        string         `json:"service_type"`
	Description string         `json:"description,omitempty"`
	Option      string         `json:"option,omitempty"`
	Properties  []Property     `json:"properties,omitempty"`
	Commands    []CommandModel `json:"commands,omitempty"`
	Events      []EventModel   `json:"events,omitempty"`
}

// EventModel is one event of a service.
type EventModel struct {
	Type  string `json:"event_type"`
	Paras []Para `json:"paras,omitempty"`
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
	Name      string   `json:"para_name"`
	DataType  string   `json:"data_type"`
	Required  bool     `json:"required,omitempty"`
	EnumList  []string `json:"enum_list,omitempty"`
	Unit      string   `json:"unit,omitempty"`
	Min       string   `json:"min,omitempty"`
	Max       string   `json:"max,omitempty"`
	MaxLength int      `json:"max_length,omitempty"`
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

// clone is a copy that shares nothing with p that could be changed: a stored model is only replaced,
// never written to.
func (p Product) clone() Product {
	p.Topics = slices.Clone(p.Topics)
	p.Services = slices.Clone(p.Services)
	for i := range p.Services {
		s := &p.Services[i]
		s.Properties = slices.Clone(s.Properties)
		for j := range s.Properties {
			s.Properties[j].EnumList = slices.Clone(s.Properties[j].EnumList)
		}
		s.Commands = slices.Clone(s.Commands)
		for j := range s.Commands {
			s.Commands[j] = s.Commands[j].clone()
		}
		s.Events = slices.Clone(s.Events)
		for j := range s.Events {
			s.Events[j].Paras = cloneParas(s.Events[j].Paras)
		}
	}
	return p
}

func (m CommandModel) clone() CommandModel {
	m.Paras = cloneParas(m.Paras)
	m.Responses = slices.Clone(m.Responses)
	for i := range m.Responses {
		m.Responses[i].Paras = cloneParas(m.Responses[i].Paras)
	}
	return m
}

func cloneParas(paras []Para) []Para {
	paras = slices.Clone(paras)
	for i := range paras {
		paras[i].EnumList = slices.Clone(paras[i].EnumList)
	}
	return paras
}

// stored is p as the registry keeps it: a copy, with its defaults as JSON values.
func (p Product) stored() (*Product, error) {
	p = p.clone()
	for _, s := range p.Services {
		for i := range s.Properties {
			prop := &s.Properties[i]
			value, err := jsonValue(prop.Default)
			if err != nil {
				return nil, fmt.Errorf("product %s: the default of %s.%s: %w", p.ID, s.ID, prop.Name, err)
			}
			prop.Default = value
		}
	}
	return &p, nil
}

// AddProduct registers a product; without an id it gets one. The product with the id is returned.
func (c *Cloud) AddProduct(p Product) (Product, error) {
	p, err := c.addProduct(p)
	if err == nil {
		c.productNotice(p, "create")
	}
	return p, err
}

func (c *Cloud) addProduct(p Product) (Product, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.ID == "" {
		p.ID = randomHex(12)
	}
	if _, ok := c.products[p.ID]; ok {
		return p, fmt.Errorf("product %s: %w", p.ID, ErrExists)
	}
	if err := quota("products", len(c.products), c.policy.MaxProducts); err != nil {
		return p, err
	}
	p.Created, p.Sequence = c.opts.Now(), c.nextSequence()
	kept, err := p.stored()
	if err != nil {
		return p, err
	}
	c.products[p.ID] = kept
	c.touchProduct(p.ID)
	return kept.clone(), nil
}

// UpdateProduct changes a product; when change fails, nothing has changed. change must not call the
// cloud.
func (c *Cloud) UpdateProduct(id string, change func(p *Product) error) (Product, error) {
	p, err := c.updateProduct(id, change)
	if err == nil {
		c.productNotice(p, "update")
	}
	return p, err
}

func (c *Cloud) updateProduct(id string, change func(p *Product) error) (Product, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old, ok := c.products[id]
	if !ok {
		return Product{}, fmt.Errorf("product %s: %w", id, ErrNoProduct)
	}
	p := old.clone()
	if err := change(&p); err != nil {
		return old.clone(), err
	}
	p.ID, p.Project, p.App, p.Created, p.Sequence = id, old.Project, old.App, old.Created, old.Sequence
	kept, err := p.stored()
	if err != nil {
		return old.clone(), err
	}
	c.products[id] = kept
	c.touchProduct(id)
	return kept.clone(), nil
}

// Product returns a product.
func (c *Cloud) Product(id string) (Product, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.products[id]
	if !ok {
		return Product{}, fmt.Errorf("product %s: %w", id, ErrNoProduct)
	}
	return p.clone(), nil
}

// Products lists the products, newest first.
func (c *Cloud) Products() []Product {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]Product, 0, len(c.products))
	for _, p := range c.products {
		out = append(out, p.clone())
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Sequence > out[j].Sequence })
	return out
}

// DeleteProduct forgets a product that has no devices.
func (c *Cloud) DeleteProduct(id string) error {
	p, _ := c.Product(id) // what is not there is told by deleteProduct
	err := c.deleteProduct(id)
	if err == nil {
		c.productNotice(p, "delete")
	}
	return err
}

func (c *Cloud) deleteProduct(id string) error {
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
	c.touchProduct(id)
	return nil
}
