package atcmd

import (
	"context"
	"fmt"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// handler answers one command.
type handler func(c *script.Call) ([]string, error)

// commands are the handlers by command without "AT", in capitals.
func commands() map[string]handler {
	imei, firmware, model := text("", device.Identity.IMEI), text("", device.Identity.Firmware), text("", device.Identity.Model)
	maker := fixed("Quectel")
	return map[string]handler{
		"": fixed(), "E0": fixed(), "E1": fixed(), "V1": fixed(), "&F": fixed(), "&W": fixed(), "+CMEE=1": fixed(), "+CMEE?": fixed("+CMEE: 1"),
		"I": identity, "+CGMI": maker, "+GMI": maker, "+CGMM": model, "+GMM": model, "+CGMR": firmware, "+GMR": firmware,
		"+CGSN": imei, "+GSN": imei, "+EGMR=0,7": text("+EGMR: ", quoted(device.Identity.IMEI)),
		"+CIMI": text("", device.SIM.IMSI), "+QCCID": text("+QCCID: ", device.SIM.ICCID), "+CCID": text("+CCID: ", device.SIM.ICCID),
		"+ICCID": text("+ICCID: ", device.SIM.ICCID), "+CNUM": number, "+CPIN?": pin,
		"+CSQ": signal, "+COPS?": operator, "+CREG?": registration("+CREG", true), "+CGREG?": registration("+CGREG", false),
		"+CEREG?": registration("+CEREG", false), "+CGATT?": attached,
		"+CFUN?": level, "+CFUN=0": setLevel(0), "+CFUN=1": setLevel(1), "+CFUN=4": setLevel(4),
		"+CCLK?": clock, "+CBC": battery, "+CGDCONT?": contexts, "+CGPADDR": addresses, "+CGPADDR=1": addresses, "+CSCA?": center,
	}
}

func fixed(lines ...string) handler {
	return func(*script.Call) ([]string, error) { return lines, nil }
}

// text answers with what a method of the device returns, behind a prefix.
func text[T any](prefix string, f func(T, context.Context) (string, error)) handler {
	return func(c *script.Call) ([]string, error) {
		s, err := quectel.Ask(c, f)
		return []string{prefix + s}, err
	}
}

func quoted[T any](f func(T, context.Context) (string, error)) func(T, context.Context) (string, error) {
	return func(role T, ctx context.Context) (string, error) {
		s, err := f(role, ctx)
		return `"` + s + `"`, err
	}
}

func identity(c *script.Call) ([]string, error) {
	model, err := quectel.Ask(c, device.Identity.Model)
	if err != nil {
		return nil, err
	}
	firmware, err := quectel.Ask(c, device.Identity.Firmware)
	return []string{"Quectel", model, "Revision: " + firmware}, err
}

// number answers with nothing where the card does not know its number.
func number(c *script.Call) ([]string, error) {
	n, err := quectel.Ask(c, device.SIM.PhoneNumber)
	if card, cardErr := quectel.Ask(c, device.SIM.SIMStatus); err != nil && cardErr == nil && card == device.SIMReady {
		return nil, nil
	}
	return []string{fmt.Sprintf(`+CNUM: ,"%s",%d`, n, numberType(n))}, err
}

// numberType is 145 for an international number and 129 for another (3GPP TS 24.008, 10.5.4.7).
func numberType(n string) int {
	if len(n) > 0 && n[0] == '+' {
		return 145
	}
	return 129
}

func pin(c *script.Call) ([]string, error) {
	s, err := quectel.Ask(c, device.SIM.SIMStatus)
	if err != nil {
		return nil, err
	}
	switch s {
	case device.SIMReady:
		return []string{"+CPIN: READY"}, nil
	case device.SIMPIN:
		return []string{"+CPIN: SIM PIN"}, nil
	case device.SIMPUK:
		return []string{"+CPIN: SIM PUK"}, nil
	}
	return nil, fmt.Errorf("SIM card: %w: its status is %d", device.ErrNotReady, s)
}

func signal(c *script.Call) ([]string, error) {
	s, err := quectel.Ask(c, device.Network.Signal)
	return []string{fmt.Sprintf("+CSQ: %d,99", s.CSQ)}, err
}

func operator(c *script.Call) ([]string, error) {
	r, err := quectel.Ask(c, device.Network.Registration)
	if err != nil || !r.Data.State.Ready() {
		return []string{"+COPS: 0"}, err
	}
	o, err := quectel.Ask(c, device.Network.Operator)
	return []string{fmt.Sprintf(`+COPS: 0,0,"%s",%d`, o.Long, r.Data.RAT)}, err
}

func registration(name string, voice bool) handler {
	return func(c *script.Call) ([]string, error) {
		r, err := quectel.Ask(c, device.Network.Registration)
		state := r.Data.State
		if voice {
			state = r.Voice.State
		}
		return []string{fmt.Sprintf("%s: 0,%d", name, state)}, err
	}
}

func attached(c *script.Call) ([]string, error) {
	r, err := quectel.Ask(c, device.Network.Registration)
	on := 0
	if r.Data.State.Ready() {
		on = 1
	}
	return []string{fmt.Sprintf("+CGATT: %d", on)}, err
}

func level(c *script.Call) ([]string, error) {
	n, err := quectel.Ask(c, device.Radio.Function)
	return []string{fmt.Sprintf("+CFUN: %d", n)}, err
}

func setLevel(n int) handler {
	return func(c *script.Call) ([]string, error) {
		_, err := quectel.Ask(c, func(r device.Radio, ctx context.Context) (any, error) { return nil, r.SetFunction(ctx, n, false) })
		return nil, err
	}
}

// clock answers with local time and the zone in quarters of an hour (3GPP TS 27.007, section 8.15).
func clock(c *script.Call) ([]string, error) {
	t, err := quectel.Ask(c, device.Clock.NetworkTime)
	_, offset := t.Zone()
	return []string{fmt.Sprintf(`+CCLK: "%s%+03d"`, t.Format("06/01/02,15:04:05"), offset/900)}, err
}

// battery is on external power, which has no level.
func battery(c *script.Call) ([]string, error) {
	mv, err := quectel.Ask(c, device.Power.Voltage)
	return []string{fmt.Sprintf("+CBC: 0,100,%d", mv)}, err
}

// ipTypes are the names of the vendor's IP types.
var ipTypes = []string{"IP", "IPV6", "IPV4V6"}

func contexts(c *script.Call) ([]string, error) {
	p, err := quectel.Ask(c, func(d device.DataCall, ctx context.Context) (device.PDP, error) { return d.PDPContext(ctx, 1) })
	if err != nil || p.IPType < 0 || p.IPType >= len(ipTypes) {
		return nil, err
	}
	return []string{fmt.Sprintf(`+CGDCONT: 1,"%s","%s","0.0.0.0",0,0`, ipTypes[p.IPType], p.APN)}, nil
}

func addresses(c *script.Call) ([]string, error) {
	i, err := quectel.Ask(c, func(d device.DataCall, ctx context.Context) (device.PDPInfo, error) { return d.PDPInfo(ctx, 1) })
	return []string{fmt.Sprintf(`+CGPADDR: 1,"%s"`, i.IPv4.Addr)}, err
}

func center(c *script.Call) ([]string, error) {
	n, err := quectel.Ask(c, device.SMS.SMSCenter)
	return []string{fmt.Sprintf(`+CSCA: "%s",%d`, n, numberType(n))}, err
}
