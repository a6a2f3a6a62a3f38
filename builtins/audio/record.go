package audio

import (
	"bytes"
	"context"
	"encoding/binary"
	pathpkg "path"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/event"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// amrNB is the format that stream_start takes; its number is that of playStream.
const amrNB = 4

// The states of the recording callback.
const recordStarted, recordEnded = 0, 3

// tape is a Record. The interpreter lock guards it.
type tape struct {
	tell     script.Teller
	files    map[string][]byte
	now      string // the file that is recorded; "" for none
	began    time.Time
	timer    *script.Thread
	callback starlark.Callable
	own      string // the file of a Record that firmware of 2020 makes for one
	dtx      int
	stream   []byte
}

func recordClass() *script.Class {
	init := device()
	init.Name, init.Params, init.Call = "Record", "device=0, callback=None", newTape
	init.Doc = "A recorder. Firmware of 2020 takes the file's name and the callback, and leaves the name out in the methods."
	return &script.Class{Name: "Record", Doc: "Recording silence.", Init: init,
		Consts: []script.Const{{Name: "AMRNB", Value: amrNB, Doc: "The AMR format."}},
		Methods: append(quectel.RefusedFuncs("Keywords are not recognised.", "ovkws_set_callback(cb)", "ovkws_start(keyword, threshold)", "ovkws_stop"), []script.Func{
			{Name: "start", Params: "file_name, seconds=None, samplerate=None", Doc: "Records into a file that ends in .wav or .amr; returns 0, -3 while another is recorded, -6 for another format.", Call: startRecord},
			{Name: "stop", Doc: "Ends the recording; returns 0 or -1.", Call: stopRecord},
			{Name: "getFilePath", Params: "file_name=''", Doc: "Returns where the file is, -1 when there is none, -2 for no name.", Call: filePath},
			{Name: "getData", Params: "file_name, offset, size=None", Doc: "Returns bytes of the file, or -2 when there is none, -4 while it is recorded, -5 behind its end, -6 for more than 10 kB.", Call: getData},
			{Name: "getSize", Params: "file_name=''", Doc: "Returns the file's size, or -2 when there is none, -3 while it is recorded, -4 for no name.", Call: getSize},
			{Name: "Delete", Params: "file_name=''", Doc: "Deletes the file; returns 0, -1 when there is none, -2 while it is recorded.", Call: deleteFile},
			{Name: "exists", Params: "file_name=''", Doc: "Returns whether the file is there.", Call: exists},
			{Name: "isBusy", Doc: "Returns 1 while it records, else 0.", Call: isBusy},
			{Name: "end_callback", Params: "cb", Doc: "Has cb([path, length, state]) called when a recording begins (0) and ends (3); returns 0.", Call: func(c *script.Call) (any, error) { return quectel.OK, c.Unpack(&c.Self.(*tape).callback) }},
			{Name: "gain", Params: "code_gain, dsp_gain", Doc: "Sets the gains, 0 to 4 and -36 to 12; returns 0 or -1.", Call: gain},
			{Name: "amrEncDtx_enable", Params: "on_off=None", Doc: "Sets, or returns, whether AMR leaves silence out.", Call: dtx},
			{Name: "stream_start", Params: "format, samplerate, time", Doc: "Records into memory for a time in seconds; returns 0 or -1.", Call: startStream},
			{Name: "stream_stop", Doc: "Ends what stream_start began; returns 0.", Call: func(c *script.Call) (any, error) {
				c.Self.(*tape).stream = nil
				return quectel.OK, nil
			}},
			{Name: "stream_read", Params: "read_buf, len", Doc: "Fills a bytearray; returns how many bytes, or -1.", Call: readStream},
		}...)}
}

func newTape(c *script.Call) (any, error) {
	t := &tape{files: map[string][]byte{}, tell: script.Teller{In: c.Interp, Name: "the recording callback"}}
	if name, ok := object.AsString(c.Args[0]); ok {
		t.own = name
		return t, c.Unpack(nil, &t.callback)
	}
	return t, nil
}

// The headers of the two formats, in bytes; lengths in callbacks leave them out.
const wavHeader, amrHeader = 44, 6

// Silence is a recording of nothing, its header and what follows: AMR as NO_DATA frames of 20 ms (3GPP
// TS 26.101, table 1a; RFC 4867, section 5), WAV as 8000 samples a second of 16 bits.
func Silence(amr bool, d time.Duration) (header, body []byte) {
	if amr {
		return []byte("#!AMR\n"), bytes.Repeat([]byte{0x7c}, int(d/(20*time.Millisecond)))
	}
	n := uint32(d.Seconds()*8000) * 2
	b := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, n+wavHeader-8)...)
	b = append(b, "WAVEfmt "...)
	for _, v := range []uint32{16, 1<<16 | 1, 8000, 16000, 16<<16 | 2} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return binary.LittleEndian.AppendUint32(append(b, "data"...), n), make([]byte, n)
}

// silence is such a file, whose name says the format.
func silence(name string, d time.Duration) []byte {
	header, body := Silence(!isWAV(name), d)
	return append(header, body...)
}

// recordable reports whether a name is that of a format. Without an ending it is AMR (vendor's
// documentation, "audio.Record").
func recordable(name string) bool {
	switch strings.ToLower(pathpkg.Ext(name)) {
	case "", ".amr", ".wav":
		return name != ""
	}
	return false
}

// isWAV reports whether a recording is one of WAV, not of AMR.
func isWAV(name string) bool { return strings.EqualFold(pathpkg.Ext(name), ".wav") }

// longest bounds what a recording takes of the host's memory, as a module's flash does.
const longest = 600

func startRecord(c *script.Call) (any, error) {
	t := c.Self.(*tape)
	name, seconds := t.own, 0
	to := []any{&name, &seconds}
	if t.own != "" {
		to = to[1:]
	}
	if err := c.Unpack(to...); err != nil {
		return nil, err
	}
	switch {
	case t.now != "":
		return -3, nil
	case !recordable(name):
		return -6, nil
	case seconds <= 0 || seconds > longest:
		return -5, nil
	}
	timer, err := c.Interp.Go("the recording", false, func(th *script.Thread) error {
		if err := th.Block(func(ctx context.Context) error {
			return c.Interp.Clock().Sleep(ctx, time.Duration(seconds)*time.Second)
		}); err != nil {
			return err
		}
		t.finish(time.Duration(seconds) * time.Second)
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.now, t.began, t.timer = name, c.Interp.Clock().Now(), timer
	c.Emit(event.Event{Layer: event.Builtin, Kind: Recorded, Text: name})
	t.tell.Tell(t.callback, script.List{path(name), 0, recordStarted})
	return quectel.OK, nil
}

// path is where the vendor's modules keep recordings.
func path(name string) string {
	if strings.HasPrefix(name, "U:/") || strings.HasPrefix(name, "/") {
		return name
	}
	return "U:/" + name
}

// finish ends the recording that runs.
func (t *tape) finish(d time.Duration) {
	name := t.now
	data := silence(name, d)
	t.files[name], t.now, t.timer = data, "", nil
	header := wavHeader
	if !isWAV(name) {
		header = amrHeader
	}
	t.tell.Tell(t.callback, script.List{path(name), len(data) - header, recordEnded})
}

func stopRecord(c *script.Call) (any, error) {
	t := c.Self.(*tape)
	if t.now == "" {
		return quectel.Failed, nil
	}
	t.timer.End()
	t.finish(c.Interp.Clock().Now().Sub(t.began))
	return quectel.OK, nil
}

// file returns what the first argument names, or the recorder's own file.
func file(c *script.Call) (t *tape, name string, data []byte, err error) {
	if t = c.Self.(*tape); t.own != "" {
		return t, t.own, t.files[t.own], nil
	}
	if err = c.Unpack(append([]any{&name}, make([]any, len(c.Args)-1)...)...); err != nil {
		return nil, "", nil, err
	}
	return t, name, t.files[name], nil
}

func filePath(c *script.Call) (any, error) {
	_, name, data, err := file(c)
	switch {
	case err != nil:
		return nil, err
	case name == "":
		return -2, nil
	case data == nil:
		return -1, nil
	}
	return path(name), nil
}

func getData(c *script.Call) (any, error) {
	t, name, data, err := file(c)
	if err != nil {
		return nil, err
	}
	var offset, size int
	to := []any{nil, &offset, &size}
	if t.own != "" {
		to = to[1:]
	}
	if err := c.Unpack(to...); err != nil {
		return nil, err
	}
	switch {
	case name == t.now && name != "":
		return -4, nil
	case data == nil:
		return -2, nil
	case size > 10<<10:
		return -6, nil
	case offset < 0 || size < 0:
		return -3, nil
	case offset+size > len(data):
		return -5, nil
	}
	return object.NewBytearray(append([]byte(nil), data[offset:offset+size]...)), nil
}

func getSize(c *script.Call) (any, error) {
	t, name, data, err := file(c)
	switch {
	case err != nil:
		return nil, err
	case name == "":
		return -4, nil
	case name == t.now:
		return -3, nil
	case data == nil:
		return -2, nil
	}
	return len(data), nil
}

func deleteFile(c *script.Call) (any, error) {
	t, name, data, err := file(c)
	switch {
	case err != nil:
		return nil, err
	case name == t.now && name != "":
		return -2, nil
	case data == nil:
		return -1, nil
	}
	delete(t.files, name)
	return quectel.OK, nil
}

func exists(c *script.Call) (any, error) {
	_, _, data, err := file(c)
	return data != nil, err
}

func isBusy(c *script.Call) (any, error) {
	if c.Self.(*tape).now != "" {
		return 1, nil
	}
	return 0, nil
}

func gain(c *script.Call) (any, error) {
	var codec, digital int
	if err := c.Unpack(&codec, &digital); err != nil {
		return nil, err
	}
	if codec < 0 || codec > 4 || digital < -36 || digital > 12 {
		return quectel.Failed, nil
	}
	return quectel.OK, nil
}

func dtx(c *script.Call) (any, error) {
	t := c.Self.(*tape)
	if !c.Given(0) {
		return t.dtx, nil
	}
	var on int
	if err := c.Unpack(&on); err != nil {
		return nil, err
	}
	if on != 0 && on != 1 {
		return nil, script.Raise("ValueError", "on_off is %d; it must be 0 or 1", on)
	}
	t.dtx = on
	return nil, nil
}

func startStream(c *script.Call) (any, error) {
	var format, rate, seconds int
	if err := c.Unpack(&format, &rate, &seconds); err != nil {
		return nil, err
	}
	if format != amrNB || rate != 8000 && rate != 16000 || seconds <= 0 || seconds > longest {
		return quectel.Failed, nil
	}
	c.Self.(*tape).stream = silence(".amr", time.Duration(seconds)*time.Second)
	return quectel.OK, nil
}

func readStream(c *script.Call) (any, error) {
	var buf starlark.Value
	var n int
	if err := c.Unpack(&buf, &n); err != nil {
		return nil, err
	}
	memory, ok := object.AsBuffer(buf)
	if !ok || n < 0 || n > len(memory) {
		return quectel.Failed, nil
	}
	t := c.Self.(*tape)
	n = copy(memory[:n], t.stream)
	t.stream = t.stream[n:]
	return n, nil
}
