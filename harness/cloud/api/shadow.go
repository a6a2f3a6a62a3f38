package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"quecstar/harness/cloud"
)

// desired is what the shadow of one service should become.
type desired struct {
	ServiceID string         `json:"service_id"`
	Desired   map[string]any `json:"desired"`
	Version   *int           `json:"version"`
}

// checkDesired says what of the desired halves IoTDA does not take.
func checkDesired(all []desired) error {
	seen := map[string]bool{}
	for _, d := range all {
		if err := checkTexts(text{"service_id", d.ServiceID, maxServiceID, true}); err != nil {
			return err
		}
		if d.Desired == nil {
			return fmt.Errorf("service %s: desired is wanted; {} removes all", d.ServiceID)
		}
		if seen[d.ServiceID] {
			return fmt.Errorf("service %s is there twice", d.ServiceID)
		}
		seen[d.ServiceID] = true
		for k := range d.Desired {
			if k == "" || strings.ContainsAny(k, ".$\x00") {
				return fmt.Errorf("service %s: the key %q: keys are not empty and have no . and no $", d.ServiceID, k)
			}
		}
	}
	return nil
}

func updates(all []desired) []cloud.Desired {
	out := make([]cloud.Desired, 0, len(all))
	for _, d := range all {
		out = append(out, cloud.Desired{ServiceID: d.ServiceID, Properties: d.Desired, Version: d.Version})
	}
	return out
}

func (s *server) showShadow(w http.ResponseWriter, r *http.Request) {
	shadow, err := s.cloud.Shadow(r.PathValue("id"))
	if err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusOK, map[string]any{"device_id": r.PathValue("id"), "shadow": shadow})
}

func (s *server) updateShadow(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Shadow []desired `json:"shadow"`
	}
	if !read(w, r, &body) {
		return
	}
	err := checkDesired(body.Shadow)
	if len(body.Shadow) == 0 {
		err = errors.New("shadow is wanted")
	}
	if err == nil {
		err = s.cloud.UpdateShadow(r.PathValue("id"), updates(body.Shadow))
	}
	if err != nil {
		failed(w, err)
		return
	}
	s.showShadow(w, r)
}

func (s *server) deleteShadow(w http.ResponseWriter, r *http.Request) {
	if err := s.cloud.DeleteShadow(r.PathValue("id")); err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusNoContent, nil)
}
