// Package bench reads the bench file: one named set-up of device identity, device kind, cloud,
// hosts and secrets.
package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Name is what a bench file is called where it is looked for.
const Name = "bench.toml"

// Bench is a bench file. The zero value is a bench without one: everything by default.
type Bench struct {
	// Path is the file, "" for none.
	Path string `toml:"-"`
	// Device is what answers for the module.
	Device Device `toml:"device"`
	// Cloud is the embedded cloud.
	Cloud Cloud `toml:"cloud"`
	// Commands are what the cloud sends once the device is active.
	Commands []Command `toml:"command"`
	// Schedule is what happens around the module.
	Schedule []Action `toml:"action"`
	// Hosts say who answers for a host name: "iotda", "plain", "live" or an address host:port.
	Hosts map[string]string `toml:"hosts"`
	// UART says what is behind a UART, by its number: "loopback" or a port of this host.
	UART map[string]string `toml:"uart"`
	// Files is the folder that holds a script's files; "" for a new one that is removed behind the
	// run. FilesDir is where it lies.
	Files string `toml:"files"`
	// Capabilities are names of what the bench has beside, such as a relay, for tests that need bench.NAME.
	Capabilities []string `toml:"capabilities"`
	// Sim is how the virtual module behaves.
	Sim Sim `toml:"sim"`
	// Limits end runs.
	Limits Limits `toml:"limits"`

	secrets []string
	lines   map[string]int // of its keys, as keyLines finds them
}

// Device is the [device] table. What is left out takes a plausible default.
type Device struct {
	// Kind is what answers for the module: "direct".
	Kind string `toml:"kind"`
	// ID and Secret are the device's registration at the cloud; {imei} in the id stands for the IMEI.
	ID     string `toml:"id"`
	Secret string `toml:"secret"`
	// Product is the id of the product, one of [[cloud.product]].
	Product string `toml:"product"`

	IMEI         string `toml:"imei"`
	Model        string `toml:"model"`
	Serial       string `toml:"serial"`
	Firmware     string `toml:"firmware"`
	IMSI         string `toml:"imsi"`
	ICCID        string `toml:"iccid"`
	Phone        string `toml:"phone"`
	PIN          string `toml:"pin"`
	NoSIM        bool   `toml:"no_sim"`
	CSQ          int    `toml:"csq"`
	LAC          int    `toml:"lac"`
	Cell         int    `toml:"cell"`
	Voltage      int    `toml:"voltage"`
	IP           string `toml:"ip"`
	APN          string `toml:"apn"`
	Unregistered bool   `toml:"unregistered"`

	// URCPort is what AT+QURCCFG calls the port that a device of the kind "at" is on.
	URCPort string `toml:"urc_port"`
	// Buffered has such a device keep MQTT messages in its buffers until they are fetched.
	Buffered bool `toml:"buffered"`
}

// Sim is the [sim] table: how the virtual module differs from an EC800M.
type Sim struct {
	QuotedPublish   bool     `toml:"quoted_publish"`
	NoReceiveLength bool     `toml:"no_receive_length"`
	NoMQTT          bool     `toml:"no_mqtt"`
	URCPort         string   `toml:"urc_port"`
	OpenPublish     bool     `toml:"open_publish"`
	EarlyResult     bool     `toml:"early_result"`
	GluedURC        bool     `toml:"glued_urc"`
	StatAfterDisc   bool     `toml:"stat_after_disconnect"`
	ReplyDelay      Duration `toml:"reply_delay"`
	ReplyJitter     Duration `toml:"reply_jitter"`
	Seed            uint64   `toml:"seed"`
	Autobaud        bool     `toml:"autobaud"`
	FixedEcho       bool     `toml:"fixed_echo"`
	EchoesPayload   bool     `toml:"echoes_payload"`
	NoRawPaste      bool     `toml:"no_raw_paste"`
	Deaf            Duration `toml:"deaf"`
	DropsInput      bool     `toml:"drops_input"`
	Refuse          bool     `toml:"refuse"`
	SilentExec      bool     `toml:"silent_exec"`
}

// Cloud is the [cloud] table.
type Cloud struct {
	// Strict refuses devices that are not registered.
	Strict bool `toml:"strict"`
	// CommandTimeout is how long a command waits for its response; 20 s when left out.
	CommandTimeout Duration `toml:"command_timeout"`
	// CA is the folder that keeps the authority behind MQTTS; "" for a new one in every run. CADir is where
	// it lies.
	CA string `toml:"ca"`
	// State is the file that keeps everything that the cloud knows; "" for a new one in every run. StateFile is where
	// it lies.
	State string `toml:"state"`
	// Limits keeps the platform's limits of rates and numbers.
	Limits bool `toml:"limits"`
	// AccessKeys are secret keys by access key; when there are some, calls of the application API must be
	// signed.
	AccessKeys map[string]string `toml:"access_keys"`
	// Products are the product models.
	Products []Product `toml:"product"`
	// Devices are registered besides the bench's own.
	Devices []Registered `toml:"device"`
}

// Registered is a [[cloud.device]].
type Registered struct {
	ID      string `toml:"id"`
	Secret  string `toml:"secret"`
	Product string `toml:"product"`
	// Gateway is the id of the device, listed before, that this one is behind; "" for one that connects
	// itself.
	Gateway string `toml:"gateway"`
}

// Product is a [[cloud.product]].
type Product struct {
	ID       string    `toml:"id"`
	Name     string    `toml:"name"`
	Topics   []string  `toml:"topics"`
	Services []Service `toml:"service"`
}

// Service is a [[cloud.product.service]].
type Service struct {
	ID         string     `toml:"id"`
	Properties []Property `toml:"property"`
	Commands   []Model    `toml:"command"`
}

// Property is a property of a service.
type Property struct {
	Name    string   `toml:"name"`
	Type    string   `toml:"type"`
	Method  string   `toml:"method"`
	Unit    string   `toml:"unit"`
	Min     string   `toml:"min"`
	Max     string   `toml:"max"`
	Length  int      `toml:"length"`
	Values  []string `toml:"values"`
	Default any      `toml:"default"`
}

// Model is a command of a service, with its parameters by name.
type Model struct {
	Name  string          `toml:"name"`
	Paras map[string]Para `toml:"paras"`
}

// Command is a [[command]]: a command, or with message a message on messages/down.
type Command struct {
	Service string         `toml:"service"`
	Name    string         `toml:"name"`
	Paras   map[string]any `toml:"paras"`
	// Message is the content of a message: a string or a table.
	Message any `toml:"message"`
	// After is how long after the device became active it is sent.
	After Duration `toml:"after"`
}

// String names the command for people.
func (c Command) String() string {
	if c.Message != nil {
		text, err := json.Marshal(c.Message)
		if err != nil {
			return "the message"
		}
		return fmt.Sprintf("the message %.60s", text)
	}
	return "the command " + c.Name
}

// Limits is the [limits] table.
type Limits struct {
	Timeout   Duration `toml:"timeout"`
	Steps     uint64   `toml:"steps"`
	Recursion int      `toml:"recursion"`
	MemoryMB  uint64   `toml:"memory_mb"`
	// Restarts is how often a script may restart its module within a run; see MostRestarts.
	Restarts int `toml:"restarts"`
}

// defaultRestarts is many for an upgrade, and ends a script soon that does nothing but restart.
const defaultRestarts = 10

// MostRestarts is how often a script may restart its module within a run.
func (l Limits) MostRestarts() int {
	if l.Restarts == 0 {
		return defaultRestarts
	}
	return l.Restarts
}

// Duration is a time such as "90s"; a number alone is seconds.
type Duration time.Duration

// UnmarshalTOML reads a string or a number.
func (d *Duration) UnmarshalTOML(data any) error {
	switch data.(type) {
	case string, int64, float64:
	default:
		return fmt.Errorf("a duration is a string such as \"90s\" or a number of seconds, not %s", kindOf(data))
	}
	v, err := ParseDuration(fmt.Sprint(data))
	*d = Duration(v)
	return err
}

// ParseDuration reads the form of time.ParseDuration, such as 90s or 1m30s, or a number of seconds. A
// duration is not negative.
func ParseDuration(text string) (time.Duration, error) {
	unit := ""
	if strings.Trim(text, "0123456789.") == "" {
		unit = "s"
	}
	v, err := time.ParseDuration(text + unit)
	if err != nil || v < 0 {
		return 0, fmt.Errorf("%q is no duration such as \"90s\"", text)
	}
	return v, nil
}

// Find looks for a bench file in dir and upwards; "" when there is none.
func Find(dir string) string {
	for {
		path := filepath.Join(dir, Name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// FilesDir is Files, seen from the folder of the bench file.
func (b *Bench) FilesDir() string { return b.beside(b.Files) }

// CADir is Cloud.CA, seen from the folder of the bench file.
func (b *Bench) CADir() string { return b.beside(b.Cloud.CA) }

// StateFile is Cloud.State, seen from the folder of the bench file.
func (b *Bench) StateFile() string { return b.beside(b.Cloud.State) }

func (b *Bench) beside(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(b.Path), name)
}

// fromEnvironment replaces "env:NAME" and remembers what must not be shown.
func (b *Bench) fromEnvironment(env func(string) string) error {
	fields := map[string]*string{"device.secret": &b.Device.Secret, "device.id": &b.Device.ID,
		"device.imei": &b.Device.IMEI}
	for i := range b.Cloud.Devices {
		fields[fmt.Sprintf("cloud.device %d, secret", i+1)] = &b.Cloud.Devices[i].Secret
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		value, err := fromEnvironment(key, *fields[key], env)
		if err != nil {
			return err
		}
		*fields[key] = value
		if strings.HasSuffix(key, "secret") && value != "" {
			b.secrets = append(b.secrets, value)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.Cloud.AccessKeys)) {
		key := "cloud.access_keys." + id
		value, err := fromEnvironment(key, b.Cloud.AccessKeys[id], env)
		if err == nil && value == "" {
			err = fmt.Errorf("%s: the secret key is empty", key)
		}
		if err != nil {
			return err
		}
		b.Cloud.AccessKeys[id] = value
		b.secrets = append(b.secrets, value)
	}
	return nil
}

// fromEnvironment is the value of a key, from the environment if it is "env:NAME".
func fromEnvironment(key, value string, env func(string) string) (string, error) {
	name, ok := strings.CutPrefix(value, "env:")
	if !ok {
		return value, nil
	}
	if value = env(name); value == "" {
		return "", fmt.Errorf("%s: the environment variable %s is not set", key, name)
	}
	return value, nil
}

// Secrets are the values that must not be shown.
func (b *Bench) Secrets() []string { return b.secrets }

// The greatest limits: beyond, the stack of a Go program ends, and its address space.
const (
	maxRecursion = 20_000
	maxMemoryMB  = 1 << 20
)

// portName is what firmware calls its ports, or nothing.
var portName = regexp.MustCompile(`^\w*$`)

// lastUART is the number of the last serial port that QuecPython's machine.UART names.
const lastUART = "4"

// check finds mistakes that the form does not show.
func (b *Bench) check() error {
	products := map[string]bool{}
	for i, p := range b.Cloud.Products {
		path := fmt.Sprintf("cloud.product[%d]", i)
		if p.ID == "" {
			return fmt.Errorf("%s: [[cloud.product]]: it needs an id", b.where(path))
		}
		products[p.ID] = true
		if err := b.checkModel(p, path); err != nil {
			return err
		}
	}
	if p := b.Device.Product; p != "" && !products[p] {
		return fmt.Errorf("%s: [device] product: there is no [[cloud.product]] with the id %q", b.where("device.product"), p)
	}
	if ip := b.Device.IP; ip != "" {
		if _, err := netip.ParseAddr(ip); err != nil {
			return b.keyError("device.ip", fmt.Errorf("%q is no IP address", ip))
		}
	}
	for i, c := range b.Commands {
		if err := b.checkCommand(c, fmt.Sprintf("command[%d]", i)); err != nil {
			return err
		}
	}
	for i, a := range b.Schedule {
		if err := a.check(); err != nil {
			return fmt.Errorf("%s: %w", b.where(fmt.Sprintf("action[%d].%s", i, a.Function)), err)
		}
	}
	return b.checkAround()
}

// checkAround looks at who is around the module.
func (b *Bench) checkAround() error {
	for path, name := range map[string]string{"device.urc_port": b.Device.URCPort, "sim.urc_port": b.Sim.URCPort} {
		if !portName.MatchString(name) {
			return b.keyError(path, fmt.Errorf("%q is no name such as usbat or uart1", name))
		}
	}
	if l := b.Limits; l.Recursion < 0 || l.Recursion > maxRecursion {
		return b.keyError("limits.recursion",
			fmt.Errorf("%d is not between 0, the default, and %d", l.Recursion, maxRecursion))
	}
	if b.Limits.Restarts < 0 {
		return b.keyError("limits.restarts", fmt.Errorf("%d is less than 0, the default", b.Limits.Restarts))
	}
	if l := b.Limits; l.MemoryMB > maxMemoryMB {
		return b.keyError("limits.memory_mb", fmt.Errorf("%d is more than %d", l.MemoryMB, maxMemoryMB))
	}
	for _, port := range slices.Sorted(maps.Keys(b.UART)) {
		if len(port) != 1 || port < "0" || port > lastUART {
			return fmt.Errorf("%s: [uart] %q: there is no such port: 0 to %s are", b.where("uart."+port), port, lastUART)
		}
	}
	for _, host := range slices.Sorted(maps.Keys(b.Hosts)) {
		if to := b.Hosts[host]; to != "iotda" && to != "plain" && to != "live" && !strings.Contains(to, ":") {
			return fmt.Errorf("%s: [hosts] %q: %q is neither iotda, plain, live nor an address host:port",
				b.where("hosts."+host), host, to)
		}
	}
	return nil
}

// checkCommand looks at what the cloud is to send.
func (b *Bench) checkCommand(c Command, path string) error {
	switch c.Message.(type) {
	case nil:
		if c.Name == "" {
			return fmt.Errorf("%s: [[command]]: it needs a name or a message", b.where(path))
		}
		return nil
	case string, map[string]any:
	default:
		return b.wrongType(path+".message", "a string or a table", c.Message)
	}
	if c.Paras != nil {
		return b.keyError(path+".paras", errors.New("a message has no parameters: what it says is all in message"))
	}
	return nil
}

// dataTypes are those of a product model (IoTDA's API reference, CreateProduct, ServiceProperty).
var dataTypes = []string{"int", "long", "decimal", "string", "DateTime", "jsonObject", "enum", "boolean", "string list"}

// checkModel looks at a product's properties and commands.
func (b *Bench) checkModel(p Product, path string) error {
	for i, s := range p.Services {
		service := fmt.Sprintf("%s.service[%d]", path, i)
		for j, prop := range s.Properties {
			key := fmt.Sprintf("%s.property[%d]", service, j)
			if err := b.checkDataType(key+".type", prop.Type); err != nil {
				return err
			}
			if m := prop.Method; strings.Trim(m, "RWE") != "" {
				return b.keyError(key+".method", fmt.Errorf("%q is no combination of R, W and E", m))
			}
		}
		for j, c := range s.Commands {
			for _, name := range slices.Sorted(maps.Keys(c.Paras)) {
				if err := b.checkDataType(fmt.Sprintf("%s.command[%d].paras.%s", service, j, name),
					c.Paras[name].Type); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (b *Bench) checkDataType(path, name string) error {
	if name == "" || slices.Contains(dataTypes, name) {
		return nil
	}
	return b.keyError(path, fmt.Errorf("there is no data type %q: %s are", name, strings.Join(dataTypes, ", ")))
}
