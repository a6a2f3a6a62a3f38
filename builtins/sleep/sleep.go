// Package sleep is what Starlark scripts sleep with: sleep(seconds), sleep_ms(ms), sleep_us(us).
package sleep

import (
	"time"

	"quecstar/harness/script"
)

// Module is the table of the three functions, which Starlark scripts have predeclared.
func Module() *script.Module {
	return &script.Module{
		Name: "sleep", Lang: script.Starlark, Flat: true,
		Doc: "Sleeping; callbacks run meanwhile.",
		Funcs: []script.Func{
			{Name: "sleep", Params: "seconds", Doc: "Sleeps for seconds, such as 0.5.", Call: in(time.Second)},
			{Name: "sleep_ms", Params: "ms", Doc: "Sleeps for milliseconds.", Call: in(time.Millisecond)},
			{Name: "sleep_us", Params: "us", Doc: "Sleeps for microseconds.", Call: in(time.Microsecond)},
		},
	}
}

func in(unit time.Duration) func(c *script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var n float64
		if err := c.Unpack(&n); err != nil {
			return nil, err
		}
		return nil, c.Sleep(script.Seconds(n * unit.Seconds()))
	}
}
