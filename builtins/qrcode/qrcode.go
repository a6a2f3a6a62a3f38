// Package qrcode is the script module qrcode: a QR code on the display.
//
//	import qrcode
//	qrcode.show("https://example.org", 2, 10, 10, 0xFFFF, 0x0000)
//
// The display is not simulated; what a code would say becomes the event "qrcode.show", so that a
// test can check it (vendor's documentation, "qrcode - QR Code Display").
package qrcode

import (
	"fmt"

	"quecstar/harness/event"
	"quecstar/harness/script"
)

// Shown is the kind of the event of a code; Payload is what it says.
const Shown event.Kind = "qrcode.show"

// The vendor's return codes.
const (
	shown        = 0
	notGenerated = -1
	notMagnified = -2
	notDisplayed = -3
)

// longest is what the largest code holds: version 40-L, bytes (ISO/IEC 18004, table 7).
const longest = 2953

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "qrcode", Simulated: true,
		Doc: "A QR code on the display.",
		Funcs: []script.Func{{Name: "show", Params: "qrcode_str, magnification, start_x, start_y, Background_color=0xFFFF, Foreground_color=0",
			Doc: "Shows a code; returns 0, -1 for a text that fits in no code, -2 for a magnification outside 1 to 6, -3 for a place that is negative.", Call: show}},
	}
}

func show(c *script.Call) (any, error) {
	var text string
	size, x, y, back, front := 0, 0, 0, 0xFFFF, 0
	if err := c.Unpack(&text, &size, &x, &y, &back, &front); err != nil {
		return nil, err
	}
	switch {
	case text == "" || len(text) > longest:
		return notGenerated, nil
	case size < 1 || size > 6:
		return notMagnified, nil
	case x < 0 || y < 0:
		return notDisplayed, nil
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: Shown, Payload: []byte(text),
		Text: fmt.Sprintf("at %d,%d, magnified %d times, %#04x on %#04x", x, y, size, front, back)})
	return shown, nil
}
