package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// timeForm is how the API writes times.
const timeForm = "20060102T150405Z"

func at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeForm)
}

// product is a product as the API shows it.
type product struct {
	cloud.Product
	CreateTime string `json:"create_time"`
}

func productJSON(p cloud.Product) product {
	p.App = cloud.SpaceOf(p.App)
	return product{Product: p, CreateTime: at(p.Created)}
}

// maxServices is how many services a model may have, and maxModel its size as JSON, in bytes.
const (
	maxServices = 500
	maxModel    = 500 << 10
)

// checkProduct says what of a product IoTDA does not take.
func checkProduct(p cloud.Product) error {
	if err := checkTexts(text{"product_id", p.ID, maxProductID, false}, text{"name", p.Name, maxName, true},
		text{"device_type", p.DeviceType, maxType, true}, text{"protocol_type", p.ProtocolType, maxType, true},
		text{"data_format", p.DataFormat, maxType, true}); err != nil {
		return err
	}
	if p.DataFormat != "json" && p.DataFormat != "binary" {
		return fmt.Errorf("data_format is json or binary, not %s", p.DataFormat)
	}
	if len(p.Services) > maxServices {
		return fmt.Errorf("service_capabilities has %d services, more than %d", len(p.Services), maxServices)
	}
	model, err := json.Marshal(p.Services)
	if err != nil || len(model) > maxModel {
		return fmt.Errorf("service_capabilities has more than %d bytes", maxModel)
	}
	seen := map[string]bool{}
	for _, svc := range p.Services {
		if seen[svc.ID] {
			return fmt.Errorf("service_id %s is there twice", svc.ID)
		}
		seen[svc.ID] = true
		if err := checkService(svc); err != nil {
			return fmt.Errorf("service %q: %w", svc.ID, err)
		}
	}
	return nil
}

func checkService(s cloud.Service) error {
	if err := checkTexts(text{"service_id", s.ID, maxServiceID, true}); err != nil {
		return err
	}
	for _, p := range s.Properties {
		if err := checkTexts(text{"property_name", p.Name, maxName, true}, text{"data_type", p.DataType, maxType, true},
			text{"method", p.Method, len("RWE"), true}); err != nil {
			return err
		}
		if err := checkType(p.DataType); err != nil {
			return err
		}
		if strings.Trim(p.Method, "RWE") != "" {
			return fmt.Errorf("method is made of R, W and E, not %s", p.Method)
		}
	}
	for _, c := range s.Commands {
		if err := checkTexts(text{"command_name", c.Name, maxName, true}); err != nil {
			return err
		}
		paras := c.Paras
		for _, r := range c.Responses {
			paras = append(paras[:len(paras):len(paras)], r.Paras...)
		}
		for _, p := range paras {
			if err := checkTexts(text{"para_name", p.Name, maxPara, true},
				text{"data_type", p.DataType, maxType, true}); err != nil {
				return err
			}
			if err := checkType(p.DataType); err != nil {
				return err
			}
		}
	}
	return nil
}

// dataTypes are those of properties and parameters.
var dataTypes = []string{"int", "long", "decimal", "string", "DateTime", "jsonObject", "enum", "boolean", "string list"}

func checkType(kind string) error {
	if !slices.Contains(dataTypes, kind) {
		return fmt.Errorf("data_type is one of %s, not %s", strings.Join(dataTypes, ", "), kind)
	}
	return nil
}

func (s *server) createProduct(w http.ResponseWriter, r *http.Request) {
	var p cloud.Product
	if !read(w, r, &p) {
		return
	}
	if err := checkProduct(p); err != nil {
		invalid(w, err.Error())
		return
	}
	c := &call{s, w, r}
	p.Project = c.project()
	var err error
	if p.App, err = c.space(p.App); err == nil {
		p, err = s.cloud.AddProduct(p)
	}
	if err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusCreated, productJSON(p))
}

func (s *server) showProduct(w http.ResponseWriter, r *http.Request) {
	p, err := s.cloud.Product(r.PathValue("id"))
	if err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusOK, productJSON(p))
}

// productChange is the body of UpdateProduct: what is given takes the place of what was, whole.
type productChange struct {
	Name         *string          `json:"name"`
	DeviceType   *string          `json:"device_type"`
	ProtocolType *string          `json:"protocol_type"`
	DataFormat   *string          `json:"data_format"`
	Manufacturer *string          `json:"manufacturer_name"`
	Industry     *string          `json:"industry"`
	Description  *string          `json:"description"`
	Services     *[]cloud.Service `json:"service_capabilities"`
}

func (c productChange) apply(p *cloud.Product) error {
	set(&p.Name, c.Name)
	set(&p.DeviceType, c.DeviceType)
	set(&p.ProtocolType, c.ProtocolType)
	set(&p.DataFormat, c.DataFormat)
	set(&p.Manufacturer, c.Manufacturer)
	set(&p.Industry, c.Industry)
	set(&p.Description, c.Description)
	set(&p.Services, c.Services)
	return checkProduct(*p)
}

// is reports whether a filter of a list takes a value.
func is(want, have string) bool { return want == "" || want == have }

// set changes a field to what was given, if it was.
func set[T any](field, given *T) {
	if given != nil {
		*field = *given
	}
}

func (s *server) updateProduct(w http.ResponseWriter, r *http.Request) {
	var change productChange
	if !read(w, r, &change) {
		return
	}
	p, err := s.cloud.UpdateProduct(r.PathValue("id"), change.apply)
	if err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusOK, productJSON(p))
}

func (s *server) deleteProduct(w http.ResponseWriter, r *http.Request) {
	if err := s.cloud.DeleteProduct(r.PathValue("id")); err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusNoContent, nil)
}

func (s *server) listProducts(w http.ResponseWriter, r *http.Request) {
	var all []product
	q := r.URL.Query()
	for _, p := range s.cloud.Products() {
		if record.Visible(p.Project, r.PathValue("project")) && is(q.Get("product_name"), p.Name) &&
			is(q.Get("app_id"), cloud.SpaceOf(p.App)) {
			p.Services = nil
			all = append(all, productJSON(p))
		}
	}
	part, page, ok := paged(w, r, all, func(p product) uint64 { return p.Sequence })
	if ok {
		reply(w, http.StatusOK, map[string]any{"products": part, "page": page})
	}
}
