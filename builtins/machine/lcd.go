package machine

import (
	"image"

	"quecstar/builtins/quectel"
	"quecstar/harness/board"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// What the functions of LCD return when they fail (vendor's documentation, "class LCD - LCD Driver").
const (
	wrongParameter = -2 // lcd_init, and lcd_write for an area that is none
	noData         = -3 // lcd_write
	wrongConfig    = -5 // lcd_init
)

// longestSide is how many pixels lcd_init takes.
const longestSide = 1000

// lcd is a script's LCD: the sequences that lcd_init was given. The interpreter lock guards it.
type lcd struct{ on, off, brightness []byte }

func lcdClass() *script.Class {
	return &script.Class{
		Name: "LCD", Doc: "The display of the simulated board: a frame buffer, which quecstar.lcd and its kin show.",
		Init: script.Func{Doc: "The display.", Call: func(*script.Call) (any, error) { return &lcd{}, nil }},
		Methods: append([]script.Func{
			{Name: "lcd_init", Params: "lcd_init_data, lcd_width, lcd_hight, lcd_clk, data_line, line_num, lcd_type, lcd_invalid, lcd_display_on, lcd_display_off, lcd_set_brightness, lcd_interface=0, spi_port=0, spi_mode=0, cs_pin=0, dc_pin=0, rst_pin=0",
				Doc: "Sets the display up: lcd_type 0 takes RGB565, low byte first, 1 a byte for every eight rows; returns 0, -1 when it is set up already, -2 for a wrong size or no data, -5 for another wrong value.", Call: initLCD},
			{Name: "mipi_init", Params: "initbuf, width=480, hight=854, bpp=16, DataLane=2, MipiMode=0, PixelFormat=0, DsiFormat=0, TransMode=3, RgbOrder=8, BllpEnable=True, HSync=10, HBP=10, HFP=10, VSync=4, VBP=10, VFP=14, FrameRate=60, TESel=False, RstPolarity=1",
				Doc: "Sets a display with MIPI up; returns as lcd_init does.", Call: initMIPI},
			{Name: "lcd_clear", Params: "color", Doc: "Fills the display; returns 0, or -1.", Call: withDisplay(clearLCD)},
			{Name: "lcd_write", Params: "color_buffer, start_x, start_y, end_x, end_y", Doc: "Writes an area, its ends included; returns 0, -1 before lcd_init, -2 for a wrong area or too few bytes, -3 for none.", Call: withDisplay(writeLCD)},
			{Name: "lcd_brightness", Params: "level", Doc: "Sets the brightness, 0 to 5; returns 0, or -1.", Call: withDisplay(dimLCD)},
			{Name: "lcd_display_on", Doc: "Switches the display on; returns 0, or -1.", Call: switchLCD(true)},
			{Name: "lcd_display_off", Doc: "Switches the display off; returns 0, or -1.", Call: switchLCD(false)},
			{Name: "lcd_write_cmd", Params: "cmd_value, cmd_value_len", Doc: "Sends a command; returns 0, or -1.", Call: sendLCD((*board.Display).Command)},
			{Name: "lcd_write_data", Params: "data_value, data_value_len", Doc: "Sends data; returns 0, or -1.", Call: sendLCD(func(d *board.Display, b byte) { d.Data([]byte{b}) })},
		}, pictureMethods()...),
	}
}

// play sends a sequence as lcd_init takes it, of three bytes each: a command (0), its count of data and
// its code; data (1), 1 and the byte; or a pause (2), 0 and milliseconds. A simulated panel needs no
// pause.
func play(d *board.Display, sequence []byte) {
	for ; len(sequence) >= 3; sequence = sequence[3:] {
		switch sequence[0] {
		case 0:
			d.Command(sequence[2])
		case 1:
			d.Data(sequence[2:3])
		}
	}
}

// sequence is an argument that holds one; None is none.
func sequence(c *script.Call, i int) []byte {
	b, _ := object.AsBytes(c.Args[i])
	return b
}

func initLCD(c *script.Call) (any, error) {
	var width, height, clock, lines, wires, kind int
	l := c.Self.(*lcd)
	if err := c.Unpack(nil, &width, &height, &clock, &lines, &wires, &kind); err != nil {
		return nil, err
	}
	setup, area := sequence(c, 0), sequence(c, 7)
	display := &PartsOf(c.Interp).Display
	_, ready := display.Ready()
	switch {
	case ready:
		return quectel.Failed, nil
	case !fits(width) || !fits(height) || len(setup) == 0 || len(area) == 0:
		return wrongParameter, nil
	case lines != 1 && lines != 2 || wires != 3 && wires != 4 || kind&^1 != 0:
		return wrongConfig, nil
	}
	l.on, l.off, l.brightness = sequence(c, 8), sequence(c, 9), sequence(c, 10)
	display.Setup(width, height, 2-kind)
	play(display, setup)
	return quectel.OK, nil
}

func fits(side int) bool { return side > 0 && side <= longestSide }

func initMIPI(c *script.Call) (any, error) {
	var setup []byte
	width, height, bits := 480, 854, 16
	if err := c.Unpack(&setup, &width, &height, &bits); err != nil {
		return nil, err
	}
	display := &PartsOf(c.Interp).Display
	_, ready := display.Ready()
	switch {
	case ready:
		return quectel.Failed, nil
	case !fits(width) || !fits(height) || len(setup) == 0:
		return wrongParameter, nil
	case bits != 16:
		return wrongConfig, nil
	}
	display.Setup(width, height, bits/8)
	return quectel.OK, nil
}

// withDisplay makes a method that returns -1 until the display is set up.
func withDisplay(do func(c *script.Call, d *board.Display) (any, error)) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		d := &PartsOf(c.Interp).Display
		if _, ok := d.Ready(); !ok {
			return quectel.Failed, nil
		}
		return do(c, d)
	}
}

func clearLCD(c *script.Call, d *board.Display) (any, error) {
	var pixel int
	if err := c.Unpack(&pixel); err != nil {
		return nil, err
	}
	d.Clear(pixel)
	return quectel.OK, nil
}

func writeLCD(c *script.Call, d *board.Display) (any, error) {
	var pixels []byte
	var x0, y0, x1, y1 int
	if err := c.Unpack(&pixels, &x0, &y0, &x1, &y1); err != nil {
		return nil, err
	}
	if len(pixels) == 0 {
		return noData, nil
	}
	if x1 < x0 || y1 < y0 || !d.Write(image.Rect(x0, y0, x1+1, y1+1), pixels) {
		return wrongParameter, nil
	}
	return quectel.OK, nil
}

func dimLCD(c *script.Call, d *board.Display) (any, error) {
	var level int
	if err := c.Unpack(&level); err != nil {
		return nil, err
	}
	if level < 0 || level > 5 {
		return quectel.Failed, nil
	}
	play(d, c.Self.(*lcd).brightness)
	d.SetBrightness(level)
	return quectel.OK, nil
}

// switchLCD sends the sequence that lcd_init was given, or what all panels understand.
func switchLCD(on bool) func(*script.Call) (any, error) {
	return withDisplay(func(c *script.Call, d *board.Display) (any, error) {
		l := c.Self.(*lcd)
		sequence, all := l.off, []byte{0, 0, 0x28}
		if on {
			sequence, all = l.on, []byte{0, 0, 0x29}
		}
		if len(sequence) == 0 {
			sequence = all
		}
		play(d, sequence)
		return quectel.OK, nil
	})
}

// sendLCD makes a method that sends a number of so many bytes, the highest first.
func sendLCD(send func(d *board.Display, b byte)) func(*script.Call) (any, error) {
	return withDisplay(func(c *script.Call, d *board.Display) (any, error) {
		var value, n int
		if err := c.Unpack(&value, &n); err != nil {
			return nil, err
		}
		if n < 1 || n > 4 {
			return quectel.Failed, nil
		}
		for i := n - 1; i >= 0; i-- {
			send(d, byte(value>>(8*i)))
		}
		return quectel.OK, nil
	})
}
