package api

import (
	"fmt"
	"net"
	"net/http"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// adminPath is where a test has the cloud do what no application may: the same methods as a suite's fixture cloud has.
const adminPath = "/quecstar/"

// adminRoutes are the calls of a test, which come from this machine alone.
func (s *server) adminRoutes(mux *http.ServeMux) {
	for pattern, f := range map[string]func(c *call) error{
		"POST faults":                 (*call).addFault,
		"GET faults":                  (*call).listFaults,
		"DELETE faults/{id}":          (*call).removeFault,
		"PUT strict":                  (*call).setStrict,
		"POST devices/{id}/kick":      (*call).kick,
		"POST devices/{id}/freeze":    func(c *call) error { return c.adminFreeze(true) },
		"POST devices/{id}/unfreeze":  func(c *call) error { return c.adminFreeze(false) },
		"DELETE devices/{id}":         (*call).adminDelete,
		"GET devices/{id}/statistics": (*call).statistics,
		"GET devices/{id}/history":    (*call).history,
	} {
		var method, path string
		_, _ = fmt.Sscan(pattern, &method, &path) // two words, above
		mux.HandleFunc(method+" "+adminPath+path, s.handler(func(c *call) error {
			if !fromHere(c.r) {
				fail(c.w, http.StatusForbidden, "APIGW.0301", adminPath+" answers this machine alone")
				return nil
			}
			return f(c)
		}))
	}
}

// fromHere reports whether a request comes from this machine.
func fromHere(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(host).IsLoopback()
}

// addFault orders a fault: {"fault": "lose_puback", …}.
func (c *call) addFault() error {
	o, err := c.object()
	if err != nil {
		return err
	}
	kind := o.Text("fault")
	delete(o, "fault")
	f, err := c.cloud.Fault(kind, o)
	if err == nil {
		reply(c.w, http.StatusCreated, faultJSON(f))
	}
	return err
}

func faultJSON(f *cloud.Fault) record.Object {
	out := record.Object{"fault_id": f.ID, "fault": f.Do, "hits": f.Hits()}
	for name, v := range f.Given {
		out[name] = v
	}
	return out
}

func (c *call) listFaults() error {
	out := []record.Object{}
	for _, f := range c.cloud.Faults() {
		out = append(out, faultJSON(f))
	}
	reply(c.w, http.StatusOK, record.Object{"faults": out})
	return nil
}

func (c *call) removeFault() error {
	for _, f := range c.cloud.Faults() {
		if f.ID == c.r.PathValue("id") {
			f.Remove()
			reply(c.w, http.StatusNoContent, nil)
			return nil
		}
	}
	return fmt.Errorf("fault %s: %w", c.r.PathValue("id"), record.ErrNone)
}

func (c *call) setStrict() error {
	o, err := c.object()
	if err == nil {
		err = checkObject([]field{needed(field{name: "strict", form: aFlag})}, o)
	}
	if err != nil {
		return err
	}
	c.cloud.AllowUnknown(!o.Flag("strict"))
	reply(c.w, http.StatusNoContent, nil)
	return nil
}

func (c *call) kick() error {
	if err := c.cloud.Kick(c.r.PathValue("id")); err != nil {
		return err
	}
	reply(c.w, http.StatusNoContent, nil)
	return nil
}

func (c *call) adminFreeze(on bool) error {
	if err := c.cloud.Freeze(c.r.PathValue("id"), on); err != nil {
		return err
	}
	reply(c.w, http.StatusNoContent, nil)
	return nil
}

func (c *call) adminDelete() error {
	if err := c.cloud.DeleteDevice(c.r.PathValue("id")); err != nil {
		return err
	}
	reply(c.w, http.StatusNoContent, nil)
	return nil
}

func (c *call) statistics() error {
	d, err := c.cloud.Device(c.r.PathValue("id"))
	if err != nil {
		return err
	}
	reply(c.w, http.StatusOK, c.cloud.Statistics(d.ID))
	return nil
}

func (c *call) history() error {
	d, err := c.cloud.Device(c.r.PathValue("id"))
	if err != nil {
		return err
	}
	reply(c.w, http.StatusOK, record.Object{"messages": c.cloud.History(d.ID)})
	return nil
}
