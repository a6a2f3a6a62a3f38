// Package tape records the dialogue of a script with a device as text, and plays it back without the
// device.
//
// A tape has one line for each call with its result, and one for everything that the device said by
// itself, in order:
//
//	quecstar tape 1
//	call IMEI [] = "868604050000009"
//	call OpenMQTT [{"Host":"example.com",…}] = 1
//	& call m1.Subscribe ["a/#",1] = null
//	said m1 {"Topic":"a/b","Payload":"hello"}
//	call IMSI [] ! not-ready "IMSI: not ready: no SIM card"
//	wait 0.3
//	clock "main" 1764448028123456 +102 +0x7
//
// "&" marks a call that began while the one above was not done: such calls may come in another order.
// A wait of a tenth of a second or more has a line of its own, so that tapes of the same dialogue
// differ in little. A line "clock" has the times that a thread of the script was told there, which it is told
// again when the tape is played; "seed", at the beginning, what the script's random numbers began with.
//
// A tape may be edited by hand. In a call's arguments, and in a payload that is JSON, "*" stands for any
// value. A line "ignore event_time, id", anywhere, has the fields of these names compared in no call's
// arguments and in no payload that is JSON, however deep they lie.
//
// A last line "stopped" says that the script did not end there by itself: what it asks for behind it gets no answer.
//
// Secrets are masked when they are written, and compared masked. A last line without its end was cut off, as
// by a full disk: the tape is played up to there.
package tape

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/event"
)

//go:generate go run ./gen

// magic is the first line of a tape.
const magic = "quecstar tape 1"

// Stopped is the last line of a tape whose script was stopped.
const Stopped = "stopped"

// Options says how to record or play. The zero value is useful.
type Options struct {
	// Mask takes secrets out of a text; nil leaves it.
	Mask func(string) string
	// Timing has the tape say by itself what it says when it was said; otherwise it goes as fast as it can. When
	// calls are made is the script's affair.
	Timing bool
	// Events is told what a script does and gets over MQTT while a tape is played.
	Events event.Sink
	// Seed is what the script's random numbers begin with, noted on a tape that is recorded; 0 is not.
	Seed uint64
}

// Device records another device, or plays a tape. It has every role; what the recorded device did not
// have is an error on the tape, too.
type Device struct {
	name string
	opts Options

	in  device.Device // recorded; nil while playing
	rec *recorder
	pl  *player

	mu       sync.Mutex
	sessions int
}

// Record makes a device that does what in does and writes it to w. Closing it closes in.
func Record(in device.Device, w io.Writer, o Options) *Device {
	d := &Device{name: in.Name(), opts: o, in: in, rec: newRecorder(w)}
	if o.Seed != 0 {
		d.rec.put(fmt.Sprintf("seed %d\n", o.Seed))
	}
	return d
}

// Play makes a device of a tape; name is that of its file. The error is of class device.ErrConfig and
// says which line is no line of a tape.
func Play(name string, r io.Reader, o Options) (*Device, error) {
	p, err := newPlayer(name, r, o.Timing)
	if err != nil {
		return nil, err
	}
	return &Device{name: "tape:" + name, opts: o, pl: p}, nil
}

// Name is that of the recorded device, or "tape:" and the file.
func (d *Device) Name() string { return d.name }

// Seed is what the random numbers of the recorded script began with; 0 where the tape does not say.
func (d *Device) Seed() uint64 {
	if d.pl == nil {
		return d.opts.Seed
	}
	return d.pl.seed
}

// OnDifference has f called, once, when a script does something else than the tape has. It must be set
// before the device is used, and must not block.
func (d *Device) OnDifference(f func(*Difference)) {
	if d.pl != nil {
		d.pl.onDifference = f
	}
}

// Close ends the recorded device and the tape. Playing, it fails with a *Difference when the tape has
// calls left that the script did not make.
func (d *Device) Close() error {
	if d.rec != nil {
		return errors.Join(d.in.Close(), d.rec.close())
	}
	return d.pl.close()
}

// Difference is that a script did something else than the tape has.
type Difference struct {
	// File and Line are where on the tape; Line is 0 at its end.
	File string
	Line int
	// Want is what the tape has there, Got what the script did; "" is nothing.
	Want, Got string
	// Cut is that the tape was cut off in this line.
	Cut bool
}

// Error names the place and both.
func (e *Difference) Error() string {
	nothing := func(s string) string {
		if s == "" {
			return "nothing more"
		}
		return s
	}
	where := e.File
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	if e.Cut {
		return fmt.Sprintf("%s: the tape was cut off here: what is behind it was not recorded whole\n  got:      %s", where,
			nothing(e.Got))
	}
	return fmt.Sprintf("%s: the script differs from the tape\n  expected: %s\n  got:      %s", where, nothing(e.Want),
		nothing(e.Got))
}

// ask does one call: on the device, writing it down, or from the tape.
func ask[R, T any](d *Device, ctx context.Context, name string, f func(R) (T, error), args ...any) (T, error) {
	var v T
	text, err := d.arguments(args)
	if err != nil {
		return v, err
	}
	if d.pl != nil {
		result, err := d.pl.call(ctx, name, text)
		if err != nil || len(result) == 0 {
			return v, err
		}
		if err := json.Unmarshal(result, &v); err != nil {
			return v, fmt.Errorf("%w: tape: the result of %s: %w", device.ErrConfig, name, err)
		}
		return v, nil
	}
	done := d.rec.begin(name, text)
	role, err := device.As[R](d.in, "")
	if err == nil {
		v, err = f(role)
	}
	return v, done(d.encode(v), err, d.mask)
}

// do is ask for a call without a result.
func do[R any](d *Device, ctx context.Context, name string, f func(R) error, args ...any) error {
	_, err := ask(d, ctx, name, func(r R) (*struct{}, error) { return nil, f(r) }, args...)
	return err
}

func (d *Device) mask(s string) string {
	if d.opts.Mask == nil {
		return s
	}
	return d.opts.Mask(s)
}

// arguments writes the arguments of a call, masked.
func (d *Device) arguments(args []any) (string, error) {
	taped := make([]any, len(args))
	for i, v := range args {
		taped[i] = withoutPassword(v)
	}
	text, err := marshal(taped)
	if err != nil {
		return "", fmt.Errorf("tape: %w", err)
	}
	return d.mask(text), nil
}

func (d *Device) encode(v any) string {
	text, err := marshal(withoutPassword(v))
	if err != nil {
		return "null" // no result of a device is without a form in JSON
	}
	return d.mask(text)
}

// marshal writes JSON that people read: "<" stays "<".
func marshal(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// hear passes on what the device says by itself: f hears it from the device, or from the tape.
func hear[R, T any](d *Device, name string, on func(R, func(T)) func(), f func(T)) (stop func()) {
	if d.pl != nil {
		return d.pl.listen(name, func(text []byte) error {
			var v T
			if err := json.Unmarshal(text, &v); err != nil {
				return err
			}
			f(v)
			return nil
		})
	}
	role, err := device.As[R](d.in, "")
	if err != nil {
		return func() {} // a device that tells nothing
	}
	return on(role, func(v T) { d.rec.said(name, d.encode(v)); f(v) })
}

// hidden stands for a secret on a tape.
const hidden = "***"

// withoutPassword is a value as a tape has it: the password of a network is nobody's business.
func withoutPassword(v any) any {
	if p, ok := v.(device.PDP); ok && p.Password != "" {
		p.Password = hidden
		return p
	}
	return v
}

// matches compares the arguments of a call with those on the tape, where "*" stands for any value, but for
// the fields that are ignored.
func matches(want, got string, ignored []string) bool {
	if want == got {
		return true
	}
	var w, g any
	if json.Unmarshal([]byte(want), &w) != nil || json.Unmarshal([]byte(got), &g) != nil {
		return false
	}
	return like(w, g, ignored)
}

func like(want, got any, ignored []string) bool {
	switch w := want.(type) {
	case string:
		g, ok := got.(string)
		return w == "*" || ok && (w == g || likeJSON(w, g, ignored))
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for i := range w {
			if !like(w[i], g[i], ignored) {
				return false
			}
		}
		return true
	case map[string]any:
		g, ok := got.(map[string]any)
		return ok && likeFields(w, g, ignored) && likeFields(g, w,
			append(slices.Clone(ignored), slices.Collect(maps.Keys(w))...))
	}
	return reflect.DeepEqual(want, got)
}

// likeFields reports whether got has the fields of want.
func likeFields(want, got map[string]any, ignored []string) bool {
	for k, w := range want {
		if slices.Contains(ignored, k) {
			continue
		}
		if g, ok := got[k]; !ok || !like(w, g, ignored) {
			return false
		}
	}
	return true
}

// likeJSON compares payloads that are objects or arrays in JSON, where there is something in them that need
// not be the same.
func likeJSON(want, got string, ignored []string) bool {
	if len(ignored) == 0 && !strings.Contains(want, `"*"`) {
		return false
	}
	w, ok := jsonOf(want)
	g, also := jsonOf(got)
	return ok && also && like(w, g, ignored)
}

// jsonOf reads an object or an array, numbers as they are written.
func jsonOf(text string) (v any, ok bool) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if d.Decode(&v) != nil || d.More() {
		return nil, false
	}
	switch v.(type) {
	case map[string]any, []any:
		return v, true
	}
	return nil, false
}

// classes are the names of the classes of error on a tape.
var classes = []struct {
	name string
	err  error
}{
	{"gone", device.ErrGone}, {"refused", device.ErrRefused}, {"tls", device.ErrTLS},
	{"not-allowed", device.ErrNotAllowed}, {"not-ready", device.ErrNotReady},
	{"unsupported", device.ErrUnsupported}, {"config", device.ErrConfig}, {"timeout", device.ErrTimeout},
	{"lost", device.ErrLost},
	{"closed", device.ErrClosed}, {"eof", io.EOF}, {"cancelled", context.Canceled}, {"unreachable", device.ErrUnreachable},
}

// waitStep is the shortest wait that a tape notes.
const waitStep = 100 * time.Millisecond
