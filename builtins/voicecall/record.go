package voicecall

import (
	"context"
	"os"
	"strings"
	"sync"
	"time"

	"go.starlark.net/starlark"

	"quecstar/builtins/audio"
	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/flash"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Recorded is the kind of the event that a recording of a call was written to a file.
const Recorded event.Kind = "call.record"

// The states of the callback of a recorded stream (vendor's documentation,
// voiceCall.startRecordStream).
const (
	streamStarted = 0
	streamData    = 1
	streamEnded   = 3
)

// packetTime is how much of a call a packet of a stream holds.
const packetTime = 500 * time.Millisecond

// order is what to record.
type order struct {
	amr  bool
	name string // "" for a stream
	fn   starlark.Callable
}

// recording is one that goes on, or waits for the call to be answered.
type recording struct {
	order
	began time.Time
	runs  bool
	given int // how many bytes of the stream were given
	timer *script.Thread
}

// recorder records calls.
type recorder struct {
	tell script.Teller

	mu     sync.Mutex // guards what follows
	files  *flash.FS
	auto   *order
	now    *recording
	stream []byte // what readRecordStream has not read
}

func recordFuncs() []script.Func {
	return []script.Func{
		{Name: "setAutoRecord", Params: "enable, recordType, recordMode, filename", Doc: "Has each call recorded into a file (1), or not (0): recordType 0 AMR, 1 WAV; recordMode 0 to 2.", Call: setAutoRecord},
		{Name: "startRecord", Params: "recordType, recordMode, filename", Doc: "Records the call into a file such as 'U:/a.amr', until it ends or stopRecord.", Call: startRecord},
		{Name: "stopRecord", Doc: "Ends the recording.", Call: stopRecord},
		{Name: "startRecordStream", Params: "recordType, recordMode, callbackFun", Doc: "Records the call; callbackFun((data, length, state)) hears of the start (0), of data (1) and of the end (3).", Call: startStream},
		{Name: "readRecordStream", Params: "readBuf, bufLen", Doc: "Fills a bytearray with what was recorded as a stream; returns how many bytes, or -1.", Call: readStream},
	}
}

// readOrder reads recordType and recordMode, which begin at an argument; ok is false when they are wrong.
func readOrder(c *script.Call, at int) (o order, ok bool, err error) {
	var kind, mode int
	err = c.Unpack(append(make([]any, at), &kind, &mode)...)
	return order{amr: kind == 0}, kind&^1 == 0 && mode >= 0 && mode <= 2, err
}

// fileName is a name as the script's tree has it.
func fileName(name string) string {
	if rest, ok := strings.CutPrefix(name, "U:/"); ok {
		return "/usr/" + rest
	}
	return name
}

// prepare has the module hear of calls, and gives the recorder the script's files.
func prepare(c *script.Call) (*recorder, error) {
	if _, err := quectel.Role[otherSide](c); err != nil {
		return nil, err
	}
	s := c.State().(*state)
	files, err := c.Interp.Files()
	if err != nil {
		return nil, script.Raise("OSError", "%w", err)
	}
	s.records.mu.Lock()
	s.records.files = files
	s.records.mu.Unlock()
	return &s.records, s.listen(c)
}

func setAutoRecord(c *script.Call) (any, error) {
	var enable int
	var name string
	if err := c.Unpack(&enable, nil, nil, &name); err != nil {
		return nil, err
	}
	o, ok, err := readOrder(c, 1)
	if err != nil || !ok || enable&^1 != 0 || name == "" {
		return quectel.Failed, err
	}
	r, err := prepare(c)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.auto = nil; enable == 1 {
		o.name = fileName(name)
		r.auto = &o
	}
	return quectel.OK, nil
}

func startRecord(c *script.Call) (any, error) {
	var name string
	if err := c.Unpack(nil, nil, &name); err != nil {
		return nil, err
	}
	o, ok, err := readOrder(c, 0)
	if err != nil || !ok || name == "" {
		return quectel.Failed, err
	}
	o.name = fileName(name)
	return begin(c, o)
}

func startStream(c *script.Call) (any, error) {
	o, ok, err := readOrder(c, 0)
	if err != nil || !ok {
		return quectel.Failed, err
	}
	if err := c.Unpack(nil, nil, &o.fn); err != nil {
		return nil, err
	}
	return begin(c, o)
}

// begin records the call that there is, once it is answered.
func begin(c *script.Call, o order) (any, error) {
	r, err := prepare(c)
	if err != nil {
		return nil, err
	}
	var call device.Call
	there, err := quectel.Ask(c, func(p device.Calls, ctx context.Context) (ok bool, err error) {
		call, ok, err = p.CurrentCall(ctx)
		return ok, err
	})
	if err != nil {
		return quectel.Result(c, quectel.OK, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !there || r.now != nil {
		return quectel.Failed, nil
	}
	r.now = &recording{order: o}
	if call.State == device.CallActive {
		r.run(c.Interp)
	}
	return quectel.OK, nil
}

// changed follows the call. The device calls it.
func (r *recorder) changed(in *script.Interp, call device.Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch call.State {
	case device.CallActive:
		if r.now == nil && r.auto != nil {
			r.now = &recording{order: *r.auto}
		}
		if r.now != nil && !r.now.runs {
			r.run(in)
		}
	case device.CallReleased:
		r.end(in)
	}
}

// run begins to record. The caller holds mu.
func (r *recorder) run(in *script.Interp) {
	n := r.now
	n.runs, n.began = true, in.Clock().Now()
	if n.name != "" {
		return
	}
	r.stream = nil
	header, _ := audio.Silence(n.amr, 0)
	r.tell.Tell(n.fn, script.Tuple{[]byte{}, 0, streamStarted})
	r.give(header)
	r.pace(in, n)
}

// pace gives packets of a stream until it ends. The caller holds mu.
func (r *recorder) pace(in *script.Interp, n *recording) {
	var err error
	n.timer, err = in.Go("the recording of the call", true, func(t *script.Thread) error {
		for {
			if err := t.Block(func(ctx context.Context) error { return in.Clock().Sleep(ctx, packetTime) }); err != nil {
				return err
			}
			r.mu.Lock()
			r.more(in)
			r.mu.Unlock()
		}
	})
	if err != nil {
		in.Emit(event.Event{Layer: event.Builtin, Kind: event.Failure, Text: "voiceCall: " + err.Error()})
	}
}

// give gives the script a packet of a stream. The caller holds mu.
func (r *recorder) give(packet []byte) {
	if len(packet) == 0 {
		return
	}
	r.stream = append(r.stream, packet...)
	r.tell.Tell(r.now.fn, script.Tuple{packet, len(packet), streamData})
}

// more gives what was recorded since the last packet. The caller holds mu.
func (r *recorder) more(in *script.Interp) {
	if r.now == nil {
		return
	}
	_, body := audio.Silence(r.now.amr, in.Clock().Now().Sub(r.now.began))
	r.give(body[min(r.now.given, len(body)):])
	r.now.given = len(body)
}

// end ends the recording; false when there is none. The caller holds mu.
func (r *recorder) end(in *script.Interp) bool {
	n := r.now
	if n == nil {
		return false
	}
	switch {
	case !n.runs:
	case n.name == "":
		r.more(in)
		r.tell.Tell(n.fn, script.Tuple{[]byte{}, 0, streamEnded})
	default:
		r.write(in, n)
	}
	if n.timer != nil {
		n.timer.End()
	}
	r.now = nil
	return true
}

// write writes the file of a recording; the script does not hear of a failure, so an event tells.
func (r *recorder) write(in *script.Interp, n *recording) {
	header, body := audio.Silence(n.amr, in.Clock().Now().Sub(n.began))
	f, err := r.files.Open(n.name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY)
	if err == nil {
		if _, err = f.Write(append(header, body...)); err == nil {
			err = f.Close()
		} else {
			_ = f.Close() // the first error tells
		}
	}
	if err != nil {
		in.Emit(event.Event{Layer: event.Builtin, Kind: event.Failure, Text: "voiceCall cannot write the recording: " + err.Error()})
		return
	}
	in.Emit(event.Event{Layer: event.Builtin, Kind: Recorded, Text: n.name})
}

func stopRecord(c *script.Call) (any, error) {
	r := &c.State().(*state).records
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.end(c.Interp) {
		return quectel.Failed, nil
	}
	return quectel.OK, nil
}

func readStream(c *script.Call) (any, error) {
	var buf starlark.Value
	var n int
	if err := c.Unpack(&buf, &n); err != nil {
		return nil, err
	}
	memory, ok := object.AsBuffer(buf)
	r := &c.State().(*state).records
	r.mu.Lock()
	defer r.mu.Unlock()
	if !ok || n < 0 || n > len(memory) || r.stream == nil {
		return quectel.Failed, nil
	}
	n = copy(memory[:n], r.stream)
	r.stream = r.stream[n:]
	return n, nil
}
