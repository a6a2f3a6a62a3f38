package repl

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"quecstar/harness/device"
)

// TestHeardOut: lines that are piped to a prompt are done when it takes the raw mode behind them; a prompt that does
// not come back is an error, and what was said before it is not lost.
func TestHeardOut(t *testing.T) {
	for _, x := range []struct {
		name string
		back bool
	}{{"the prompt comes back", true}, {"the code reads on", false}} {
		t.Run(x.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // ten seconds of silence are virtual
				c := fake(t, Options{Name: "COM3"}, answer(func(p []byte) string {
					switch {
					case strings.Contains(string(p), "print"):
						return "hello\r\n"
					case strings.Contains(string(p), "\x01") && x.back:
						return rawBanner + "\r\n>"
					case strings.Contains(string(p), "\x02") && x.back:
						return "\r\nMicroPython\r\n>>> "
					}
					return ""
				}))
				lines := make(chan []byte, 1)
				lines <- []byte("print('hello')\r")
				close(lines)
				var said strings.Builder
				err := c.Passthrough(testContext(t), lines, true, func(b []byte) { said.Write(b) })
				switch {
				case x.back && err != nil:
					t.Error(err)
				case !x.back && (!errors.Is(err, ErrNoPrompt) || !errors.Is(err, device.ErrUnreachable) ||
					!strings.HasPrefix(err.Error(), "COM3: ")):
					t.Errorf("the error is %v", err)
				}
				if !strings.Contains(said.String(), "hello") {
					t.Errorf("it said %q", said.String())
				}
			})
		})
	}
}
