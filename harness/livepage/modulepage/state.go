package modulepage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"quecstar/harness/board"
	"quecstar/harness/device"
	"quecstar/harness/device/direct"
)

// state is what the page shows, without what events tell.
type state struct {
	Module  moduleState      `json:"module"`
	Network networkState     `json:"network"`
	SIM     simState         `json:"sim"`
	SMS     smsState         `json:"sms"`
	Call    callState        `json:"call"`
	Place   placeState       `json:"place"`
	Pins    []board.PinState `json:"pins"`
	ADC     map[int]int      `json:"adc"`
	Slaves  []board.Slave    `json:"slaves"`
	Parts   parts            `json:"parts"`
	// Acts is that of Module.
	Acts int `json:"acts"`
}

type moduleState struct {
	IMEI     string `json:"imei"`
	Model    string `json:"model"`
	Firmware string `json:"firmware"`
	Off      bool   `json:"off"`
	Baud     int    `json:"baud"`
	Voltage  int    `json:"voltage"`
	// Plugged is whether the module is at its cable, where there is one.
	Plugged bool `json:"plugged"`
}

type networkState struct {
	// State is as network_registration has it, but "unknown".
	State    string     `json:"state"`
	Function int        `json:"function"`
	CSQ      int        `json:"csq"`
	DBM      int        `json:"dbm"`
	Operator string     `json:"operator"`
	Cells    []cell     `json:"cells"`
	PDP      []pdpState `json:"pdp"`
}

type cell struct {
	CID  int `json:"cid"`
	LAC  int `json:"lac"`
	RSSI int `json:"rssi"`
}

type pdpState struct {
	ID     int    `json:"id"`
	Active bool   `json:"active"`
	APN    string `json:"apn"`
	IP     string `json:"ip"`
}

type simState struct {
	// State is as sim_card has it, or another one's number.
	State string `json:"state"`
	IMSI  string `json:"imsi"`
	ICCID string `json:"iccid"`
	Phone string `json:"phone"`
}

type smsState struct {
	Storage string    `json:"storage"`
	Used    int       `json:"used"`
	Size    int       `json:"size"`
	Inbox   []message `json:"inbox"`
	Sent    []message `json:"sent"`
}

type message struct {
	Number string `json:"number"`
	Text   string `json:"text"`
	Time   string `json:"time"`
}

type callState struct {
	Number   string `json:"number"`
	State    string `json:"state"` // "" without a call
	Incoming bool   `json:"incoming"`
	Callee   string `json:"callee"`
}

type placeState struct {
	Fix      *fix         `json:"fix"`
	Track    [][2]float64 `json:"track"` // latitude and longitude of each
	Recorded bool         `json:"recorded"`
}

type fix struct {
	Latitude   float64 `json:"latitude"`
	Longitude  float64 `json:"longitude"`
	Altitude   float64 `json:"altitude"`
	Speed      float64 `json:"speed"`
	Course     float64 `json:"course"`
	Satellites int     `json:"satellites"`
}

// Names of states, as the functions of quecstar have them.
var (
	registrations = map[device.RegState]string{device.RegIdle: "none", device.RegHome: "home",
		device.RegSearching: "searching", device.RegDenied: "denied", device.RegRoaming: "roaming"}
	cards = map[device.SIMStatus]string{device.SIMAbsent: "absent", device.SIMReady: "ready", device.SIMPIN: "pin",
		device.SIMPUK: "puk", device.SIMBlocked: "blocked"}
	calls = map[device.CallState]string{device.CallActive: "active", device.CallHeld: "held",
		device.CallDialing: "dialing", device.CallAlerting: "alerting", device.CallIncoming: "incoming",
		device.CallWaiting: "waiting"}
	callees = map[device.Callee]string{device.CalleeAnswers: "answers", device.CalleeRings: "rings",
		device.CalleeBusy: "busy"}
)

// Bounds of what is shown of lists.
const (
	mostMessages = 50
	mostPoints   = 500
)

// state is what the module is like now. A part of the device that cannot be asked, as without a card, is empty.
func (p *page) state(ctx context.Context) state {
	d, b := p.opts.Module.Device(), p.opts.Module.Board()
	s := state{Network: networkOf(ctx, d), SIM: simOf(ctx, d), SMS: smsOf(ctx, d), Call: callOf(ctx, d), Place: placeOf(d),
		Pins: b.Pins(), ADC: b.Voltages(), Slaves: b.Slaves(), Parts: p.parts(ctx), Acts: p.opts.Module.Acts()}
	c := d.Config()
	s.Module = moduleState{IMEI: c.IMEI, Model: c.Model, Firmware: c.Firmware, Off: p.opts.Module.Off(),
		Baud: p.opts.Module.LineSpeed()}
	s.Module.Voltage, _ = d.Voltage(ctx)
	s.Module.Plugged = p.opts.Plug != nil && p.opts.Plug.Plugged()
	return s
}

func networkOf(ctx context.Context, d *direct.Device) networkState {
	s := networkState{Cells: []cell{}, PDP: []pdpState{}}
	reg, _ := d.Registration(ctx)
	s.State = cmp.Or(registrations[reg.Data.State], "unknown")
	s.Function, _ = d.Function(ctx)
	signal, _ := d.Signal(ctx)
	if s.CSQ = signal.CSQ; s.CSQ != 99 {
		s.DBM = 2*s.CSQ - 113 // 3GPP TS 27.007, section 8.5
	}
	operator, _ := d.Operator(ctx)
	s.Operator = operator.Long
	all, _ := d.Cells(ctx)
	for _, c := range all[:min(len(all), mostMessages)] {
		s.Cells = append(s.Cells, cell{c.CID, c.LAC, c.RSSI})
	}
	for id := 1; ; id++ {
		settings, err := d.PDPContext(ctx, id)
		if err != nil {
			return s // that was the last
		}
		info, _ := d.PDPInfo(ctx, id)
		s.PDP = append(s.PDP, pdpState{id, info.Active, settings.APN, info.IPv4.Addr})
	}
}

func simOf(ctx context.Context, d *direct.Device) (s simState) {
	status, _ := d.SIMStatus(ctx)
	s.State = cmp.Or(cards[status], fmt.Sprint(int(status)))
	s.IMSI, _ = d.IMSI(ctx)
	s.ICCID, _ = d.ICCID(ctx)
	s.Phone, _ = d.PhoneNumber(ctx)
	return s
}

func smsOf(ctx context.Context, d *direct.Device) smsState {
	storages, _ := d.SMSStorages(ctx)
	in, _ := d.SMSMessages(ctx)
	return smsState{storages[0].Name, storages[0].Used, storages[0].Size, newest(in, d.Config().Zone),
		newest(d.SentSMS(), d.Config().Zone)}
}

// newest are the newest messages, the last one first, with their times in a zone.
func newest(all []device.SMSMessage, zone *time.Location) []message {
	out := []message{}
	all = slices.SortedStableFunc(slices.Values(all), func(a, b device.SMSMessage) int { return b.Time.Compare(a.Time) })
	for _, m := range all[:min(len(all), mostMessages)] {
		out = append(out, message{m.Number, m.Text, m.Time.In(zone).Format("15:04:05")})
	}
	return out
}

func callOf(ctx context.Context, d *direct.Device) callState {
	c, busy, _ := d.CurrentCall(ctx)
	s := callState{Callee: callees[d.Callee()]}
	if busy {
		s.Number, s.State, s.Incoming = c.Number, calls[c.State], c.Incoming
	}
	return s
}

func placeOf(d *direct.Device) placeState {
	points, now, recorded := d.Track()
	s := placeState{Track: [][2]float64{}, Recorded: recorded}
	if now != nil {
		s.Fix = &fix{now.Latitude, now.Longitude, now.Altitude, now.Speed, now.Course, cmp.Or(now.Satellites, 8)}
	}
	for i := range min(len(points), mostPoints) {
		f := points[i*len(points)/min(len(points), mostPoints)].Fix
		s.Track = append(s.Track, [2]float64{f.Latitude, f.Longitude})
	}
	return s
}
