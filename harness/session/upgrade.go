package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"quecstar/harness/cloud"
	"quecstar/harness/flash"
	"quecstar/harness/pause"
)

// errUpgraded is why a run ends whose upgrades are made.
var errUpgraded = errors.New("the upgrades are made")

// upgrades are what the embedded IoTDA upgrades the device to, one after the other.
type upgrades struct {
	all []cloud.Package
	err error // why not all were made; read behind them
}

// readUpgrades reads the packages of the command line, and is an error where no device of the run could be offered
// them.
func (s *Session) readUpgrades() error {
	for _, text := range s.opts.Upgrades {
		p, err := readUpgrade(text)
		if err != nil {
			return fmt.Errorf("--upgrade %q: %w", text, err)
		}
		s.upgrades.all = append(s.upgrades.all, p)
	}
	if len(s.upgrades.all) == 0 {
		return nil
	}
	if err := s.hosts.reachable(); err != nil {
		return fmt.Errorf("--upgrade: %w", err)
	}
	return nil
}

// maxVersion is how long a version is (SDK, CreateOtaPackage).
const maxVersion = 256

// readUpgrade reads VERSION=FILE or KIND:VERSION=FILE.
func readUpgrade(text string) (cloud.Package, error) {
	p := cloud.Package{Kind: "software"}
	version, file, given := strings.Cut(text, "=")
	if kind, rest, ok := strings.Cut(version, ":"); ok {
		p.Kind, version = kind, rest
	}
	switch {
	case !given || version == "" || file == "" || len(version) > maxVersion:
		return p, fmt.Errorf("want VERSION=FILE, or firmware:VERSION=FILE, with a version of at most %d characters", maxVersion)
	case p.Kind != "software" && p.Kind != "firmware":
		return p, fmt.Errorf("%q is no kind of upgrade: software, the default, and firmware are", p.Kind)
	}
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return p, err
	case !info.Mode().IsRegular() || info.Size() == 0 || info.Size() > flash.Capacity:
		return p, fmt.Errorf("%s: a package is a file of 1 to %d bytes", file, flash.Capacity)
	}
	p.Version, p.Name = version, filepath.Base(file)
	p.Data, err = os.ReadFile(file)
	return p, err
}

// make has the device upgraded once it is active, and ends the run behind that.
func (u *upgrades) make(ctx context.Context, s *Session) {
	if len(u.all) == 0 {
		return
	}
	for _, p := range u.all {
		if err := s.hosts.upgrade(ctx, p); err != nil {
			u.err = fmt.Errorf("upgrade to %s %s: %w", p.Kind, p.Version, err)
			s.end(u.err)
			return
		}
		s.note("upgrade to %s %s: the device reports it", p.Kind, p.Version)
	}
	_ = pause.For(ctx, settle) // for what the script says of it
	s.end(errUpgraded)
}

// upgrade is one as a batch task of the platform.
func (h *hosts) upgrade(ctx context.Context, p cloud.Package) error {
	id, err := h.awaitDevice(ctx)
	if err != nil {
		return errors.New("not begun: the script ended before its device was active at the embedded IoTDA")
	}
	ctx, stop := h.heardOut(ctx, id)
	defer stop()
	t := h.iotda.AddTask(cloud.Task{Name: "upgrade to " + p.Version, Type: p.Kind + "Upgrade",
		Parts: []cloud.TaskPart{{Target: id}},
		Do:    func(ctx context.Context, id string) (string, error) { return h.iotda.Upgrade(ctx, id, p, nil) }})
	t, err = h.iotda.AwaitTask(ctx, "", t.ID, cloud.Task.Over)
	switch part := t.Parts[0]; {
	case err != nil:
		return errors.New("the script ended before the device reported that version")
	case part.Err != nil:
		return part.Err
	case part.Output == cloud.SameVersion:
		return fmt.Errorf("nothing was upgraded: %s", cloud.SameVersion)
	}
	return nil
}

// outcome is what a run ended with, by its script and by its upgrades.
func (u *upgrades) outcome(err error) error {
	switch {
	case errors.Is(err, errUpgraded):
		return nil
	case passed(err) && u.err != nil:
		return u.err
	}
	return err
}
