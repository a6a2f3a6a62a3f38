package serial

import (
	"fmt"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"go.bug.st/serial"
)

// Role is what an interface of a module is for.
type Role string

// The roles of interfaces.
const (
	AT    Role = "AT"
	REPL  Role = "REPL"
	NMEA  Role = "NMEA"
	Debug Role = "debug"
	Modem Role = "modem"
)

// Explain says what a role is good for.
func (r Role) Explain() string {
	switch r {
	case AT:
		return "AT commands: --device at:PORT, quecstar at"
	case REPL:
		return "QuecPython prompt and files: --device repl:PORT, quecstar fs"
	case NMEA:
		return "sentences of the GNSS receiver"
	case Debug:
		return "binary traces of the firmware, for the vendor's tools"
	case Modem:
		return "AT commands and dialled data"
	}
	return ""
}

// Info is one serial port. Fields that are not known are empty.
type Info struct {
	// Name is what to open: a path, or COM3.
	Name string `json:"name"`
	// VID and PID are the USB ids in four hexadecimal digits.
	VID string `json:"vid,omitempty"`
	PID string `json:"pid,omitempty"`
	// Serial, Product and Manufacturer are what the USB device says about itself.
	Serial       string `json:"serial,omitempty"`
	Product      string `json:"product,omitempty"`
	Manufacturer string `json:"manufacturer,omitempty"`
	// Interface is the number of the USB interface; -1 where it is not known.
	Interface int `json:"interface"`
	// Module names the modules that a Quectel device may be; Role is what the interface is for there.
	Module string `json:"module,omitempty"`
	Role   Role   `json:"role,omitempty"`
}

// quectel is the USB vendor id of Quectel.
const quectel = "2C7C"

// family is how the modules of a product id lay their interfaces out (public drivers and tools of
// the vendor: QuecPython's editor extension and factory tool, Linux's option driver).
type family struct {
	modules string
	roles   map[int]Role
}

var families = map[string]family{
	"6001": {"EC600S-CNAA, EC600N, EC800N, EG912Y", map[int]Role{3: AT, 5: REPL, 2: Debug}},
	"6002": {"EC600S-CNLB, EC600M, EC800M, EG810M, EC200S", map[int]Role{3: AT, 5: REPL, 2: Debug}},
	"6005": {"EC200A", map[int]Role{3: AT, 2: Debug}},
	"0901": {"EC600U, EC200U, EG912U, EG915U", map[int]Role{2: AT, 8: REPL, 3: Debug, 4: Debug, 5: NMEA, 6: Debug, 7: Debug}},
	"0904": {"EC800G, EC600G", nil},
	"0700": {"BG95, BG77, BG600L", map[int]Role{0: Debug, 1: REPL, 2: AT, 3: Modem}},
	"0125": {"EC25, EC20", map[int]Role{0: Debug, 1: NMEA, 2: AT, 3: Modem}},
	"0121": {"EC21", map[int]Role{0: Debug, 1: NMEA, 2: AT, 3: Modem}},
	"0191": {"EG91", map[int]Role{0: Debug, 1: NMEA, 2: AT, 3: Modem}},
	"0195": {"EG95", map[int]Role{0: Debug, 1: NMEA, 2: AT, 3: Modem}},
	"0296": {"BG96", map[int]Role{0: Debug, 1: NMEA, 2: AT, 3: Modem}},
	"6007": {"EG916Q", nil},
	"6026": {"EC200T", map[int]Role{2: Debug, 3: AT, 4: Modem}},
}

// List lists the serial ports of this machine, by name.
func List() ([]Info, error) {
	known, err := usbPorts()
	if err != nil {
		return nil, fmt.Errorf("serial ports: %w", err)
	}
	paths, err := serial.GetPortsList()
	if err != nil {
		return nil, fmt.Errorf("serial ports: %w", err)
	}
	var all []Info
	for _, path := range paths {
		info := Info{Name: path, Interface: -1}
		if usb, ok := known[path]; ok {
			info = usb
		}
		all = append(all, describe(info))
	}
	sort.Slice(all, func(i, j int) bool { return natural(all[i].Name, all[j].Name) })
	return all, nil
}

// describe adds what the USB ids tell.
func describe(info Info) Info {
	if info.VID != quectel {
		return info
	}
	f, ok := families[info.PID]
	if !ok {
		info.Module = "Quectel module of an unknown kind"
		return info
	}
	info.Module, info.Role = f.modules, f.roles[info.Interface]
	return info
}

// sysfs is where Linux shows its devices.
const sysfs = "/sys"

var (
	usbInterface = regexp.MustCompile(`:\d+\.(\d+)(?:/|$)`)
	windowsName  = regexp.MustCompile(`MI_([0-9A-Fa-f]{2})|MI(\d{2}) COM`)
)

// interfaceNumber is the number of a port's USB interface: in Linux's path of the device, or in the
// name that Windows gives.
func interfaceNumber(root, path, product string) int {
	link := filepath.Join(root, "class", "tty", filepath.Base(path), "device")
	if real, err := filepath.EvalSymlinks(link); err == nil {
		if m := usbInterface.FindAllStringSubmatch(filepath.ToSlash(real), -1); m != nil {
			if n, err := strconv.Atoi(m[len(m)-1][1]); err == nil {
				return n
			}
		}
	}
	if m := windowsName.FindStringSubmatch(product); m != nil {
		if n, err := strconv.ParseInt(m[1]+m[2], 16, 0); err == nil {
			return int(n)
		}
	}
	return -1
}

// natural orders ttyUSB10 behind ttyUSB9.
func natural(a, b string) bool {
	split := func(s string) (string, int) {
		stem := strings.TrimRight(s, "0123456789")
		n, err := strconv.Atoi(s[len(stem):])
		if err != nil {
			n = -1
		}
		return stem, n
	}
	sa, na := split(a)
	sb, nb := split(b)
	if sa != sb {
		return sa < sb
	}
	return na < nb
}
