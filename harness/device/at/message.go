package at

import (
	"context"
	"fmt"
	"strings"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

// messageMode readies the module for messages as text, in UCS-2, which carries every text.
func (d *Device) messageMode(ctx context.Context, charset string) error {
	if err := d.do(ctx, "AT+CMGF=1"); err != nil {
		return err
	}
	return d.do(ctx, `AT+CSCS="`+charset+`"`)
}

// gsmText reports whether a text is of characters that are the same in ASCII and in GSM's alphabet
// (3GPP TS 23.038, section 6.2.1).
func gsmText(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\n' || c >= 0x7f || strings.IndexByte("@$_[]{}\\^~|`", c) >= 0 {
			return false
		}
	}
	return true
}

// SendSMS sends AT+CMGS in text mode.
func (d *Device) SendSMS(ctx context.Context, number, text string, ucs2 bool) error {
	charset, params := "GSM", "AT+CSMP=17,167,0,0"
	if ucs2 || !gsmText(text) {
		charset, params = "UCS2", "AT+CSMP=17,167,0,8"
		number, text = atcmd.ToUCS2(number), atcmd.ToUCS2(text)
	}
	if err := d.messageMode(ctx, charset); err != nil {
		return err
	}
	if err := d.do(ctx, params); err != nil {
		return err
	}
	cmd, err := formatted("AT+CMGS=%q", number)
	if err != nil {
		return err
	}
	_, err = d.e.Do(ctx, Command{Text: cmd, Answer: "+CMGS: ", Prompt: ">", Payload: append([]byte(text), ctrlZ)})
	if err != nil {
		return fail(err)
	}
	return nil
}

// SMSMessages asks AT+CMGL="ALL".
func (d *Device) SMSMessages(ctx context.Context) ([]device.SMSMessage, error) {
	if err := d.messageMode(ctx, "UCS2"); err != nil {
		return nil, err
	}
	lines, err := d.ask(ctx, `AT+CMGL="ALL"`, "")
	if err != nil {
		return nil, err
	}
	var all []device.SMSMessage
	for i, line := range lines {
		head, ok := strings.CutPrefix(line, "+CMGL: ")
		if !ok {
			continue
		}
		p, err := atcmd.Parse(head)
		if err != nil {
			return nil, fmt.Errorf("AT+CMGL on %s: the line %q: %w", d.opts.Name, line, err)
		}
		m := device.SMSMessage{Index: p.Int(0, 0), Sent: strings.HasPrefix(p.Text(1), "STO"), Number: plain(p.Text(2))}
		if m.Time, err = ParseTime(p.Text(4)); err != nil {
			m.Time = time.Time{} // one that is not sent yet has none
		}
		if i+1 < len(lines) && !strings.HasPrefix(lines[i+1], "+CMGL: ") {
			m.Text = plain(lines[i+1])
		}
		all = append(all, m)
	}
	return all, nil
}

// plain is a text in UCS-2 as itself; modules leave some texts as they are.
func plain(s string) string {
	if text, err := atcmd.FromUCS2(s); err == nil && len(s) >= 4 {
		return text
	}
	return s
}

// DeleteSMS sends AT+CMGD.
func (d *Device) DeleteSMS(ctx context.Context, index int) error {
	if index < 0 {
		return d.do(ctx, "AT+CMGD=1,4")
	}
	return d.do(ctx, fmt.Sprintf("AT+CMGD=%d", index))
}

// SMSStorages asks AT+CPMS?.
func (d *Device) SMSStorages(ctx context.Context) ([3]device.SMSStorage, error) {
	var out [3]device.SMSStorage
	p, err := d.params(ctx, "AT+CPMS?", "+CPMS: ")
	if err != nil {
		return out, err
	}
	for i := range out {
		out[i] = device.SMSStorage{Name: p.Text(3 * i), Used: p.Int(3*i+1, 0), Size: p.Int(3*i+2, 0)}
	}
	return out, nil
}

// SetSMSStorages sends AT+CPMS.
func (d *Device) SetSMSStorages(ctx context.Context, read, write, receive string) error {
	return d.doText(ctx, "AT+CPMS=%q,%q,%q", read, write, receive)
}

// SMSCenter asks AT+CSCA?.
func (d *Device) SMSCenter(ctx context.Context) (string, error) {
	if err := d.do(ctx, `AT+CSCS="GSM"`); err != nil {
		return "", err
	}
	p, err := d.params(ctx, "AT+CSCA?", "+CSCA: ")
	return p.Text(0), err
}

// SetSMSCenter sends AT+CSCA.
func (d *Device) SetSMSCenter(ctx context.Context, number string) error {
	if err := d.do(ctx, `AT+CSCS="GSM"`); err != nil {
		return err
	}
	return d.doText(ctx, "AT+CSCA=%q", number)
}

// OnSMS has f called when a message has come (AT+CNMI=2,1).
func (d *Device) OnSMS(f func(device.SMSArrival)) (stop func()) {
	d.enable("AT+CNMI=2,1")
	return d.onSMS.Add(f)
}
