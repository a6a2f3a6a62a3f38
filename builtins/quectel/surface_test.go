package quectel_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"quecstar/builtins/checknet"
	"quecstar/builtins/datacall"
	"quecstar/builtins/dlms"
	"quecstar/builtins/machine"
	"quecstar/builtins/misc"
	"quecstar/builtins/modem"
	"quecstar/builtins/net"
	"quecstar/builtins/qth"
	"quecstar/builtins/sim"
	"quecstar/builtins/umqtt"
	"quecstar/harness/script"
)

// names are what a module offers, "Class.method" too, with their parameter lists.
func names(m *script.Module) map[string]string {
	all := map[string]string{}
	for _, f := range m.Funcs {
		all[f.Name] = f.Params
	}
	for _, k := range m.Consts {
		all[k.Name] = ""
	}
	for _, c := range m.Classes {
		all[c.Name] = ""
		all[c.Name+".__init__"] = c.Init.Params
		for _, f := range c.Methods {
			all[c.Name+"."+f.Name] = f.Params
		}
		for _, k := range append(slices.Clip(c.Consts), c.Attrs...) {
			all[c.Name+"."+k.Name] = ""
		}
	}
	return all
}

// paramNames drops defaults, and *args, which our tables spell out.
func paramNames(list string) []string {
	var out []string
	for p := range strings.SplitSeq(strings.Trim(list, "()"), ",") {
		if name, _, _ := strings.Cut(strings.TrimSpace(p), "="); name != "" && !strings.HasPrefix(name, "*") {
			out = append(out, name)
		}
	}
	return out
}

// Every name of the vendor's is there and takes the vendor's arguments in the vendor's order.
func TestTheVendorsSurfaceIsThere(t *testing.T) {
	modules := map[string]*script.Module{"umqtt": umqtt.Module(), "modem": modem.Module(), "sim": sim.Module(), "net": net.Module(),
		"checkNet": checknet.Module(), "dataCall": datacall.Module(), "misc": misc.Module(), "machine": machine.Module(), "dlms": dlms.Module()}
	for _, m := range qth.Modules() {
		modules[m.Name] = m
	}
	text, err := os.ReadFile("testdata/surface.tsv")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(fields) != 4 {
			continue
		}
		module, sub, _ := strings.Cut(fields[0], ".")
		name := fields[2]
		if sub != "" {
			name = sub + "." + name
		}
		have := names(modules[module])
		params, ok := have[name]
		checked++
		if !ok {
			t.Errorf("%s has no %s", module, name)
			continue
		}
		want, got := paramNames(fields[3]), paramNames(params)
		if len(got) >= len(want) {
			got = got[:len(want)]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s.%s takes (%s), want %s", module, name, params, fields[3])
		}
	}
	if checked < 100 {
		t.Errorf("only %d names checked", checked)
	}
}
