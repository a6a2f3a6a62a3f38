package at

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

// bauds are the speeds to look for a module at, the usual ones first.
var bauds = []int{115200, 9600, 921600, 460800, 230400, 57600, 38400, 19200, 4800}

// triesPerBaud is how often a module is asked at one speed: automatic detection on its side needs a
// few times (quectel.com, FAQ 9-1).
const triesPerBaud = 4

// begin finds the module and sets what the engine needs. It is for who has the turn.
func (d *Device) begin(ctx context.Context) error {
	if err := d.find(ctx); err != nil {
		return err
	}
	// Echoes cost time and are told apart anyhow: a module that refuses to be quiet is fine.
	if _, err := d.e.exchange(ctx, Command{Text: modes}); err != nil && d.e.Err() != nil {
		return fail(err)
	}
	if err := d.e.resync(ctx); err != nil {
		return fail(err)
	}
	if _, err := d.e.exchange(ctx, Command{Text: "AT+CMEE=1"}); err != nil && d.e.Err() != nil {
		return fail(err)
	}
	return nil
}

// find asks until the module answers: first for all that may have been left at the port's speed, then at
// other speeds.
func (d *Device) find(outer context.Context) error {
	ctx, cancel := context.WithTimeout(outer, d.opts.Patience)
	defer cancel()
	for ctx.Err() == nil {
		for _, a := range attempts {
			if found, err := d.tries(ctx, a); found || err != nil {
				return err
			}
		}
		for _, find := range []func(context.Context) (bool, error){d.fill, d.otherSpeeds} {
			if found, err := find(ctx); found || err != nil {
				return err
			}
		}
	}
	if outer.Err() != nil {
		return fmt.Errorf("%w: %w", context.Cause(outer), d.noModule())
	}
	return d.noModule()
}

// otherSpeeds asks at every speed but the first, and goes back to that.
func (d *Device) otherSpeeds(ctx context.Context) (bool, error) {
	if d.opts.SetBaud == nil {
		return false, nil
	}
	for i := range bauds {
		baud := bauds[(i+1)%len(bauds)]
		if err := d.opts.SetBaud(baud); err != nil {
			return false, fmt.Errorf("%s: %d baud: %w", d.opts.Name, baud, err)
		}
		if i == len(bauds)-1 {
			break
		}
		if found, err := d.tries(ctx, attempt{text: "AT", times: 2, wait: quiet}); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// noModule says what came in place of an answer.
func (d *Device) noModule() error {
	if wrong := d.e.diagnose(); wrong != "" {
		return fmt.Errorf("%w: %s: %s", device.ErrUnreachable, d.opts.Name, wrong)
	}
	d.e.mu.Lock()
	seen, last := d.e.seen, bytes.Clone(d.e.lastRaw)
	d.e.mu.Unlock()
	if seen == 0 {
		return fmt.Errorf("%w: %s: %w to AT within %v, not one byte: is the module switched on (PWRKEY), is it the right "+
			"port (quecstar ports lists them), is its speed another (AT+IPR)?",
			device.ErrUnreachable, d.opts.Name, device.ErrTimeout, d.opts.Patience)
	}
	return fmt.Errorf("%w: %s: %w to AT within %v; %d bytes came that are none, at last %q: is the speed right, is it "+
		"another interface of the module?",
		device.ErrUnreachable, d.opts.Name, device.ErrTimeout, d.opts.Patience, seen, tail(last, 60))
}

func tail(p []byte, n int) []byte { return p[max(0, len(p)-n):] }

// diagnose recognizes interfaces that are not for AT commands by what they say.
func (e *Engine) diagnose() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	text := string(e.lastRaw)
	switch {
	case strings.Contains(text, ">>> ") || strings.Contains(text, "raw REPL") || strings.Contains(text, "Traceback (most"):
		return "a Python prompt answers: this is the REPL interface; use --device repl:PORT, or another interface for AT"
	case strings.Contains(text, "%DBG"):
		return "a binary trace with %DBG comes: this is the debug interface; the AT interface is another (quecstar ports " +
			"lists them)"
	case strings.Contains(text, "$GNRMC") || strings.Contains(text, "$GPRMC") || strings.Contains(text, "$GPGSV"):
		return "NMEA sentences come: this is the GNSS interface; the AT interface is another (quecstar ports lists them)"
	}
	return ""
}

// wantURCs sees to it that URCs come to this port: a module sends them to one of its ports only, as
// its flash says (AT+QURCCFG), and a host on another sees OK and nothing more.
func (d *Device) wantURCs(ctx context.Context) error {
	d.mu.Lock()
	_, known := d.dialects["urcport"]
	d.dialects["urcport"] = "asked"
	d.mu.Unlock()
	if known {
		return nil
	}
	p, err := d.params(ctx, `AT+QURCCFG="urcport"`, "+QURCCFG: ")
	if err != nil {
		if d.e.Err() != nil {
			return err
		}
		return nil // firmware without the command has one port
	}
	now, want := p.Text(1), d.opts.URCPort
	if now == "all" || now == want || now == "" {
		return nil
	}
	for _, port := range []string{want, "all"} {
		if port == "" {
			continue
		}
		if err := d.doText(ctx, `AT+QURCCFG="urcport",%q`, port); err == nil {
			d.mu.Lock()
			d.restore = now
			d.mu.Unlock()
			return nil
		}
	}
	return nil
}

// listen turns URCs into what devices tell.
func (d *Device) listen() {
	d.e.Subscribe("+QMT", d.mqttURC)
	d.e.Subscribe("", d.restURC)
	d.e.Subscribe("+QIURC: ", d.socketURC)
	d.e.Subscribe("+C", d.networkURC)
	for _, line := range []string{"RDY", "APP RDY"} {
		d.e.Subscribe(line, func(URC) { d.restarted() })
	}
	d.e.Subscribe("+QSIMSTAT: ", func(u URC) { d.cardChanged(u.Params().Int(1, 2)) })
}

// restarted is that the module starts anew: what it had open is gone, and so are its settings. It
// runs where URCs are told; those behind it wait.
func (d *Device) restarted() {
	d.dropAll(fmt.Errorf("%w: the module restarted", device.ErrLost))
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	d.setAgain(ctx)
}

// setAgain sets what the device had set on the module, which a restart loses.
func (d *Device) setAgain(ctx context.Context) {
	d.mu.Lock()
	again := make([]string, 0, len(d.dialects))
	for text, what := range d.dialects {
		if what == "on" || what == "sent" {
			again = append(again, text)
		}
	}
	d.mu.Unlock()
	for _, text := range append([]string{modes, "AT+CMEE=1"}, again...) {
		if err := d.do(ctx, text); err != nil && d.e.Err() != nil {
			return // the port ended: who asks next is told
		}
	}
}

// networkURC takes +CREG, +CGREG, +CEREG, +CMTI.
func (d *Device) networkURC(u URC) {
	name, _, _ := atcmd.Cut(u.Line)
	switch name {
	case "+CREG", "+CGREG", "+CEREG":
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if reg, err := d.Registration(ctx); err == nil {
			d.onReg.Tell(reg)
		}
	case "+CMTI":
		p := u.Params()
		d.onSMS.Tell(device.SMSArrival{Storage: p.Text(0), Index: p.Int(1, 0)})
	}
}

func (d *Device) cardChanged(state int) {
	switch state {
	case 0:
		d.onSIM.Tell(device.SIMRemoved)
	case 1:
		d.onSIM.Tell(device.SIMInserted)
	}
}
