// Package wifiscan is the script module wifiScan: the Wi-Fi stations that the module hears.
//
//	import wifiScan
//	wifiScan.control(1)
//	print(wifiScan.start())      # (2, [('34:CE:00:09:E5:A8', -30), ...])
//
// The device answers; a scan takes no time (vendor's documentation, "wifiScan - Wi-Fi Scan").
package wifiscan

import (
	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// state is what a script has set. The interpreter lock guards it.
type state struct {
	on                             bool
	timeout, round, most, priority int
	scanTimeout                    int // of older firmware, in seconds
	callback                       starlark.Callable
	tell                           script.Teller
}

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "wifiScan", Simulated: true,
		Controls: controls(),
		Doc:      "The Wi-Fi stations that the module hears. Functions return 0, or -1 on failure.",
		Funcs: []script.Func{
			{Name: "control", Params: "option", Doc: "Switches scanning on (1) or off (0); returns 0 or -1.", Call: control},
			{Name: "getState", Doc: "Returns whether scanning is on.", Call: func(c *script.Call) (any, error) { return c.State().(*state).on, nil }},
			{Name: "setCfgParam", Params: "timeout, round, maxNums, priority=0", Doc: "Sets the time in seconds (4 to 60), the rounds (1 to 3), the most stations (4 to 30), and what goes first: 0 the network, 1 the scan; returns 0 or -1.", Call: configure},
			{Name: "support", Doc: "Returns whether the module can scan: True.", Call: func(*script.Call) (any, error) { return true, nil }},
			{Name: "setConfig", Params: "timeout, round, max_bssid_num, scan_timeout, priority", Doc: "setCfgParam of firmware up to 2022, with the time of a single scan.", Call: configureOlder},
			{Name: "getConfig", Doc: "Returns (timeout, round, max_bssid_num, scan_timeout, priority).", Call: configuredOlder},
			{Name: "getCfgParam", Doc: "Returns (timeout, round, maxNums, priority).", Call: configured},
			{Name: "setCallback", Params: "fun", Doc: "Has fun((count, [(mac, rssi), …])) called after asyncStart; returns 0 or -1.", Call: setCallback},
			{Name: "asyncStart", Doc: "Scans, and calls the callback; returns 0, or -1 when scanning is off or there is no callback.", Call: asyncStart},
			{Name: "start", Doc: "Scans; returns (count, [(mac, rssi), …]), or -1 when scanning is off.", Call: start},
		},
		New: func(in *script.Interp) (any, error) {
			return &state{timeout: 5, round: 1, most: 10, scanTimeout: 5, tell: script.Teller{In: in, Name: "the Wi-Fi scan callback"}}, nil
		},
	}
}

func control(c *script.Call) (any, error) {
	var option int
	if err := c.Unpack(&option); err != nil {
		return nil, err
	}
	if option != 0 && option != 1 {
		return quectel.Failed, nil
	}
	c.State().(*state).on = option == 1
	return quectel.OK, nil
}

func configure(c *script.Call) (any, error) {
	var timeout, round, most, priority int
	if err := c.Unpack(&timeout, &round, &most, &priority); err != nil {
		return nil, err
	}
	if timeout < 4 || timeout > 60 || round < 1 || round > 3 || most < 4 || most > 30 || priority < 0 || priority > 1 {
		return quectel.Failed, nil
	}
	s := c.State().(*state)
	s.timeout, s.round, s.most, s.priority = timeout, round, most, priority
	return quectel.OK, nil
}

// configureOlder is setConfig of the vendor's wiki (QuecPythonClasslib, "wifiScan"), with the ranges of
// all families: some take the time in seconds, some in milliseconds.
func configureOlder(c *script.Call) (any, error) {
	var timeout, round, most, scan, priority int
	if err := c.Unpack(&timeout, &round, &most, &scan, &priority); err != nil {
		return nil, err
	}
	if timeout < 4 || timeout > 5000 || round < 1 || round > 10 || most < 1 || most > 30 || scan < 1 || scan > 255 || priority < 0 || priority > 1 {
		return quectel.Failed, nil
	}
	s := c.State().(*state)
	s.timeout, s.round, s.most, s.scanTimeout, s.priority = timeout, round, most, scan, priority
	return quectel.OK, nil
}

func configuredOlder(c *script.Call) (any, error) {
	s := c.State().(*state)
	return script.Tuple{s.timeout, s.round, s.most, s.scanTimeout, s.priority}, nil
}

func configured(c *script.Call) (any, error) {
	s := c.State().(*state)
	return script.Tuple{s.timeout, s.round, s.most, s.priority}, nil
}

func setCallback(c *script.Call) (any, error) {
	return quectel.OK, c.Unpack(&c.State().(*state).callback)
}

// scan returns what the script sees of a scan.
func (s *state) scan(c *script.Call) (script.Tuple, error) {
	heard, err := quectel.Ask(c, device.Location.WiFiScan)
	if err != nil {
		return nil, err
	}
	list := script.List{}
	for _, a := range heard[:min(len(heard), s.most)] {
		list = append(list, script.Tuple{a.MAC, a.RSSI})
	}
	return script.Tuple{len(list), list}, nil
}

func start(c *script.Call) (any, error) {
	s := c.State().(*state)
	if !s.on {
		return quectel.Failed, nil
	}
	found, err := s.scan(c)
	return quectel.Result(c, found, err)
}

func asyncStart(c *script.Call) (any, error) {
	s := c.State().(*state)
	if !s.on || s.callback == nil {
		return quectel.Failed, nil
	}
	found, err := s.scan(c)
	if err == nil {
		s.tell.Tell(s.callback, found)
	}
	return quectel.Result(c, quectel.OK, err)
}

// controls are what a test sets the stations with.
func controls() []script.Func {
	return []script.Func{{Name: "wifi_stations", Params: "stations", Doc: "Sets the stations that the module hears: a list of (mac, rssi).", Call: setStations}}
}

func setStations(c *script.Call) (any, error) {
	var list starlark.Value
	if err := c.Unpack(&list); err != nil {
		return nil, err
	}
	all, ok := list.(starlark.Iterable)
	if !ok {
		return nil, script.Raise("TypeError", "stations must be a list of (mac, rssi)")
	}
	var stations []device.AccessPoint
	it := all.Iterate()
	defer it.Done()
	for v := starlark.Value(nil); it.Next(&v); {
		a, ok := station(v)
		if !ok {
			return nil, script.Raise("ValueError", "station %s: want (mac, rssi)", object.Repr(v))
		}
		stations = append(stations, a)
	}
	d, err := quectel.Controlled[interface{ SetWiFiStations([]device.AccessPoint) }](c)
	if err != nil {
		return nil, err
	}
	d.SetWiFiStations(stations)
	return nil, nil
}

func station(v starlark.Value) (a device.AccessPoint, ok bool) {
	pair, ok := v.(starlark.Indexable)
	if !ok || pair.Len() != 2 {
		return a, false
	}
	mac, isText := object.AsString(pair.Index(0))
	rssi, isInt := object.AsInt(pair.Index(1))
	if !isText || !isInt {
		return a, false
	}
	n, err := starlark.AsInt32(rssi)
	return device.AccessPoint{MAC: mac, RSSI: n}, err == nil
}
