package net

import (
	"fmt"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// quarters is a time zone as modules print it: "+32" is eight hours ahead of UTC.
func quarters(seconds int) string { return fmt.Sprintf("%+03d", seconds/900) }

func cellFuncs() []script.Func {
	cellInfo := "Returns ([GSM cells], [UMTS cells], [LTE cells]), an LTE cell being (flag, cid, mcc, mnc, pci, tac, earfcn, rssi, rsrq, sinr); -1 on failure."
	return []script.Func{
		{Name: "getCellInfo", Doc: cellInfo, Call: getCellInfo},
		{Name: "currentCellInfo", Doc: "The same as getCellInfo.", Call: getCellInfo},
		{Name: "getCi", Doc: "Returns the ids of all cells, or -1.", Call: all(func(c device.Cell) int { return c.CID })},
		{Name: "getMcc", Doc: "Returns the country codes of all cells, or -1.", Call: all(func(c device.Cell) int { return c.MCC })},
		{Name: "getMnc", Doc: "Returns the network codes of all cells, or -1.", Call: all(func(c device.Cell) int { return c.MNC })},
		{Name: "getLac", Doc: "Returns the area codes of all cells, or -1.", Call: all(func(c device.Cell) int { return c.LAC })},
		{Name: "getServingCi", Doc: "Returns the serving cell's id, or -1.", Call: serving(func(c device.Cell) int { return c.CID })},
		{Name: "getServingMcc", Doc: "Returns the serving cell's country code, or -1.", Call: serving(func(c device.Cell) int { return c.MCC })},
		{Name: "getServingMnc", Doc: "Returns the serving cell's network code, or -1.", Call: serving(func(c device.Cell) int { return c.MNC })},
		{Name: "getServingLac", Doc: "Returns the serving cell's area code, or -1.", Call: serving(func(c device.Cell) int { return c.LAC })},
	}
}

func getCellInfo(c *script.Call) (any, error) {
	cells, err := quectel.Ask(c, device.Network.Cells)
	gsm, umts, lte := script.List{}, script.List{}, script.List{}
	for _, x := range cells {
		switch x.RAT {
		case device.GSM:
			gsm = append(gsm, script.Tuple{x.Kind, x.CID, x.MCC, x.MNC, x.LAC, x.ARFCN, x.Phys, x.RSSI})
		case device.UMTS:
			umts = append(umts, script.Tuple{x.Kind, x.CID, x.LCID, x.MCC, x.MNC, x.LAC, x.ARFCN, x.Phys, x.RSSI})
		default:
			lte = append(lte, script.Tuple{x.Kind, x.CID, x.MCC, x.MNC, x.Phys, x.LAC, x.ARFCN, x.RSSI, x.RSRQ, x.SINR})
		}
	}
	return quectel.Result(c, script.Tuple{gsm, umts, lte}, err)
}

// all makes a function that returns one value of every cell.
func all(field func(device.Cell) int) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		cells, err := quectel.Ask(c, device.Network.Cells)
		if err == nil && len(cells) == 0 {
			return quectel.Failed, nil
		}
		values := script.List{}
		for _, x := range cells {
			values = append(values, field(x))
		}
		return quectel.Result(c, values, err)
	}
}

// serving makes a function that returns one value of the serving cell.
func serving(field func(device.Cell) int) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		cells, err := quectel.Ask(c, device.Network.Cells)
		for _, x := range cells {
			if x.Kind == 0 {
				return field(x), nil
			}
		}
		return quectel.Result(c, quectel.Failed, err)
	}
}
