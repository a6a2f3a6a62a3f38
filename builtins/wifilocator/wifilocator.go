// Package wifilocator is the script module wifilocator: where Wi-Fi stations place the module.
//
//	from wifilocator import wifilocator
//	print(wifilocator("1234567890123456").getwifilocator())
//
// The device answers in place of the vendor's server; the token travels nowhere (vendor's
// documentation, "wifilocator - Wi-Fi Positioning").
package wifilocator

import (
	"errors"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// The vendor's return codes.
const (
	networkError = 1
	badToken     = 2
	noLocation   = 3
)

// tokenLength is how many characters the vendor's tokens have.
const tokenLength = 16

// locator is a wifilocator.
type locator struct{ tokenOK bool }

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "wifilocator", Simulated: true,
		Controls: controls(),
		Doc:      "Where Wi-Fi stations place the module.",
		Classes: []*script.Class{{
			Name: "wifilocator", Doc: "A locator.",
			Init: script.Func{Name: "wifilocator", Params: "token=None", Doc: "Takes a token of 16 characters.", Call: newLocator},
			Methods: []script.Func{{Name: "getwifilocator",
				Doc: "Returns (longitude, latitude, accuracy in metres), or 1 without a data connection, 2 for a token that has not 16 characters, 3 when no location is known.", Call: locate}},
		}},
	}
}

func newLocator(c *script.Call) (any, error) {
	var token string
	err := c.Unpack(&token)
	return &locator{tokenOK: len(token) == tokenLength}, err
}

func locate(c *script.Call) (any, error) {
	if !c.Self.(*locator).tokenOK {
		return badToken, nil
	}
	p, err := quectel.Ask(c, device.Location.WiFiPosition)
	if errors.Is(err, device.ErrUnreachable) {
		return networkError, nil
	}
	if err != nil {
		if _, err := quectel.Result(c, nil, err); err != nil {
			return nil, err
		}
		return noLocation, nil
	}
	return script.Tuple{p.Longitude, p.Latitude, p.Accuracy}, nil
}

// controls are what a test places the module with.
func controls() []script.Func {
	return []script.Func{{Name: "wifi_location", Params: "latitude=None, longitude=None, accuracy=50",
		Doc: "Sets where Wi-Fi stations place the module, in degrees and metres; without arguments nowhere.", Call: place}}
}

func place(c *script.Call) (any, error) {
	p := &device.Position{Accuracy: 50}
	if err := c.Unpack(&p.Latitude, &p.Longitude, &p.Accuracy); err != nil {
		return nil, err
	}
	if !c.Given(0) || !c.Given(1) {
		p = nil
	}
	d, err := quectel.Controlled[interface{ SetWiFiPosition(*device.Position) }](c)
	if err != nil {
		return nil, err
	}
	d.SetWiFiPosition(p)
	return nil, nil
}
