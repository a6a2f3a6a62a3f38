// Package dlms is the script module dlms: a meter that is read by DLMS/COSEM.
//
//	import dlms
//	energy = dlms.Register("1.0.1.8.0.255", 0, unit=dlms.Unit.ACTIVE_ENERGY, scaler=0)
//	meter = dlms.AssociationLogicalName("0.0.40.0.1.255")
//	meter.objects = [energy]
//	dlms.uart_open(2)
//	dlms.run()
//
// The server answers on a serial port that the bench leads to one of the host, and in handle_request:
// frames of HDLC (IEC 62056-46) and of the wrapper for TCP and UDP (IEC 62056-47). It does
// associations by logical names without or with a password, get, get with a list and in blocks, set, set
// with a list, and action (IEC 62056-5-3), for the classes that scripts make (IEC 62056-6-2). Names and
// constants are those of the vendor's stubs; what those leave open is in guess.go. What a client does is
// told on the event stream.
package dlms

import (
	"context"
	"io"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	m := &script.Module{
		Name: "dlms",
		Doc:  "A meter that is read by DLMS/COSEM.",
		Funcs: []script.Func{
			{Name: "run", Doc: "Starts the server; returns 0, or -1 when it runs.", Call: run},
			{Name: "stop", Doc: "Stops the server; returns 0.", Call: stop},
			{Name: "handle_request", Params: "recv_buff, recv_buff_len", Doc: "Answers what came from a line or a socket; returns the answer, empty for none.", Call: handleRequest},
			{Name: "get_all_objects", Doc: "Returns the list of the objects.", Call: allObjects},
			{Name: "print_all_objects", Doc: "Prints the objects, one a line.", Call: printObjects},
			{Name: "set_default_clock", Params: "clock", Doc: "Sets the device's clock.", Call: setDefaultClock},
			{Name: "set_serial_number", Params: "serial", Doc: "Sets the serial number, which is in the device's name.", Call: setSerial},
			{Name: "get_serial_number", Doc: "Returns the serial number.", Call: getSerial},
			{Name: "set_flag_id", Params: "flag_id", Doc: "Sets the maker's three letters.", Call: setFlagID},
			{Name: "get_flag_id", Doc: "Returns the maker's three letters.", Call: getFlagID},
			{Name: "set_hdlc", Params: "cfg", Doc: "Sets up the line by an IecHdlcSetup.", Call: setHDLC},
			{Name: "uart_open", Params: "port=None", Doc: "Opens a port, UART2 unless given; returns 0 or -1.", Call: uartOpen, Simulated: true},
			{Name: "uart_close", Doc: "Closes the port; returns 0.", Call: uartClose, Simulated: true},
		},
		Classes: []*script.Class{
			enum("Conformance", "The services of an association, to be combined.", conformanceConsts),
			enum("Unit", "The units of registers.", unitConsts),
			enum("SecurityPolicy", "The protection of messages, to be combined.", policyConsts),
		},
	}
	for _, c := range classes {
		m.Classes = append(m.Classes, c.table())
	}
	return m
}

func run(c *script.Call) (any, error) {
	s := shared(c.Interp)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running {
		return quectel.Failed, nil
	}
	s.running = true
	return quectel.OK, nil
}

func stop(c *script.Call) (any, error) {
	s := shared(c.Interp)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = false
	for _, one := range s.clients {
		one.close()
	}
	return quectel.OK, nil
}

// handleRequest needs no running server: it is what a script calls that has a transport of its own.
func handleRequest(c *script.Call) (any, error) {
	var data []byte
	var n int
	if err := c.Unpack(&data, &n); err != nil {
		return nil, err
	}
	if n < 0 || n > len(data) {
		return nil, script.Raise("ValueError", "recv_buff_len is %d of %d bytes", n, len(data))
	}
	s := shared(c.Interp)
	data = append([]byte(nil), data[:n]...)
	var answer []byte
	err := c.Block(func(context.Context) error { answer, _ = s.handle(data); return nil })
	return object.NewBytearray(answer), err
}

func allObjects(c *script.Call) (any, error) {
	s := shared(c.Interp)
	s.mu.Lock()
	defer s.mu.Unlock()
	out := script.List{}
	for _, o := range s.objects {
		out = append(out, o.table.NewInstance(c.Interp, o))
	}
	return out, nil
}

func printObjects(c *script.Call) (any, error) {
	s := shared(c.Interp)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.objects {
		if _, err := io.WriteString(c.Interp.Stdout(), o.class.name+" "+o.name.String()+"\n"); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// objectArg is the argument, which must be an object of a class.
func objectArg(c *script.Call, want *class) (*cosem, error) {
	var v starlark.Value
	if err := c.Unpack(&v); err != nil {
		return nil, err
	}
	o := cosemOf(v)
	if o == nil || o.class != want {
		return nil, script.Raise("TypeError", "%s is wanted, not %s", want.name, object.TypeName(v))
	}
	return o, nil
}

func setDefaultClock(c *script.Call) (any, error) {
	o, err := objectArg(c, clockClass)
	if err != nil {
		return nil, err
	}
	s := shared(c.Interp)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = o
	return nil, nil
}

func setHDLC(c *script.Call) (any, error) {
	o, err := objectArg(c, hdlcClass)
	if err != nil {
		return nil, err
	}
	s := shared(c.Interp)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setup = o
	return nil, nil
}

func setSerial(c *script.Call) (any, error) {
	var n int64
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, script.Raise("ValueError", "serial is %d; it must not be negative", n)
	}
	s := shared(c.Interp)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial = n
	return nil, nil
}

func getSerial(c *script.Call) (any, error) {
	s := shared(c.Interp)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.serial, nil
}

func setFlagID(c *script.Call) (any, error) {
	var id string
	if err := c.Unpack(&id); err != nil {
		return nil, err
	}
	if len(id) != 3 {
		return nil, script.Raise("ValueError", "flag_id is %q; it has three letters", id)
	}
	s := shared(c.Interp)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flagID = id
	return nil, nil
}

func getFlagID(c *script.Call) (any, error) {
	s := shared(c.Interp)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flagID, nil
}
