package session

import (
	"strings"

	"quecstar/harness/cloud/api"
	"quecstar/harness/event"
)

// serveAPI starts the embedded IoTDA and its application API.
func (h *hosts) serveAPI(addr string) error {
	c, err := h.cloud()
	if err != nil {
		return err
	}
	server, err := api.Serve(c, addr, api.Options{AccessKeys: h.s.bench.Cloud.AccessKeys,
		Limits: h.s.bench.Cloud.Limits})
	if err != nil {
		return err
	}
	h.mu.Lock()
	h.api = server
	h.mu.Unlock()
	h.s.Events.Emit(event.Event{Layer: event.Harness, Kind: event.Note,
		Text: "the application API is at http://" + server.Addr() + "/v5/iot/{project_id}"})
	return nil
}

// isAPI reports whether a host of IoTDA is that of the application API: iotda.{region}.myhuaweicloud.com, or
// {id}.st1.iotda-app.{region}.myhuaweicloud.com (Huawei's IoTDA user guide, "Platform Connection Information").
func isAPI(host string) bool {
	host = strings.ToLower(host)
	return strings.HasPrefix(host, "iotda.") || strings.Contains(host, "iotda-app.")
}

// application is where the application API is that a script calls, over HTTP or HTTPS.
func (h *hosts) application(host string) (string, error) {
	c, err := h.cloud()
	if err != nil {
		return "", err
	}
	conf, err := c.TLSConfig()
	if err != nil {
		return "", err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.inside != nil {
		return h.inside.Addr(), nil
	}
	h.inside, err = api.Serve(c, "127.0.0.1:0", api.Options{AccessKeys: h.s.bench.Cloud.AccessKeys,
		Limits: h.s.bench.Cloud.Limits, AllowHosts: []string{"*"},
		Network: h.s.opts.Network, TLS: conf})
	if err != nil {
		return "", err
	}
	h.s.note("%s is answered by the embedded IoTDA on this machine (--live reaches the real one)", host)
	return h.inside.Addr(), nil
}
