// Package system is the script module system: the password that protects a module's prompt.
//
//	import system
//	system.replSetEnable(1, password="miyue123")
//	system.replChangPswd(old_password="miyue123", new_password="123456")
//
// A host's run has no prompt to protect: the module keeps the setting and checks passwords as the
// vendor documents it ("system - Set System"). No password gets into an event.
package system

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// state is the protection. The interpreter lock guards it.
type state struct {
	enabled  bool
	password string
}

// The length of passwords.
const shortest, longest = 6, 12

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "system", Simulated: true,
		Doc: "The password that protects the module's prompt, of 6 to 12 bytes.",
		Funcs: []script.Func{
			{Name: "replSetEnable", Params: "flag, password=''", Doc: "Switches the protection on (1) or off (0), with the password; 2 asks whether it is on (1) or off (0); returns 0 or -1.", Call: setEnable},
			{Name: "replChangPswd", Params: "old_password, new_password", Doc: "Sets another password; returns 0 or -1.", Call: change},
		},
		New: func(*script.Interp) (any, error) { return &state{}, nil },
	}
}

func setEnable(c *script.Call) (any, error) {
	var flag int
	var password string
	if err := c.Unpack(&flag, &password); err != nil {
		return nil, err
	}
	s := c.State().(*state)
	switch {
	case flag == 2 && s.enabled:
		return 1, nil
	case flag == 2:
		return 0, nil
	case flag != 0 && flag != 1, !s.accepts(password):
		return quectel.Failed, nil
	case flag == 1:
		s.password = password
	}
	s.enabled = flag == 1
	return quectel.OK, nil
}

// accepts reports whether a password is the one; the first is taken.
func (s *state) accepts(password string) bool {
	if s.password == "" {
		return valid(password)
	}
	return password == s.password
}

func valid(password string) bool { return len(password) >= shortest && len(password) <= longest }

func change(c *script.Call) (any, error) {
	var old, password string
	if err := c.Unpack(&old, &password); err != nil {
		return nil, err
	}
	s := c.State().(*state)
	if s.password == "" || old != s.password || !valid(password) {
		return quectel.Failed, nil
	}
	s.password = password
	return quectel.OK, nil
}
