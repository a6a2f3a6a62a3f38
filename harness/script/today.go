package script

import "time"

// Now is the time of day as the script's clock shows it: that of the run's clock until SetNow sets it
// otherwise. What measures time uses the run's clock.
func (in *Interp) Now() time.Time { return in.clock.Now().Add(time.Duration(in.ahead.Load())) }

// SetNow sets the script's clock, as setting a module's real-time clock does.
func (in *Interp) SetNow(t time.Time) { in.ahead.Store(int64(t.Sub(in.clock.Now()))) }
