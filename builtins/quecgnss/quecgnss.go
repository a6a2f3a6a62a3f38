// Package quecgnss is the script module quecgnss: the satellite receiver inside a module.
//
//	import quecgnss
//	if quecgnss.init() == 0:
//	    size, data = quecgnss.read(1024)
//
// read waits for the next second's NMEA sentences, which the device gives; what does not fit in
// size is there for the next read (vendor's documentation, "quecgnss - Built-in GNSS"). What it gives is
// a str (QuecPython/microPython, ports/quectel/core/source/modgnss.c), which has decode, too.
package quecgnss

import (
	"strings"
	"time"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// The receiver's states.
const (
	off         = 0
	positioning = 2
)

// The kinds of configuration.
const (
	systems = iota
	sentences
	lastConfig = 4
)

// sentenceBits are the kinds of sentence by bit of the configuration.
var sentenceBits = []string{"GGA", "RMC", "GSV", "GSA", "VTG", "GLL"}

// state is the receiver. The interpreter lock guards it.
type state struct {
	state    int
	priority int
	config   [lastConfig + 1]int
	rest     string    // what was not read yet
	last     time.Time // when sentences came last
}

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "quecgnss", Simulated: true,
		Doc: "The satellite receiver inside the module.",
		Funcs: []script.Func{
			{Name: "init", Doc: "Switches the receiver on; returns 0 or -1.", Call: start},
			{Name: "get_state", Doc: "Returns 0 off, 1 while its firmware is written, 2 positioning.", Call: func(c *script.Call) (any, error) { return c.State().(*state).state, nil }},
			{Name: "gnssEnable", Params: "opt", Doc: "Switches the receiver on (1) or off (0); returns 0 or -1.", Call: enable},
			{Name: "read", Params: "size", Doc: "Returns (count, data) with up to size bytes of NMEA sentences, a str, or -1 while the receiver is off.", Call: read},
			{Name: "setPriority", Params: "Priority", Doc: "Lets satellites (0) or LTE (1) have the radio first; returns 0 or -1.", Call: setPriority},
			{Name: "getPriority", Doc: "Returns what setPriority set.", Call: func(c *script.Call) (any, error) { return c.State().(*state).priority, nil }},
			{Name: "configSet", Params: "config_type, config_value", Doc: "Sets 0 the satellite systems, 1 the sentences as a bit mask, 2 AGPS, 3 APFLASH, 4 the backup supply; returns 0 or -1.", Call: configSet},
			{Name: "configGet", Params: "config_type", Doc: "Returns what configSet set, or -1.", Call: configGet},
		},
		New: func(*script.Interp) (any, error) {
			return &state{config: [lastConfig + 1]int{1, 1<<len(sentenceBits) - 1, 0, 0, 0}}, nil
		},
	}
}

func start(c *script.Call) (any, error) {
	if _, err := quectel.Role[device.Location](c); err != nil {
		return nil, err
	}
	c.State().(*state).state = positioning
	return quectel.OK, nil
}

func enable(c *script.Call) (any, error) {
	var opt int
	if err := c.Unpack(&opt); err != nil {
		return nil, err
	}
	switch opt {
	case 0:
		s := c.State().(*state)
		s.state, s.rest = off, ""
		return quectel.OK, nil
	case 1:
		return start(c)
	}
	return quectel.Failed, nil
}

func read(c *script.Call) (any, error) {
	var size int
	if err := c.Unpack(&size); err != nil {
		return nil, err
	}
	s := c.State().(*state)
	if s.state != positioning || size <= 0 {
		return quectel.Failed, nil
	}
	if s.rest == "" {
		if err := s.fill(c); err != nil {
			return quectel.Result(c, nil, err)
		}
	}
	n := min(size, len(s.rest))
	data := s.rest[:n]
	s.rest = s.rest[n:]
	return script.Tuple{n, data}, nil
}

// fill takes the next second's sentences; the receiver gives them once a second.
func (s *state) fill(c *script.Call) error {
	clock := c.Interp.Clock()
	if wait := s.last.Add(time.Second).Sub(clock.Now()); !s.last.IsZero() && wait > 0 {
		if err := c.Sleep(wait); err != nil {
			return err
		}
	}
	text, err := quectel.Ask(c, device.Location.NMEA)
	s.last, s.rest = clock.Now(), s.wanted(text)
	return err
}

// wanted leaves out the sentences that the configuration does.
func (s *state) wanted(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if s.wants(line) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// wants reports whether a sentence is to be given: "$", two letters of the talker, three of the kind.
func (s *state) wants(line string) bool {
	for bit, kind := range sentenceBits {
		if len(line) > 6 && line[3:6] == kind {
			return s.config[sentences]&(1<<bit) != 0
		}
	}
	return true
}

func setPriority(c *script.Call) (any, error) {
	var p int
	if err := c.Unpack(&p); err != nil {
		return nil, err
	}
	if p != 0 && p != 1 {
		return quectel.Failed, nil
	}
	c.State().(*state).priority = p
	return quectel.OK, nil
}

func configSet(c *script.Call) (any, error) {
	var kind, value int
	if err := c.Unpack(&kind, &value); err != nil {
		return nil, err
	}
	most := 1
	switch kind {
	case systems:
		most = 7
	case sentences:
		most = 1<<len(sentenceBits) - 1
	}
	if kind < 0 || kind > lastConfig || value < 0 || value > most || kind == systems && value == 2 {
		return quectel.Failed, nil
	}
	c.State().(*state).config[kind] = value
	return quectel.OK, nil
}

func configGet(c *script.Call) (any, error) {
	var kind int
	if err := c.Unpack(&kind); err != nil {
		return nil, err
	}
	if kind < 0 || kind > lastConfig {
		return quectel.Failed, nil
	}
	return c.State().(*state).config[kind], nil
}
