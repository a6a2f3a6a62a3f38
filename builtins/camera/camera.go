// Package camera is the script module camera: preview, reading codes and taking pictures.
//
//	import camera
//	scan = camera.CamDecoder(0, 1, 640, 480, 1, 240, 240)
//	scan.callback(lambda result: print(result))      # [0, 'text of the code']
//	scan.open()
//	scan.start()
//
// A test holds codes before the camera with camera_scan; a picture is an event, no file (vendor's
// documentation, "camera - Camera Scanning"). Methods return 0, or -1 on failure.
package camera

import (
	"fmt"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// Captured is the kind of the event of a picture; Text is its name and size.
const Captured event.Kind = "camera.capture"

// cameras are the open decoders of a run. The interpreter lock guards them.
type cameras struct {
	tell     script.Teller
	decoders []*unit
}

// unit is one object of the module.
type unit struct {
	all              *cameras
	open, on, paused bool
	callback         starlark.Callable
}

func shared(in *script.Interp) *cameras {
	return script.Shared(in, func() *cameras { return &cameras{tell: script.Teller{In: in, Name: "the camera callback"}} })
}

// Module returns the table of the module.
func Module() *script.Module {
	toggles := []script.Func{{Name: "open", Doc: "Switches the camera on.", Call: act(func(u *unit) bool { u.open = true; return true })},
		{Name: "close", Doc: "Switches the camera off.", Call: act(func(u *unit) bool { was := u.open; u.open, u.on = false, false; return was })}}
	callback := script.Func{Name: "callback", Params: "cb", Doc: "Has cb([result, text]) called; result is 0 on success.", Call: func(c *script.Call) (any, error) { return quectel.OK, c.Unpack(&c.Self.(*unit).callback) }}
	class := func(name, doc, params string, more ...script.Func) *script.Class {
		return &script.Class{Name: name, Doc: doc, Init: script.Func{Name: name, Params: params, Doc: "Takes the model, 0 or 1, and sizes in pixels.", Call: newUnit},
			Methods: append(append([]script.Func{}, toggles...), more...)}
	}
	return &script.Module{
		Name: "camera", Simulated: true,
		Controls: controls(),
		Doc:      "Preview, reading codes and taking pictures. Methods return 0, or -1 on failure.",
		Classes: []*script.Class{
			class("CamPreview", "Shows what the camera sees.", "model, cam_w, cam_h, lcd_w, lcd_h, perview_level"),
			class("CamDecoder", "Reads codes.", "model, decode_level, cam_w, cam_h, perview_level, lcd_w=0, lcd_h=0",
				callback,
				script.Func{Name: "start", Doc: "Begins to read codes.", Call: act(func(u *unit) bool { u.on = u.open; u.paused = false; return u.open })},
				script.Func{Name: "stop", Doc: "Ends that.", Call: act(func(u *unit) bool { was := u.on; u.on = false; return was })},
				script.Func{Name: "pause", Doc: "Reads none until resume.", Call: act(func(u *unit) bool { u.paused = u.on; return u.on })},
				script.Func{Name: "resume", Doc: "Reads them again.", Call: act(func(u *unit) bool { was := u.paused; u.paused = false; return was })}),
			class("CamCapture", "Takes pictures.", "model, cam_w, cam_h, perview_level, lcd_w=0, lcd_h=0", callback,
				script.Func{Name: "start", Params: "width, height, pic_name", Doc: "Takes a picture.", Call: capture}),
		},
	}
}

// newUnit keeps every object: an object that is no decoder never starts one.
func newUnit(c *script.Call) (any, error) {
	var model int
	if err := c.Unpack(append([]any{&model}, make([]any, len(c.Args)-1)...)...); err != nil {
		return nil, err
	}
	if model != 0 && model != 1 {
		return nil, script.Raise("ValueError", "model is %d; it must be 0 or 1", model)
	}
	u := &unit{all: shared(c.Interp)}
	u.all.decoders = append(u.all.decoders, u)
	return u, nil
}

func act(f func(u *unit) bool) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		if f(c.Self.(*unit)) {
			return quectel.OK, nil
		}
		return quectel.Failed, nil
	}
}

func capture(c *script.Call) (any, error) {
	var w, h int
	var name string
	if err := c.Unpack(&w, &h, &name); err != nil {
		return nil, err
	}
	u := c.Self.(*unit)
	if !u.open || w <= 0 || h <= 0 || name == "" {
		return quectel.Failed, nil
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: Captured, Text: fmt.Sprintf("%s.jpeg, %d by %d", name, w, h)})
	u.all.tell.Tell(u.callback, script.List{0, name})
	return quectel.OK, nil
}

// controls are what a test drives cameras with.
func controls() []script.Func {
	return []script.Func{{Name: "camera_scan", Params: "text", Doc: "Holds a code before the camera; returns how many decoders read it.", Call: scan}}
}

func scan(c *script.Call) (any, error) {
	var text string
	if err := c.Unpack(&text); err != nil {
		return nil, err
	}
	all, n := shared(c.Interp), 0
	for _, u := range all.decoders {
		if u.on && !u.paused {
			n++
			all.tell.Tell(u.callback, script.List{0, text})
		}
	}
	return n, nil
}
