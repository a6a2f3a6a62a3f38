// Package log is the script module log: QuecPython's logger. A line is
// "LEVEL:name:message", as the vendor's log module prints it, and goes to standard output, or to
// what set_output named.
package log

import (
	"fmt"
	"io"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// The levels, as MicroPython's logging numbers them.
const (
	debug    = 10
	info     = 20
	warning  = 30
	errorLvl = 40
	critical = 50
)

// state is the module's state in one interpreter.
type state struct {
	level   int
	output  starlark.Value
	loggers map[string]starlark.Value // by name: a name has one
}

// logger is what getLogger returns.
type logger struct {
	name  string
	level int // its own; 0 takes that of the module
}

// Module is the table of log.
func Module() *script.Module {
	class := loggerClass()
	return &script.Module{
		Name: "log", Lang: script.Python, Doc: "Logging by level.",
		New: func(*script.Interp) (any, error) {
			return &state{level: info, loggers: map[string]starlark.Value{}}, nil
		},
		Funcs: []script.Func{
			{Name: "basicConfig", Params: "level=20, filename=None, stream=None, format=None", Doc: "Sets the level below which nothing is printed, and the stream to print to.", Call: basicConfig},
			{Name: "set_output", Params: "out", Doc: "Sets what has a write method to print to.", Call: setOutput},
			{Name: "getLogger", Params: "name='root'", Doc: "The logger of a name.", Returns: "Logger", Call: func(c *script.Call) (any, error) { return getLogger(c, class) }},
		},
		Classes: []*script.Class{class},
		Consts: []script.Const{
			{Name: "NOTSET", Value: 0}, {Name: "DEBUG", Value: debug}, {Name: "INFO", Value: info}, {Name: "WARNING", Value: warning},
			{Name: "ERROR", Value: errorLvl}, {Name: "CRITICAL", Value: critical},
		},
	}
}

func loggerClass() *script.Class {
	c := &script.Class{Name: "Logger", Doc: "A logger with a name.",
		Init: script.Func{Params: "name='root'", Call: func(c *script.Call) (any, error) {
			l := &logger{name: "root"}
			return l, c.Unpack(&l.name)
		}}}
	for _, l := range []struct {
		name, label string
		level       int
	}{{"debug", "DEBUG", debug}, {"info", "INFO", info}, {"warning", "WARNING", warning},
		{"error", "ERROR", errorLvl}, {"critical", "CRITICAL", critical}} {
		c.Methods = append(c.Methods, script.Func{Name: l.name, Params: "msg, *args", Doc: "Logs at the level " + l.label + ".",
			Call: func(c *script.Call) (any, error) { return nil, write(c, l.label, l.level, c.Args[0]) }})
	}
	c.Methods = append(c.Methods,
		script.Func{Name: "log", Params: "level, msg, *args", Doc: "Logs at a level.", Call: logAt},
		script.Func{Name: "setLevel", Params: "level", Doc: "Sets the logger's own level; NOTSET takes the module's.", Call: func(c *script.Call) (any, error) {
			return nil, c.Unpack(&c.Self.(*logger).level)
		}},
		script.Func{Name: "isEnabledFor", Params: "level", Doc: "Whether a level is printed.", Call: func(c *script.Call) (any, error) {
			level := 0
			err := c.Unpack(&level)
			return enabled(c, level), err
		}})
	return c
}

// labels are how levels are printed; others as LVL and the number.
var labels = map[int]string{debug: "DEBUG", info: "INFO", warning: "WARNING", errorLvl: "ERROR", critical: "CRITICAL"}

func logAt(c *script.Call) (any, error) {
	level := 0
	if err := c.Unpack(&level); err != nil {
		return nil, err
	}
	label, ok := labels[level]
	if !ok {
		label = fmt.Sprintf("LVL%d", level)
	}
	return nil, write(c, label, level, c.Args[1])
}

// enabled reports whether the logger prints at a level.
func enabled(c *script.Call, level int) bool {
	least := c.Self.(*logger).level
	if least == 0 {
		least = c.State().(*state).level
	}
	return level >= least
}

// getLogger returns the one logger of a name, as the vendor documents it.
func getLogger(c *script.Call, class *script.Class) (any, error) {
	name := "root"
	if err := c.Unpack(&name); err != nil {
		return nil, err
	}
	s := c.State().(*state)
	if s.loggers[name] == nil {
		s.loggers[name] = class.NewInstance(c.Interp, &logger{name: name})
	}
	return s.loggers[name], nil
}

func basicConfig(c *script.Call) (any, error) {
	s := c.State().(*state)
	if c.Given(1) {
		return nil, script.Raise("NotImplementedError", "log.basicConfig has no files here: give it a stream, or set_output one")
	}
	if c.Given(2) {
		s.output = c.Args[2]
	}
	return nil, c.Unpack(&s.level)
}

func setOutput(c *script.Call) (any, error) {
	c.State().(*state).output = c.Args[0]
	return nil, nil
}

func write(c *script.Call, label string, level int, text starlark.Value) error {
	s := c.State().(*state)
	if !enabled(c, level) {
		return nil
	}
	msg := object.StrOf(text)
	if len(c.Rest) > 0 {
		formatted, err := object.Percent(msg, c.Rest)
		if err != nil {
			return err
		}
		msg = formatted
	}
	line := fmt.Sprintf("%s:%s:%s\n", label, c.Self.(*logger).name, msg)
	if s.output != nil && s.output != starlark.None {
		_, err := c.InvokeMethod(s.output, "write", line)
		return err
	}
	_, err := io.WriteString(c.Interp.Stdout(), line)
	return err
}
