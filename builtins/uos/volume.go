package uos

import (
	"fmt"

	"go.starlark.net/starlark"

	"quecstar/builtins/machine"
	"quecstar/builtins/quectel"
	"quecstar/harness/flash"
	"quecstar/harness/script"
)

// noDevice is the errno of a volume that cannot be had, ENODEV.
const noDevice = 19

// The names of volumes in the tree.
const (
	sdCard = "sd"
	nor    = "ext_fs"
	emmc   = "emmc"
)

// volume is a file system that a script has made and may mount.
type volume struct{ name string }

// slot is the slot of the SD card. The interpreter lock guards it.
type slot struct {
	out    bool // no card is in
	pin    int  // the pin that tells; -1 for none
	invert bool // it is high while a card is in
	fn     starlark.Callable
	tell   script.Teller
}

func slotOf(in *script.Interp) *slot {
	return script.Shared(in, func() *slot { return &slot{pin: -1, tell: script.Teller{In: in, Name: "the callback of the SD card"}} })
}

// show drives the pin that tells whether a card is in.
func (s *slot) show(in *script.Interp) {
	if s.pin < 0 {
		return
	}
	level := 0
	if s.out != s.invert {
		level = 1
	}
	machine.Board(in).Drive(s.pin, level)
}

// volumeClasses are the file systems beside the module's own (vendor's documentation, "uos - Basic
// System Services").
func volumeClasses() []*script.Class {
	card := func(c *script.Call) (any, error) {
		if slotOf(c.Interp).out {
			return nil, script.RaiseArgs("OSError", nil, noDevice)
		}
		return &volume{sdCard}, nil
	}
	return []*script.Class{
		{Name: "VfsFat", Doc: "The SD card, over SPI.", Init: script.Func{Params: "spi_port, spimode, spiclk, spics", Doc: "The card; OSError when none is in.", Call: card}},
		{Name: "VfsSd", Doc: "The SD card, over SDIO.", Consts: pins(), Methods: slotFuncs(),
			Init: script.Func{Params: "s='sd_fs'", Doc: "The card; OSError when none is in.", Call: card}},
		{Name: "VfsLfs1", Doc: "A NOR flash, over SPI.", Init: script.Func{Params: "readsize, progsize, lookahead, pname, spi_port, spi_clk", Doc: "The flash; pname is 'ext_fs', OSError otherwise.", Call: newNOR}},
		{Name: "VfsEmmc", Doc: "An eMMC.", Init: script.Func{Params: "reserved=None", Doc: "The eMMC.", Call: func(*script.Call) (any, error) { return &volume{emmc}, nil }}},
	}
}

func pins() []script.Const {
	var out []script.Const
	for n := 1; n <= 47; n++ {
		out = append(out, script.Const{Name: fmt.Sprintf("GPIO%d", n), Value: n, Doc: "A pin."})
	}
	return out
}

func newNOR(c *script.Call) (any, error) {
	var name string
	if err := c.Unpack(nil, nil, nil, &name); err != nil {
		return nil, err
	}
	if name != nor {
		return nil, script.RaiseArgs("OSError", nil, noDevice)
	}
	return &volume{nor}, nil
}

// slotFuncs are functions of the module and methods of VfsSd.
func slotFuncs() []script.Func {
	return []script.Func{
		{Name: "set_det", Params: "GPIOn, mode", Doc: "Sets the pin that tells of the SD card: with one in it is low (mode 0) or high (1); returns 0 or -1.", Call: setDetection},
		{Name: "set_callback", Params: "fun", Doc: "Has fun(state) called when the SD card comes (1) or goes (0); returns 0.", Call: func(c *script.Call) (any, error) {
			return quectel.OK, c.Unpack(&slotOf(c.Interp).fn)
		}},
	}
}

func setDetection(c *script.Call) (any, error) {
	var pin, mode int
	if err := c.Unpack(&pin, &mode); err != nil {
		return nil, err
	}
	if pin < 1 || pin > 47 || mode&^1 != 0 {
		return quectel.Failed, nil
	}
	s := slotOf(c.Interp)
	s.pin, s.invert = pin, mode == 1
	s.show(c.Interp)
	return quectel.OK, nil
}

func mountFuncs() []script.Func {
	return []script.Func{
		{Name: "mount", Params: "vfs_obj, path", Doc: "Has a file system's files appear at a path such as '/sd'.", Call: mount},
		{Name: "umount", Params: "path", Doc: "Ends that.", Call: on((*flash.FS).Unmount)},
	}
}

func mount(c *script.Call) (any, error) {
	var path string
	if err := c.Unpack(nil, &path); err != nil {
		return nil, err
	}
	o, ok := script.NativeOf(c.Args[0])
	if !ok {
		return nil, script.RaiseArgs("OSError", nil, noDevice)
	}
	v, ok := o.Self().(*volume)
	if !ok {
		return nil, script.RaiseArgs("OSError", nil, noDevice)
	}
	f, err := files(c)
	if err != nil {
		return nil, err
	}
	return nil, osError(f.Mount(v.name, path))
}

// controls are what a test puts the SD card in with, and takes it out.
func controls() []script.Func {
	return []script.Func{{Name: "sd_card", Params: "state", Doc: "Puts the SD card in (1) or takes it out (0); its files stay on it.", Call: func(c *script.Call) (any, error) {
		in := false
		if err := c.Unpack(&in); err != nil {
			return nil, err
		}
		s := slotOf(c.Interp)
		if s.out != in {
			return nil, nil
		}
		f, err := files(c)
		if err != nil {
			return nil, err
		}
		s.out = !in
		f.TakeOut(sdCard, s.out)
		s.show(c.Interp)
		state := 0
		if in {
			state = 1
		}
		s.tell.Tell(s.fn, state)
		return nil, nil
	}}}
}
