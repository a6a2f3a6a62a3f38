package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// device is a device as the API shows it.
type device struct {
	AppID        string   `json:"app_id"`
	AppName      string   `json:"app_name,omitempty"`
	DeviceID     string   `json:"device_id"`
	NodeID       string   `json:"node_id"`
	GatewayID    string   `json:"gateway_id"`
	DeviceName   string   `json:"device_name"`
	NodeType     string   `json:"node_type"`
	Description  string   `json:"description,omitempty"`
	Auth         *auth    `json:"auth_info,omitempty"`
	ProductID    string   `json:"product_id"`
	ProductName  string   `json:"product_name,omitempty"`
	Status       string   `json:"status"`
	CreateTime   string   `json:"create_time"`
	ActiveTime   string   `json:"active_time,omitempty"`
	StatusUpdate string   `json:"connection_status_update_time,omitempty"`
	SDKVersion   string   `json:"device_sdk_version,omitempty"`
	Software     string   `json:"sw_version,omitempty"`
	Firmware     string   `json:"fw_version,omitempty"`
	Tags         []tag    `json:"tags,omitempty"`
	Modules      []module `json:"modules,omitempty"`
	Extension    any      `json:"extension_info,omitempty"`

	sequence uint64
}

type auth struct {
	AuthType             string `json:"auth_type,omitempty"`
	Secret               string `json:"secret,omitempty"`
	SecondarySecret      string `json:"secondary_secret,omitempty"`
	Fingerprint          string `json:"fingerprint,omitempty"`
	SecondaryFingerprint string `json:"secondary_fingerprint,omitempty"`
	SecureAccess         bool   `json:"secure_access"`
	Timeout              int    `json:"timeout"`
}

type tag struct {
	Key   string `json:"tag_key"`
	Value string `json:"tag_value"`
}

type module struct {
	Name    string `json:"module_name"`
	Version string `json:"module_version"`
}

func tagsOf(d cloud.Device) (out []tag) {
	for _, k := range slices.Sorted(maps.Keys(d.Tags)) {
		out = append(out, tag{k, d.Tags[k]})
	}
	return out
}

func modulesOf(d cloud.Device) (out []module) {
	for _, name := range slices.Sorted(maps.Keys(d.Modules)) {
		out = append(out, module{name, d.Modules[name]})
	}
	return out
}

// isoForm is how the API writes the times of a device's connection.
const isoForm = "2006-01-02T15:04:05.000Z"

// hidden stands for a secret in what is shown of a device. IoTDA tells a secret to who registers the
// device or resets it; whoever lists devices, such as a script that finds this server on its host, is
// told none.
const hidden = "***"

func hide(secret string) string {
	if secret == "" {
		return ""
	}
	return hidden
}

// deviceJSON is a device with its secrets hidden.
func (s *server) deviceJSON(d cloud.Device) device {
	out := s.listedJSON(d)
	out.Auth = &auth{AuthType: d.AuthType, Secret: hide(d.Secret), SecondarySecret: hide(d.SecondarySecret),
		Fingerprint: d.Fingerprint, SecondaryFingerprint: d.SecondaryFingerprint, SecureAccess: d.SecureAccess,
		Timeout: d.Timeout}
	if d.AuthType == "" {
		out.Auth.AuthType = "SECRET"
	}
	out.Modules, out.Extension = modulesOf(d), d.Extension
	return out
}

// listedJSON is a device as it is in a list.
func (s *server) listedJSON(d cloud.Device) device {
	out := device{AppID: cloud.SpaceOf(d.App), DeviceID: d.ID, NodeID: d.NodeID, GatewayID: d.ID, DeviceName: d.Name,
		NodeType: "GATEWAY",
		Tags:     tagsOf(d), Description: d.Description, ProductID: d.ProductID, Status: d.Status, CreateTime: at(d.Created),
		SDKVersion: d.SDKVersion, Software: d.SoftwareVersion, Firmware: d.FirmwareVersion, sequence: d.Sequence}
	if d.GatewayID != "" {
		out.GatewayID, out.NodeType = d.GatewayID, "ENDPOINT"
	}
	if p, err := s.cloud.Product(d.ProductID); err == nil {
		out.ProductName = p.Name
	}
	if !d.Activated.IsZero() {
		out.ActiveTime = d.Activated.UTC().Format(isoForm)
		out.StatusUpdate = d.StatusSince.UTC().Format(isoForm)
	}
	return out
}

// deviceBody is the body of AddDevice.
type deviceBody struct {
	DeviceID    string `json:"device_id"`
	NodeID      string `json:"node_id"`
	DeviceName  string `json:"device_name"`
	ProductID   string `json:"product_id"`
	GatewayID   string `json:"gateway_id"`
	Description string `json:"description"`
	AppID       string `json:"app_id"`
	Extension   any    `json:"extension_info"`
	Auth        auth   `json:"auth_info"`
	// Shadow overrides the defaults of the product model.
	Shadow []desired `json:"shadow"`
}

func (b deviceBody) check() error {
	id := b.DeviceID
	if id == "" {
		id = b.ProductID + "_" + b.NodeID
	}
	if err := checkTexts(text{"node_id", b.NodeID, maxNodeID, true}, text{"product_id", b.ProductID, maxProductID, true},
		text{"device_id", id, maxDeviceID, false}, text{"gateway_id", b.GatewayID, maxDeviceID, false},
		text{"device_name", b.DeviceName, maxDeviceName, false}); err != nil {
		return err
	}
	if err := b.Auth.check(); err != nil {
		return err
	}
	if err := checkExtension(b.Extension); err != nil {
		return err
	}
	if err := checkSecret(b.Auth.Secret); err != nil {
		return err
	}
	return checkDesired(b.Shadow)
}

// maxExtension is how long extension_info may be as JSON, in bytes (SDK, AddDevice).
const maxExtension = 1 << 10

func checkExtension(v any) error {
	text, err := json.Marshal(v)
	if err != nil || len(text) > maxExtension {
		return fmt.Errorf("extension_info has more than %d bytes", maxExtension)
	}
	return nil
}

// check says what of the authentication of a new device is not taken.
func (a auth) check() error {
	switch {
	case a.AuthType != "" && a.AuthType != "SECRET" && a.AuthType != "CERTIFICATES":
		return fmt.Errorf("auth_type is SECRET or CERTIFICATES, not %s", a.AuthType)
	case a.Timeout < 0:
		return errors.New("timeout is in seconds, 0 for none")
	}
	return checkFingerprint(a.Fingerprint)
}

// checkFingerprint says why a text is no SHA-1 and no SHA-256 in hex.
func checkFingerprint(s string) error {
	if s != "" && (len(s) != 40 && len(s) != 64 || !hexChars.MatchString(s)) {
		return errors.New("a fingerprint has 40 or 64 hex digits")
	}
	return nil
}

func checkSecret(secret string) error {
	if secret != "" && (len(secret) < 8 || len(secret) > 32) {
		return errors.New("a secret has 8 to 32 characters")
	}
	return nil
}

func (s *server) createDevice(w http.ResponseWriter, r *http.Request) {
	var body deviceBody
	if !read(w, r, &body) {
		return
	}
	if err := body.check(); err != nil {
		invalid(w, err.Error())
		return
	}
	d, err := (&call{s, w, r}).addDevice(body)
	if err != nil {
		failed(w, err)
		return
	}
	out := s.deviceJSON(d)
	out.Auth.Secret = d.Secret
	reply(w, http.StatusCreated, out)
}

// addDevice registers a device.
func (c *call) addDevice(body deviceBody) (cloud.Device, error) {
	p, err := c.cloud.Product(body.ProductID)
	if err == nil && !record.Visible(p.Project, c.project()) {
		err = fmt.Errorf("product %s: %w", body.ProductID, cloud.ErrNoProduct)
	}
	app := cloud.SpaceOf(p.App) // a device lies in the space of its product
	if err == nil && body.AppID != "" && body.AppID != app {
		err = fmt.Errorf("the product %s lies in the resource space %s, not in %s", p.ID, app, body.AppID)
	}
	if err != nil {
		return cloud.Device{}, err
	}
	d, err := c.cloud.AddDevice(cloud.Device{ID: body.DeviceID, NodeID: body.NodeID, Name: body.DeviceName,
		ProductID: body.ProductID, Project: c.project(), App: app, GatewayID: body.GatewayID, Description: body.Description,
		Secret:   body.Auth.Secret,
		AuthType: body.Auth.AuthType, Fingerprint: strings.ToLower(body.Auth.Fingerprint),
		SecureAccess: body.Auth.SecureAccess,
		Timeout:      body.Auth.Timeout, Extension: body.Extension})
	if err == nil && len(body.Shadow) > 0 {
		err = c.cloud.UpdateShadow(d.ID, updates(body.Shadow))
	}
	return d, err
}

func (s *server) showDevice(w http.ResponseWriter, r *http.Request) {
	d, err := s.cloud.Device(r.PathValue("id"))
	if err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusOK, s.deviceJSON(d))
}

func (s *server) listDevices(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	from, to, ok := period(w, q)
	if !ok || !fits(w, text{"product_id", q.Get("product_id"), maxProductID, false},
		text{"gateway_id", q.Get("gateway_id"), maxDeviceID, false},
		text{"node_id", q.Get("node_id"), maxNodeID, false},
		text{"device_name", q.Get("device_name"), maxDeviceName, false}) {
		return
	}
	var all []device
	for _, d := range s.cloud.Devices() {
		shown := s.listedJSON(d)
		if record.Visible(d.Project, r.PathValue("project")) && is(q.Get("app_id"), shown.AppID) &&
			is(q.Get("product_id"), d.ProductID) && is(q.Get("gateway_id"), shown.GatewayID) && is(q.Get("node_id"),
			d.NodeID) &&
			is(q.Get("device_name"), d.Name) && !d.Created.Before(from) && (to.IsZero() || !d.Created.After(to)) {
			all = append(all, shown)
		}
	}
	part, page, ok := paged(w, r, all, func(d device) uint64 { return d.sequence })
	if ok {
		reply(w, http.StatusOK, map[string]any{"devices": part, "page": page})
	}
}

// period reads start_time and end_time; a zero time is an open end.
func period(w http.ResponseWriter, q url.Values) (from, to time.Time, ok bool) {
	for name, t := range map[string]*time.Time{"start_time": &from, "end_time": &to} {
		value := q.Get(name)
		if value == "" {
			continue
		}
		var err error
		if *t, err = time.Parse(timeForm, value); err != nil {
			fail(w, http.StatusBadRequest, codeTime, name+" is of the form YYYYMMDDTHHMMSSZ")
			return from, to, false
		}
	}
	if !to.IsZero() && !from.Before(to) {
		fail(w, http.StatusBadRequest, codeTimeOrder, "start_time is before end_time")
		return from, to, false
	}
	return from, to, true
}

// change updates a device and shows it.
func (s *server) change(w http.ResponseWriter, r *http.Request, change func(d *cloud.Device)) {
	d, err := s.cloud.UpdateDevice(r.PathValue("id"), change)
	if err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusOK, s.deviceJSON(d))
}

// deviceChange is the body of UpdateDevice.
type deviceChange struct {
	DeviceName  *string `json:"device_name"`
	Description *string `json:"description"`
	Extension   any     `json:"extension_info"`
	Auth        struct {
		SecureAccess *bool `json:"secure_access"`
		Timeout      *int  `json:"timeout"`
	} `json:"auth_info"`
}

func (b deviceChange) check() error {
	if err := checkExtension(b.Extension); err != nil || b.DeviceName == nil {
		return err
	}
	return checkTexts(text{"device_name", *b.DeviceName, maxDeviceName, false})
}

func (b deviceChange) apply(d *cloud.Device) {
	set(&d.Name, b.DeviceName)
	set(&d.Description, b.Description)
	set(&d.SecureAccess, b.Auth.SecureAccess)
	set(&d.Timeout, b.Auth.Timeout)
	if b.Extension != nil {
		d.Extension = b.Extension
	}
}

func (s *server) updateDevice(w http.ResponseWriter, r *http.Request) {
	var body deviceChange
	if !read(w, r, &body) {
		return
	}
	if err := body.check(); err != nil {
		failed(w, err)
		return
	}
	s.change(w, r, body.apply)
}

func (s *server) deleteDevice(w http.ResponseWriter, r *http.Request) {
	if err := s.cloud.DeleteDevice(r.PathValue("id")); err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusNoContent, nil)
}

func (s *server) freeze(frozen bool) http.HandlerFunc {
	return s.handler(func(c *call) error {
		err := c.cloud.Freeze(c.r.PathValue("id"), frozen)
		if err == nil {
			reply(c.w, http.StatusNoContent, nil)
		}
		return err
	})
}

func (s *server) resetSecret(w http.ResponseWriter, r *http.Request) {
	if action := r.URL.Query().Get("action_id"); action != "resetSecret" {
		invalid(w, "action_id is resetSecret")
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
	if err := checkSecret(body.Secret); err != nil {
		invalid(w, err.Error())
		return
	}
	if kind := body.SecretType; kind != "" && kind != "PRIMARY" && kind != "SECONDARY" {
		invalid(w, "secret_type is PRIMARY or SECONDARY, not "+kind)
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
