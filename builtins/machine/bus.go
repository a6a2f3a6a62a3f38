package machine

import (
	"bytes"

	"quecstar/builtins/quectel"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// i2c is a script's I2C bus.
type i2c struct{ bus int }

// softBus is the bus that I2C_simulation on any pins is.
const softBus = 100

func i2cClass(name string) *script.Class {
	c := &script.Class{
		Name: name, Doc: "An I2C bus of the simulated board.",
		Init: script.Func{Params: "I2Cn, mode=0, fastmode=None", Doc: "Opens a bus; as a keyword the mode is called fastmode.", Call: func(c *script.Call) (any, error) {
			b := &i2c{}
			return b, c.Unpack(&b.bus)
		}},
		Methods: []script.Func{
			{Name: "read", Params: "slaveaddress, addr, addr_len, r_data, datalen, delay=0", Doc: "Reads registers into r_data; returns 0, -1 when no slave answers.", Call: i2cRead},
			{Name: "write", Params: "slaveaddress, addr, addr_len, data, datalen", Doc: "Writes registers; returns 0, -1 when no slave answers.", Call: i2cWrite},
		},
		Consts: []script.Const{{Name: "I2C0", Value: 0, Doc: "A bus."}, {Name: "I2C1", Value: 1, Doc: "A bus."}, {Name: "I2C2", Value: 2, Doc: "A bus."},
			{Name: "STANDARD_MODE", Value: 0, Doc: "100 kHz."}, {Name: "FAST_MODE", Value: 1, Doc: "400 kHz."}},
	}
	if name == "I2C_simulation" {
		c.Consts = gpioConsts()
		c.Init = script.Func{Params: "GPIO_clk, GPIO_sda, CLK", Doc: "Opens a bus on two pins; its number on the board is 100.", Call: func(*script.Call) (any, error) {
			return &i2c{softBus}, nil
		}}
	}
	return c
}

// register is the number of a register, as the bytes of its address say it.
func register(c *script.Call, addr []byte, n int) int {
	r := 0
	for _, b := range addr[:min(max(n, 0), len(addr))] {
		r = r<<8 | int(b)
	}
	return r
}

func i2cRead(c *script.Call) (any, error) {
	var slave, addrLen, n int
	var addr []byte
	if err := c.Unpack(&slave, &addr, &addrLen, nil, &n); err != nil {
		return nil, err
	}
	into, ok := object.AsBuffer(c.Args[3])
	if !ok {
		return nil, script.Raise("TypeError", "argument 'r_data' should be a bytearray, not %s", object.TypeName(c.Args[3]))
	}
	values, ok := boardOf(c.Interp).Registers(c.Self.(*i2c).bus, slave, register(c, addr, addrLen), min(max(n, 0), len(into)))
	if !ok {
		return quectel.Failed, nil
	}
	copy(into, values)
	return quectel.OK, nil
}

func i2cWrite(c *script.Call) (any, error) {
	var slave, addrLen, n int
	var addr, data []byte
	if err := c.Unpack(&slave, &addr, &addrLen, &data, &n); err != nil {
		return nil, err
	}
	if !boardOf(c.Interp).WriteRegisters(c.Self.(*i2c).bus, slave, register(c, addr, addrLen), data[:min(max(n, 0), len(data))]) {
		return quectel.Failed, nil
	}
	return quectel.OK, nil
}

// spi is a script's SPI port.
type spi struct {
	port   int
	answer []byte // to what was written last; nil when it was read, or nothing was written
	last   []byte // what an echoing peer got last
}

func spiClass() *script.Class {
	return &script.Class{
		Name: "SPI", Doc: "An SPI port of the simulated board: it reads what was written last until a test gives its peer answers.",
		Init: script.Func{Params: "port, mode, clk, group=0", Doc: "Opens a port.", Call: func(c *script.Call) (any, error) {
			s := &spi{}
			return s, c.Unpack(&s.port)
		}},
		Methods: []script.Func{
			{Name: "read", Params: "recv_data, datalen", Doc: "Reads the answer to what was written last; returns 0.", Call: func(c *script.Call) (any, error) { return c.Self.(*spi).read(c, 0, 1) }},
			{Name: "write", Params: "data, datalen", Doc: "Writes; returns 0.", Call: func(c *script.Call) (any, error) { return c.Self.(*spi).write(c, 0, 1) }},
			{Name: "write_read", Params: "r_data, data, datalen", Doc: "Writes and reads at once; returns 0.", Call: func(c *script.Call) (any, error) {
				s := c.Self.(*spi)
				if v, err := s.write(c, 1, 2); err != nil {
					return v, err
				}
				return s.read(c, 0, 2)
			}},
		},
	}
}

func (s *spi) write(c *script.Call, data, length int) (any, error) {
	b, ok := object.AsBytes(c.Args[data])
	n, isInt := object.AsInt(c.Args[length])
	k, _ := n.Int64()
	if !ok || !isInt {
		return nil, script.Raise("TypeError", "data and its length are wanted")
	}
	s.last = bytes.Clone(b[:min(max(int(k), 0), len(b))])
	s.answer = boardOf(c.Interp).SPITransfer(s.port, append([]byte{}, s.last...), nil)
	return quectel.OK, nil
}

func (s *spi) read(c *script.Call, data, length int) (any, error) {
	into, ok := object.AsBuffer(c.Args[data])
	n, isInt := object.AsInt(c.Args[length])
	k, _ := n.Int64()
	if !ok || !isInt {
		return nil, script.Raise("TypeError", "a bytearray and its length are wanted")
	}
	answer := s.answer
	if s.answer = nil; answer == nil {
		answer = boardOf(c.Interp).SPITransfer(s.port, nil, s.last)
	}
	copy(into[:min(max(int(k), 0), len(into))], answer)
	return quectel.OK, nil
}
