package datacall

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// controls are what a test plays the network's side of data connections with.
func controls() []script.Func {
	return []script.Func{{Name: "pdp_active", Params: "active, id=1", Doc: "Has the network end a data connection, or make it again.", Call: func(c *script.Call) (any, error) {
		on, id := false, 1
		if err := c.Unpack(&on, &id); err != nil {
			return nil, err
		}
		d, err := quectel.Controlled[interface{ SetPDP(int, bool) error }](c)
		if err != nil {
			return nil, err
		}
		if err := d.SetPDP(id, on); err != nil {
			return nil, script.Raise("ValueError", "%w", err)
		}
		return nil, nil
	}}}
}
