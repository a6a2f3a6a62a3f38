package machine

import (
	"regexp"
	"time"

	"quecstar/harness/board"
	"quecstar/harness/script"
)

// Board returns the simulated board of a run, for modules whose parts hang on it too.
func Board(in *script.Interp) *board.Board { return boardOf(in).Board }

// controls are the functions by which a test sets what is around the board.
func controls() []script.Func {
	return append([]script.Func{
		{Name: "pin_level", Params: "pin, level=None", Doc: "The level of a pin; with level, drives it from outside.", Call: pinLevel},
		{Name: "pin_written", Reads: true, Params: "pin", Doc: "Returns the levels that the script wrote to an output, a list.", Call: pinWritten},
		{Name: "i2c_registers", Params: "bus, address, register, values=None, n=1", Doc: "The bytes of n registers of an I2C slave, None when there is no slave; with values, bytes, puts a slave on the bus and sets registers.", Call: i2cRegisters},
		{Name: "i2c_gone", Params: "bus, address", Doc: "Takes a slave off an I2C bus.", Call: i2cGone},
		{Name: "spi_answer", Params: "port, answer, when=b''", Doc: "Has the peer of an SPI port answer with these bytes to what begins with when, or to anything. Several answers to the same come in turn, the last again and again; a peer without any echoes.", Call: spiAnswer},
		{Name: "spi_sent", Reads: true, Params: "port", Doc: "Returns what the script wrote to an SPI port, a list of bytes.", Call: spiSent},
		{Name: "rtc_time", Params: "time", Doc: "Sets the module's clock: '2000-01-01 00:00:00', in UTC.", Call: rtcTime},
	}, lineControls()...)
}

// lineControls are those for serial lines.
func lineControls() []script.Func {
	return []script.Func{
		{Name: "uart_peer", Params: "port", Doc: "Puts a peer behind a UART that says nothing by itself, in place of a loopback.", Call: func(c *script.Call) (any, error) {
			l, err := line(c)
			if err == nil {
				l.Peer()
			}
			return nil, err
		}},
		{Name: "uart_answer", Params: "port, when, answer, delay=0, pattern=False", Doc: "Has the peer behind a UART say answer, delay seconds after when has come. A true pattern makes when a regular expression, whose groups answer names as in '$1'. Several answers to the same come in turn, the last again and again.", Call: uartAnswer},
		{Name: "uart_says", Params: "port, data", Doc: "Has the other end of a UART say something by itself.", Call: func(c *script.Call) (any, error) {
			var data []byte
			l, err := line(c, &data)
			if err == nil {
				l.Say(data)
			}
			return nil, err
		}},
		{Name: "uart_sent", Reads: true, Params: "port, clear=False", Doc: "Returns what the script has sent to a UART; a true clear forgets it.", Call: func(c *script.Call) (any, error) {
			forget := false
			l, err := line(c, &forget)
			if err != nil {
				return nil, err
			}
			return append([]byte{}, l.Sent(forget)...), nil
		}},
	}
}

func pinLevel(c *script.Call) (any, error) {
	n, level := 0, -1
	if err := c.Unpack(&n, &level); err != nil {
		return nil, err
	}
	if n < 0 || n > maxPin {
		return nil, script.Raise("ValueError", "there is no pin %d: 1 to %d are", n, maxPin)
	}
	h := boardOf(c.Interp)
	if level >= 0 {
		h.Drive(n, min(level, 1))
	}
	return h.Level(n), nil
}

func pinWritten(c *script.Call) (any, error) {
	n := 0
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	out := script.List{}
	for _, level := range boardOf(c.Interp).Written(n) {
		out = append(out, level)
	}
	return out, nil
}

func i2cRegisters(c *script.Call) (any, error) {
	var bus, address, register int
	var values []byte
	n := 1
	if err := c.Unpack(&bus, &address, &register, &values, &n); err != nil {
		return nil, err
	}
	b := boardOf(c.Interp)
	if c.Given(3) {
		b.SetRegisters(bus, address, register, values)
		return values, nil
	}
	if n < 0 || n > 1<<16 {
		return nil, script.Raise("ValueError", "n is %d; it must be 0 to 65536", n)
	}
	found, ok := b.Registers(bus, address, register, n)
	if !ok {
		return nil, nil
	}
	return found, nil
}

func i2cGone(c *script.Call) (any, error) {
	var bus, address int
	if err := c.Unpack(&bus, &address); err != nil {
		return nil, err
	}
	boardOf(c.Interp).RemoveSlave(bus, address)
	return nil, nil
}

func spiAnswer(c *script.Call) (any, error) {
	port := 0
	var answer, when []byte
	if err := c.Unpack(&port, &answer, &when); err != nil {
		return nil, err
	}
	boardOf(c.Interp).SPIAnswer(port, append([]byte{}, when...), append([]byte{}, answer...))
	return nil, nil
}

func spiSent(c *script.Call) (any, error) {
	port := 0
	if err := c.Unpack(&port); err != nil {
		return nil, err
	}
	out := script.List{}
	for _, data := range boardOf(c.Interp).SPISent(port) {
		out = append(out, data)
	}
	return out, nil
}

// line is the serial line that the first argument numbers; dst take the others.
func line(c *script.Call, dst ...any) (*board.Line, error) {
	n := 0
	if err := c.Unpack(append([]any{&n}, dst...)...); err != nil {
		return nil, err
	}
	if n < 0 || n > lastUART {
		return nil, script.Raise("ValueError", "port is %d; it must be 0 to %d", n, lastUART)
	}
	return boardOf(c.Interp).Line(n), nil
}

func uartAnswer(c *script.Call) (any, error) {
	var when, answer []byte
	r, isPattern := board.Rule{}, false
	l, err := line(c, &when, &answer, &r.Delay, &isPattern)
	if err != nil {
		return nil, err
	}
	r.When, r.Answer = append([]byte{}, when...), append([]byte{}, answer...)
	if len(when) == 0 {
		return nil, script.Raise("ValueError", "when is empty: say what is to be answered; uart_says says something by itself")
	}
	if isPattern {
		if r.Pattern, err = regexp.Compile(string(when)); err != nil {
			return nil, script.Raise("ValueError", "pattern %q: %v", when, err)
		}
	}
	l.Answer(r)
	return nil, nil
}

// moments are the forms in which a test writes a time.
var moments = []string{time.DateTime, time.RFC3339, "2006-01-02T15:04:05", time.DateOnly}

// Moment reads a time that a test gives, in UTC unless it says otherwise.
func Moment(text string) (time.Time, error) {
	for _, form := range moments {
		if t, err := time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, script.Raise("ValueError", "%q is no time such as '2000-01-01 00:00:00'", text)
}

func rtcTime(c *script.Call) (any, error) {
	text := ""
	if err := c.Unpack(&text); err != nil {
		return nil, err
	}
	t, err := Moment(text)
	if err == nil {
		c.SetNow(t)
	}
	return nil, err
}
