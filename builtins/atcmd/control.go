package atcmd

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// line is a module whose AT commands and ports a test has go wrong.
type line interface {
	RefuseCommand(prefix string, n, code int)
	SilenceCommand(prefix string, n int)
	LoseURC(prefix string, count int)
	SayRaw(p []byte)
	SetLineSpeed(baud int)
}

// controls are what a test has go wrong on the module's ports.
func controls() []script.Func {
	return []script.Func{
		{Name: "at_refused", Params: "command='', code=3, nth=1", Doc: "Has the nth AT command from now on whose name begins so, such as '+QMT', or any, refused with +CME ERROR: code.", Call: refused},
		{Name: "at_silent", Params: "command='', nth=1", Doc: "Has the nth such command do nothing and get no answer.", Call: silent},
		{Name: "urc_lost", Params: "line='', count=1", Doc: "Loses the next count lines that the module tells by itself and that begin so, such as '+QMTRECV', or all for 0.", Call: lost},
		{Name: "line_noise", Params: "data=b'\\x80\\xff\\x00~x\\x1b\\xfe\\r\\n'", Doc: "Has the module's AT ports say these bytes, whatever they are.", Call: noise},
		{Name: "line_speed", Params: "baud", Doc: "Has the module's ports be as slow as UARTs of so many baud; 0 ends that.", Call: speed},
	}
}

func refused(c *script.Call) (any, error) {
	prefix, code, n := "", 3, 1
	if err := c.Unpack(&prefix, &code, &n); err != nil {
		return nil, err
	}
	if code < 0 || code > 999 {
		return nil, script.Raise("ValueError", "code is %d; it must be 0 to 999", code)
	}
	return play(c, n, func(l line) { l.RefuseCommand(prefix, n, code) })
}

func silent(c *script.Call) (any, error) {
	prefix, n := "", 1
	if err := c.Unpack(&prefix, &n); err != nil {
		return nil, err
	}
	return play(c, n, func(l line) { l.SilenceCommand(prefix, n) })
}

func lost(c *script.Call) (any, error) {
	prefix, count := "", 1
	if err := c.Unpack(&prefix, &count); err != nil {
		return nil, err
	}
	if count < 0 {
		return nil, script.Raise("ValueError", "count is %d; it must be 0, for all, or more", count)
	}
	return play(c, 1, func(l line) { l.LoseURC(prefix, count) })
}

func noise(c *script.Call) (any, error) {
	data := []byte("\x80\xff\x00~x\x1b\xfe\r\n")
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	data = append([]byte{}, data...)
	return play(c, 1, func(l line) { l.SayRaw(data) })
}

func speed(c *script.Call) (any, error) {
	baud := 0
	if err := c.Unpack(&baud); err != nil {
		return nil, err
	}
	if baud != 0 && baud < 300 {
		return nil, script.Raise("ValueError", "baud is %d; it must be 300 or more, or 0 for full speed", baud)
	}
	return play(c, 1, func(l line) { l.SetLineSpeed(baud) })
}

// play does something to the ports; nth counts from 1.
func play(c *script.Call, nth int, f func(line)) (any, error) {
	if nth < 1 {
		return nil, script.Raise("ValueError", "nth is %d; it must be 1 or more", nth)
	}
	l, err := quectel.Controlled[line](c)
	if err == nil {
		f(l)
	}
	return nil, err
}
