package qth

import (
	"context"
	"strings"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// Versions that the device reports of itself, those of the vendor's Python SDK.
const (
	sdkVersion      = "2.0.2"
	dataProtocol    = "1.10.0"
	connectProtocol = "3.5.0"
)

// infoReaders answer for the ids of module information (Ql_iotApi.h, QIOT_DPID_INFO_*).
var infoReaders = map[int]func(c *script.Call, x *client) (any, error){
	1: text(device.Identity.Model), 2: text(device.Identity.Firmware),
	3:  func(_ *script.Call, x *client) (any, error) { return []byte(x.ota.versions()), nil },
	4:  cell(func(k device.Cell) int { return k.CID }),
	5:  text(device.SIM.ICCID),
	6:  cell(func(k device.Cell) int { return k.MCC }),
	7:  cell(func(k device.Cell) int { return k.MNC }),
	8:  cell(func(k device.Cell) int { return k.LAC }),
	9:  text(device.SIM.PhoneNumber),
	10: text(device.SIM.IMSI),
	11: fixed(sdkVersion),
	12: fixed(strings.Join([]string{"AUTO", "LBS", "GGA"}, ",")),
	13: fixed(dataProtocol),
	14: fixed(connectProtocol),
}

// statusReaders answer for the ids of status (Ql_iotApi.h, QIOT_DPID_STATUS_*).
var statusReaders = map[int]func(c *script.Call, x *client) (any, error){
	2: func(c *script.Call, _ *client) (any, error) {
		mv, err := quectel.Ask(c, device.Power.Voltage)
		return float64(mv) / 1000, err
	},
	3: signal(func(s device.Signal) int { return s.LTERSSI }),
	4: func(c *script.Call, _ *client) (any, error) {
		f, err := c.Interp.Files()
		if err != nil {
			return nil, err
		}
		return f.Free(), nil
	},
	5: signal(func(s device.Signal) int { return s.RSRP }),
	6: signal(func(s device.Signal) int { return s.RSRQ }),
	7: signal(func(s device.Signal) int { return s.SINR }),
}

func fixed(s string) func(*script.Call, *client) (any, error) {
	return func(*script.Call, *client) (any, error) { return []byte(s), nil }
}

func text[T any](f func(T, context.Context) (string, error)) func(*script.Call, *client) (any, error) {
	return func(c *script.Call, _ *client) (any, error) {
		s, err := quectel.Ask(c, f)
		return []byte(s), err
	}
}

func cell(field func(device.Cell) int) func(*script.Call, *client) (any, error) {
	return func(c *script.Call, _ *client) (any, error) {
		cells, err := quectel.Ask(c, device.Network.Cells)
		if err != nil || len(cells) == 0 {
			return nil, err
		}
		return int64(field(cells[0])), nil
	}
}

func signal(field func(device.Signal) int) func(*script.Call, *client) (any, error) {
	return func(c *script.Call, _ *client) (any, error) {
		s, err := quectel.Ask(c, device.Network.Signal)
		return int64(field(s)), err
	}
}

// read answers for ids; what the module does not tell is left out, as the vendor's SDK does.
func (x *client) read(c *script.Call, cmd command, ids []int) []node {
	readers := infoReaders
	if cmd == cmdAckStatus || cmd == cmdSendStatus {
		readers = statusReaders
	}
	out := []node{}
	for _, id := range ids {
		reader := readers[id]
		if reader == nil {
			continue
		}
		v, err := reader(c, x)
		if err != nil {
			c.Emit(event.Event{Layer: event.Builtin, Kind: event.Note, Text: c.Name() + "() leaves out a value: " + err.Error()})
			continue
		}
		if v != nil {
			out = append(out, node{id: id, value: v})
		}
	}
	return out
}

// sendValues answers a question of the platform's.
func (x *client) sendValues(c *script.Call, cmd command, id uint16, ids []any) error {
	var list []int
	for _, v := range ids {
		list = append(list, v.(int))
	}
	_, err := x.sendNodes(c, packet{cmd: cmd, id: id}, 1, x.read(c, cmd, list))
	return err
}

// getValues makes getDevInfo and getDevStatus, which return a dict of ids and values.
func getValues(cmd command) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		ids, err := idsOf(c, 0)
		if err != nil {
			return nil, err
		}
		return dictOf(shared(c.Interp).read(c, cmd, ids)), nil
	}
}

// sendInfo makes the functions that report values, with the number of a question where there is one.
func sendInfo(cmd command) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		ids, err := idsOf(c, 0)
		if err != nil {
			return nil, err
		}
		p := packet{cmd: cmd}
		if len(c.Args) > 1 {
			id := 0
			if err := c.Unpack(nil, &id); err != nil {
				return nil, err
			}
			p.id = uint16(id)
		}
		x := shared(c.Interp)
		return x.sendNodes(c, p, 1, x.read(c, cmd, ids))
	}
}
