package api

import (
	"errors"
	"net/http"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// maxTunnels is how many tunnels a tenant has.
const maxTunnels = 1000

// tunnels are ways to a device's shell. What travels through them needs an end on both sides: the embedded cloud
// keeps their state and tells the device of them.
var tunnels = &kind{name: tunnelsKind, path: "/tunnels", id: "tunnel_id", list: "tunnels", created: "create_time",
	quota: maxTunnels, whole: true, filters: []string{"device_id"}, check: checkTunnel, made: openTunnel,
	fields: []field{needed(named("device_id", maxDeviceID)), {name: "status", own: true},
		{name: "closed_time", own: true}},
	shown: func(_ *call, _ record.Record, o record.Object) {
		none := record.Object{"status": "DISCONNECTED"}
		o["source_connect_state"], o["device_connect_state"] = none, none
	},
	free: func(_ *call, r record.Record) error {
		if r.Text("status") != "CLOSED" {
			return errors.New("the tunnel is open: close it first")
		}
		return nil
	}}

func checkTunnel(c *call, o, _ record.Object) error {
	d, err := c.hasDevice(o.Text("device_id"))
	switch {
	case err != nil:
		return err
	case d.Status != "ONLINE":
		return cloud.ErrOffline
	}
	for _, t := range c.cloud.Records().List(tunnelsKind, c.project(), nil) {
		if t.Text("device_id") == d.ID && t.Text("status") == "OPEN" {
			return errors.New("the device has an open tunnel; close it first")
		}
	}
	return nil
}

// tunnelLife is how long the token of a tunnel is good, in seconds.
const tunnelLife = 86400

func openTunnel(c *call, r *record.Record) (record.Object, error) {
	token := cloud.NewSecret() + cloud.NewSecret()
	r.ID = c.cloud.NewRecordID()
	r.Object["status"] = "OPEN"
	uri := "wss://" + c.r.Host + "/v5/tunnels/" + r.ID
	if err := c.cloud.SendEvent(r.Text("device_id"), "$tunnel_manager", "tunnel_notify",
		map[string]any{"tunnel_uri": uri, "tunnel_access_token": token}); err != nil {
		return nil, err
	}
	return record.Object{"tunnel_access_token": token, "expires_in": tunnelLife, "tunnel_uri": uri}, nil
}

func (s *server) tunnelRoutes() map[string]http.HandlerFunc {
	out := tunnels.routes(s)
	out["PUT /tunnels/{id}"] = s.handler(func(c *call) error {
		now := c.opts.Now()
		_, err := c.cloud.Records().Update(tunnelsKind, c.project(), c.r.PathValue("id"), func(o record.Object) error {
			if o.Text("status") != "OPEN" {
				return errors.New("the tunnel is closed already")
			}
			o["status"], o["closed_time"] = "CLOSED", at(now)
			return nil
		})
		if err == nil {
			reply(c.w, http.StatusNoContent, nil)
		}
		return err
	})
	return out
}

// buses are soft buses, by which the devices of a group find each other.
var buses = &kind{name: busesKind, path: "/harmony-soft-bus", id: "bus_id", list: "harmony_soft_buses", spaced: true,
	once: true, unique: "bus_name", filters: []string{"app_id", "group_id"},
	fields: []field{needed(field{name: "bus_name", most: 64, chars: nameChars}), needed(field{name: "group_id"}),
		{name: "status", own: true}, {name: "bus_key", own: true, secret: true}},
	check: func(c *call, o, _ record.Object) error {
		_, err := c.cloud.Records().Get(groupsKind, c.project(), o.Text("group_id"))
		return err
	},
	made: func(_ *call, r *record.Record) (record.Object, error) {
		r.Object["status"], r.Object["bus_key"] = "active", cloud.NewSecret()
		return nil, nil
	}}

func (s *server) busRoutes() map[string]http.HandlerFunc {
	out := buses.routes(s)
	again := func(change func(o record.Object)) http.HandlerFunc {
		return s.handler(func(c *call) error {
			r, err := c.cloud.Records().Update(busesKind, c.project(), c.r.PathValue("id"), func(o record.Object) error {
				change(o)
				return nil
			})
			if err != nil {
				return err
			}
			for _, id := range c.members(r.Text("group_id")) {
				c.cloud.Prompt(id, "$oh_soft_bus", map[string]any{"bus_id": r.ID}) // it asks for the rest
			}
			reply(c.w, http.StatusOK, record.Object{})
			return nil
		})
	}
	out["POST /harmony-soft-bus/{id}/sync"] = again(func(record.Object) {})
	out["POST /harmony-soft-bus/{id}/reset-bus-key"] = again(func(o record.Object) { o["bus_key"] = cloud.NewSecret() })
	return out
}
