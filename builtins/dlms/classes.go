package dlms

import (
	"go.starlark.net/starlark"

	"quecstar/harness/script"
)

var nameField = field{name: "logical_name", kind: kindName, doc: "The logical name, as six bytes."}

// The limits of integers that objects hold.
const (
	u8, u16, u32 = 1<<8 - 1, 1<<16 - 1, 1<<32 - 1
	i8, i16      = 1<<7 - 1, 1<<15 - 1
)

// nameColumn is attribute 1 of every object.
var nameColumn = column{get: func(o *cosem) datum { return octets(append([]byte{}, o.name[:]...)) }}

// intColumn is an int under a type.
func intColumn(name string, t tag, writable bool) column {
	c := column{get: func(o *cosem) datum { return integer(t, o.int(name)) }}
	if writable {
		c.set = func(o *cosem, d datum) result { return o.setInt(name, d) }
	}
	return c
}

// setInt takes an integer of any type from a client.
func (o *cosem) setInt(name string, d datum) result {
	v, ok := d.value.(int64)
	f, _ := o.class.field(name)
	if !ok || f.low != f.high && (v < f.low || v > f.high) {
		return wrongType
	}
	o.fields[name] = v
	return success
}

func boolColumn(name string) column {
	return column{
		get: func(o *cosem) datum { return datum{tagBool, o.fields[name] == true} },
		set: func(o *cosem, d datum) result {
			b, ok := d.value.(bool)
			if !ok {
				return wrongType
			}
			o.fields[name] = b
			return success
		},
	}
}

func timeColumn(name string) column {
	return column{
		get: func(o *cosem) datum {
			t, _ := o.fields[name].([6]int)
			return octets(dateTime(t, byte(o.int("status"))))
		},
		set: func(o *cosem, d datum) result {
			t, ok := readDateTime(d)
			if !ok {
				return wrongType
			}
			o.fields[name] = t
			return success
		},
	}
}

// scalar is a script's value on the wire.
func scalar(v any) datum {
	switch v := v.(type) {
	case bool:
		return datum{tagBool, v}
	case int64:
		if v == int64(int32(v)) {
			return integer(tagInt32, v)
		}
		return integer(tagInt64, v)
	case []byte:
		return octets(v)
	case string:
		for i := range len(v) {
			if v[i] >= 0x80 {
				return datum{tagUTF8, []byte(v)}
			}
		}
		return datum{tagVisible, []byte(v)}
	}
	return datum{tag: tagNull}
}

// setScalar takes what a script's value can be from a client.
func (o *cosem) setScalar(name string, d datum, ints bool) result {
	switch v := d.value.(type) {
	case int64:
		o.fields[name] = v
		return success
	case []byte:
		if d.tag == tagBits || ints {
			return wrongType
		}
		o.fields[name] = any(v)
		if d.tag == tagVisible || d.tag == tagUTF8 {
			o.fields[name] = string(v)
		}
		return success
	case bool, nil:
		if ints {
			return wrongType
		}
		o.fields[name] = v
		return success
	}
	return wrongType
}

var dataClass = &class{
	name: "Data", id: 1, doc: "A value of any simple type.", params: "logical_name",
	fields:  []field{nameField, {name: "value", kind: kindScalar, doc: "An int, bytes, a str, a bool or None."}},
	columns: map[int]column{1: nameColumn, 2: {func(o *cosem) datum { return scalar(o.fields["value"]) }, func(o *cosem, d datum) result { return o.setScalar("value", d, false) }}},
}

var registerClass = &class{
	name: "Register", id: 3, doc: "A number with a unit.", params: "logical_name, default_value, unit=None, scaler=1",
	fields: []field{nameField, {name: "value", kind: kindInt, doc: "The number."}, {name: "unit", kind: kindInt, high: u8, doc: "A constant of Unit."},
		{name: "scaler", kind: kindInt, low: -i8 - 1, high: i8, doc: "The scaler."}},
	defaults: map[string]any{"unit": int64(unitNone), "scaler": int64(1)},
	columns: map[int]column{1: nameColumn,
		2: {func(o *cosem) datum { return scalar(o.fields["value"]) }, func(o *cosem, d datum) result { return o.setScalar("value", d, true) }},
		3: {get: func(o *cosem) datum {
			return structure(integer(tagInt8, o.int("scaler")), integer(tagEnum, o.int("unit")))
		}}},
	actions: map[int]func(o *cosem, param datum) result{1: func(o *cosem, _ datum) result { o.fields["value"] = o.reset; return success }},
	methods: []script.Func{{Name: "reset", Doc: "Sets the value back to what the register was made with.", Call: resetRegister}},
	made:    func(o *cosem) { o.reset = o.fields["value"] },
}

func resetRegister(c *script.Call) (any, error) {
	o := c.Self.(*cosem)
	o.server.mu.Lock()
	defer o.server.mu.Unlock()
	o.fields["value"] = o.reset
	return nil, nil
}

var anyTime = [6]int{-1, -1, -1, -1, -1, -1}

var clockClass = &class{
	name: "Clock", id: 8, doc: "The time, which is UTC and time_zone minutes until it is set.",
	params: "logical_name, begin=None, end=None, time_zone=0, deviation=60, base=2",
	fields: []field{nameField, {name: "time", kind: kindTime, doc: "(year, month, day, hour, minute, second)."},
		{name: "begin", kind: kindTime, doc: "When daylight saving begins; -1 for any."}, {name: "end", kind: kindTime, doc: "When daylight saving ends."},
		{name: "time_zone", kind: kindInt, low: -i16 - 1, high: i16, doc: "Minutes."}, {name: "deviation", kind: kindInt, low: -i8 - 1, high: i8, doc: "Minutes of daylight saving."},
		{name: "base", kind: kindInt, high: 5, doc: "A constant BASE_*."}, {name: "status", kind: kindInt, high: u8, doc: "Status bits."}, {name: "enabled", kind: kindBool, doc: "Whether daylight saving is on."}},
	defaults: map[string]any{"begin": anyTime, "end": anyTime, "time_zone": int64(0), "deviation": int64(60), "base": int64(2), "status": int64(0), "enabled": false},
	columns: map[int]column{1: nameColumn,
		2: {func(o *cosem) datum { return octets(dateTime(o.now(), byte(o.int("status")))) }, setClock},
		3: intColumn("time_zone", tagInt16, true), 4: intColumn("status", tagUint8, false), 5: timeColumn("begin"), 6: timeColumn("end"),
		7: intColumn("deviation", tagInt8, true), 8: boolColumn("enabled"), 9: intColumn("base", tagEnum, false)},
	actions: clockActions,
	consts:  consts("BASE_NONE=0 BASE_CRYSTAL=1 BASE_FREQUENCY_50=2 BASE_FREQUENCY_60=3 BASE_GPS=4 BASE_RADIO=5"),
}

func setClock(o *cosem, d datum) result {
	t, ok := readDateTime(d)
	if !ok || o.setTime(t) != nil {
		return wrongType
	}
	return success
}

var securityClass = &class{
	name: "SecuritySetup", id: 64, doc: "What protection messages need; the server offers none.", params: "logical_name",
	fields: []field{nameField, {name: "security_policy", kind: kindInt, high: u8, doc: "Constants of SecurityPolicy."},
		{name: "security_suite", kind: kindInt, high: 2, doc: "0, 1 or 2."}, {name: "min_invocation_counter", kind: kindInt, high: u32, doc: "The least counter taken."}},
	defaults: map[string]any{"security_policy": int64(0), "security_suite": int64(0), "min_invocation_counter": int64(0)},
	columns: map[int]column{1: nameColumn, 2: intColumn("security_policy", tagEnum, false), 3: intColumn("security_suite", tagEnum, false),
		4: {get: func(*cosem) datum { return octets(nil) }}, 5: {get: func(*cosem) datum { return octets(nil) }}},
}

// speeds are the speeds that the setup of a line names by a number (IEC 62056-6-2, class 23).
var speeds = []int64{300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200}

var hdlcClass = &class{
	name: "IecHdlcSetup", id: 23, version: 1, doc: "The serial line.",
	params: "logical_name, commSpeed=9600, windowSizeRx=1, windowSizeTx=1, maxInfoLenTx=128, maxInfoLenRx=128, timeout=120, deviceAddr=16",
	fields: []field{nameField, {name: "commSpeed", kind: kindInt, low: 300, high: 115200, doc: "Bits a second."},
		{name: "windowSizeRx", kind: kindInt, low: 1, high: 7, doc: "Frames received before an answer."}, {name: "windowSizeTx", kind: kindInt, low: 1, high: 7, doc: "Frames sent before an answer."},
		{name: "maxInfoLenTx", kind: kindInt, low: 32, high: 2030, doc: "Bytes of a frame sent."}, {name: "maxInfoLenRx", kind: kindInt, low: 32, high: 2030, doc: "Bytes of a frame received."},
		{name: "timeout", kind: kindInt, high: u16, doc: "Seconds without traffic that end a connection."}, {name: "deviceAddr", kind: kindInt, high: u16, doc: "The device's address."}},
	defaults: map[string]any{"commSpeed": int64(9600), "windowSizeRx": int64(1), "windowSizeTx": int64(1), "maxInfoLenTx": int64(128), "maxInfoLenRx": int64(128), "timeout": int64(120), "deviceAddr": int64(16)},
	columns: map[int]column{1: nameColumn, 2: {get: speedCode}, 3: intColumn("windowSizeTx", tagUint8, false), 4: intColumn("windowSizeRx", tagUint8, false),
		5: intColumn("maxInfoLenTx", tagUint16, false), 6: intColumn("maxInfoLenRx", tagUint16, false), 7: {get: func(*cosem) datum { return integer(tagUint16, 25) }},
		8: intColumn("timeout", tagUint16, false), 9: intColumn("deviceAddr", tagUint16, false)},
}

func speedCode(o *cosem) datum {
	code := 0
	for i, s := range speeds {
		if o.int("commSpeed") >= s {
			code = i
		}
	}
	return integer(tagEnum, int64(code))
}

var contextClass = &class{
	name: "DLMSContext", doc: "What a server negotiates.",
	params: "*, conformance=0, maxReceivePduSize=0, maxSendPduSize=0, dlmsVersionNumber=0, qualityOfService=0",
	fields: []field{{name: "conformance", kind: kindInt, high: 1<<24 - 1, doc: "Constants of Conformance."}, {name: "maxReceivePduSize", kind: kindInt, high: u16, doc: "The largest message received; 0 for the default."},
		{name: "maxSendPduSize", kind: kindInt, high: u16, doc: "The largest message sent; 0 for the default."}, {name: "dlmsVersionNumber", kind: kindInt, high: u8, doc: "6."},
		{name: "qualityOfService", kind: kindInt, high: u8, doc: "Not used."}},
	defaults: map[string]any{"conformance": int64(0), "maxReceivePduSize": int64(0), "maxSendPduSize": int64(0), "dlmsVersionNumber": int64(0), "qualityOfService": int64(0)},
}

var associationClass = &class{
	name: "AssociationLogicalName", id: 15, version: 1, doc: "Who may connect, and what they see.", params: "logical_name",
	fields: []field{nameField, {name: "app_context_name", kind: kindBytes, doc: "The name of the application context, or None."}, {name: "secret", kind: kindBytes, doc: "The password, or None."},
		{name: "auth_mechanism", kind: kindText, doc: "'None', 'Low' or 'High'; the server refuses High."}, {name: "objects", kind: kindObjects, doc: "The objects that a client sees; none set for all."},
		{name: "clientSAP", kind: kindInt, high: u16, doc: "The client's address."}, {name: "security_setup", kind: kindSetup, doc: "A SecuritySetup, or None."}, {name: "context", kind: kindContext, doc: "A DLMSContext."}},
	defaults: map[string]any{"app_context_name": []byte(nil), "secret": []byte(nil), "auth_mechanism": "None", "objects": []starlark.Value{}, "clientSAP": int64(defaultSAP), "security_setup": starlark.None, "context": starlark.None},
	columns: map[int]column{1: nameColumn, 2: {get: objectList}, 3: {get: func(o *cosem) datum { return structure(integer(tagInt8, o.int("clientSAP")), integer(tagUint16, 1)) }},
		4: {get: func(*cosem) datum { return octets(contextName) }}, 5: {get: contextInfo}, 6: {get: func(o *cosem) datum { return octets(mechanismName(o.mechanism())) }},
		7: {set: setSecret}, 8: {get: func(*cosem) datum { return integer(tagEnum, 2) }}, 9: {get: securityName}},
}

func setSecret(o *cosem, d datum) result {
	b, ok := d.value.([]byte)
	if !ok {
		return wrongType
	}
	o.fields["secret"] = b
	return success
}

func securityName(o *cosem) datum {
	v, _ := o.fields["security_setup"].(starlark.Value)
	if s := cosemOf(v); s != nil {
		return octets(append([]byte{}, s.name[:]...))
	}
	return octets(make([]byte, 6))
}

// classes are those that scripts can make.
var classes = []*class{dataClass, registerClass, securityClass, associationClass, contextClass, hdlcClass, clockClass}
