// Package celllocator is the script module cellLocator: where the network's cells place the module.
//
//	import cellLocator
//	cellLocator.getLocation("www.queclocator.com", 80, "1234567890123456", 8, 1)
//
// The device answers in place of the vendor's server; the token travels nowhere (vendor's
// documentation, "cellLocator - Base Station Positioning").
package celllocator

import (
	"context"
	"errors"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// The vendor's return codes.
const (
	longServer   = 2
	badToken     = 3
	badTimeout   = 4
	notConnected = 5
	noLocation   = 6
)

// tokenLength is how many characters the vendor's tokens have.
const tokenLength = 16

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "cellLocator", Simulated: true,
		Controls: controls(),
		Doc:      "Where the network's cells place the module.",
		Funcs: []script.Func{{Name: "getLocation", Params: "serverAddr, port, token, timeout, profileIdx=None",
			Doc:  "Returns (longitude, latitude, accuracy in metres), or 2 for a server name over 255 bytes, 3 for a token that has not 16 characters, 4 for a timeout outside 1 to 300 seconds, 5 without a data connection, 6 when no location is known.",
			Call: getLocation}},
	}
}

func getLocation(c *script.Call) (any, error) {
	var server, token string
	var port, timeout, profile int
	if err := c.Unpack(&server, &port, &token, &timeout, &profile); err != nil {
		return nil, err
	}
	switch {
	case len(server) > 255:
		return longServer, nil
	case len(token) != tokenLength:
		return badToken, nil
	case timeout < 1 || timeout > 300:
		return badTimeout, nil
	}
	p, err := quectel.Ask(c, device.Location.CellPosition)
	if errors.Is(err, device.ErrUnreachable) {
		return notConnected, nil
	}
	if profile != 0 && err == nil {
		info, err := quectel.Ask(c, func(d device.DataCall, ctx context.Context) (device.PDPInfo, error) { return d.PDPInfo(ctx, profile) })
		if err != nil || !info.Active {
			return coded(c, notConnected, err)
		}
	}
	if err != nil {
		return coded(c, noLocation, err)
	}
	return script.Tuple{p.Longitude, p.Latitude, p.Accuracy}, nil
}

// coded is the vendor's code in place of a failure of the device; what ends the run is passed on.
func coded(c *script.Call, code int, err error) (any, error) {
	if _, err := quectel.Result(c, nil, err); err != nil {
		return nil, err
	}
	return code, nil
}

// controls are what a test places the module with.
func controls() []script.Func {
	return []script.Func{{Name: "cell_location", Params: "latitude=None, longitude=None, accuracy=100",
		Doc: "Sets where the network's cells place the module, in degrees and metres; without arguments nowhere.", Call: place}}
}

func place(c *script.Call) (any, error) {
	p := &device.Position{Accuracy: 100}
	if err := c.Unpack(&p.Latitude, &p.Longitude, &p.Accuracy); err != nil {
		return nil, err
	}
	if !c.Given(0) || !c.Given(1) {
		p = nil
	}
	d, err := quectel.Controlled[interface{ SetCellPosition(*device.Position) }](c)
	if err != nil {
		return nil, err
	}
	d.SetCellPosition(p)
	return nil, nil
}
