package session

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"

	"quecstar/harness/device/direct"
	"quecstar/harness/device/tape"
	"quecstar/harness/report"
)

// openTape plays a tape as the device.
func (s *Session) openTape(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	d, err := tape.Play(name, f, s.tapeOptions())
	if err != nil {
		return err
	}
	d.OnDifference(func(diff *tape.Difference) { s.end(diff) })
	s.device, s.tape = d, true
	if s.opts.Seed == 0 {
		s.seed = d.Seed()
	}
	surroundings, err := s.newDirect(nil)
	if err != nil {
		return errors.Join(err, d.Close())
	}
	s.controlled = behindTape{surroundings, d.Name()}
	s.hosts.identify(surroundings.Config().IMEI)
	s.closers = append(s.closers, surroundings)
	return nil
}

// behindTape takes what a script does to the surroundings of a device that is a tape: what came of it is on
// the tape.
// It does not know what the module did.
type behindTape struct {
	*direct.Device
	name string
}

// Name is that of the tape.
func (s behindTape) Name() string { return s.name }

// SentSMS and CurrentCall are not those of the device: nobody finds their answers here.
func (behindTape) SentSMS()     {}
func (behindTape) CurrentCall() {}

// record has the device write a tape.
func (s *Session) record() error {
	if s.opts.Record == "" {
		return nil
	}
	if s.opts.Remote {
		return fmt.Errorf("--record: a run on the module itself (--remote) has no calls to record; record it with --device repl:PORT alone")
	}
	f, err := s.create("--record", s.opts.Record)
	if err != nil {
		return err
	}
	o := s.tapeOptions()
	for s.seed == 0 {
		s.seed = rand.Uint64()
	}
	o.Seed = s.seed
	s.device = tape.Record(s.device, f, o)
	return nil
}

func (s *Session) tapeOptions() tape.Options {
	return tape.Options{Mask: report.NewMasker(s.bench.Secrets()).Text, Timing: s.opts.TapeTiming}
}
