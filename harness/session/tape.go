package session

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"

	"quecstar/harness/device/direct"
	"quecstar/harness/device/tape"
	"quecstar/harness/report"
)

// openTape plays a tape as the device.
func openTape(_ context.Context, s *Session, t target) (out opened, err error) {
	f, err := os.Open(t.operand)
	if err != nil {
		return out, err
	}
	defer f.Close()
	d, err := tape.Play(t.operand, f, s.tapeOptions())
	if err != nil {
		return out, err
	}
	d.OnDifference(func(diff *tape.Difference) { s.end(diff) })
	if s.opts.Seed == 0 {
		s.seed = d.Seed()
	}
	host, err := s.newDirect(nil)
	if err != nil {
		return out, errors.Join(err, d.Close())
	}
	s.hosts.identify(host.Config().IMEI)
	s.closers = append(s.closers, host)
	return opened{device: d, controlled: behindTape{host, d.Name()}, tape: true}, nil
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
	return tape.Options{Mask: report.NewMasker(s.bench.Secrets()).Text, Timing: s.opts.TapeTiming, Events: s.Events.Emit}
}
