package gnss

import (
	"time"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// mover is a device whose place a test sets.
type mover interface {
	SetTrack([]device.TrackPoint) error
	SetNMEA(string) error
	SetNMEALog(string) error
}

// controls are what a test moves the module with.
func controls() []script.Func {
	return []script.Func{
		{Name: "gnss_fix", Params: "latitude, longitude, altitude=0, speed=0, course=0, satellites=8", Doc: "Puts the module at a place, in degrees, metres and km/h.", Call: setFix},
		{Name: "gnss_track", Params: "points", Doc: "Moves the module: points is a list of (seconds from now, latitude, longitude), each with altitude, speed and course behind it or not.", Call: setTrack},
		{Name: "gnss_nmea", Params: "text", Doc: "Has the receiver say these sentences; '' ends that.", Call: say(mover.SetNMEA)},
		{Name: "gnss_log", Params: "text", Doc: "Has the receiver say what a recording of one says, in the time that its sentences tell.", Call: say(mover.SetNMEALog)},
		{Name: "gnss_lost", Doc: "Takes the position away.", Call: lost},
	}
}

func setFix(c *script.Call) (any, error) {
	f := device.Fix{Satellites: 8}
	if err := c.Unpack(&f.Latitude, &f.Longitude, &f.Altitude, &f.Speed, &f.Course, &f.Satellites); err != nil {
		return nil, err
	}
	return move(c, []device.TrackPoint{{Fix: f}})
}

func lost(c *script.Call) (any, error) { return move(c, nil) }

func move(c *script.Call, points []device.TrackPoint) (any, error) {
	d, err := quectel.Controlled[mover](c)
	if err != nil {
		return nil, err
	}
	if err := d.SetNMEA(""); err != nil {
		return nil, script.Raise("ValueError", "%w", err)
	}
	if err := d.SetTrack(points); err != nil {
		return nil, script.Raise("ValueError", "%w", err)
	}
	return nil, nil
}

func say(set func(mover, string) error) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var text string
		if err := c.Unpack(&text); err != nil {
			return nil, err
		}
		d, err := quectel.Controlled[mover](c)
		if err != nil {
			return nil, err
		}
		if err := set(d, text); err != nil {
			return nil, script.Raise("ValueError", "%w", err)
		}
		return nil, nil
	}
}

func setTrack(c *script.Call) (any, error) {
	var list starlark.Value
	if err := c.Unpack(&list); err != nil {
		return nil, err
	}
	all, ok := list.(starlark.Iterable)
	if !ok {
		return nil, script.Raise("TypeError", "points must be a list")
	}
	var points []device.TrackPoint
	it := all.Iterate()
	defer it.Done()
	for v := starlark.Value(nil); it.Next(&v); {
		p, ok := point(v)
		if !ok {
			return nil, script.Raise("ValueError", "point %s: want 3 to 6 numbers", object.Repr(v))
		}
		points = append(points, p)
	}
	return move(c, points)
}

// point reads (seconds, latitude, longitude[, altitude[, speed[, course]]]).
func point(v starlark.Value) (p device.TrackPoint, ok bool) {
	list, ok := v.(starlark.Indexable)
	if !ok || list.Len() < 3 || list.Len() > 6 {
		return p, false
	}
	var seconds float64
	into := []*float64{&seconds, &p.Fix.Latitude, &p.Fix.Longitude, &p.Fix.Altitude, &p.Fix.Speed, &p.Fix.Course}
	for i := range list.Len() {
		x, ok := starlark.AsFloat(object.Native(list.Index(i)))
		if !ok {
			return p, false
		}
		*into[i] = x
	}
	p.After = time.Duration(seconds * float64(time.Second))
	return p, true
}
