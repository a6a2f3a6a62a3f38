package cloud

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"quecstar/harness/cloud/record"
)

// Package is a new software or firmware for a device.
type Package struct {
	// Kind is "software", "firmware" or "module", Version what the device must report behind the upgrade, and Name the
	// file's. Module is the module's name.
	Kind, Version, Name, Module string
	Data                        []byte
	// Sign is the SHA-256 that the device is told, in hex digits; "" is that of Data.
	Sign string
	// Token is the access token that the device is told; "" is the one by which PackageHost gives Data.
	Token string
	// Sources are the versions that it may be put upon; any where there are none. CustomInfo is passed on.
	Sources    []string
	CustomInfo string
	// Link is where the device fetches Data without a token (the events of _v2); "" is PackageHost, with one.
	Link string
}

// Progress is one report of a device about an upgrade.
type Progress struct {
	// Code is 0, or what went wrong (UpgradeErrors); Percent is 0 to 100.
	Code    int    `json:"result_code"`
	Percent int    `json:"progress"`
	Version string `json:"version"`
	Text    string `json:"description,omitempty"`
}

// UpgradeErrors are the result codes of upgrade_progress_report
// (https://support.huaweicloud.com/api-iothub/iot_06_v5_3031.html).
var UpgradeErrors = map[int]string{1: "the device is in use", 2: "poor signal", 3: "it has the newest version already",
	4: "low battery", 5: "no space", 6: "the download took too long", 7: "the package is not what was sent",
	8: "this kind of upgrade is not supported", 9: "low memory", 10: "the installation failed", 255: "internal error"}

// ErrUpgrade is that a device did not make an upgrade.
var ErrUpgrade = errors.New("the upgrade failed")

// PackageHost is who a device fetches packages from, by HTTPS.
const PackageHost = "iotda.cn-north-4.myhuaweicloud.com"

// PackagePath begins the path of a package; IoTDA's own is not documented, and is opaque to devices.
const PackagePath = "/iodm/dev/v2.0/upgradefile/packages/"

// How long the platform waits for an answer to version_query, and behind the upgrade's event for its end
// (Huawei's IoTDA user guide, "OTA Upgrade", iot_01_0047).
const (
	versionTime = 3 * time.Minute
	upgradeTime = 24 * time.Hour
)

// upgrade is one that is under way.
type upgrade struct {
	reports chan deviceEvent
}

// Upgrade has a device make an upgrade: it asks for the version, offers the package unless the device has it, and
// waits until the device reports that version. told, which may be nil, hears of the device's progress. The output is
// SameVersion where the device had it, and else "". Errors are ErrNoDevice, ErrOffline, ErrTimeout, ErrUpgrade and the
// context's.
func (c *Cloud) Upgrade(ctx context.Context, id string, p Package, told func(Progress)) (output string, err error) {
	u := &upgrade{reports: make(chan deviceEvent, 100)}
	if err := c.beginUpgrade(id, u); err != nil {
		return "", err
	}
	defer func() {
		c.mu.Lock()
		delete(c.upgrades, id)
		c.mu.Unlock()
	}()
	if err := c.SendEvent(id, "$ota", "version_query", map[string]any{}); err != nil {
		return "", err
	}
	now, err := u.version(ctx, p)
	switch {
	case err != nil:
		return "", err
	case now == p.Version:
		return SameVersion, nil
	case len(p.Sources) > 0 && !slices.Contains(p.Sources, now):
		return "", fmt.Errorf("%w: the package is for the versions %v, and the device has %s", ErrUpgrade, p.Sources, now)
	}
	token := c.newID()
	c.mu.Lock()
	c.packages[token] = p
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.packages, token)
		c.mu.Unlock()
	}()
	if p.Sign == "" {
		sum := sha256.Sum256(p.Data)
		p.Sign = hex.EncodeToString(sum[:])
	}
	if err := c.SendEvent(id, "$ota", p.event(), p.paras(token)); err != nil {
		return "", err
	}
	return "", u.end(ctx, p, told)
}

// SameVersion is what the platform says of a device that has the version of a package already (OTA questions,
// iot_faq_01001).
const SameVersion = "current version is the same as the target version"

// event is the type of the event that offers the package (iot_06_v5_3030.html).
func (p Package) event() string {
	if p.Link != "" {
		return p.Kind + "_upgrade_v2"
	}
	return p.Kind + "_upgrade"
}

func (p Package) paras(token string) map[string]any {
	out := map[string]any{"version": p.Version, "url": p.Link, "file_size": len(p.Data), "file_name": p.Name,
		"sign":    p.Sign,
		"expires": int(upgradeTime.Seconds())}
	if p.Link == "" {
		out["url"], out["access_token"] = "https://"+PackageHost+PackagePath+p.Name, cmp.Or(p.Token, token)
	}
	if p.Module != "" {
		out["module_name"] = p.Module // UNCONFIRMED, as is the event module_upgrade: the documents do not name them
	}
	if p.CustomInfo != "" {
		out["custom_info"] = p.CustomInfo
	}
	return out
}

func (c *Cloud) beginUpgrade(id string, u *upgrade) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	link, err := c.onlineLink(id)
	switch {
	case err != nil:
		return err
	case link.client == nil:
		return ErrOffline
	case c.upgrades[id] != nil:
		return fmt.Errorf("%w: Task Conflict: another one is under way", ErrUpgrade)
	}
	if c.upgrades == nil {
		c.upgrades, c.packages = map[string]*upgrade{}, map[string]Package{}
	}
	c.upgrades[id] = u
	return nil
}

// upgradeEvent passes on what a device tells of its upgrade.
func (c *Cloud) upgradeEvent(id, topic string, e deviceEvent) {
	c.mu.Lock()
	u := c.upgrades[id]
	c.mu.Unlock()
	if u == nil {
		return // of an upgrade that is over, or a version that nobody asked for
	}
	select {
	case u.reports <- e:
	default:
		c.warn(id, topic, "the device reports faster about its upgrade than anybody listens: a report is dropped")
	}
}

// next waits for a report.
func (u *upgrade) next(ctx context.Context, limit <-chan time.Time) (deviceEvent, error) {
	select {
	case e := <-u.reports:
		return e, nil
	case <-limit:
		return deviceEvent{}, ErrTimeout
	case <-ctx.Done():
		return deviceEvent{}, context.Cause(ctx)
	}
}

// version waits for the version that the device has.
func (u *upgrade) version(ctx context.Context, p Package) (string, error) {
	limit := time.NewTimer(versionTime)
	defer limit.Stop()
	for {
		e, err := u.next(ctx, limit.C)
		if err != nil {
			return "", fmt.Errorf("waiting for its version: %w", err)
		}
		if v, ok := versionOf(e, p); ok {
			return v, nil
		}
	}
}

// versionOf is the version that a version_report tells of what a package is for. A device without the module has the
// version "" of it. UNCONFIRMED: that modules are told as ShowDevice shows them.
func versionOf(e deviceEvent, p Package) (v string, ok bool) {
	if e.EventType != "version_report" {
		return "", false
	}
	if p.Kind == "module" {
		return modulesOf(e.Paras)[p.Module], true
	}
	v, ok = e.Paras[map[string]string{"software": "sw_version", "firmware": "fw_version"}[p.Kind]].(string)
	return v, ok
}

// modulesOf are the versions of modules that an event tells, by name.
func modulesOf(paras map[string]any) map[string]string {
	out := map[string]string{}
	for _, m := range record.Object(paras).Parts("modules") {
		if name := m.Text("module_name"); name != "" && len(out) < maxModules {
			out[name] = m.Text("module_version")
		}
	}
	return out
}

// maxModules is how many modules a device has (SDK, CreateOtaModule: 10 of a product).
const maxModules = 10

// end waits until the device has the version, or says that it will not.
func (u *upgrade) end(ctx context.Context, p Package, told func(Progress)) error {
	limit := time.NewTimer(upgradeTime)
	defer limit.Stop()
	for begun := false; ; {
		e, err := u.next(ctx, limit.C)
		if err != nil {
			return fmt.Errorf("waiting for the end of its upgrade: %w", err)
		}
		if v, ok := versionOf(e, p); ok {
			if v != p.Version && !begun {
				continue // told before it was asked, or twice
			}
			if v != p.Version {
				return fmt.Errorf("%w: the device has version %s behind it, not %s", ErrUpgrade, v, p.Version)
			}
			return nil
		}
		if e.EventType != "upgrade_progress_report" {
			continue
		}
		begun = true
		now := progressOf(e)
		if told != nil {
			told(now)
		}
		if now.Code != 0 {
			return fmt.Errorf("%w: code %d (%s): %s", ErrUpgrade, now.Code, UpgradeErrors[now.Code], now.Text)
		}
		if now.Percent == 100 && now.Version == p.Version {
			return nil
		}
	}
}

func progressOf(e deviceEvent) Progress {
	number := func(name string) int {
		n, _ := e.Paras[name].(json.Number)
		i, _ := n.Int64() // 0 for none
		return int(i)
	}
	text := func(name string) string { s, _ := e.Paras[name].(string); return s }
	return Progress{Code: number("result_code"), Percent: number("progress"), Version: text("version"),
		Text: text("description")}
}

// OpenPackage is the package that a device may fetch with a token, while its upgrade is under way.
func (c *Cloud) OpenPackage(token string) (Package, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.packages[token]
	return p, ok
}
