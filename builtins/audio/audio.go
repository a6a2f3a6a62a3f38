// Package audio is the script module audio: playing, speaking and recording on a simulated sound
// card.
//
//	import audio
//	tts = audio.TTS(0)
//	tts.setCallback(lambda event: print(event))     # 2 started, 4 finished
//	tts.play(1, 1, 2, "hello")
//
// A sound takes no time, unless a test holds it with audio_hold and ends it with audio_finish; what
// is played becomes an event. Files and speech share one queue: a sound of a higher priority ends one
// that may be interrupted, else it waits (vendor's documentation, "audio - Audio Playback"). What is
// recorded is silence.
package audio

import (
	"strconv"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "audio", Simulated: true,
		Controls: controls(),
		Doc:      "Playing, speaking and recording on a simulated sound card.",
		Classes:  []*script.Class{audioClass(), recordClass(), ttsClass()},
	}
}

// speaker is an Audio or a TTS. The interpreter lock guards it.
type speaker struct {
	*player
	kind                    string // "file" or "tts"
	started, stopped, ended int    // events of the callback; -1 for none
	volume, loudest, speed  int
	closed                  bool
	callback                starlark.Callable
}

func device() script.Func {
	return script.Func{Params: "device", Doc: "Takes the output: 0 earpiece, 1 headphone, 2 speaker."}
}

// newSpeaker makes the Init of a class.
func newSpeaker(proto speaker) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var out int
		if err := c.Unpack(&out); err != nil {
			return nil, err
		}
		if out < 0 || out > 2 {
			return nil, script.Raise("ValueError", "device is %d; it must be 0 to 2", out)
		}
		s := proto
		s.player = shared(c.Interp)
		return &s, nil
	}
}

func audioClass() *script.Class {
	init := device()
	init.Name, init.Call = "Audio", newSpeaker(speaker{kind: "file", started: 0, stopped: -1, ended: 7, volume: 7, loudest: 11})
	return &script.Class{Name: "Audio", Doc: "Playing files, streams and tones.", Init: init, Methods: append(append(common(), quectel.RefusedFuncs("A stream of the simulation cannot be moved in.",
		"StreamPause()", "StreamContinue()", "StreamSeek(position)", "StreamJump(position)", "setSpeakerpaCallback(cb)")...), []script.Func{
		{Name: "set_pa", Params: "gpio, num=2", Doc: "Sets the pin of an amplifier and the number of its pulses; returns 1, or 0 on failure.", Call: setPA},
		{Name: "play", Params: "priority, breakin, filename", Doc: "Plays a file; returns 0, 1 when it waits, -2 when the queue is full, -1 on failure.", Call: playFile},
		{Name: "getState", Doc: "Returns 0: the sound card is there.", Call: func(*script.Call) (any, error) { return quectel.OK, nil }},
		{Name: "playStream", Params: "format, buf", Doc: "Plays bytes: format 2 WAV, 3 MP3, 4 AMR; returns 0 or -1.", Call: playStream},
		{Name: "stopPlayStream", Doc: "Ends a stream; returns 0.", Call: func(c *script.Call) (any, error) { return quectel.OK, nil }},
		{Name: "aud_tone_play", Params: "tone, time", Doc: "Plays the tone of a key, 0 to 16, for milliseconds; returns 0 or -1.", Call: tone},
		{Name: "aud_tone_play_stop", Doc: "Ends a tone; returns 0.", Call: func(c *script.Call) (any, error) { return quectel.OK, nil }},
	}...)}
}

func ttsClass() *script.Class {
	init := device()
	init.Name, init.Call = "TTS", newSpeaker(speaker{kind: "tts", started: 2, stopped: 3, ended: 4, volume: 4, loudest: 9, speed: 4})
	return &script.Class{Name: "TTS", Doc: "Speaking.", Init: init, Methods: append(common(), []script.Func{
		{Name: "close", Doc: "Ends speaking for good; returns 0 or -1.", Call: closeTTS},
		{Name: "play", Params: "priority, breakin, mode, str", Doc: "Speaks; returns 0, 1 when it waits, -2 when the queue is full, -1 on failure.", Call: speak},
		{Name: "getSpeed", Doc: "Returns the speed, 0 to 9.", Call: func(c *script.Call) (any, error) { return c.Self.(*speaker).speed, nil }},
		{Name: "setSpeed", Params: "speed", Doc: "Sets the speed, 0 to 9; returns 0 or -1.", Call: setSpeed},
		{Name: "getState", Doc: "Returns 0 while nothing is spoken, else -1.", Call: speaking},
	}...)}
}

// common are the methods that both classes have.
func common() []script.Func {
	return []script.Func{
		{Name: "stop", Doc: "Ends what plays; returns 0 or -1.", Call: func(c *script.Call) (any, error) { return c.Self.(*speaker).stop(false), nil }},
		{Name: "stopAll", Doc: "Ends what plays and what waits; returns 0 or -1.", Call: func(c *script.Call) (any, error) { return c.Self.(*speaker).stop(true), nil }},
		{Name: "setCallback", Params: "cb", Doc: "Has cb(event) called when a sound begins and ends; returns 0.", Call: func(c *script.Call) (any, error) { return quectel.OK, c.Unpack(&c.Self.(*speaker).callback) }},
		{Name: "getVolume", Doc: "Returns the volume.", Call: func(c *script.Call) (any, error) { return c.Self.(*speaker).volume, nil }},
		{Name: "setVolume", Params: "vol", Doc: "Sets the volume, 0 to 11 of files, 0 to 9 of speech; returns 0 or -1.", Call: setVolume},
	}
}

func setVolume(c *script.Call) (any, error) {
	s := c.Self.(*speaker)
	return set(c, &s.volume, s.loudest)
}

func setSpeed(c *script.Call) (any, error) { return set(c, &c.Self.(*speaker).speed, 9) }

// set stores the one int of a call if it is 0 to most.
func set(c *script.Call, into *int, most int) (any, error) {
	var n int
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	if n < 0 || n > most {
		return quectel.Failed, nil
	}
	*into = n
	return quectel.OK, nil
}

func setPA(c *script.Call) (any, error) {
	pin, pulses := 0, 2
	if err := c.Unpack(&pin, &pulses); err != nil {
		return nil, err
	}
	if pin < 0 || pulses < 0 {
		return 0, nil
	}
	return 1, nil
}

func playFile(c *script.Call) (any, error) {
	s := sound{by: c.Self.(*speaker)}
	if err := c.Unpack(&s.priority, &s.breakin, &s.what); err != nil {
		return nil, err
	}
	return s.by.play(&s), nil
}

func speak(c *script.Call) (any, error) {
	s := sound{by: c.Self.(*speaker)}
	var mode int
	if err := c.Unpack(&s.priority, &s.breakin, &mode, &s.what); err != nil {
		return nil, err
	}
	return s.by.play(&s), nil
}

func playStream(c *script.Call) (any, error) {
	var format int
	var data []byte
	if err := c.Unpack(&format, &data); err != nil {
		return nil, err
	}
	if format < 2 || format > 4 || len(data) == 0 {
		return quectel.Failed, nil
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: Played, Text: "stream of format " + strconv.Itoa(format), Payload: append([]byte(nil), data...)})
	return quectel.OK, nil
}

func tone(c *script.Call) (any, error) {
	var key, ms int
	if err := c.Unpack(&key, &ms); err != nil {
		return nil, err
	}
	if key < 0 || key > 16 || ms < 0 {
		return quectel.Failed, nil
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: Played, Text: "tone " + strconv.Itoa(key)})
	return quectel.OK, nil
}

func closeTTS(c *script.Call) (any, error) {
	s := c.Self.(*speaker)
	if s.closed {
		return quectel.Failed, nil
	}
	s.stop(true)
	s.closed = true
	return quectel.OK, nil
}

func speaking(c *script.Call) (any, error) {
	s := c.Self.(*speaker)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now != nil && s.now.by.kind == s.kind {
		return quectel.Failed, nil
	}
	return quectel.OK, nil
}
