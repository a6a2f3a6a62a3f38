package direct

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"quecstar/harness/device"
)

// Config is what the device says and how it behaves. The zero value is a plausible module with a
// ready SIM card in a Chinese LTE network; every field that is left zero takes its default.
type Config struct {
	// IMEI is 15 digits with a right check digit; 14 digits get theirs.
	IMEI string
	// Model is the type of module; "EC600U" by default.
	Model string
	// SerialNumber, Firmware, ProductID and MAC are as the module returns them. A module without
	// a MAC address, which most are, has it empty.
	SerialNumber, Firmware, ProductID, MAC string

	// IMSI is up to 15 digits, of which the first five or six name the operator; "46000…" by default.
	IMSI string
	// ICCID is 19 or 20 digits with a right check digit at their end; one that lacks just the
	// check digit gets it.
	ICCID string
	// PhoneNumber may be empty: most SIM cards for machines do not know theirs.
	PhoneNumber string
	// PIN and PUK are the codes of the SIM card; "1234" and "12345678" by default.
	PIN, PUK string
	// NoSIM starts without a SIM card.
	NoSIM bool
	// PINLocked starts with a SIM card that waits for its PIN.
	PINLocked bool

	// Registration is the state of the registration at the start; RegHome by default.
	Registration *device.RegState
	// CSQ is the signal strength, 1 to 31; 24 by default.
	CSQ int
	// Operator is who runs the network; long and short name by default after the IMSI.
	Operator device.Operator
	// LAC and CID are the tracking area and the cell.
	LAC, CID int
	// IPv4 is the address of the data connection; 10.81.0.2 by default.
	IPv4 string
	// APN is that of the first data connection; empty by default.
	APN string

	// Voltage is the supply in millivolts; 3800 by default.
	Voltage int
	// PowerOnReason and PowerDownReason are the vendor's codes; 1 (key) and 1 (normal) by default.
	PowerOnReason, PowerDownReason int
	// Zone is the network's time zone; UTC+8 by default.
	Zone *time.Location
	// ClockOffset is how far the network's time is ahead of the host's.
	ClockOffset time.Duration
}

// withDefaults fills in what is left zero and checks what is not.
func (c Config) withDefaults() (Config, error) {
	c.identityDefaults()
	c.networkDefaults()
	var errs []error
	check := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	var err error
	c.IMEI, err = checked("IMEI", c.IMEI, 15, 15)
	check(err)
	c.ICCID, err = checked("ICCID", c.ICCID, 19, 20)
	check(err)
	if len(c.IMSI) < 6 || len(c.IMSI) > 15 || !digits(c.IMSI) {
		check(fmt.Errorf("%w: IMSI %q: want 6 to 15 digits", device.ErrConfig, c.IMSI))
	}
	if c.CSQ < 0 || c.CSQ > 31 && c.CSQ != 99 {
		check(fmt.Errorf("%w: CSQ %d: want 0 to 31, or 99", device.ErrConfig, c.CSQ))
	}
	return c, errors.Join(errs...)
}

func (c *Config) identityDefaults() {
	setDefault(&c.IMEI, "86860405000000")
	setDefault(&c.Model, "EC600U")
	setDefault(&c.SerialNumber, "D1X20J60A000001")
	setDefault(&c.Firmware, "EC600UCNLBR03A01M16_OCPU_QPY")
	setDefault(&c.ProductID, "Quectel")
	setDefault(&c.IMSI, "460001234567890")
	setDefault(&c.ICCID, "8986001234567890123")
	setDefault(&c.PIN, "1234")
	setDefault(&c.PUK, "12345678")
	setDefault(&c.Voltage, 3800)
	setDefault(&c.PowerOnReason, 1)
	setDefault(&c.PowerDownReason, 1)
}

func (c *Config) networkDefaults() {
	if c.Registration == nil {
		home := device.RegHome
		c.Registration = &home
	}
	setDefault(&c.CSQ, 24)
	setDefault(&c.LAC, 26909)
	setDefault(&c.CID, 232301323)
	setDefault(&c.IPv4, "10.81.0.2")
	if len(c.IMSI) >= 5 {
		setDefault(&c.Operator.MCC, c.IMSI[:3])
		setDefault(&c.Operator.MNC, c.IMSI[3:5])
	}
	long, short := operatorName(c.Operator.MCC + c.Operator.MNC)
	setDefault(&c.Operator.Long, long)
	setDefault(&c.Operator.Short, short)
	if c.Zone == nil {
		c.Zone = time.FixedZone("UTC+8", 8*3600)
	}
}

// operatorName names the operators of the public numbering plan of mainland China; others are
// named after their number.
func operatorName(plmn string) (long, short string) {
	switch plmn {
	case "46000", "46002", "46004", "46007", "46008":
		return "CHINA MOBILE", "CMCC"
	case "46001", "46006", "46009":
		return "CHN-UNICOM", "UNICOM"
	case "46003", "46005", "46011":
		return "CHN-CT", "CT"
	}
	return "NET-" + plmn, plmn
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// checked returns a number of between least and most digits that ends in a right check digit.
func checked(what, number string, least, most int) (string, error) {
	if !digits(number) || len(number) < least-1 || len(number) > most {
		return number, fmt.Errorf("%w: %s %q: want %d digits", device.ErrConfig, what, number, most)
	}
	if len(number) < least || len(number) == 19 && !luhnValid(number) && most == 20 {
		return number + string(luhnDigit(number)), nil
	}
	if !luhnValid(number) {
		right := number[:len(number)-1] + string(luhnDigit(number[:len(number)-1]))
		return number, fmt.Errorf("%w: %s %q: its check digit is wrong; %s would be right", device.ErrConfig, what, number,
			right)
	}
	return number, nil
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// luhnDigit returns the check digit that belongs behind the digits (ISO/IEC 7812-1, annex B).
func luhnDigit(number string) byte {
	sum := 0
	for i := range len(number) {
		n := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			n *= 2
		}
		sum += n/10 + n%10
	}
	return byte('0' + (10-sum%10)%10)
}

func luhnValid(number string) bool {
	last := len(number) - 1
	return luhnDigit(number[:last]) == number[last]
}
