package machine

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// softPort is what the number of a SoftSPI on the board begins at: 200 and its CS pin.
const softPort = 200

// softSPI is a script's SoftSPI: an SPI port on any pins.
type softSPI struct {
	spi
	deaf bool // four wires without the one that reads
}

// softSPIClass is SoftSPI (vendor's documentation, "class SoftSPI - Software Implementation of SPI
// Bus Protocol").
func softSPIClass() *script.Class {
	self := func(c *script.Call) *softSPI { return c.Self.(*softSPI) }
	return &script.Class{
		Name: "SoftSPI", Doc: "An SPI port on any pins; its number on the board is 200 and the CS pin.",
		Init: script.Func{Params: "gpio_clk, gpio_cs, gpio_mosi, gpio_miso=None, wire_type=1, speed=1, mode=0, cs_active_lvl=0",
			Doc: "Opens a port; speed is 0 for 50 kHz, 1 for 100 kHz; mode is 0 to 3.", Call: newSoftSPI},
		Methods: []script.Func{
			{Name: "read", Params: "recv_data, datalen", Doc: "Reads as an SPI does; returns 0, or -1 without a pin to read from.", Call: func(c *script.Call) (any, error) { return self(c).read(c, 0, 1) }},
			{Name: "write", Params: "data, datalen", Doc: "Writes; returns 0.", Call: func(c *script.Call) (any, error) { return self(c).write(c, 0, 1) }},
			{Name: "write_read", Params: "r_data, data, datalen", Doc: "Writes and reads; returns 0, or -1 without a pin to read from.", Call: func(c *script.Call) (any, error) {
				if v, err := self(c).write(c, 1, 2); err != nil {
					return v, err
				}
				return self(c).read(c, 0, 2)
			}},
		},
		Consts: []script.Const{{Name: "WIRE_3", Value: 0, Doc: "One wire for both directions."}, {Name: "WIRE_4", Value: 1, Doc: "A wire each."},
			{Name: "LOW", Value: 0, Doc: "CS is low during a transfer."}, {Name: "HIGH", Value: 1, Doc: "CS is high during a transfer."}},
	}
}

func (s *softSPI) read(c *script.Call, data, length int) (any, error) {
	if s.deaf {
		return quectel.Failed, nil
	}
	return s.spi.read(c, data, length)
}

func newSoftSPI(c *script.Call) (any, error) {
	var clk, cs, mosi int
	miso, wires, speed, mode, level := -1, 1, 1, 0, 0
	if err := c.Unpack(&clk, &cs, &mosi, &miso, &wires, &speed, &mode, &level); err != nil {
		return nil, err
	}
	for _, pin := range []int{clk, cs, mosi, miso} {
		if pin > maxPin || pin < 0 && pin != miso {
			return nil, script.Raise("ValueError", "there is no pin %d: 1 to %d are", pin, maxPin)
		}
	}
	if wires&^1 != 0 || speed&^1 != 0 || mode&^3 != 0 || level&^1 != 0 {
		return nil, script.Raise("ValueError", "wire_type, speed and cs_active_lvl are 0 or 1 and mode is 0 to 3, not %d, %d, %d and %d", wires, speed, level, mode)
	}
	return &softSPI{spi: spi{port: softPort + cs}, deaf: wires == 1 && miso < 0}, nil
}
