package repl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"quecstar/harness/device"
)

// listMessages is a function on the module that lists its short messages, as the vendor's sms tells of one place
// at a time: number, text and time of each, which alone the PDU has.
const listMessages = `
def _qs_messages():
    import sms
    out = []
    left = sms.getMsgNums()
    for i in range(sms.getSaveLoc()[0][2] + 1):
        if left <= 0:
            break
        m = sms.searchTextMsg(i)
        if m == -1:
            continue
        left -= 1
        p = sms.searchPduMsg(i)
        t = sms.decodePdu(p, sms.getPduLength(p)) if p != -1 else -1
        out.append((i, m[0], m[1], t[2] if t != -1 else ''))
    return out
`

// SendSMS evaluates sms.sendTextMsg(number, text, coding): in UCS-2 also what is not in ASCII, as firmware takes
// no other text as GSM's.
func (d *Device) SendSMS(ctx context.Context, number, text string, ucs2 bool) error {
	coding := "GSM"
	if ucs2 || utf8.RuneCountInString(text) != len(text) {
		coding = "UCS2"
	}
	err := d.do(ctx, "sms.sendTextMsg", number, text, coding)
	if errors.Is(err, device.ErrNotReady) {
		return fmt.Errorf("sms.sendTextMsg: %w: the module returned -1", device.ErrRefused)
	}
	return err
}

// SMSMessages evaluates sms.searchTextMsg and sms.searchPduMsg for each place that has a message.
func (d *Device) SMSMessages(ctx context.Context) ([]device.SMSMessage, error) {
	v, err := d.c.Eval(ctx, "_qs_messages()", strings.Split(strings.Trim(listMessages, "\n"), "\n")...)
	var remote *RemoteError
	if errors.As(err, &remote) && remote.Type == "ImportError" {
		return nil, fmt.Errorf("sms: %w by the module's firmware: %w", device.ErrUnsupported, err)
	}
	if err != nil {
		return nil, fmt.Errorf("sms.searchTextMsg: %w", err)
	}
	rows, ok := asRecord(v)
	if !ok {
		return nil, odd("sms.searchTextMsg", v)
	}
	var out []device.SMSMessage
	for i := range rows {
		r := rows.sub(i)
		at, err := time.Parse(time.DateTime, r.str(3))
		if err != nil {
			at = time.Time{} // the firmware tells it in another way, or not at all
		}
		out = append(out, device.SMSMessage{Index: r.num(0, i), Number: r.str(1), Text: r.str(2), Time: at})
	}
	return out, nil
}

// DeleteSMS evaluates sms.deleteMsg(index), and with a delmode of 4 for all.
func (d *Device) DeleteSMS(ctx context.Context, index int) error {
	if index < 0 {
		return d.do(ctx, "sms.deleteMsg", 0, 4)
	}
	return d.do(ctx, "sms.deleteMsg", index)
}

// SMSStorages evaluates sms.getSaveLoc().
func (d *Device) SMSStorages(ctx context.Context) (out [3]device.SMSStorage, err error) {
	r, err := d.fields(ctx, len(out), "sms.getSaveLoc")
	if err != nil {
		return out, err
	}
	for i := range out {
		s := r.sub(i)
		out[i] = device.SMSStorage{Name: s.str(0), Used: s.num(1, 0), Size: s.num(2, 0)}
	}
	return out, nil
}

// SetSMSStorages evaluates sms.setSaveLoc(read, write, receive).
func (d *Device) SetSMSStorages(ctx context.Context, read, write, receive string) error {
	return d.do(ctx, "sms.setSaveLoc", read, write, receive)
}

// SMSCenter evaluates sms.getCenterAddr().
func (d *Device) SMSCenter(ctx context.Context) (string, error) {
	return d.text(ctx, "sms.getCenterAddr")
}

// SetSMSCenter evaluates sms.setCenterAddr(number).
func (d *Device) SetSMSCenter(ctx context.Context, number string) error {
	return d.do(ctx, "sms.setCenterAddr", number)
}

// OnSMS has f called when the firmware calls the function of sms.setCallback, with [SIM slot, index, storage].
func (d *Device) OnSMS(f func(device.SMSArrival)) (stop func()) {
	stop, err := d.hear("sms", func(r record) { f(device.SMSArrival{Index: r.num(1, 0), Storage: r.str(2)}) })
	if err != nil {
		d.unheard(err)
		return func() {}
	}
	return stop
}
