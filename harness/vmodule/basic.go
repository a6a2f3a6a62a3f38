package vmodule

import (
	"strconv"
	"strings"

	"quecstar/harness/atcmd"
)

// basic runs one basic command, a letter with a number behind it, and returns the rest of the line.
func (c *call) basic(text string) (rest string, err error) {
	letter := strings.ToUpper(text[:1])
	text = text[1:]
	if letter == "&" && text != "" {
		letter, text = "&"+strings.ToUpper(text[:1]), text[1:]
	}
	if letter == "D" { // a dialled number takes the rest of the line
		return "", c.dial(text)
	}
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	number := text[:digits]
	text = text[digits:]
	if letter == "S" {
		return c.register(number, text)
	}
	return text, c.letter(letter, atoi(number))
}

// atoi is the number behind a letter; none counts as 0.
func atoi(s string) int {
	n, _ := strconv.Atoi(s) // only digits, of which there may be none
	return n
}

func (c *call) letter(letter string, n int) error {
	switch letter {
	case "E":
		c.p.setModes(func(m *modes) { m.echo = n != 0 || c.m.opts.Behaviour.FixedEcho })
	case "Q":
		c.p.setModes(func(m *modes) { m.quiet = n != 0 })
	case "V":
		c.p.setModes(func(m *modes) { m.numeric = n == 0 })
	case "I":
		return c.identify()
	case "Z", "&F":
		c.p.modes.Store(&modes{echo: true})
	case "&V":
		c.profile()
	case "A":
		return c.answer()
	case "H":
		c.p.hangUpData()
		return c.m.hangUpCall()
	case "O":
		return c.resume()
	case "X", "L", "M", "&C", "&D", "&W", "&K", "&S":
		// There is no carrier, no loudspeaker and no profile that these could change.
	default:
		return &atcmd.Error{}
	}
	return nil
}

// register is an S register: they can be set and have no effect but that they read as V.250 says.
func (c *call) register(number, text string) (string, error) {
	usual := map[string]string{"0": "000", "3": "013", "4": "010", "5": "008", "6": "002", "7": "000", "8": "002",
		"10": "015"}
	value, ok := usual[number]
	if !ok {
		return "", &atcmd.Error{}
	}
	if rest, ok := strings.CutPrefix(text, "?"); ok {
		c.info("%s", value)
		return rest, nil
	}
	rest, ok := strings.CutPrefix(text, "=")
	if !ok {
		return "", &atcmd.Error{}
	}
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if want := atoi(value); atoi(rest[:digits]) != want && (number == "3" || number == "4" || number == "5") {
		return "", &atcmd.Error{}
	}
	return rest[digits:], nil
}

func (c *call) profile() {
	mode := c.p.modes.Load()
	c.info("&C: 1")
	c.info("&D: 2")
	c.info("E: %d", bit(mode.echo))
	c.info("Q: %d", bit(mode.quiet))
	c.info("V: %d", bit(!mode.numeric))
}
