package session

import (
	"quecstar/harness/cloud/api"
	"quecstar/harness/event"
)

// serveAPI starts the embedded IoTDA and its application API.
func (a *answers) serveAPI(addr string) error {
	c, err := a.cloud()
	if err != nil {
		return err
	}
	server, err := api.Serve(c, addr, api.Options{AccessKeys: a.s.bench.Cloud.AccessKeys})
	if err != nil {
		return err
	}
	a.mu.Lock()
	a.api = server
	a.mu.Unlock()
	a.s.Events.Emit(event.Event{Layer: event.Harness, Kind: event.Note,
		Text: "the application API is at http://" + server.Addr() + "/v5/iot/{project_id}"})
	return nil
}
