package audio

import (
	"sync"

	"quecstar/builtins/quectel"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// The kinds of event of the sound card; Payload is the file's name or the text that is spoken.
const (
	Played   event.Kind = "audio.play"
	Finished event.Kind = "audio.finished"
	Stopped  event.Kind = "audio.stop"
	Recorded event.Kind = "audio.record"
)

// The codes of play.
const (
	waits = 1
	full  = -2
)

// priorities is how many there are, and mostWaiting how many sounds of each may wait.
const priorities, mostWaiting = 5, 10

// sound is one that plays or waits.
type sound struct {
	by                *speaker
	priority, breakin int
	what              string
}

// player is the sound card of a run, which all objects share.
type player struct {
	in   *script.Interp
	tell script.Teller

	mu    sync.Mutex
	now   *sound
	queue [priorities][]*sound
	hold  bool // sounds end when a test says so
}

func shared(in *script.Interp) *player {
	return script.Shared(in, func() *player {
		return &player{in: in, tell: script.Teller{In: in, Name: "the audio callback"}}
	})
}

// play returns the vendor's code.
func (s *speaker) play(x *sound) int {
	if s.closed || x.what == "" || x.priority < 0 || x.priority >= priorities || x.breakin != 0 && x.breakin != 1 {
		return quectel.Failed
	}
	p := s.player
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now != nil && p.now.breakin == 1 && x.priority > p.now.priority {
		p.end(Stopped)
	}
	if p.now == nil {
		p.start(x)
		return quectel.OK
	}
	if len(p.queue[x.priority]) >= mostWaiting {
		return full
	}
	p.queue[x.priority] = append(p.queue[x.priority], x)
	return waits
}

// start plays a sound. The caller holds mu.
func (p *player) start(x *sound) {
	p.now = x
	p.emit(Played, x)
	p.callback(x, x.by.started)
	if !p.hold {
		p.tell.Do(func() { p.finish(x) })
	}
}

func (p *player) emit(kind event.Kind, x *sound) {
	p.in.Emit(event.Event{Layer: event.Builtin, Kind: kind, Text: x.by.kind, Payload: []byte(x.what)})
}

// callback tells the script, which may set another callback before it is told.
func (p *player) callback(x *sound, code int) {
	if code >= 0 {
		p.tell.Tell(x.by.callback, code)
	}
}

// end ends the sound that plays. The caller holds mu.
func (p *player) end(how event.Kind) {
	x := p.now
	p.now = nil
	p.emit(how, x)
	code := x.by.ended
	if how == Stopped {
		code = x.by.stopped
	}
	p.callback(x, code)
}

// finish ends a sound, if it still plays, and plays the next.
func (p *player) finish(x *sound) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now == nil || p.now != x {
		return
	}
	p.end(Finished)
	p.next()
}

// next plays the oldest of the highest priority. The caller holds mu.
func (p *player) next() {
	for i := priorities - 1; i >= 0; i-- {
		if q := p.queue[i]; len(q) > 0 {
			p.queue[i] = q[1:]
			p.start(q[0])
			return
		}
	}
}

// stop ends what plays, and what waits with it or not.
func (p *player) stop(all bool) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if all {
		p.queue = [priorities][]*sound{}
	}
	if p.now == nil {
		return quectel.OK
	}
	p.end(Stopped)
	p.next()
	return quectel.OK
}

// controls are what a test drives the sound card with.
func controls() []script.Func {
	return []script.Func{
		{Name: "audio_hold", Params: "on=True", Doc: "Has sounds last until audio_finish, or take no time again.", Call: hold},
		{Name: "audio_finish", Doc: "Ends the sound that plays, as when it is over; returns what it was, or None.", Call: finishNow},
		{Name: "audio_state", Reads: true, Doc: "Returns (what plays or None, [what waits, the next first]).", Call: playing},
	}
}

func hold(c *script.Call) (any, error) {
	on := true
	if err := c.Unpack(&on); err != nil {
		return nil, err
	}
	p := shared(c.Interp)
	p.mu.Lock()
	p.hold = on
	x := p.now
	p.mu.Unlock()
	if !on {
		p.finish(x)
	}
	return nil, nil
}

func finishNow(c *script.Call) (any, error) {
	p := shared(c.Interp)
	p.mu.Lock()
	x := p.now
	p.mu.Unlock()
	if x == nil {
		return nil, nil
	}
	p.finish(x)
	return x.what, nil
}

func playing(c *script.Call) (any, error) {
	p := shared(c.Interp)
	p.mu.Lock()
	defer p.mu.Unlock()
	waiting := script.List{}
	for i := priorities - 1; i >= 0; i-- {
		for _, x := range p.queue[i] {
			waiting = append(waiting, x.what)
		}
	}
	if p.now == nil {
		return script.Tuple{nil, waiting}, nil
	}
	return script.Tuple{p.now.what, waiting}, nil
}
