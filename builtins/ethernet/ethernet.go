// Package ethernet is the script module ethernet: W5500, DM9051, CH395 and YT8512H, controllers for a
// cable, as QuecPython documents them (python.quectel.com, API reference, ethernet).
//
//	import ethernet
//	nic = ethernet.W5500(b'\x12\x34\x56\x78\x9a\xbc')
//	nic.dhcp()
//	nic.set_up()
//	print(nic.ipconfig())   # [(mac, host name), (type, address, subnet, gateway, DNS, DNS)]
//
// The controllers are simulated. A cable is plugged in, and behind it a DHCP server gives addresses of
// 192.168.1.0/24; a test pulls the cable with quecstar.ethernet_link(False). What sockets send goes
// where it goes without: to the host's own network.
package ethernet

import (
	"fmt"
	"net"
	"strings"

	"quecstar/builtins/quectel"
	"quecstar/harness/script"
)

// What the simulated DHCP server gives, and what a controller has before.
const (
	leased       = "192.168.1.100"
	leasedSubnet = "255.255.255.0"
	leasedRouter = "192.168.1.1"
	leasedDNS    = "192.168.1.1"
	none         = "0.0.0.0"
)

// links is the cable, and the interface that sockets use. The interpreter lock guards it.
type links struct {
	unplugged bool
	standard  string // address of the interface in use, "" for the mobile network's
}

func shared(in *script.Interp) *links { return script.Shared(in, func() *links { return &links{} }) }

// nic is one controller.
type nic struct {
	w                   *links
	mac                 []byte
	ip, subnet, gateway string
	dns                 [2]string
	up                  bool
}

// Module returns the table of the module.
func Module() *script.Module {
	m := &script.Module{Name: "ethernet", Simulated: true, Controls: controls(), Doc: "Controllers for a cable, simulated."}
	for _, name := range []string{"W5500", "DM9051", "CH395", "YT8512H"} {
		m.Classes = append(m.Classes, class(name))
	}
	return m
}

func class(name string) *script.Class {
	k := &script.Class{Name: name, Doc: "The controller " + name + ".",
		Init: script.Func{Name: name, Params: "mac, ip='', subnet='', gateway='', spi_port=-1, spi_cs_pin=-1, extint_pin=-1, reset_pin=-1, work_mode=0",
			Doc: "Sets the controller up with 6 bytes of hardware address.", Call: newNIC},
		Methods: []script.Func{
			{Name: "set_addr", Params: "ip, subnet, gateway", Doc: "Sets a fixed address; returns 0 or -1.", Call: setAddr},
			{Name: "set_dns", Params: "primary_dns, secondary_dns", Doc: "Sets the name servers; returns 0 or -1.", Call: setDNS},
			{Name: "set_up", Doc: "Switches the interface on; returns 0 or -1.", Call: func(c *script.Call) (any, error) {
				n := c.Self.(*nic)
				n.up = true
				return quectel.OK, nil
			}},
			{Name: "set_down", Doc: "Switches the interface off; returns 0.", Call: func(c *script.Call) (any, error) {
				n := c.Self.(*nic)
				n.up = false
				return quectel.OK, nil
			}},
			{Name: "dhcp", Doc: "Asks for an address; returns 0, or -1 without a cable.", Call: dhcp},
			{Name: "ipconfig", Doc: "Returns [(mac, host name), (type, address, subnet, gateway, primary DNS, secondary DNS)].", Call: ipconfig},
			{Name: "set_default_NIC", Params: "ip", Doc: "Has sockets use the interface with an address; returns 0 or -1.", Call: setDefault},
			{Name: "status", Doc: "Returns (controller is there, cable is plugged in, interface is on).", Call: func(c *script.Call) (any, error) {
				n := c.Self.(*nic)
				return script.Tuple{true, !n.w.unplugged, n.up}, nil
			}},
		}}
	if name == "YT8512H" {
		k.Methods = append(k.Methods,
			script.Func{Name: "speed", Doc: "Returns 100, the link's Mbit/s; 0 without a cable.", Call: func(c *script.Call) (any, error) {
				if c.Self.(*nic).w.unplugged {
					return 0, nil
				}
				return 100, nil
			}},
			script.Func{Name: "node", Doc: "Returns [], the neighbours: there are none.", Call: func(*script.Call) (any, error) { return script.List{}, nil }})
	}
	return k
}

func newNIC(c *script.Call) (any, error) {
	n := &nic{w: shared(c.Interp), ip: none, subnet: none, gateway: none, dns: [2]string{none, none}}
	var ip, subnet, gateway string
	if err := c.Unpack(&n.mac, &ip, &subnet, &gateway); err != nil {
		return nil, err
	}
	if len(n.mac) != 6 {
		return nil, script.Raise("ValueError", "a hardware address has 6 bytes, not %d", len(n.mac))
	}
	for _, field := range []struct {
		to   *string
		text string
	}{{&n.ip, ip}, {&n.subnet, subnet}, {&n.gateway, gateway}} {
		if field.text == "" {
			continue
		}
		if net.ParseIP(field.text) == nil {
			return nil, script.Raise("ValueError", "%q is no address", field.text)
		}
		*field.to = field.text
	}
	return n, nil
}

// texts unpacks addresses; ok is false when one is none.
func texts(c *script.Call, n int) (all []string, ok bool, err error) {
	all = make([]string, n)
	dst := make([]any, n)
	for i := range all {
		dst[i] = &all[i]
	}
	if err := c.Unpack(dst...); err != nil {
		return nil, false, err
	}
	for _, text := range all {
		if net.ParseIP(text) == nil {
			return all, false, nil
		}
	}
	return all, true, nil
}

func setAddr(c *script.Call) (any, error) {
	all, ok, err := texts(c, 3)
	if err != nil || !ok {
		return quectel.Failed, err
	}
	n := c.Self.(*nic)
	n.ip, n.subnet, n.gateway = all[0], all[1], all[2]
	return quectel.OK, nil
}

func setDNS(c *script.Call) (any, error) {
	all, ok, err := texts(c, 2)
	if err != nil || !ok {
		return quectel.Failed, err
	}
	n := c.Self.(*nic)
	n.dns = [2]string{all[0], all[1]}
	return quectel.OK, nil
}

func dhcp(c *script.Call) (any, error) {
	n := c.Self.(*nic)
	if n.w.unplugged {
		return quectel.Failed, nil
	}
	n.ip, n.subnet, n.gateway, n.dns = leased, leasedSubnet, leasedRouter, [2]string{leasedDNS, none}
	return quectel.OK, nil
}

func ipconfig(c *script.Call) (any, error) {
	n := c.Self.(*nic)
	parts := make([]string, len(n.mac))
	for i, b := range n.mac {
		parts[i] = fmt.Sprintf("%02X", b)
	}
	return script.List{script.Tuple{strings.Join(parts, "-"), "quectel_eth"},
		script.Tuple{4, n.ip, n.subnet, n.gateway, n.dns[0], n.dns[1]}}, nil
}

func setDefault(c *script.Call) (any, error) {
	all, ok, err := texts(c, 1)
	if err != nil || !ok {
		return quectel.Failed, err
	}
	c.Self.(*nic).w.standard = all[0]
	return quectel.OK, nil
}

// Control is what a test does to the cable.
func controls() []script.Func {
	return []script.Func{{Name: "ethernet_link", Params: "plugged", Doc: "Plugs the Ethernet cable in, or pulls it.", Call: func(c *script.Call) (any, error) {
		plugged := true
		if err := c.Unpack(&plugged); err != nil {
			return nil, err
		}
		shared(c.Interp).unplugged = !plugged
		return nil, nil
	}}}
}
