package device

import "context"

// RegState is the state of a registration as in +CREG (3GPP TS 27.007), which is what the vendor
// numbers.
type RegState int

// The states of a registration; higher ones are special services.
const (
	RegIdle      RegState = 0 // not registered, not searching
	RegHome      RegState = 1
	RegSearching RegState = 2
	RegDenied    RegState = 3
	RegUnknown   RegState = 4
	RegRoaming   RegState = 5
)

// Ready reports whether the state allows data.
func (s RegState) Ready() bool { return s == RegHome || s == RegRoaming }

// RAT is a radio access technology as in +COPS (3GPP TS 27.007).
type RAT int

// The radio access technologies that modules of interest have.
const (
	GSM  RAT = 0
	UMTS RAT = 2
	LTE  RAT = 7
)

// Registration is the module's place in the network.
type Registration struct {
	Voice, Data Domain
}

// Domain is the registration for one kind of service.
type Domain struct {
	State  RegState
	LAC    int // location or tracking area
	CID    int // cell
	RAT    RAT
	Reject int // cause of a refusal
	PSC    int // scrambling code, or physical cell id
}

// Signal is how well the module hears the network, in dBm and dB. Unknown values are 99 in GSM's
// RSSI, bit error rate, LTE's RSSI and RSRP, and 255 elsewhere.
type Signal struct {
	CSQ int // 0 to 31, or 99

	RSSI, BitErrors, RSCP, EcNo int // GSM and UMTS

	LTERSSI, RSRP, RSRQ, CQI, SINR int
}

// Cell is one cell that the module hears.
type Cell struct {
	RAT RAT
	// Kind is 0 for the serving cell, 1 for a neighbour, 2 and 3 for one on the same and on
	// another frequency.
	Kind       int
	CID, LCID  int
	MCC, MNC   int
	LAC        int // location or tracking area
	ARFCN      int // channel, with the prefix that the technology gives it
	Phys       int // BSIC, PSC or PCI
	RSSI       int
	RSRQ, SINR int
}

// Operator is who runs the network.
type Operator struct {
	Long, Short string
	MCC, MNC    string
}

// Network is the module's view of the mobile network.
type Network interface {
	Registration(ctx context.Context) (Registration, error)
	Signal(ctx context.Context) (Signal, error)
	// Cells lists the serving cell first.
	Cells(ctx context.Context) ([]Cell, error)
	Operator(ctx context.Context) (Operator, error)
	// OnRegistration calls f, from a goroutine of the device, whenever the registration changes.
	OnRegistration(f func(Registration)) (stop func())
}

// Radio is what can be set about the radio.
type Radio interface {
	// Function returns the level of +CFUN: 0 minimum, 1 full, 4 no radio.
	Function(ctx context.Context) (int, error)
	// SetFunction changes the level, and reboots the module afterwards if told to.
	SetFunction(ctx context.Context, level int, reboot bool) error
	// NetworkMode returns the vendor's number of the preferred technologies, and whether roaming
	// is allowed.
	NetworkMode(ctx context.Context) (mode int, roaming bool, err error)
	SetNetworkMode(ctx context.Context, mode int, roaming bool) error
	// Band returns the bands in use for a vendor's technology number (0 GSM, 1 LTE, 2 Cat M,
	// 3 NB-IoT) as a bit mask.
	Band(ctx context.Context, rat int) (uint64, error)
	SetBand(ctx context.Context, rat int, mask uint64) error
	ResetBands(ctx context.Context) error
	// Timer returns a value of the network as the module prints it; names are "T3402", "T3412",
	// "T3324", "eDRX", "PTW", "qRxLevMin" and "reject".
	Timer(ctx context.Context, name string) (string, error)
}

// PDP is one data connection's settings.
type PDP struct {
	// IPType is 0 for IPv4, 1 for IPv6, 2 for both.
	IPType         int
	APN            string
	User, Password string
	// Auth is 0 for none, 1 PAP, 2 CHAP, 3 either.
	Auth int
}

// PDPInfo is the state of one data connection.
type PDPInfo struct {
	Active     bool
	IPv4, IPv6 Address
}

// Address is what the network gave to a data connection. Empty values show as "0.0.0.0" or "::".
type Address struct {
	Addr, DNS1, DNS2 string
}

// PDPEvent says that a data connection came or went.
type PDPEvent struct {
	ID     int
	Active bool
}

// DataCall is the module's data connections, numbered from 1.
type DataCall interface {
	PDPContext(ctx context.Context, id int) (PDP, error)
	SetPDPContext(ctx context.Context, id int, p PDP) error
	SetAutoActivate(ctx context.Context, id int, on bool) error
	SetAutoConnect(ctx context.Context, id int, on bool) error
	SetDNS(ctx context.Context, id int, dns1, dns2 string) error
	Activate(ctx context.Context, id int) error
	Deactivate(ctx context.Context, id int) error
	PDPInfo(ctx context.Context, id int) (PDPInfo, error)
	// OnPDP calls f, from a goroutine of the device, whenever a data connection comes or goes.
	OnPDP(f func(PDPEvent)) (stop func())
}
