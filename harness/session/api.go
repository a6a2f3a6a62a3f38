package session

import (
	"quecstar/harness/cloud/api"
	"quecstar/harness/event"
)

// serveAPI starts the embedded IoTDA and its application API.
func (h *hosts) serveAPI(addr string) error {
	c, err := h.cloud()
	if err != nil {
		return err
	}
	server, err := api.Serve(c, addr, api.Options{AccessKeys: h.s.bench.Cloud.AccessKeys})
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
