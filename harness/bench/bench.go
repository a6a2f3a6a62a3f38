// Package bench reads the bench file: one named set-up of device identity, device kind, cloud,
// hosts and secrets.
package bench

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
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
	// Events are what happens around the module.
	Events []Event `toml:"event"`
	// Hosts say who answers for a host name: "iotda", "plain", "live" or an address host:port.
	Hosts map[string]string `toml:"hosts"`
	// UART says what is behind a UART, by its number: "loopback" or a port of this host.
	UART map[string]string `toml:"uart"`
	// Files is the folder that holds a script's files; "" for a new one that is removed behind the
	// run. FilesDir is where it lies.
	Files string `toml:"files"`
	// Sim is how the virtual module behaves.
	Sim Sim `toml:"sim"`
	// Limits end runs.
	Limits Limits `toml:"limits"`

	secrets []string
	text    string
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

// Model is a command of a service; Paras gives the data type of each parameter.
type Model struct {
	Name  string            `toml:"name"`
	Paras map[string]string `toml:"paras"`
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
		return "the message"
	}
	return "the command " + c.Name
}

// Limits is the [limits] table.
type Limits struct {
	Timeout   Duration `toml:"timeout"`
	Steps     uint64   `toml:"steps"`
	Recursion int      `toml:"recursion"`
	MemoryMB  uint64   `toml:"memory_mb"`
}

// Duration is a time such as "90s".
type Duration time.Duration

// UnmarshalText reads the form of time.ParseDuration.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil || v < 0 {
		return fmt.Errorf("%q is no duration such as \"90s\"", text)
	}
	*d = Duration(v)
	return nil
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
func (b *Bench) FilesDir() string {
	if b.Files == "" || filepath.IsAbs(b.Files) {
		return b.Files
	}
	return filepath.Join(filepath.Dir(b.Path), b.Files)
}

// Load reads a bench file. Strings "env:NAME" take the variable's value from env.
func Load(path string, env func(string) string) (*Bench, error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such bench file", path)
	case err != nil:
		return nil, fmt.Errorf("bench file: %w", err)
	}
	return Parse(path, string(text), env)
}

// Parse reads the text of a bench file. Errors name the file, the line and the key.
func Parse(path, text string, env func(string) string) (*Bench, error) {
	b := &Bench{Path: path, text: text}
	meta, err := toml.Decode(text, b)
	if err != nil {
		return nil, decodeError(path, err)
	}
	if err := unknownKeys(path, text, meta.Undecoded()); err != nil {
		return nil, err
	}
	if err := b.fromEnvironment(env); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := b.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

func decodeError(path string, err error) error {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return fmt.Errorf("%s:%d: %s", path, parse.Position.Line, parse.Message)
	}
	if m := typeError.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Errorf("%s:%s: key %s: %s", path, m[1], m[2], m[3])
	}
	return fmt.Errorf("%s: %w", path, err)
}

// typeError is how the library words a value of the wrong type: there is no type for it.
var typeError = regexp.MustCompile(`^toml: line (\d+) \(last key ("[^"]*")\): (.*)$`)

// fromEnvironment replaces "env:NAME" and remembers what must not be shown.
func (b *Bench) fromEnvironment(env func(string) string) error {
	fields := map[string]*string{"device.secret": &b.Device.Secret, "device.id": &b.Device.ID, "device.imei": &b.Device.IMEI}
	for i := range b.Cloud.Devices {
		fields[fmt.Sprintf("cloud.device %d, secret", i+1)] = &b.Cloud.Devices[i].Secret
	}
	keys := make([]string, 0, len(fields))
	for k := range fields {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, key := range keys {
		field := fields[key]
		if name, ok := strings.CutPrefix(*field, "env:"); ok {
			if *field = env(name); *field == "" {
				return fmt.Errorf("%s: the environment variable %s is not set", key, name)
			}
		}
		if strings.HasSuffix(key, "secret") && *field != "" {
			b.secrets = append(b.secrets, *field)
		}
	}
	return nil
}

// Secrets are the values that must not be shown.
func (b *Bench) Secrets() []string { return b.secrets }

// lastUART is the number of the last serial port that QuecPython's machine.UART names.
const lastUART = "4"

// check finds mistakes that the form does not show.
func (b *Bench) check() error {
	products := map[string]bool{}
	for _, p := range b.Cloud.Products {
		if p.ID == "" {
			return errors.New("[[cloud.product]]: it needs an id")
		}
		products[p.ID] = true
	}
	if p := b.Device.Product; p != "" && !products[p] {
		return fmt.Errorf("[device] product: there is no [[cloud.product]] with the id %q", p)
	}
	for _, c := range b.Commands {
		if c.Name == "" && c.Message == nil {
			return errors.New("[[command]]: it needs a name or a message")
		}
	}
	for _, e := range b.Events {
		if err := e.check(); err != nil {
			return err
		}
	}
	for port := range b.UART {
		if len(port) != 1 || port < "0" || port > lastUART {
			return fmt.Errorf("[uart] %q: there is no such port: 0 to %s are", port, lastUART)
		}
	}
	for host, to := range b.Hosts {
		if to != "iotda" && to != "plain" && to != "live" && !strings.Contains(to, ":") {
			return fmt.Errorf("[hosts] %q: %q is neither iotda, plain, live nor an address host:port", host, to)
		}
	}
	return nil
}
