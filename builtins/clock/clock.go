// Package clock is the Starlark module time: the clock of the run, in seconds. Python scripts have
// utime, which counts as a module does.
package clock

import (
	"math"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/starlarkstruct"

	"quecstar/harness/script"
)

// Module is the table of time, which Starlark scripts have predeclared.
func Module() *script.Module {
	return &script.Module{
		Name: "time", Lang: script.Starlark,
		Doc: "The clock that the script lives in. All times are in seconds; sleep, sleep_ms and sleep_us wait.",
		New: func(in *script.Interp) (any, error) { return in.Told(), nil },
		Funcs: []script.Func{
			{Name: "now", Doc: "Seconds since 1970-01-01 UTC, a float.", Call: now},
			{Name: "monotonic", Doc: "Seconds since the module was first used, a float that never jumps when the clock is set.",
				Call: monotonic},
			{Name: "ticks", Doc: "Milliseconds since the module was first used, an int that never wraps.",
				Call: ticks},
			{Name: "date", Params: "seconds=None", Doc: "A time as a struct of year, month, day, hour, minute, second, weekday (Monday is 0) and yearday (from 1), in UTC.",
				Call: date},
			{Name: "text", Params: "seconds=None", Doc: "A time as '2026-01-31T12:00:00Z', in UTC.", Call: text},
		},
	}
}

func now(c *script.Call) (any, error) {
	t := c.Now()
	return float64(t.Unix()) + float64(t.Nanosecond())/1e9, nil
}

// since is how long the module is in use: a script that sets its clock does not change it.
func since(c *script.Call) time.Duration { return c.Told().Sub(c.State().(time.Time)) }

func monotonic(c *script.Call) (any, error) { return since(c).Seconds(), nil }

func ticks(c *script.Call) (any, error) { return since(c).Milliseconds(), nil }

// timeOf is the time that a call is about.
func timeOf(c *script.Call) (time.Time, error) {
	if !c.Given(0) {
		return c.Now().UTC(), nil
	}
	var secs float64
	if err := c.Unpack(&secs); err != nil {
		return time.Time{}, err
	}
	const most = 1 << 40
	whole, part := math.Modf(secs)
	if math.IsNaN(secs) || math.Abs(secs) > most {
		return time.Time{}, errYear
	}
	t := time.Unix(int64(whole), int64(part*1e9)).UTC()
	if t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, errYear
	}
	return t, nil
}

var errYear = script.Raise("ValueError", "the time is beyond the years 1 to 9999")

func text(c *script.Call) (any, error) {
	t, err := timeOf(c)
	if err != nil {
		return nil, err
	}
	return t.Format("2006-01-02T15:04:05Z"), nil
}

func date(c *script.Call) (any, error) {
	t, err := timeOf(c)
	if err != nil {
		return nil, err
	}
	out := starlark.StringDict{}
	for name, n := range map[string]int{"year": t.Year(), "month": int(t.Month()), "day": t.Day(), "hour": t.Hour(), "minute": t.Minute(),
		"second": t.Second(), "weekday": (int(t.Weekday()) + 6) % 7, "yearday": t.YearDay()} {
		out[name] = starlark.MakeInt(n)
	}
	return starlarkstruct.FromStringDict(starlarkstruct.Default, out), nil
}
