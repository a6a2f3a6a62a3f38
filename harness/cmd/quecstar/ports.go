package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"quecstar/harness/serial"
)

func newPorts(p *process) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "ports",
		Short: "list serial ports, and what each interface of a Quectel module is for",
		Args:  none,
		RunE: func(*cobra.Command, []string) error {
			all, err := serial.List()
			if err != nil {
				return err
			}
			return printPorts(p, all, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write a JSON array")
	return c
}

func printPorts(p *process, all []serial.Info, asJSON bool) error {
	if asJSON {
		if all == nil {
			all = []serial.Info{}
		}
		e := json.NewEncoder(p.stdout)
		e.SetIndent("", "  ")
		return e.Encode(all)
	}
	if len(all) == 0 {
		say(p, "no serial port on this machine; sim, a virtual module, can stand in for one")
		return nil
	}
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "PORT\tUSB\tSERIAL\tIF\tROLE\tMODULE")
	for _, i := range all {
		_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", i.Name, usbID(i), dash(i.Serial), interfaceText(i), roleText(i),
			dash(i.Module+productText(i)))
	}
	return t.Flush()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func usbID(i serial.Info) string {
	if i.VID == "" {
		return "-"
	}
	return i.VID + ":" + i.PID
}

func interfaceText(i serial.Info) string {
	if i.Interface < 0 {
		return "-"
	}
	return fmt.Sprint(i.Interface)
}

func roleText(i serial.Info) string {
	switch {
	case i.Role != "":
		return fmt.Sprintf("%s: %s", i.Role, i.Role.Explain())
	case i.Module != "":
		return "unknown"
	}
	return "-"
}

// productText is what a device says that is no module of Quectel's.
func productText(i serial.Info) string {
	if i.Module != "" || i.Product == "" {
		return ""
	}
	return i.Product
}
