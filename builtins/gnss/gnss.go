// Package gnss is the script module gnss: a satellite receiver on a serial port.
//
//	from gnss import GnssGetData
//	gnss = GnssGetData(1, 9600, 8, 0, 1, 0)
//	gnss.read_gnss_data()
//	print(gnss.getLocation())        # (117.1156448333333, 'E', 31.82134916666667, 'N')
//
// The sentences come from the device, at once, whatever the port. As the vendor documents it
// ("gnss - External GNSS"), the values are those of the last GNGGA, GNRMC and GPGSV sentences read.
package gnss

import (
	"strconv"
	"strings"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/device/nmea"
	"quecstar/harness/script"
)

// receiver is a GNSS object. The interpreter lock guards it.
type receiver struct {
	text     string
	gga, rmc []string
	gsv      [][]string
}

// Module returns the table of the module.
func Module() *script.Module {
	class := gnssClass()
	return &script.Module{
		Name: "gnss", Simulated: true,
		Controls: controls(),
		Doc:      "A satellite receiver on a serial port.",
		Funcs: []script.Func{{Name: "GnssGetData", Params: "uartn, baudrate, databits, parity, stopbits, flowctl",
			Doc: "Returns a GNSS object for the receiver on a port.", Returns: "GNSS", Call: func(c *script.Call) (any, error) { return open(c, class) }}},
		Classes: []*script.Class{class},
	}
}

func gnssClass() *script.Class {
	return &script.Class{
		Name: "GNSS", Doc: "What a receiver says.",
		Methods: []script.Func{
			{Name: "read_gnss_data", Params: "max_retry=1, debug=0", Doc: "Reads sentences, again up to max_retry times while they are not valid; returns how many bytes.", Call: read},
			{Name: "getOriginalData", Doc: "Returns the sentences as a str.", Call: func(c *script.Call) (any, error) { return c.Self.(*receiver).text, nil }},
			{Name: "checkDataValidity", Doc: "Returns whether GGA, RMC and GSV are valid, as (1, 1, 1).", Call: validity},
			{Name: "isFix", Doc: "Returns 1 with a position, else 0.", Call: isFix},
			{Name: "getUtcTime", Doc: "Returns the time as 'hh:mm:ss.sss', or -1.", Call: utcTime},
			{Name: "getLocationMode", Doc: "Returns 0 without a position, 1 by GPS, 2 by DGPS, 6 by reckoning; -1 when nothing was read.", Call: intField(6, false)},
			{Name: "getUsedSateCnt", Doc: "Returns how many satellites are used, or -1.", Call: intField(7, true)},
			{Name: "getLocation", Doc: "Returns (longitude, 'E' or 'W', latitude, 'N' or 'S') in degrees, or -1.", Call: location},
			{Name: "getViewedSateCnt", Doc: "Returns how many satellites are in view, or -1.", Call: viewed},
			{Name: "getCourse", Doc: "Returns the directions of the satellites in degrees by their number, or -1.", Call: course},
			{Name: "getGeodeticHeight", Doc: "Returns the height above the sea in metres, or -1.", Call: height},
			{Name: "getSpeed", Doc: "Returns the speed over ground in km/h, or -1.", Call: speed},
		},
	}
}

// lastPort is the highest number of a port, as the vendor's documentation of GnssGetData has it.
const lastPort = 3

func open(c *script.Call, class *script.Class) (any, error) {
	var port int
	if err := c.Unpack(&port, nil, nil, nil, nil, nil); err != nil {
		return nil, err
	}
	if port < 0 || port > lastPort {
		return nil, script.Raise("ValueError", "uartn is %d; it must be 0 to %d", port, lastPort)
	}
	return class.NewInstance(c.Interp, &receiver{}), nil
}

func read(c *script.Call) (any, error) {
	tries, debug := 1, 0
	if err := c.Unpack(&tries, &debug); err != nil {
		return nil, err
	}
	r := c.Self.(*receiver)
	for i := 0; ; i++ {
		text, err := quectel.Ask(c, device.Location.NMEA)
		if err != nil {
			return quectel.Result(c, nil, err)
		}
		r.parse(text)
		if r.valid() || i+1 >= tries || text == "" {
			return len(text), nil
		}
		// The next sentences come a second later.
		if err := c.Sleep(script.Seconds(1)); err != nil {
			return nil, err
		}
	}
}

// parse keeps the last sentence of each kind that the module reads; those of a wrong checksum are
// left out.
func (r *receiver) parse(text string) {
	*r = receiver{text: text}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if nmea.Check(line) != nil {
			continue
		}
		body, _, _ := strings.Cut(strings.TrimPrefix(line, "$"), "*")
		fields := strings.Split(body, ",")
		switch {
		case fields[0] == "GNGGA" && len(fields) >= 10:
			r.gga = fields
		case fields[0] == "GNRMC" && len(fields) >= 10:
			r.rmc = fields
		case fields[0] == "GPGSV" && len(fields) >= 4:
			if fields[2] == "1" {
				r.gsv = nil
			}
			r.gsv = append(r.gsv, fields)
		}
	}
}

func (r *receiver) fixed() bool    { return r.gga != nil && r.gga[6] != "" && r.gga[6] != "0" }
func (r *receiver) moving() bool   { return r.rmc != nil && r.rmc[2] == "A" }
func (r *receiver) hasViews() bool { return len(r.gsv) > 0 && len(r.gsv[0]) > 4 }
func (r *receiver) valid() bool    { return r.fixed() && r.moving() && r.hasViews() }

func validity(c *script.Call) (any, error) {
	r := c.Self.(*receiver)
	return script.Tuple{bit(r.fixed()), bit(r.moving()), bit(r.hasViews())}, nil
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func isFix(c *script.Call) (any, error) { return bit(c.Self.(*receiver).fixed()), nil }

// utcTime is also there before a position is, once the receiver knows it.
func utcTime(c *script.Call) (any, error) {
	r := c.Self.(*receiver)
	if r.gga == nil || len(r.gga[1]) < 6 {
		return quectel.Failed, nil
	}
	t := r.gga[1]
	return t[:2] + ":" + t[2:4] + ":" + t[4:], nil
}

// intField is a field of GGA as a number.
func intField(at int, withFix bool) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		r := c.Self.(*receiver)
		if r.gga == nil || withFix && !r.fixed() {
			return quectel.Failed, nil
		}
		return number(r.gga[at]), nil
	}
}

func number(text string) any {
	n, err := strconv.Atoi(text)
	if err != nil {
		return quectel.Failed
	}
	return n
}

func location(c *script.Call) (any, error) {
	r := c.Self.(*receiver)
	if !r.fixed() {
		return quectel.Failed, nil
	}
	latitude, okLat := degrees(r.gga[2], 2)
	longitude, okLong := degrees(r.gga[4], 3)
	if !okLat || !okLong {
		return quectel.Failed, nil
	}
	return script.Tuple{longitude, r.gga[5], latitude, r.gga[3]}, nil
}

// degrees reads "dddmm.mmmm", of which the first width digits are degrees.
func degrees(text string, width int) (float64, bool) {
	if len(text) <= width {
		return 0, false
	}
	whole, err := strconv.Atoi(text[:width])
	minutes, err2 := strconv.ParseFloat(text[width:], 64)
	return float64(whole) + minutes/60, err == nil && err2 == nil
}

func viewed(c *script.Call) (any, error) {
	r := c.Self.(*receiver)
	if len(r.gsv) == 0 {
		return quectel.Failed, nil
	}
	return number(r.gsv[0][3]), nil
}

// course reads the satellites, of which each has four fields behind the first four.
func course(c *script.Call) (any, error) {
	r := c.Self.(*receiver)
	if !r.hasViews() {
		return quectel.Failed, nil
	}
	out := script.Dict{}
	for _, fields := range r.gsv {
		for i := 4; i+3 < len(fields); i += 4 {
			var direction any = ""
			if fields[i+2] != "" {
				direction = number(fields[i+2])
			}
			out = append(out, script.Pair{Key: number(fields[i]), Value: direction})
		}
	}
	return out, nil
}

// height is that above the sea, field 9 of GGA (NMEA 0183, GGA); without a position it is empty.
func height(c *script.Call) (any, error) {
	r := c.Self.(*receiver)
	if !r.fixed() {
		return quectel.Failed, nil
	}
	metres, err := strconv.ParseFloat(r.gga[9], 64)
	if err != nil {
		return quectel.Failed, nil
	}
	return metres, nil
}

// kmhPerKnot converts the knots of RMC.
const kmhPerKnot = 1.852

func speed(c *script.Call) (any, error) {
	r := c.Self.(*receiver)
	if !r.moving() {
		return quectel.Failed, nil
	}
	knots, err := strconv.ParseFloat(r.rmc[7], 64)
	if err != nil {
		return quectel.Failed, nil
	}
	return knots * kmhPerKnot, nil
}
