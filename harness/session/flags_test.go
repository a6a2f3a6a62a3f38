package session

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// someValue gives an option a value.
func someValue(t *testing.T, option any) {
	switch o := option.(type) {
	case *int:
		*o = 9600
	case *uint64:
		*o = 7
	case *bool:
		*o = true
	case *string:
		*o = "file"
	case *[]string:
		*o = []string{"1.1=file"}
	case *time.Duration:
		*o = time.Second
	default:
		t.Fatalf("no sample of %T", option)
	}
}

// TestFlagsFitTheKind: a flag is for those kinds of device whose rows name it, and refused on all others.
func TestFlagsFitTheKind(t *testing.T) {
	var names []string
	for _, f := range someKinds {
		names = append(names, f.name)
		if len(withFlag(f.name)) == 0 {
			t.Errorf("--%s is for no kind of device", f.name)
		}
		for _, k := range Kinds() {
			device := strings.ReplaceAll(k.Form(), "PORT", "sim")
			o := Options{}
			someValue(t, f.option(&o))
			o.Remote = o.Remote || o.RemoveUploads && slices.Contains(k.Flags, "remote")
			fits := slices.Contains(k.Flags, f.name)
			err := CheckFlags(o, device)
			if (err == nil) != fits {
				t.Errorf("--%s on %s: %v", f.name, device, err)
			}
			if err != nil && !strings.Contains(err.Error(), "--"+f.name+" does nothing on the device "+device) {
				t.Errorf("--%s on %s: %v", f.name, device, err)
			}
			if got := o.For(device); given(f.option(&got)) != fits {
				t.Errorf("--%s for a run on %s: %+v", f.name, device, got)
			}
			// Of two devices that are compared, it is for one.
			o.Remote = o.Remote || o.RemoveUploads
			if err := CheckFlags(o, device, withFlag(f.name)[0].Form()); err != nil {
				t.Errorf("--%s on %s and another: %v", f.name, device, err)
			}
		}
	}
	for _, k := range Kinds() {
		for _, name := range k.Flags {
			if !slices.Contains(names, name) {
				t.Errorf("%s has the flag --%s, which no option is known of", k.Name, name)
			}
		}
	}
	for _, f := range notRemote {
		o := Options{Remote: true}
		someValue(t, f.option(&o))
		if err := CheckFlags(o, "repl:sim"); err == nil || !strings.HasPrefix(err.Error(), "--"+f.name+" does nothing with --remote") {
			t.Errorf("--%s with --remote: %v", f.name, err)
		}
	}
	if err := CheckFlags(Options{RemoveUploads: true}, "repl:sim"); err == nil {
		t.Error("--remove-uploads without --remote is taken")
	}
	if plain := (Options{}); !reflect.DeepEqual(plain.For("direct"), Options{Device: "direct"}) {
		t.Error("options change")
	}
}
