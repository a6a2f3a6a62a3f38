// Package utime is the script module utime, also called time: the clock, sleeping and ticks, as
// QuecPython documents them (python.quectel.com, API reference, utime).
//
// localtime and mktime use the tuple (year, month, mday, hour, minute, second, weekday, yearday)
// with Monday as 0. The time zone is set in whole hours from -12 to 12. ticks_ms, ticks_us and
// ticks_cpu wrap at 2**30, as MicroPython's do: compare them with ticks_diff.
package utime

import (
	"math"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// ticksPeriod is where ticks wrap.
const ticksPeriod = 1 << 30

// mostSecs is far beyond all dates that a module knows.
const mostSecs = 1 << 40

// state is the module's state in one interpreter.
type state struct {
	zone  int // hours east of UTC
	begin time.Time
}

// Module is the table of utime.
func Module() *script.Module {
	return &script.Module{
		Name: "utime", Aliases: []string{"time"}, Lang: script.Python,
		Doc: "Time, sleeping and ticks.",
		New: func(in *script.Interp) (any, error) { return &state{zone: 8, begin: in.Told()}, nil },
		Funcs: []script.Func{
			{Name: "time", Params: "/", Doc: "Seconds since 1970-01-01 UTC, an int.", Call: now},
			{Name: "localtime", Params: "secs=None, /", Doc: "The time, or secs, as a tuple of eight.", Call: localtime},
			{Name: "gmtime", Params: "secs=None, /", Doc: "The same in UTC.", Call: gmtime},
			{Name: "mktime", Params: "date, /", Doc: "The seconds of a tuple of localtime.", Call: mktime},
			{Name: "getTimeZone", Params: "/", Doc: "The time zone in hours.", Call: func(c *script.Call) (any, error) { return c.State().(*state).zone, nil }},
			{Name: "setTimeZone", Params: "offset, /", Doc: "Sets the time zone, -12 to 12 hours; 0, or -1 for another.", Call: setTimeZone},
			{Name: "time_ns", Params: "/", Doc: "Nanoseconds since 1970-01-01 UTC.", Call: func(c *script.Call) (any, error) {
				return c.Now().UnixNano(), nil
			}},
			{Name: "ticks_ms", Params: "/", Doc: "Milliseconds of a counter that wraps.", Call: ticks(time.Millisecond)},
			{Name: "ticks_us", Params: "/", Doc: "Microseconds of a counter that wraps.", Call: ticks(time.Microsecond)},
			{Name: "ticks_cpu", Params: "/", Doc: "The finest counter that wraps.", Call: ticks(time.Nanosecond)},
			{Name: "ticks_diff", Params: "ticks1, ticks2, /", Doc: "ticks1 - ticks2, across a wrap.", Call: ticksDiff},
			{Name: "ticks_add", Params: "ticks, delta, /", Doc: "ticks + delta, wrapped.", Call: ticksAdd},
			{Name: "sleep", Params: "seconds, /", Doc: "Sleeps for seconds.", Call: sleep},
			{Name: "sleep_ms", Params: "ms, /", Doc: "Sleeps for milliseconds.", Call: sleepFor(time.Millisecond)},
			{Name: "sleep_us", Params: "us, /", Doc: "Sleeps for microseconds.", Call: sleepFor(time.Microsecond)},
		},
	}
}

func now(c *script.Call) (any, error) { return c.Now().Unix(), nil }

func localtime(c *script.Call) (any, error) { return broken(c, c.State().(*state).zone) }

func gmtime(c *script.Call) (any, error) { return broken(c, 0) }

// broken is the time, or the first argument, as a tuple in a zone.
func broken(c *script.Call, zone int) (any, error) {
	var at time.Time
	if !c.Given(0) {
		at = c.Now()
	} else {
		var secs float64
		if err := c.Unpack(&secs); err != nil {
			return nil, err
		}
		if !(math.Abs(secs) < mostSecs) {
			return nil, script.Raise("OverflowError", "overflow converting long int to machine word")
		}
		at = time.Unix(int64(math.Floor(secs)), 0)
	}
	t := at.UTC().Add(time.Duration(zone) * time.Hour)
	return script.Tuple{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(),
		(int(t.Weekday()) + 6) % 7, t.YearDay()}, nil
}

func mktime(c *script.Call) (any, error) {
	n, err := dateOf(c.Args[0])
	if err != nil {
		return nil, err
	}
	zone := c.State().(*state).zone
	t := time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC)
	return t.Add(-time.Duration(zone) * time.Hour).Unix(), nil
}

// dateOf reads a tuple or list of eight ints; MicroPython takes a ninth.
func dateOf(v starlark.Value) ([]int, error) {
	seq, ok := object.Native(v).(starlark.Indexable)
	switch seq.(type) {
	case starlark.Tuple, *starlark.List:
	default:
		ok = false
	}
	if !ok {
		return nil, script.Raise("TypeError", "object '%s' isn't a tuple or list", object.TypeName(v))
	}
	if seq.Len() != 8 && seq.Len() != 9 {
		return nil, script.Raise("TypeError", "mktime needs a tuple of length 8 or 9")
	}
	out := make([]int, 6)
	for i := range out {
		n, err := object.ToInt(seq.Index(i))
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}

func setTimeZone(c *script.Call) (any, error) {
	var zone int
	if err := c.Unpack(&zone); err != nil {
		return nil, err
	}
	if zone < -12 || zone > 12 {
		return -1, nil
	}
	c.State().(*state).zone = zone
	return 0, nil
}

func ticks(unit time.Duration) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		since := c.Told().Sub(c.State().(*state).begin)
		return int64(since/unit) & (ticksPeriod - 1), nil
	}
}

func ticksDiff(c *script.Call) (any, error) {
	var a, b int64
	if err := c.Unpack(&a, &b); err != nil {
		return nil, err
	}
	return (a-b+ticksPeriod/2)&(ticksPeriod-1) - ticksPeriod/2, nil
}

func ticksAdd(c *script.Call) (any, error) {
	var a, b int64
	if err := c.Unpack(&a, &b); err != nil {
		return nil, err
	}
	if b <= -ticksPeriod/2 || b >= ticksPeriod/2 {
		return nil, script.Raise("OverflowError", "ticks interval overflow")
	}
	return (a + b) & (ticksPeriod - 1), nil
}

func sleep(c *script.Call) (any, error) {
	var n float64
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	return nil, c.Sleep(script.Seconds(n))
}

// sleepFor sleeps for a whole number of units.
func sleepFor(unit time.Duration) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var n int64
		if err := c.Unpack(&n); err != nil {
			return nil, err
		}
		return nil, c.Sleep(script.Seconds(float64(n) * unit.Seconds()))
	}
}
