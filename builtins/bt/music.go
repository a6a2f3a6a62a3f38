package bt

import (
	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// What a player does.
const noPlayback, playing, paused = 0, 1, 2

// loudest is the highest volume of a player.
const loudest = 11

// musicFuncs are the module as the loudspeaker of a phone, and its player's remote control. The phone
// connects.
func musicFuncs() []script.Func {
	remote := func(do func(d *device)) func(*script.Call) (any, error) {
		return change(func(r *radio) bool {
			if r.a2dp.peer == nil {
				return false
			}
			do(r.a2dp.peer)
			return true
		})
	}
	status := func(c *script.Call) (any, error) {
		if shared(c.Interp).a2dp.peer != nil {
			return linked, nil
		}
		return unlinked, nil
	}
	return []script.Func{
		{Name: "a2dpavrcpInit", Doc: "Takes music of a phone into use.", Call: change(func(r *radio) bool { return r.take(&r.a2dp) })},
		{Name: "a2dpavrcpRelease", Doc: "Ends that.", Call: change(func(r *radio) bool { was := r.a2dp.ready; r.a2dp = profile{}; return was })},
		{Name: "a2dpDisconnect", Params: "addr", Doc: "Ends the phone's connection.", Call: onDevice(func(r *radio) *profile { return &r.a2dp }, func(_ *script.Call, r *radio, _ *device) bool {
			r.a2dp.peer = nil
			return true
		})},
		{Name: "a2dpGetAddr", Doc: "Returns the phone's address, or -1.", Call: func(c *script.Call) (any, error) {
			if d := shared(c.Interp).a2dp.peer; d != nil {
				return byteArray(d.addr), nil
			}
			return quectel.Failed, nil
		}},
		{Name: "a2dpGetConnStatus", Doc: "Returns 2 while a phone is connected, else 0.", Call: status},
		{Name: "avrcpStart", Doc: "Has the phone play.", Call: remote(func(d *device) { d.play = playing })},
		{Name: "avrcpPause", Doc: "Has the phone stop.", Call: remote(func(d *device) { d.play = paused })},
		{Name: "avrcpPrev", Doc: "Has the phone play the track before.", Call: remote(func(d *device) { d.play, d.track = playing, max(d.track-1, 0) })},
		{Name: "avrcpNext", Doc: "Has the phone play the next track.", Call: remote(func(d *device) { d.play, d.track = playing, d.track+1 })},
		{Name: "avrcpSetVolume", Params: "vol", Doc: "Sets the phone's volume, 0 to 11.", Call: setVolume},
		{Name: "avrcpGetVolume", Doc: "Returns the phone's volume, or -1.", Call: ofPlayer(func(d *device) int { return d.volume })},
		{Name: "avrcpGetPlayStatus", Doc: "Returns what the phone does: 0 nothing, 1 plays, 2 pauses; -1 without one.", Call: ofPlayer(func(d *device) int { return d.play })},
		{Name: "avrcpGetConnStatus", Doc: "Returns 2 while a phone is connected, else 0.", Call: status},
	}
}

// linkMusic has a phone connect for music.
func (r *radio) linkMusic(d *device) {
	if r.a2dp.ready && r.a2dp.peer == nil {
		r.a2dp.peer, r.last = d, d
	}
}

func setVolume(c *script.Call) (any, error) {
	var volume int
	if err := c.Unpack(&volume); err != nil {
		return nil, err
	}
	d := shared(c.Interp).a2dp.peer
	if d == nil || volume < 0 || volume > loudest {
		return quectel.Failed, nil
	}
	d.volume = volume
	return quectel.OK, nil
}

// ofPlayer makes a function that returns something of the connected player, or -1.
func ofPlayer(get func(d *device) int) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		if d := shared(c.Interp).a2dp.peer; d != nil {
			return get(d), nil
		}
		return quectel.Failed, nil
	}
}
