package qth

import (
	"strings"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// The kinds of component that an upgrade is for: the module, an MCU beside it (ql_iotCmdOTA.h) and
// the script.
const (
	kindModule = iota
	kindMCU
	kindApp
)

// The ids of values in messages about upgrades (ql_iotCmdOTA.h, QIOT_DPID_OTA_*).
const (
	idURL = iota + 1
	idSize
	idMD5
	idComponent
	idSource
	idTarget
	idKind
	idBattery
	idSpace
	idSignal
	idStatus    = 13
	idMessage   = 14
	idCRC       = 15
	idModuleVer = 25
	idMCUVer    = 26
	idPlans     = 28
)

// The steps of an upgrade that a device reports (ql_iotCmdOTA.h, QIOT_OTA_STATUS_*).
const (
	statusSubmitted  = 2
	statusRefused    = 3
	statusStarted    = 4
	statusFailedLoad = 6
	statusLoaded     = 8
	statusUpdating   = 9
	statusUpdated    = 11
	statusFailed     = 12
)

var statusNames = map[int]string{statusSubmitted: "SUBMITOTA", statusRefused: "REFUSEDOTA", statusStarted: "DOWNLOADSTART", 5: "DOWNLOADING",
	statusFailedLoad: "DOWNLOADERROR", statusLoaded: "DOWNLOADSUCCESS", statusUpdating: "UPDATING", statusUpdated: "UPDATESUCCESS", statusFailed: "UPDATEERROR"}

// plan is one upgrade that the platform wants.
type plan struct {
	kind                      int
	component, source, target string
	battery, space, signal    int
	url, md5, crc             string
	size                      int
}

// component is one that the script has named, by setMcuVer or setAppVer.
type component struct {
	name, version string
	kind          int
	info, result  starlark.Callable
	target        string // what an upgrade under way leads to
}

// update is what the device knows of upgrades.
type update struct {
	components []*component
	plans      []plan // issued and not answered yet
}

func (u *update) component(name string) *component {
	for _, k := range u.components {
		if k.name == name {
			return k
		}
	}
	return nil
}

// versions are those of the MCUs, as a device reports them: "MCU1:V1.1;MCU2:V2.1;".
func (u *update) versions() string {
	var b strings.Builder
	for _, k := range u.components {
		if k.kind == kindMCU {
			b.WriteString(k.name + ":" + k.version + ";")
		}
	}
	return b.String()
}

func setMCUVersion(c *script.Call) (any, error) {
	k := component{kind: kindMCU}
	if err := c.Unpack(&k.name, &k.version, &k.info, &k.result); err != nil {
		return nil, err
	}
	return nil, shared(c.Interp).set(c, k)
}

func setAppVersion(c *script.Call) (any, error) {
	k := component{kind: kindApp, name: appComponent}
	if err := c.Unpack(&k.version, &k.result); err != nil {
		return nil, err
	}
	return nil, shared(c.Interp).set(c, k)
}

// set takes a component's version, which ends an upgrade that is under way for it.
func (x *client) set(c *script.Call, k component) error {
	old := x.ota.component(k.name)
	if old == nil {
		x.ota.components = append(x.ota.components, &k)
		return nil
	}
	k.target = old.target
	*old = k
	return x.settle(c, old)
}

func (x *client) settle(c *script.Call, k *component) error {
	if k.target == "" {
		return nil
	}
	ok := k.version == k.target
	k.target = ""
	status := statusFailed
	if ok {
		status = statusUpdated
	}
	x.tell.Tell(k.result, k.name, ok)
	_, err := x.report(c, k.kind, k.name, status)
	return err
}

// report tells the platform of a step.
func (x *client) report(c *script.Call, kind int, name string, status int) (bool, error) {
	return x.sendNodes(c, packet{cmd: cmdOTAEvent}, 1, []node{{idStatus, int64(status)}, {idMessage, []byte(statusNames[status])},
		{idKind, int64(kind)}, {idComponent, []byte(name)}})
}

func reportStep(c *script.Call) (any, error) {
	var kind, status int
	if err := c.Unpack(&kind, nil, &status); err != nil {
		return nil, err
	}
	return shared(c.Interp).report(c, kind, plain(c.Args[1]), status)
}

func requestOTA(c *script.Call) (any, error) {
	x := shared(c.Interp)
	firmware, err := quectel.Ask(c, device.Identity.Firmware)
	if err != nil {
		return x.fail(c, err.Error()), c.Context().Err()
	}
	return x.sendNodes(c, packet{cmd: cmdOTARequest}, 1, []node{{idModuleVer, []byte(firmware)}, {idMCUVer, []byte(x.ota.versions())}})
}

// planNodes are plans on the wire.
func planNodes(plans []plan) []node {
	var list []node
	for _, p := range plans {
		list = append(list, node{value: []node{{idComponent, []byte(p.component)}, {idSource, []byte(p.source)}, {idTarget, []byte(p.target)},
			{idKind, int64(p.kind)}, {idBattery, int64(p.battery)}, {idSpace, int64(p.space)}, {idSignal, int64(p.signal)}}})
	}
	return []node{{idPlans, list}}
}

// readPlan reads a structure of a message about upgrades.
func readPlan(nodes []node) plan {
	var p plan
	texts := map[int]*string{idURL: &p.url, idMD5: &p.md5, idComponent: &p.component, idSource: &p.source, idTarget: &p.target, idCRC: &p.crc}
	numbers := map[int]*int{idSize: &p.size, idKind: &p.kind, idBattery: &p.battery, idSpace: &p.space, idSignal: &p.signal}
	for _, n := range nodes {
		switch v := n.value.(type) {
		case []byte:
			if dst := texts[n.id]; dst != nil {
				*dst = string(v)
			}
		case int64:
			if dst := numbers[n.id]; dst != nil {
				*dst = int(v)
			}
		}
	}
	return p
}

// notify shows the script the plans that came: tuples of the kind, the component, both versions, the
// battery in percent, the bytes of space and the signal that they need.
func (x *client) notify(nodes []node) {
	x.ota.plans = nil
	for _, n := range nodes {
		list, ok := n.value.([]node)
		if n.id != idPlans || !ok {
			continue
		}
		for _, entry := range list {
			if inner, ok := entry.value.([]node); ok {
				x.ota.plans = append(x.ota.plans, readPlan(inner))
			}
		}
	}
	shown := script.List{}
	for _, p := range x.ota.plans {
		shown = append(shown, script.Tuple{p.kind, p.component, p.source, p.target, p.battery, p.space, p.signal})
	}
	x.call("otaPlan", shown)
}

func actOTA(c *script.Call) (any, error) {
	var action int
	if err := c.Unpack(&action); err != nil {
		return nil, err
	}
	x := shared(c.Interp)
	plans := x.ota.plans
	switch {
	case action != 0 && action != 1:
		return x.fail(c, "an action is 0 (reject) or 1 (accept)"), nil
	case len(plans) == 0:
		return x.fail(c, "there is no plan to answer"), nil
	}
	x.ota.plans = nil
	status := statusSubmitted
	if action == 0 {
		status = statusRefused
	}
	for _, p := range plans {
		if ok, err := x.report(c, p.kind, p.component, status); err != nil || !ok {
			return ok, err
		}
	}
	return true, nil
}

// answerOTA sends the firmware of a plan that the device has accepted, and forgets a plan that is
// refused.
func (x *client) answerOTA(c *script.Call, payload []byte) error {
	nodes, err := decodeTTLV(payload)
	if err != nil {
		return err
	}
	status := 0
	for _, n := range nodes {
		if v, ok := n.value.(int64); ok && n.id == idStatus {
			status = int(v)
		}
	}
	name := readPlan(nodes).component
	for i, p := range x.platform.plans {
		if p.component != name || status != statusSubmitted && status != statusRefused {
			continue
		}
		x.platform.plans = append(x.platform.plans[:i:i], x.platform.plans[i+1:]...)
		if status == statusRefused {
			return nil
		}
		return x.deliverTTLV(c, cmdOTAFirmware, []node{{idURL, []byte(p.url)}, {idSize, int64(p.size)}, {idMD5, []byte(p.md5)},
			{idComponent, []byte(p.component)}, {idTarget, []byte(p.target)}, {idKind, int64(p.kind)}, {idCRC, []byte(p.crc)}})
	}
	return nil
}

// firmware does what came: an MCU's is the script's to fetch and to write; the module's and the
// script's are taken at once, as nothing is fetched.
func (x *client) firmware(c *script.Call, nodes []node) error {
	p := readPlan(nodes)
	if p.kind == kindMCU {
		k := x.ota.component(p.component)
		if k == nil {
			_, err := x.report(c, p.kind, p.component, statusFailed)
			return err
		}
		k.target = p.target
		x.tell.Tell(k.info, infoArgs(k.info, p)...)
		_, err := x.report(c, p.kind, p.component, statusStarted)
		return err
	}
	for _, status := range []int{statusStarted, statusLoaded, statusUpdating, statusUpdated} {
		if _, err := x.report(c, p.kind, p.component, status); err != nil {
			return err
		}
	}
	if k := x.ota.component(appComponent); p.kind == kindApp && k != nil {
		k.version = p.target
		x.tell.Tell(k.result, p.component, true)
		return nil
	}
	x.call("fotaResult", p.component, true)
	return nil
}

// infoArgs are what infoCB hears. The vendor's reference has five parameters; its later samples have
// the size of the file before the sums.
func infoArgs(fn starlark.Callable, p plan) []any {
	if n, ok := object.Arity(fn); ok && n == 6 {
		return []any{p.component, p.target, p.url, p.size, p.md5, p.crc}
	}
	return []any{p.component, p.target, p.url, p.md5, p.crc}
}
