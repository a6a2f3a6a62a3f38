package api

import (
	"net/http"
	"strconv"
	"time"

	"quecstar/harness/cloud"
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
	AppID      string `json:"app_id"`
	CreateTime string `json:"create_time"`
}

// appID is the one resource space of the embedded cloud.
const appID = "quecstar"

func productJSON(p cloud.Product) product {
	return product{Product: p, AppID: appID, CreateTime: at(p.Created)}
}

func (s *server) createProduct(w http.ResponseWriter, r *http.Request) {
	var p cloud.Product
	if !read(w, r, &p) {
		return
	}
	if p.Name == "" || p.DeviceType == "" || p.ProtocolType == "" || p.DataFormat == "" {
		fail(w, http.StatusBadRequest, "IOTDA.000006", "name, device_type, protocol_type and data_format are wanted")
		return
	}
	p, err := s.cloud.AddProduct(p)
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

func (s *server) updateProduct(w http.ResponseWriter, r *http.Request) {
	p, err := s.cloud.Product(r.PathValue("id"))
	if err != nil {
		failed(w, err)
		return
	}
	id := p.ID
	if !read(w, r, &p) {
		return
	}
	p.ID = id
	if err := s.cloud.PutProduct(p); err != nil {
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
	for _, p := range s.cloud.Products() {
		if name := r.URL.Query().Get("product_name"); name == "" || name == p.Name {
			p.Services = nil
			all = append(all, productJSON(p))
		}
	}
	part, page, ok := paged(w, r, all, func(p product) string { return p.ID })
	if ok {
		reply(w, http.StatusOK, map[string]any{"products": part, "page": page})
	}
}

// pageInfo tells a caller how to go on.
type pageInfo struct {
	Count  int    `json:"count"`
	Marker string `json:"marker"`
}

// paged cuts the page that limit, marker and offset name out of a list.
func paged[T any](w http.ResponseWriter, r *http.Request, all []T, id func(T) string) ([]T, pageInfo, bool) {
	q := r.URL.Query()
	limit, ok1 := within(q.Get("limit"), 10, 1, 50)
	offset, ok2 := within(q.Get("offset"), 0, 0, 500)
	if !ok1 || !ok2 {
		code := "IOTDA.000017"
		fail(w, http.StatusBadRequest, code, "limit is 1 to 50 and offset 0 to 500")
		return nil, pageInfo{}, false
	}
	count := len(all)
	if marker := q.Get("marker"); marker != "" && marker != lastMarker {
		for i, e := range all {
			if id(e) == marker {
				all = all[i+1:]
				break
			}
		}
	}
	all = all[min(offset, len(all)):]
	all = all[:min(limit, len(all))]
	page := pageInfo{Count: count}
	if len(all) > 0 {
		page.Marker = id(all[len(all)-1])
	}
	return append([]T{}, all...), page, true
}

// lastMarker is the marker of the first page.
const lastMarker = "ffffffffffffffffffffffff"

func within(s string, def, least, most int) (int, bool) {
	if s == "" {
		return def, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= least && n <= most
}
