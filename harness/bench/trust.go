package bench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
)

// The limits of a run that sets none, which a bench file that was merely found cannot raise.
const (
	DefaultRecursion = 1000
	DefaultMemoryMB  = 1024
)

// A right says what a value of a key asks for that a script may not do itself; "" is nothing.
type right func(b *Bench, value any) string

// rights classifies every key, with * for the names that a file chooses itself. A bench file that lies
// beside a stranger's script is as much the stranger's as the script is. So a file that was merely found
// has the rights of the script: its own tree, the embedded servers, the default limits. Whatever the key,
// "env:NAME" asks for the user's environment.
var rights = map[string]right{
	"files":        ownFolder,
	"capabilities": harmless,

	"device.kind":         ownDevice,
	"device.id":           harmless,
	"device.secret":       harmless,
	"device.product":      harmless,
	"device.imei":         harmless,
	"device.model":        harmless,
	"device.serial":       harmless,
	"device.firmware":     harmless,
	"device.imsi":         harmless,
	"device.iccid":        harmless,
	"device.phone":        harmless,
	"device.pin":          harmless,
	"device.no_sim":       harmless,
	"device.csq":          harmless,
	"device.lac":          harmless,
	"device.cell":         harmless,
	"device.voltage":      harmless,
	"device.ip":           harmless,
	"device.apn":          harmless,
	"device.unregistered": harmless,
	"device.urc_port":     harmless, // Parse takes names alone: it becomes part of a command
	"device.buffered":     harmless,

	"sim.quoted_publish":        harmless,
	"sim.no_receive_length":     harmless,
	"sim.no_mqtt":               harmless,
	"sim.urc_port":              harmless,
	"sim.no_raw_paste":          harmless,
	"sim.deaf":                  harmless,
	"sim.drops_input":           harmless,
	"sim.refuse":                harmless,
	"sim.silent_exec":           harmless,
	"sim.open_publish":          harmless,
	"sim.early_result":          harmless,
	"sim.glued_urc":             harmless,
	"sim.stat_after_disconnect": harmless,
	"sim.reply_delay":           harmless,
	"sim.reply_jitter":          harmless,
	"sim.seed":                  harmless,
	"sim.autobaud":              harmless,
	"sim.fixed_echo":            harmless,
	"sim.echoes_payload":        harmless,

	"cloud.strict":          harmless,
	"cloud.command_timeout": harmless,
	"cloud.ca":              ownKey,
	"cloud.state":           ownState,
	"cloud.limits":          harmless,
	"cloud.access_keys.*":   harmless,
	"cloud.device.id":       harmless,
	"cloud.device.secret":   harmless,
	"cloud.device.product":  harmless,
	"cloud.device.gateway":  harmless,

	"cloud.product.id":                       harmless,
	"cloud.product.name":                     harmless,
	"cloud.product.topics":                   harmless,
	"cloud.product.service.id":               harmless,
	"cloud.product.service.property.name":    harmless,
	"cloud.product.service.property.type":    harmless,
	"cloud.product.service.property.method":  harmless,
	"cloud.product.service.property.unit":    harmless,
	"cloud.product.service.property.min":     harmless,
	"cloud.product.service.property.max":     harmless,
	"cloud.product.service.property.length":  harmless,
	"cloud.product.service.property.values":  harmless,
	"cloud.product.service.property.default": harmless,
	"cloud.product.service.command.name":     harmless,
	"cloud.product.service.command.paras.*":  harmless,

	"command.service": harmless,
	"command.name":    harmless,
	"command.paras.*": harmless,
	"command.message": harmless,
	"command.after":   harmless,

	"action.*": ownFiles, // the functions are the script's own
	"hosts.*":  embeddedServer,
	"uart.*":   noPort,

	"limits.timeout":   harmless,
	"limits.steps":     harmless,
	"limits.recursion": atMost(DefaultRecursion),
	"limits.memory_mb": atMost(DefaultMemoryMB),
	"limits.restarts":  harmless,
}

func harmless(*Bench, any) string { return "" }

// ownDevice refuses ports of this host, and files: a tape is looked for where the user stands.
func ownDevice(_ *Bench, value any) string {
	kind, port, _ := strings.Cut(value.(string), ":")
	switch {
	case kind == "tape":
		return "a tape on this host"
	case port != "" && port != "sim":
		return "a port of this host"
	}
	return ""
}

// ownKey refuses a certificate authority whose key others may hold.
func ownKey(_ *Bench, value any) string {
	if value == "" {
		return ""
	}
	return "a folder that keeps the key of a certificate authority"
}

// ownState refuses a file that is written wherever it lies.
func ownState(_ *Bench, value any) string {
	if value == "" {
		return ""
	}
	return "a file of this host that is written"
}

func noPort(_ *Bench, value any) string {
	if value == "loopback" {
		return ""
	}
	return "a port of this host"
}

func embeddedServer(_ *Bench, value any) string {
	switch value {
	case "iotda", "plain":
		return ""
	case "live":
		return "the host itself in the place of an embedded server"
	}
	return "a server of its own choice in the place of an embedded one"
}

func atMost(most uint64) right {
	return func(_ *Bench, value any) string {
		v := reflect.ValueOf(value)
		if v.CanInt() && v.Int() <= int64(most) || v.CanUint() && v.Uint() <= most {
			return ""
		}
		return fmt.Sprintf("more than the %d that a run has by default", most)
	}
}

// ownFolder allows a tree of earlier runs, or one that begins: the script must not get at what else lies
// beneath the bench file, such as a .git, to write there.
func ownFolder(b *Bench, value any) string {
	name := value.(string)
	if name == "" {
		return ""
	}
	if !b.holds(name) {
		return "a folder outside of the bench file's own"
	}
	entries, err := os.ReadDir(filepath.Join(filepath.Dir(b.Path), name))
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	if err != nil {
		return "a folder that cannot be read"
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() == "usr" {
			return ""
		}
	}
	if len(entries) > 0 {
		return "a folder with other files than those of earlier runs"
	}
	return ""
}

// ownFiles allows "file:NAME" for what lies beneath the bench file.
func ownFiles(b *Bench, value any) (asks string) {
	texts(reflect.ValueOf(value), func(text string) {
		if name, ok := strings.CutPrefix(text, "file:"); ok && !b.holds(name) {
			asks = "a file outside of the bench file's own folder"
		}
	})
	return asks
}

// holds reports whether a path leads to what is beneath the bench file's folder, or would be, with no
// link on the way.
func (b *Bench) holds(name string) bool {
	if !filepath.IsLocal(name) || filepath.Clean(name) == "." {
		return false
	}
	for p := filepath.Clean(name); p != "."; p = filepath.Dir(p) {
		info, err := os.Lstat(filepath.Join(filepath.Dir(b.Path), p))
		if err != nil && !errors.Is(err, os.ErrNotExist) || err == nil && !info.IsDir() && !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}

// texts visits the strings in a value of a bench file.
func texts(v reflect.Value, visit func(string)) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		texts(v.Elem(), visit)
	case reflect.String:
		visit(v.String())
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			texts(v.Index(i), visit)
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			texts(entries.Value(), visit)
		}
	}
}

// checkRights is an error for every value that asks for more than a script may. It comes before the
// environment is read.
func (b *Bench) checkRights() error {
	var errs []error
	values(reflect.ValueOf(b).Elem(), "", "", func(class, path string, value any) {
		asks := "something that nobody has classified"
		if r, ok := rights[class]; ok {
			asks = r(b, value)
		}
		texts(reflect.ValueOf(value), func(text string) {
			if name, ok := strings.CutPrefix(text, "env:"); ok {
				asks = "the environment variable " + name
			}
		})
		if asks != "" {
			errs = append(errs, fmt.Errorf("%s: %s = %s asks for %s", b.where(path), path, shortened(value), asks))
		}
	})
	if len(errs) == 0 {
		return nil
	}
	return errors.Join(append(errs,
		fmt.Errorf("a bench file that was found, not named, may do what the script itself may: "+
			"when you trust it, name it with --bench %s, or allow what is found with --trust", b.Path))...)
}

// shortened is a value for people.
func shortened(value any) string {
	const most = 60
	text := fmt.Sprint(value)
	if s, ok := value.(string); ok {
		text = fmt.Sprintf("%q", s)
	}
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// values visits what a bench file says: the key as rights has it, its path in the file, and the value.
func values(v reflect.Value, class, path string, visit func(class, path string, value any)) {
	join := func(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }
	switch {
	case v.Type() == reflect.TypeFor[Action]():
		e := v.Interface().(Action)
		visit(class+".*", join(path, e.Function), e.Value)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Tag.Get("toml"); name != "" && name != "-" {
				values(v.Field(i), join(class, name), join(path, name), visit)
			}
		}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		for i := range v.Len() {
			values(v.Index(i), class, fmt.Sprintf("%s[%d]", path, i), visit)
		}
	case v.Kind() == reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			visit(class+".*", join(path, key.String()), v.MapIndex(key).Interface())
		}
	case !v.IsZero(): // what is left out asks for nothing
		visit(class, path, v.Interface())
	}
}
