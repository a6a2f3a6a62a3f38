// Package checknet is the script module checkNet: waiting until the module is online.
//
//	import checkNet
//	checkNet.CheckNetwork("MY_PROJECT", "1.0.0").poweron_print_once()
//	stage, state = checkNet.waitNetworkReady(30)
//	if (stage, state) == (3, 1):
//	    print("online")
//
// Stages, states and the printed lines are those of the vendor's documentation ("checkNet - Check
// Network") and published source (checkNet.py).
package checknet

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	wait := "Waits up to timeout seconds (1 to 3600) until the module is online; returns (3, 1) then, and else the stage that it hangs in (1 SIM card, 2 registration, 3 data connection) with its state."
	methods := []script.Func{
		{Name: "waitNetworkReady", Params: "timeout=60", Doc: wait, Call: waitReady},
		{Name: "wait_network_connected", Params: "timeout_s=60", Doc: wait, Call: waitReady},
	}
	return &script.Module{
		Name: "checkNet", Simulated: true,
		Doc:   "Waiting until the module is online.",
		Funcs: methods,
		Classes: []*script.Class{{
			Name:    "CheckNetwork",
			Doc:     "What a project prints when it starts, and waiting until the module is online.",
			Init:    script.Func{Name: "CheckNetwork", Params: "project_name, project_version", Doc: "Takes what poweron_print_once prints.", Call: newCheck},
			Methods: append([]script.Func{{Name: "poweron_print_once", Doc: "Prints project, firmware and SIM card.", Call: printOnce}}, methods...),
		}},
	}
}

// check is a CheckNetwork.
type check struct{ name, version string }

func newCheck(c *script.Call) (any, error) {
	var name, version starlark.Value
	if err := c.Unpack(&name, &version); err != nil {
		return nil, err
	}
	return &check{name: text(name), version: text(version)}, nil
}

// text is a value as print shows it.
func text(v starlark.Value) string {
	if s, ok := object.AsString(v); ok {
		return s
	}
	return object.Repr(v)
}

func printOnce(c *script.Call) (any, error) {
	firmware, err := quectel.Ask(c, device.Identity.Firmware)
	if err != nil {
		return quectel.Result(c, nil, err)
	}
	card, err := quectel.Ask(c, device.SIM.SIMStatus)
	if err != nil {
		return quectel.Result(c, nil, err)
	}
	k := c.Self.(*check)
	line := strings.Repeat("=", 50)
	_, err = io.WriteString(c.Interp.Stdout(), fmt.Sprintf("%s\nPROJECT_NAME     : %s\nPROJECT_VERSION  : %s\nFIRMWARE_VERSION : %s\nSIM_CARD_STATUS  : %d\n%s\n",
		line, k.name, k.version, firmware, card, line))
	return nil, err
}

// The stages of getting online.
const (
	stageSIM = 1 + iota
	stageRegistration
	stageData
)

// interval is how often the vendor's source looks again.
const interval = 100 * time.Millisecond

func waitReady(c *script.Call) (any, error) {
	timeout := 60.0
	if err := c.Unpack(&timeout); err != nil {
		return nil, err
	}
	if timeout < 1 || timeout > 3600 {
		return nil, script.Raise("OSError", "timeout is %v; it must be 1 to 3600 seconds", timeout)
	}
	clock := c.Interp.Clock()
	deadline := clock.Now().Add(time.Duration(timeout * float64(time.Second)))
	for {
		stage, state, ready, err := look(c)
		if err != nil {
			return quectel.Result(c, nil, err)
		}
		if ready || !clock.Now().Before(deadline) {
			return script.Tuple{stage, state}, nil
		}
		if err := c.Sleep(interval); err != nil {
			return nil, err
		}
	}
}

// look returns the stage that the module is in.
func look(c *script.Call) (stage, state int, ready bool, err error) {
	card, err := quectel.Ask(c, device.SIM.SIMStatus)
	if err != nil || card != device.SIMReady {
		return stageSIM, int(card), false, err
	}
	reg, err := quectel.Ask(c, device.Network.Registration)
	if err != nil || !reg.Data.State.Ready() {
		return stageRegistration, int(reg.Data.State), false, err
	}
	active, err := quectel.Ask(c, anyActive)
	if err != nil || !active {
		return stageData, 0, false, err
	}
	return stageData, 1, true, nil
}

// connections is how many data connections modules have.
const connections = 3

func anyActive(d device.DataCall, ctx context.Context) (bool, error) {
	for id := 1; id <= connections; id++ {
		info, err := d.PDPInfo(ctx, id)
		if err != nil {
			return false, err
		}
		if info.Active {
			return true, nil
		}
	}
	return false, nil
}
