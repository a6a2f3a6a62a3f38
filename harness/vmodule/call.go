package vmodule

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

// form is which of its four forms a command has.
type form int

const (
	execute form = iota // AT+X
	read                // AT+X?
	write               // AT+X=…
	test                // AT+X=?
)

// command is what a module knows under one name. A form that is nil is refused with ERROR.
type command struct {
	exec, read, write func(c *call) error
	// test is what the test form prints behind "+NAME: "; "" prints nothing but OK.
	test string
}

// call is one command on its way.
type call struct {
	m    *Module
	p    *port
	name string
	args atcmd.Params
	said bool // an information line was printed
	// after runs behind the OK, in this order: what takes time, and ends in a URC.
	after []func()
}

// errSaid says that the command printed its final result itself.
var errSaid = errors.New("the result is printed")

// errOnline says that the port went into data mode.
var errOnline = errors.New("data mode")

// info prints a line of the answer.
func (c *call) info(format string, args ...any) {
	if !c.said {
		c.said = true
		c.p.out.put([]byte("\r\n"))
	}
	c.p.out.put([]byte(fmt.Sprintf(format, args...) + "\r\n"))
}

// infoData prints a line of the answer with the bytes that it tells of, between which no URC comes.
func (c *call) infoData(line string, data []byte) {
	text := append([]byte(line+"\r\n"), data...)
	if !c.said {
		c.said = true
		text = append([]byte("\r\n"), text...)
	}
	c.p.out.put(text)
}

// later runs f behind the OK.
func (c *call) later(f func()) { c.after = append(c.after, f) }

func (c *call) run() {
	for _, f := range c.after {
		f()
	}
}

// all runs the commands of a line, without its AT; an error stops the rest (V.250, section 5.2).
func (c *call) all(text string) error {
	text = withoutBlanks(text)
	for {
		text = strings.TrimLeft(text, " ;")
		if text == "" {
			return nil
		}
		var err error
		if text, err = c.one(text); err != nil {
			return err
		}
		c.said = false
	}
}

// withoutBlanks takes out the blanks that are not in quotes: they mean nothing (AT commands manual,
// section 1.4).
func withoutBlanks(text string) string {
	if strings.IndexByte(text, ' ') < 0 {
		return text
	}
	var b strings.Builder
	quoted := false
	for i := range len(text) {
		if text[i] == '"' {
			quoted = !quoted
		}
		if text[i] != ' ' || quoted {
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// one runs the first command of the text and returns what is behind it.
func (c *call) one(text string) (rest string, err error) {
	if strings.ContainsRune("+^$*", rune(text[0])) {
		one, rest := cutCommand(text)
		return rest, c.extended(one)
	}
	return c.basic(text)
}

// cutCommand cuts at the first semicolon that is not in quotes.
func cutCommand(text string) (one, rest string) {
	quoted := false
	for i := range len(text) {
		switch text[i] {
		case '"':
			quoted = !quoted
		case ';':
			if !quoted {
				return text[:i], text[i+1:]
			}
		}
	}
	return text, ""
}

// extended runs a command such as "+CSQ", "+COPS?" or "+CMEE=2".
func (c *call) extended(text string) error {
	name, params := text, ""
	kind := execute
	if i := strings.IndexAny(text, "=?"); i >= 0 {
		name, params = text[:i], strings.TrimSpace(text[i+1:])
		switch {
		case text[i] == '?':
			kind = read
		case params == "?":
			kind = test
		default:
			kind = write
		}
	}
	c.name = strings.ToUpper(strings.TrimSpace(name))
	if err := c.m.refuses(c.name); err != nil {
		return err
	}
	known, ok := c.m.lookUp(c.name)
	if !ok {
		return &atcmd.Error{}
	}
	var err error
	if kind == write {
		if c.args, err = atcmd.Parse(params); err != nil {
			return &atcmd.Error{}
		}
	} else {
		c.args = nil
	}
	return atError(c.dispatch(known, kind))
}

func (c *call) dispatch(k command, kind form) error {
	do := k.exec
	switch kind {
	case test:
		if k.test != "" {
			c.info("%s: %s", c.name, k.test)
		}
		return nil
	case read:
		do = k.read
	case write:
		do = k.write
	}
	if do == nil {
		return &atcmd.Error{}
	}
	return do(c)
}

// atError turns what a device says into what a module prints.
func atError(err error) error {
	var at *atcmd.Error
	switch {
	case err == nil, errors.As(err, &at), errors.Is(err, errSaid), errors.Is(err, errOnline), errors.Is(err, errHungUp):
		return err
	case errors.Is(err, device.ErrNotReady):
		return atcmd.CME(3)
	case errors.Is(err, device.ErrUnsupported):
		return atcmd.CME(4)
	case errors.Is(err, device.ErrConfig):
		return atcmd.CME(50)
	}
	return atcmd.CME(0)
}

// lookUp finds a command; firmware without MQTT has none of its commands.
func (m *Module) lookUp(name string) (command, bool) {
	if m.opts.Behaviour.NoMQTT && strings.HasPrefix(name, "+QMT") {
		return command{}, false
	}
	k, ok := commands[name]
	switch b := m.opts.Behaviour; {
	case name == "+QMTPUBEX" && b.OpenPublish:
		return command{}, false
	case name == "+QMTPUBEX" && b.QuotedPublish:
		k.test = quotedPublishTest
	case name == "+QMTPUB" && b.QuotedPublish:
		k.test = sizedPublishTest
	}
	return k, ok
}

// commands are what the module knows.
var commands map[string]command

// The table refers to functions that refer to it.
func init() {
	commands = map[string]command{}
	for _, group := range []map[string]command{identityCommands, cardCommands, networkCommands, dataCommands,
		powerCommands, messageCommands, voiceCommands, mqttCommands, fileCommands, socketCommands, configCommands} {
		for name, k := range group {
			commands["+"+name] = k
		}
	}
}

// Commands are the names of the extended AT commands that the virtual module knows, such as "AT+CSQ", in order.
func Commands() []string {
	names := make([]string, 0, len(commands))
	for name := range commands {
		names = append(names, "AT"+name)
	}
	slices.Sort(names)
	return names
}
