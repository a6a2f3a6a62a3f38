package sim

import (
	"context"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

func pinFuncs() []script.Func {
	return []script.Func{
		{Name: "enablePin", Params: "pin", Doc: "Has the card ask for its PIN; returns 0 or -1.", Call: withPIN(device.PIN.EnablePIN)},
		{Name: "disablePin", Params: "pin", Doc: "Has the card ask for its PIN no more; returns 0 or -1.", Call: withPIN(device.PIN.DisablePIN)},
		{Name: "verifyPin", Params: "pin", Doc: "Opens a card that waits for its PIN; returns 0 or -1. Three wrong ones lock it.", Call: withPIN(device.PIN.VerifyPIN)},
		{Name: "changePin", Params: "oldPin, newPin", Doc: "Sets another PIN; returns 0 or -1.", Call: withTwo(device.PIN.ChangePIN)},
		{Name: "unblockPin", Params: "puk, newPin", Doc: "Opens a locked card with its PUK and sets a PIN; returns 0 or -1. Ten wrong ones block it for good.", Call: withTwo(device.PIN.UnblockPIN)},
	}
}

func withPIN(f func(device.PIN, context.Context, string) error) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var pin string
		if err := c.Unpack(&pin); err != nil {
			return nil, err
		}
		return quectel.Do(c, func(p device.PIN, ctx context.Context) error { return f(p, ctx, pin) })
	}
}

func withTwo(f func(device.PIN, context.Context, string, string) error) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var first, second string
		if err := c.Unpack(&first, &second); err != nil {
			return nil, err
		}
		return quectel.Do(c, func(p device.PIN, ctx context.Context) error { return f(p, ctx, first, second) })
	}
}

func phonebookFuncs() []script.Func {
	return []script.Func{
		{Name: "readPhonebook", Params: "storage, start, end, username",
			Doc: "Returns (count, [(index, name, number), …]) of the entries from start to end, at most 21, or, with start 0, of those whose name begins with username; -1 on failure.", Call: readPhonebook},
		{Name: "writePhonebook", Params: "storage, index, username, number", Doc: "Writes one entry, index 1 to 500; returns 0 or -1.", Call: writePhonebook},
	}
}

func readPhonebook(c *script.Call) (any, error) {
	var storage, start, end int
	var name string
	if err := c.Unpack(&storage, &start, &end, &name); err != nil {
		return nil, err
	}
	if start < 0 || end < start || end-start > 20 || storage < 0 || storage > 15 || len(name) > 30 {
		return quectel.Failed, nil
	}
	entries, err := quectel.Ask(c, func(b device.Phonebook, ctx context.Context) ([]device.PhonebookEntry, error) {
		return b.ReadPhonebook(ctx, storage, start, end, name)
	})
	records := script.List{}
	for _, e := range entries {
		records = append(records, script.Tuple{e.Index, e.Name, e.Number})
	}
	return quectel.Result(c, script.Tuple{len(records), records}, err)
}

func writePhonebook(c *script.Call) (any, error) {
	var storage int
	var e device.PhonebookEntry
	if err := c.Unpack(&storage, &e.Index, &e.Name, &e.Number); err != nil {
		return nil, err
	}
	if len(e.Name) > 30 || len(e.Number) > 20 {
		return quectel.Failed, nil
	}
	return quectel.Do(c, func(b device.Phonebook, ctx context.Context) error { return b.WritePhonebook(ctx, storage, e) })
}
