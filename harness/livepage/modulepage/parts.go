package modulepage

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"quecstar/builtins/machine"
	"quecstar/harness/board"
	"quecstar/harness/script"
)

// parts are what hangs on the module and is driven by the script at its prompt.
type parts struct {
	Display *display          `json:"display"`
	Keypad  *keypad           `json:"keypad"`
	PWM     map[string]string `json:"pwm"` // what each output that is on does, by its number
}

type display struct {
	Width      int  `json:"width"`
	Height     int  `json:"height"`
	On         bool `json:"on"`
	Brightness int  `json:"brightness"`
	// Changes is another number when the picture is another one.
	Changes int `json:"changes"`
}

type keypad struct {
	Rows int      `json:"rows"`
	Cols int      `json:"cols"`
	Down [][2]int `json:"down"`
}

// look is how long a look at the parts may take: a script may be in the way, and the page goes on with what it knew.
const look = 200 * time.Millisecond

// sight is what was last seen of the parts.
type sight struct {
	parts   parts
	panel   *board.Display
	panels  int  // how many there were
	looking bool // a look goes on
}

// lastPWM is the highest number of a pulse output.
const lastPWM = 5

// parts are what the parts are like, or were when they could last be looked at.
func (p *page) parts(ctx context.Context) parts {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sight.looking {
		return p.sight.parts
	}
	p.sight.looking = true
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, look)
	defer cancel()
	err := p.opts.Module.Parts(ctx, func(in *script.Interp, t *script.Thread) {
		of := machine.PartsOf(in)
		seen := partsOf(of)
		seen.PWM = outputs(in, t)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.saw(seen, &of.Display)
	})
	p.mu.Lock()
	if err == nil && p.sight.looking {
		p.saw(parts{}, nil) // there is no prompt
	}
	return p.sight.parts
}

// saw takes what was seen. The caller holds mu.
func (p *page) saw(seen parts, panel *board.Display) {
	if panel != p.sight.panel {
		p.sight.panels++
	}
	if seen.Display != nil {
		// A panel of a prompt that began again may have changed as often.
		seen.Display.Changes += p.sight.panels << 32
	}
	p.sight.parts, p.sight.panel, p.sight.looking = seen, panel, false
}

func partsOf(of *machine.Parts) parts {
	out := parts{}
	if _, ready := of.Display.Ready(); ready {
		s := of.Display.Screen()
		out.Display = &display{s.Width, s.Height, s.On, s.Brightness, of.Display.Changes()}
	}
	if rows, cols, down := of.Keypad.Keys(); rows > 0 {
		out.Keypad = &keypad{rows, cols, append([][2]int{}, down...)}
	}
	return out
}

// outputs are the pulse outputs that are on.
func outputs(in *script.Interp, t *script.Thread) map[string]string {
	out := map[string]string{}
	for n := range lastPWM + 1 {
		does, err := in.CallModule(t, script.ControlName, "pwm_output", []any{n}, nil)
		if text, on := does.(string); on && err == nil {
			out[strconv.Itoa(n)] = text
		}
	}
	return out
}

// display is the picture of the display as a data URL, which the page's policy allows.
func (p *page) display(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	panel := p.sight.panel
	p.mu.Unlock()
	if panel == nil {
		refuse(w, fmt.Errorf("no display is in use: the script must call LCD.lcd_init"))
		return
	}
	png, err := panel.PNG()
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "data:image/png;base64,"+base64.StdEncoding.EncodeToString(png))
}
