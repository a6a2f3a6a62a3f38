// Package pm is the script module pm: wake locks, automatic sleep and power saving mode.
//
//	import pm
//	lock = pm.create_wakelock("work", len("work"))
//	pm.wakelock_lock(lock)
//	pm.autosleep(1)
//
// A host does not sleep: the module keeps what a script sets, and an event tells of each change of
// whether a module would sleep now (vendor's documentation, "pm - Low Power").
package pm

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// Slept is the kind of the event that says that a module would fall asleep, or wake.
const Slept event.Kind = "pm.sleep"

// state is what a script has set. The interpreter lock guards it.
type state struct {
	locks  map[int]bool // whether each is locked
	next   int
	auto   bool
	asleep bool
	psm    [5]int // mode, TAU's unit and time, ACT's unit and time
}

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "pm", Simulated: true,
		Doc: "Wake locks, automatic sleep, power saving mode. Functions return 0, or -1 on failure.",
		Funcs: []script.Func{
			{Name: "create_wakelock", Params: "lock_name, name_size=None", Doc: "Makes a lock; returns its number, or -1.", Call: create},
			{Name: "delete_wakelock", Params: "lpm_fd", Doc: "Takes a lock away; returns 0 or -1.", Call: change(func(s *state, fd int) { delete(s.locks, fd) })},
			{Name: "wakelock_lock", Params: "lpm_fd", Doc: "Keeps the module awake; returns 0 or -1.", Call: change(func(s *state, fd int) { s.locks[fd] = true })},
			{Name: "wakelock_unlock", Params: "lpm_fd", Doc: "Lets the module sleep once no other lock is locked; returns 0 or -1.", Call: change(func(s *state, fd int) { s.locks[fd] = false })},
			{Name: "autosleep", Params: "sleep_flag", Doc: "Switches automatic sleep on (1) or off (0); returns 0 or -1.", Call: autosleep},
			{Name: "get_wakelock_num", Doc: "Returns how many locks there are.", Call: func(c *script.Call) (any, error) { return len(c.State().(*state).locks), nil }},
			{Name: "set_psm_time", Params: "*args", Doc: "set_psm_time(mode) switches power saving mode, set_psm_time(tau_uint, tau_time, act_uint, act_time) sets its times and switches it on; returns True or False.", Call: setPSM},
			{Name: "get_psm_time", Doc: "Returns [mode, TAU unit, TAU time, ACT unit, ACT time]; the vendor's example of power saving reads the mode while it is off.", Call: getPSM},
			{Name: "get_psm_netinfo", Doc: "Returns [mode, TAU seconds, ACT seconds], or -1 before times are set.", Call: netInfo},
		},
		New: func(*script.Interp) (any, error) { return &state{locks: map[int]bool{}, next: 1}, nil },
	}
}

func create(c *script.Call) (any, error) {
	var name string
	if err := c.Unpack(&name, nil); err != nil {
		return nil, err
	}
	s := c.State().(*state)
	if name == "" {
		return quectel.Failed, nil
	}
	fd := s.next
	s.next++
	s.locks[fd] = false
	return fd, nil
}

func change(act func(s *state, fd int)) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var fd int
		if err := c.Unpack(&fd); err != nil {
			return nil, err
		}
		s := c.State().(*state)
		if _, ok := s.locks[fd]; !ok {
			return quectel.Failed, nil
		}
		act(s, fd)
		s.settle(c)
		return quectel.OK, nil
	}
}

// settle tells when a module would fall asleep or wake.
func (s *state) settle(c *script.Call) {
	asleep := s.auto
	for _, locked := range s.locks {
		asleep = asleep && !locked
	}
	if asleep == s.asleep {
		return
	}
	s.asleep = asleep
	text := "awake"
	if asleep {
		text = "may sleep"
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: Slept, Text: text})
}

func autosleep(c *script.Call) (any, error) {
	var flag int
	if err := c.Unpack(&flag); err != nil {
		return nil, err
	}
	if flag != 0 && flag != 1 {
		return quectel.Failed, nil
	}
	s := c.State().(*state)
	s.auto = flag == 1
	s.settle(c)
	return quectel.OK, nil
}

// The seconds that the units of the vendor's tables stand for; -1 is "disabled".
var (
	tauUnits = [8]int{600, 3600, 36000, 2, 30, 60, 320 * 3600, -1}
	actUnits = [8]int{2, 60, 360, 0, 0, 0, 0, -1}
)

// times of a unit fill five bits (3GPP TS 24.008, section 10.5.7.3 and 10.5.7.4a).
const mostTime = 31

func setPSM(c *script.Call) (any, error) {
	n := len(c.Rest)
	if n != 1 && n != 4 {
		return nil, script.Raise("TypeError", "set_psm_time takes 1 or 4 arguments, got %d", n)
	}
	var v [4]int
	for i, a := range c.Rest {
		x, ok := asInt(a)
		if !ok {
			return nil, script.Raise("TypeError", "argument %d must be an int", i+1)
		}
		v[i] = x
	}
	s := c.State().(*state)
	if n == 1 {
		return s.setMode(v[0]), nil
	}
	if !unit(tauUnits, v[0]) || !unit(actUnits, v[2]) || v[1] < 0 || v[1] > mostTime || v[3] < 0 || v[3] > mostTime {
		return false, nil
	}
	s.psm = [5]int{1, v[0], v[1], v[2], v[3]}
	return true, nil
}

func (s *state) setMode(mode int) bool {
	switch mode {
	case 0, 1:
		s.psm[0] = mode
	case 2:
		s.psm = [5]int{}
	default:
		return false
	}
	return true
}

func unit(units [8]int, u int) bool { return u >= 0 && u < len(units) && units[u] != 0 }

func getPSM(c *script.Call) (any, error) {
	p := c.State().(*state).psm
	return script.List{p[0], p[1], p[2], p[3], p[4]}, nil
}

func netInfo(c *script.Call) (any, error) {
	p := c.State().(*state).psm
	tau, act := tauUnits[p[1]]*p[2], actUnits[p[3]]*p[4]
	if p[2] == 0 || tau < 0 || act < 0 {
		return quectel.Failed, nil
	}
	return script.List{p[0], tau, act}, nil
}
