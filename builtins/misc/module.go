package misc

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// switched is a module that a test restarts and switches.
type switched interface {
	RestartModule()
	SwitchModule(on bool)
}

// moduleControls are the functions by which a test restarts the module and switches it.
func moduleControls() []script.Func {
	return []script.Func{
		{Name: "module_restart", Doc: "Restarts a module that is on a port, as AT+CFUN=1,1 does.", Call: func(c *script.Call) (any, error) {
			m, err := quectel.Controlled[switched](c)
			if err == nil {
				m.RestartModule()
			}
			return nil, err
		}},
		{Name: "module_power", Params: "state", Doc: "Switches a module that is on a port on (1) or off (0).", Call: func(c *script.Call) (any, error) {
			on := false
			if err := c.Unpack(&on); err != nil {
				return nil, err
			}
			m, err := quectel.Controlled[switched](c)
			if err == nil {
				m.SwitchModule(on)
			}
			return nil, err
		}},
	}
}
