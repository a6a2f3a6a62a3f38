// Package sms is the script module sms: short messages.
//
//	import sms
//	sms.setCallback(lambda args: print(sms.searchTextMsg(args[1])))
//	sms.sendTextMsg("+8618226172342", "hello", "GSM")
//
// Functions return 0, or -1 on failure (vendor's documentation, "sms - SMS"). Which messages come is
// up to the device, or to a test's sms_arrives.
package sms

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "sms", Simulated: true,
		Controls: controls(),
		Doc:      "Short messages. Functions return 0, or -1 on failure.",
		Funcs: []script.Func{
			{Name: "sendTextMsg", Params: "phoneNumber, msg, codeMode", Doc: "Sends a text; codeMode is 'GSM' or 'UCS2'.", Call: send},
			{Name: "sendPduMsg", Params: "phoneNumber, msg, codeMode", Doc: "Sends a text; codeMode is 'GSM' or 'UCS2'.", Call: send},
			{Name: "deleteMsg", Params: "index, delmode=0", Doc: "Deletes a message, or all with delmode 4.", Call: remove},
			{Name: "setSaveLoc", Params: "mem1, mem2, mem3", Doc: "Sets where messages are read, written and received: 'SM' or 'ME'.", Call: setSaveLoc},
			{Name: "getSaveLoc", Doc: "Returns ([place, count, most] to read, the same to write, the same to receive), or -1.", Call: saveLoc},
			{Name: "getMsgNums", Doc: "Returns how many messages there are to read, or -1.", Call: count},
			{Name: "searchPduMsg", Params: "index", Doc: "Returns a message as a PDU in hexadecimal, or -1.", Call: searchPDU},
			{Name: "searchTextMsg", Params: "index", Doc: "Returns (number, text, length in bytes), or -1.", Call: searchText},
			{Name: "getPduLength", Params: "pduMsg", Doc: "Returns how many bytes a PDU has behind the service centre's number, or -1.", Call: pduLength},
			{Name: "decodePdu", Params: "pduMsg, pduLen", Doc: "Returns (number, text, time, length), or -1.", Call: decodePDU},
			{Name: "getCenterAddr", Doc: "Returns the number of the service centre, or -1.", Call: quectel.Get(device.SMS.SMSCenter)},
			{Name: "setCenterAddr", Params: "addr", Doc: "Sets the number of the service centre.", Call: setCenter},
			{Name: "setCallback", Params: "usrFun", Doc: "Has usrFun([SIM slot, index, place]) called when a message comes.", Call: setCallback},
		},
		New: func(*script.Interp) (any, error) { return &listener{}, nil },
	}
}

// mostGSM and mostUCS2 are how many bytes of a text in either coding EC600U and its like send as one long message.
const mostGSM, mostUCS2 = 640, 280

func send(c *script.Call) (any, error) {
	var number, text, mode string
	if err := c.Unpack(&number, &text, &mode); err != nil {
		return nil, err
	}
	// In capitals or not, and nothing else (QuecPython/microPython, ports/quectel/core/source/modsms.c).
	if mode = strings.ToUpper(mode); mode != "GSM" && mode != "UCS2" {
		return nil, script.Raise("ValueError", "invalid value, codemode can only be UCS2 or GSM.")
	}
	septets, plain := toSeptets(text)
	fits := mode == "GSM" && plain && len(septets) <= mostGSM || mode == "UCS2" && 2*utf8.RuneCountInString(text) <= mostUCS2
	if !fits {
		return quectel.Result(c, nil, fmt.Errorf("%w: a text of %d bytes as %q: want 'GSM' with its alphabet alone, or 'UCS2', and no more than one long message", device.ErrConfig, len(text), mode))
	}
	return quectel.Do(c, func(s device.SMS, ctx context.Context) error { return s.SendSMS(ctx, number, text, mode == "UCS2") })
}

// all is the vendor's delmode for every message.
const all = 4

func remove(c *script.Call) (any, error) {
	var index, mode int
	if err := c.Unpack(&index, &mode); err != nil {
		return nil, err
	}
	if mode != 0 && mode != all || mode == 0 && index < 0 {
		return quectel.Failed, nil
	}
	if mode == all {
		index = -1
	}
	return quectel.Do(c, func(s device.SMS, ctx context.Context) error { return s.DeleteSMS(ctx, index) })
}

func setSaveLoc(c *script.Call) (any, error) {
	var read, write, receive string
	if err := c.Unpack(&read, &write, &receive); err != nil {
		return nil, err
	}
	return quectel.Do(c, func(s device.SMS, ctx context.Context) error { return s.SetSMSStorages(ctx, read, write, receive) })
}

func saveLoc(c *script.Call) (any, error) {
	places, err := quectel.Ask(c, device.SMS.SMSStorages)
	var out script.Tuple
	for _, p := range places {
		out = append(out, script.List{p.Name, p.Used, p.Size})
	}
	return quectel.Result(c, out, err)
}

func count(c *script.Call) (any, error) {
	all, err := quectel.Ask(c, device.SMS.SMSMessages)
	return quectel.Result(c, len(all), err)
}

// message returns the message that the first argument asks for.
func message(c *script.Call) (device.SMSMessage, error) {
	var index int
	if err := c.Unpack(&index); err != nil {
		return device.SMSMessage{}, err
	}
	stored, err := quectel.Ask(c, device.SMS.SMSMessages)
	if err != nil {
		return device.SMSMessage{}, err
	}
	for _, m := range stored {
		if m.Index == index {
			return m, nil
		}
	}
	return device.SMSMessage{}, fmt.Errorf("SMS %d: %w: there is none", index, device.ErrNotReady)
}

func searchText(c *script.Call) (any, error) {
	m, err := message(c)
	return quectel.Result(c, script.Tuple{m.Number, m.Text, len(m.Text)}, err)
}

func searchPDU(c *script.Call) (any, error) {
	m, err := message(c)
	if err != nil {
		return quectel.Result(c, nil, err)
	}
	center, err := quectel.Ask(c, device.SMS.SMSCenter)
	if err != nil {
		return quectel.Result(c, nil, err)
	}
	pdu, err := deliver(m, center)
	return quectel.Result(c, pdu, err)
}

// pduLength leaves out the service centre's number, whose length is the first byte.
func pduLength(c *script.Call) (any, error) {
	var pdu string
	if err := c.Unpack(&pdu); err != nil {
		return nil, err
	}
	n, err := tpduLength(pdu)
	return quectel.Result(c, n, err)
}

func decodePDU(c *script.Call) (any, error) {
	var pdu string
	var length int
	if err := c.Unpack(&pdu, &length); err != nil {
		return nil, err
	}
	n, err := tpduLength(pdu)
	if err == nil && n != length {
		err = fmt.Errorf("PDU %q: %w: it has %d bytes behind the service centre's number, not %d", pdu, device.ErrConfig, n, length)
	}
	if err != nil {
		return quectel.Result(c, nil, err)
	}
	d, err := decode(pdu)
	return quectel.Result(c, script.Tuple{d.number, d.text, d.time, d.length}, err)
}

func setCenter(c *script.Call) (any, error) {
	var number string
	if err := c.Unpack(&number); err != nil {
		return nil, err
	}
	return quectel.Do(c, func(s device.SMS, ctx context.Context) error { return s.SetSMSCenter(ctx, number) })
}

// listener is the function that the script has registered, as a way to end that.
type listener struct{ stop func() }

// Close forgets it.
func (l *listener) Close() error {
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
	return nil
}

func setCallback(c *script.Call) (any, error) {
	var fn starlark.Callable
	if err := c.Unpack(&fn); err != nil {
		return nil, err
	}
	service, err := quectel.Role[device.SMS](c)
	if err != nil {
		return nil, err
	}
	l := c.State().(*listener)
	if err := l.Close(); err != nil || fn == nil {
		return quectel.OK, err
	}
	in := c.Interp
	l.stop, err = quectel.Listen(c, func() func() {
		return service.OnSMS(func(a device.SMSArrival) {
			in.Callback("the SMS callback", fn, script.List{0, a.Index, a.Storage})
		})
	})
	return quectel.OK, err
}
