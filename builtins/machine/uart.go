package machine

import (
	"context"
	"strconv"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// lastUART is the highest number of a port, UART4.
const lastUART = 4

func newUART(c *script.Call) (any, error) {
	number, m := 0, mode{baud: 115200, data: 8, stop: 1}
	if err := c.Unpack(&number, &m.baud, &m.data, &m.parity, &m.stop, &m.flow); err != nil {
		return nil, err
	}
	if number < 0 || number > lastUART {
		return nil, script.Raise("ValueError", "UARTn is %d; it must be 0 to %d", number, lastUART)
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	st, line := c.State().(*ports), boardOf(c.Interp).Line(number)
	var p *port
	err := c.Block(func(context.Context) error {
		st.mu.Lock()
		defer st.mu.Unlock()
		if old := st.open[number]; old != nil {
			// Opening a port again sets it up anew, as on a module.
			_ = old.close()
		}
		var err error
		p, err = openPort(c.Interp, line, number, st.settings[strconv.Itoa(number)], m)
		if err == nil {
			st.open[number] = p
		}
		return err
	})
	return p, err
}

func uartAny(c *script.Call) (any, error) {
	p := c.Self.(*port)
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.buffer), nil
}

func uartRead(c *script.Call) (any, error) {
	var n int
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, script.Raise("ValueError", "nbytes is %d; it must not be negative", n)
	}
	return c.Self.(*port).take(n), nil
}

func uartWrite(c *script.Call) (any, error) {
	var data []byte
	if err := c.Unpack(&data); err != nil {
		return nil, err
	}
	p := c.Self.(*port)
	n, data := 0, append([]byte(nil), data...)
	err := c.Block(func(context.Context) error {
		var err error
		n, err = p.write(data)
		return err
	})
	return n, err
}

func uartClose(c *script.Call) (any, error) {
	p, st := c.Self.(*port), c.State().(*ports)
	err := c.Block(func(context.Context) error {
		st.mu.Lock()
		if st.open[p.number] == p {
			delete(st.open, p.number)
		}
		st.mu.Unlock()
		return p.close()
	})
	return quectel.Result(c, quectel.OK, err)
}

func uart485(c *script.Call) (any, error) {
	var pin, direction int
	if err := c.Unpack(&pin, &direction); err != nil {
		return nil, err
	}
	if direction != 0 && direction != 1 {
		return quectel.Failed, nil
	}
	return quectel.OK, nil
}

func uartCallback(c *script.Call) (any, error) {
	var fn starlark.Callable
	if err := c.Unpack(&fn); err != nil {
		return nil, err
	}
	p := c.Self.(*port)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.callback = fn
	return quectel.OK, nil
}
