package api

import (
	"net/http"

	"quecstar/harness/cloud"
)

// device is a device as the API shows it.
type device struct {
	AppID        string `json:"app_id"`
	DeviceID     string `json:"device_id"`
	NodeID       string `json:"node_id"`
	GatewayID    string `json:"gateway_id"`
	DeviceName   string `json:"device_name"`
	NodeType     string `json:"node_type"`
	Description  string `json:"description,omitempty"`
	Auth         *auth  `json:"auth_info,omitempty"`
	ProductID    string `json:"product_id"`
	ProductName  string `json:"product_name,omitempty"`
	Status       string `json:"status"`
	CreateTime   string `json:"create_time"`
	ActiveTime   string `json:"active_time,omitempty"`
	StatusUpdate string `json:"connection_status_update_time,omitempty"`
}

type auth struct {
	AuthType        string `json:"auth_type,omitempty"`
	Secret          string `json:"secret,omitempty"`
	SecondarySecret string `json:"secondary_secret,omitempty"`
	SecureAccess    bool   `json:"secure_access"`
	Timeout         int    `json:"timeout"`
}

// isoForm is how the API writes the times of a device's connection.
const isoForm = "2006-01-02T15:04:05.000Z"

func (s *server) deviceJSON(d cloud.Device, withSecret bool) device {
	out := device{AppID: appID, DeviceID: d.ID, NodeID: d.NodeID, GatewayID: d.ID, DeviceName: d.Name, NodeType: "GATEWAY",
		Description: d.Description, ProductID: d.ProductID, Status: d.Status, CreateTime: at(d.Created)}
	if p, err := s.cloud.Product(d.ProductID); err == nil {
		out.ProductName = p.Name
	}
	if !d.Activated.IsZero() {
		out.ActiveTime = d.Activated.UTC().Format(isoForm)
		out.StatusUpdate = d.StatusSince.UTC().Format(isoForm)
	}
	if withSecret {
		out.Auth = &auth{AuthType: "SECRET", Secret: d.Secret, SecondarySecret: d.SecondarySecret}
	}
	return out
}

func (s *server) createDevice(w http.ResponseWriter, r *http.Request) {
	var body struct {
		DeviceID    string `json:"device_id"`
		NodeID      string `json:"node_id"`
		DeviceName  string `json:"device_name"`
		ProductID   string `json:"product_id"`
		Description string `json:"description"`
		Auth        auth   `json:"auth_info"`
	}
	if !read(w, r, &body) {
		return
	}
	switch {
	case body.NodeID == "" || body.ProductID == "":
		fail(w, http.StatusBadRequest, "IOTDA.000006", "node_id and product_id are wanted")
		return
	case body.Auth.AuthType != "" && body.Auth.AuthType != "SECRET":
		fail(w, http.StatusBadRequest, "IOTDA.000006", "auth_type "+body.Auth.AuthType+" is not there in the embedded IoTDA; SECRET is")
		return
	case body.Auth.Secret != "" && (len(body.Auth.Secret) < 8 || len(body.Auth.Secret) > 32):
		fail(w, http.StatusBadRequest, "IOTDA.000006", "a secret has 8 to 32 characters")
		return
	}
	if _, err := s.cloud.Product(body.ProductID); err != nil {
		failed(w, err)
		return
	}
	d, err := s.cloud.AddDevice(cloud.Device{ID: body.DeviceID, NodeID: body.NodeID, Name: body.DeviceName,
		ProductID: body.ProductID, Description: body.Description, Secret: body.Auth.Secret})
	if err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusCreated, s.deviceJSON(d, true))
}

func (s *server) showDevice(w http.ResponseWriter, r *http.Request) {
	d, err := s.cloud.Device(r.PathValue("id"))
	if err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusOK, s.deviceJSON(d, true))
}

func (s *server) listDevices(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	is := func(want, have string) bool { return want == "" || want == have }
	var all []device
	for _, d := range s.cloud.Devices() {
		if is(q.Get("product_id"), d.ProductID) && is(q.Get("node_id"), d.NodeID) && is(q.Get("device_name"), d.Name) {
			all = append(all, s.deviceJSON(d, false))
		}
	}
	part, page, ok := paged(w, r, all, func(d device) string { return d.DeviceID })
	if ok {
		reply(w, http.StatusOK, map[string]any{"devices": part, "page": page})
	}
}

// change updates a device and shows it.
func (s *server) change(w http.ResponseWriter, r *http.Request, status int, change func(d *cloud.Device)) {
	d, err := s.cloud.UpdateDevice(r.PathValue("id"), change)
	switch {
	case err != nil:
		failed(w, err)
	case status == http.StatusNoContent:
		reply(w, status, nil)
	default:
		reply(w, status, s.deviceJSON(d, true))
	}
}

func (s *server) updateDevice(w http.ResponseWriter, r *http.Request) {
	var body struct {
		DeviceName  *string `json:"device_name"`
		Description *string `json:"description"`
	}
	if !read(w, r, &body) {
		return
	}
	s.change(w, r, http.StatusOK, func(d *cloud.Device) {
		if body.DeviceName != nil {
			d.Name = *body.DeviceName
		}
		if body.Description != nil {
			d.Description = *body.Description
		}
	})
}

func (s *server) deleteDevice(w http.ResponseWriter, r *http.Request) {
	if err := s.cloud.DeleteDevice(r.PathValue("id")); err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusNoContent, nil)
}

func (s *server) freeze(frozen bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.change(w, r, http.StatusNoContent, func(d *cloud.Device) { d.Frozen = frozen })
	}
}

func (s *server) resetSecret(w http.ResponseWriter, r *http.Request) {
	if action := r.URL.Query().Get("action_id"); action != "resetSecret" {
		fail(w, http.StatusBadRequest, "IOTDA.000006", "action_id is resetSecret")
		return
	}
	var body struct {
		Secret          string `json:"secret"`
		ForceDisconnect bool   `json:"force_disconnect"`
		SecretType      string `json:"secret_type"`
	}
	if !read(w, r, &body) {
		return
	}
	secret := body.Secret
	if secret == "" {
		secret = cloud.NewSecret()
	}
	kind := "PRIMARY"
	d, err := s.cloud.UpdateDevice(r.PathValue("id"), func(d *cloud.Device) {
		if body.SecretType == "SECONDARY" {
			kind, d.SecondarySecret = body.SecretType, secret
			return
		}
		d.Secret = secret
	})
	if err != nil {
		failed(w, err)
		return
	}
	if body.ForceDisconnect {
		s.cloud.Drop(d.ID)
	}
	reply(w, http.StatusOK, map[string]string{"device_id": d.ID, "secret": secret, "secret_type": kind})
}
