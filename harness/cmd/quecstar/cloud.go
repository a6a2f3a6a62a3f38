package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"quecstar/harness/bench"
	"quecstar/harness/cloud"
	"quecstar/harness/cloud/api"
	"quecstar/harness/event"
	"quecstar/harness/livepage/cloudpage"
	"quecstar/harness/report"
	"quecstar/harness/session"
)

// cloudFlags are those of quecstar cloud.
type cloudFlags struct {
	bench, mqtt, mqtts, amqps, api, ca, caDir string
	state, keyFile, console                   string
	devices, accessKeys, functions            []string
	sign                                      int
	trust, limits                             bool
	view                                      viewFlags
}

func newCloud(p *process) *cobra.Command {
	var o cloudFlags
	c := &cobra.Command{
		Use:   "cloud",
		Short: "run the embedded IoTDA alone, for other devices and applications",
		Long: `Run the embedded Huawei IoTDA until Ctrl-C: MQTT for devices, MQTTS on request, and the
application API v5 over HTTP and HTTPS. It knows the products and devices of the bench file and those
of --device, and refuses all others. For each device it prints, on standard output, what it
needs to connect: what Huawei's connection information tool prints.

With --console it prints a link to a page that shows the devices, their shadows and what travels, as it
happens, and from which a person sends commands, properties, messages and upgrades and orders faults. The
page answers this machine alone, and only who has the link.

Under /quecstar/ the server of the API takes, from this machine alone, what a test has the
cloud do; bodies are JSON:
  POST /quecstar/faults {"fault": "lose_puback", "device": ID, "count": 1}
       a fault of the fixture cloud of suites, with what its function takes (quecstar doc test);
       GET lists the faults with how often they struck, DELETE /quecstar/faults/{fault_id} ends one
  POST /quecstar/devices/{id}/kick, freeze, unfreeze; DELETE /quecstar/devices/{id}
  PUT  /quecstar/strict {"strict": false} registers unknown devices as they connect
  GET  /quecstar/devices/{id}/statistics, history
       what went over its connections, and the newest messages
  PUT, GET /quecstar/objects/{bucket}/{key} what lies in the object store`,
		Example: `  quecstar cloud --device 5fbbb784b4ec2202e982e643_867000000000001:ac4263b86eaf6442997a
  quecstar cloud --bench bench.toml --mqtt 127.0.0.1:1883 --api 127.0.0.1:8080
  quecstar cloud --bench bench.toml --state cloud.state --console
  quecstar cloud --mqtts 127.0.0.1:8883 --ca ca --access-key AK:env:SECRET_KEY
  quecstar cloud --mqtts 127.0.0.1:8883 --function auth=auth.py
  curl http://127.0.0.1:8080/v5/iot/p1/devices
  curl -T firmware.bin http://127.0.0.1:8080/quecstar/objects/bucket/firmware.bin`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error { return runCloud(p, c.Context(), o) },
	}
	f := c.Flags()
	f.StringVar(&o.bench, "bench", "",
		"the bench file with products and devices; without it bench.toml is looked for here and upwards")
	f.BoolVar(&o.trust, "trust", false, trustHelp)
	f.StringVar(&o.mqtt, "mqtt", "127.0.0.1:1883", "where to serve MQTT")
	f.StringVar(&o.mqtts, "mqtts", "",
		"where to serve MQTTS with a generated CA, to consumers by MQTT as well; none when empty")
	f.StringVar(&o.amqps, "amqps", "",
		"where to serve consumers of queues by AMQP 1.0 over TLS; nowhere when empty")
	f.StringVar(&o.ca, "ca-file", "", "write the generated CA, PEM, to this file")
	f.StringVar(&o.caDir, "ca", "",
		"keep the generated CA in this `FOLDER`, as ca.pem and ca-key.pem, and take it from there when it is there")
	f.StringVar(&o.api, "api", "127.0.0.1:8080", "where to serve the application API; none when empty")
	f.StringArrayVar(&o.devices, "device", nil, "register a device, as `ID` or ID:SECRET; may be repeated")
	f.StringArrayVar(&o.accessKeys, "access-key", nil,
		"take only API calls that are signed with this access key, as `ID:SECRET` or ID:env:NAME; may be repeated")
	f.StringVar(&o.keyFile, "access-key-file", "",
		"take signed calls with the access keys of this `FILE`, a credentials.csv as Huawei Cloud's console gives it")
	f.StringVar(&o.state, "state", "",
		"keep all that the cloud knows in this `FILE`, made when it is not there, and go on from it")
	f.StringVar(&o.console, "console", "",
		"serve a page to look at the cloud with, at `ADDR` of this machine or, with the flag alone, at a free port")
	f.Lookup("console").NoOptDefVal = "127.0.0.1:0"
	f.BoolVar(&o.limits, "limits", false,
		"keep the platform's limits: 50 messages and 1 MB a second of a device, 100 connections a second, quotas")
	f.StringArrayVar(&o.functions, "function", nil,
		"what stands in for a function of FunctionGraph that a custom authorizer names, as `NAME=FILE.py` with "+
			"handler(event, context), or NAME=URL of a service that takes the event by POST; may be repeated")
	f.IntVar(&o.sign, "sign-type", 0, "sign type of the printed passwords: 0, time stamp not checked, or 1")
	o.view.add(f)
	return c
}

func runCloud(p *process, ctx context.Context, o cloudFlags) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer p.onSignal(func() { cancel(errQuit) }, cancel)()
	if o.sign != 0 && o.sign != 1 {
		return usageError{fmt.Errorf("--sign-type %d: 0 and 1 are known", o.sign)}
	}
	if p.env("GOGC") == "" {
		debug.SetGCPercent(100) // garbagePercent is for scripts: a fleet of devices holds much
	}
	b, err := o.loadBench(p)
	if err != nil {
		return &session.SetupError{Err: err}
	}
	keys, err := o.keys(p, b)
	if err != nil {
		return err
	}
	events := &event.Stream{Keep: 1000}
	if o.console != "" {
		events = &event.Stream{Keep: consoleEvents, KeepBytes: consoleBytes}
	}
	mask := report.NewMasker(o.secrets(b, keys))
	o.show(p, events, mask)
	policy := cloud.DefaultPolicy()
	if o.limits = o.limits || b.Cloud.Limits; o.limits {
		policy = policy.Limited()
	}
	functions, err := o.standIns(events.Emit)
	if err != nil {
		return usageError{err}
	}
	c, err := cloud.Start(cloud.Options{Addr: o.mqtt, Policy: &policy, Events: events.Emit, Functions: functions,
		CommandTimeout: time.Duration(b.Cloud.CommandTimeout), CADir: o.folder(b), State: o.stateFile(b)})
	if unheard := (*net.OpError)(nil); errors.As(err, &unheard) {
		err = fmt.Errorf("--mqtt %s: %w", o.mqtt, err)
	}
	if err != nil {
		return usageError{err}
	}
	defer func() { _ = c.Close() }()
	if err := o.fill(c, b); err != nil {
		return &session.SetupError{Err: err}
	}
	stop, err := o.serve(p, c, keys)
	if err != nil {
		return err
	}
	defer stop()
	end, err := o.serveConsole(p, cloudpage.Options{Cloud: c, Events: events, Mask: mask})
	if err != nil {
		return err
	}
	defer end()
	o.printDevices(p, c)
	<-ctx.Done()
	return c.Close()
}

// What is kept for pages that are slower than what happens.
const (
	consoleEvents = 20_000
	consoleBytes  = 16 << 20
)

// serveConsole serves the page where it is asked for.
func (o cloudFlags) serveConsole(p *process, options cloudpage.Options) (end func(), err error) {
	if o.console == "" {
		return func() {}, nil
	}
	options.Addr = o.console
	page, err := cloudpage.Serve(options)
	if err != nil {
		return nil, usageError{fmt.Errorf("--console: %w", err)}
	}
	_, _ = fmt.Fprintf(p.stdout, "console %s\n", page.URL())
	return func() { _ = page.Close() }, nil
}

func (o cloudFlags) loadBench(p *process) (*bench.Bench, error) {
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	return session.LoadBench(o.bench, here, o.trust, p.env)
}

// keys are the secret keys by access key, of the flags and of the bench.
func (o cloudFlags) keys(p *process, b *bench.Bench) (map[string]string, error) {
	keys := maps.Clone(b.Cloud.AccessKeys)
	if keys == nil {
		keys = map[string]string{}
	}
	if o.keyFile != "" {
		found, err := readKeys(o.keyFile)
		if err != nil {
			return nil, usageError{fmt.Errorf("--access-key-file: %w", err)}
		}
		maps.Copy(keys, found)
	}
	for _, text := range o.accessKeys {
		id, secret, _ := strings.Cut(text, ":")
		if name, ok := strings.CutPrefix(secret, "env:"); ok {
			if secret = p.env(name); secret == "" {
				return nil, usageError{fmt.Errorf("--access-key %s: the environment variable %s is not set", id, name)}
			}
		}
		if id == "" || secret == "" {
			return nil, usageError{fmt.Errorf("--access-key %s: it is ID:SECRET or ID:env:NAME", id)}
		}
		keys[id] = secret
	}
	return keys, nil
}

// standIns are the functions of --function.
func (o cloudFlags) standIns(events event.Sink) (map[string]cloud.Function, error) {
	out := map[string]cloud.Function{}
	for _, text := range o.functions {
		name, target, _ := strings.Cut(text, "=")
		if name == "" || target == "" {
			return nil, fmt.Errorf("--function %s: it is NAME=FILE.py or NAME=URL", text)
		}
		f, err := session.NewFunction(target, events)
		if err != nil {
			return nil, fmt.Errorf("--function %s: %w", name, err)
		}
		out[name] = f
	}
	return out, nil
}

// secrets are what must not be shown.
func (o cloudFlags) secrets(b *bench.Bench, keys map[string]string) []string {
	all := slices.AppendSeq(slices.Clone(b.Secrets()), maps.Values(keys))
	for _, text := range o.devices {
		all = append(all, parseDevice(text).Secret)
	}
	return all
}

// folder is where the CA is kept.
func (o cloudFlags) folder(b *bench.Bench) string {
	if o.caDir != "" {
		return o.caDir
	}
	return b.CADir()
}

// stateFile is what keeps the state.
func (o cloudFlags) stateFile(b *bench.Bench) string {
	if o.state != "" {
		return o.state
	}
	return b.StateFile()
}

// show has the cloud's events shown, from the cloud's side, as no device of ours tells them.
func (o cloudFlags) show(p *process, events *event.Stream, mask *report.Masker) {
	switch {
	case p.lines != nil:
		p.lines.Hide(mask)
		events.Listen(p.lines.Show)
	case !o.view.quiet:
		o.view.cloud = true
		events.Listen(o.view.timeline(p, mask).Show)
	}
}

// fill registers the products and devices.
func (o cloudFlags) fill(c *cloud.Cloud, b *bench.Bench) error {
	imei, err := session.IMEI(b)
	if err != nil {
		return err
	}
	if err := session.Provision(c, b, imei); err != nil {
		return err
	}
	for _, text := range o.devices {
		d := parseDevice(text)
		if err := addProductOf(c, d); err != nil {
			return fmt.Errorf("--device %s: %w", d.ID, err)
		}
		if err := session.Register(c, d); err != nil {
			return fmt.Errorf("--device %s: %w", d.ID, err)
		}
	}
	return nil
}

// addProductOf registers the product of a device that was named alone, without a model: who calls the API can
// upgrade, group and find its devices by it.
func addProductOf(c *cloud.Cloud, d cloud.Device) error {
	if d.ProductID == "" {
		return nil
	}
	if _, err := c.Product(d.ProductID); !errors.Is(err, cloud.ErrNoProduct) {
		return err
	}
	_, err := c.AddProduct(cloud.Product{ID: d.ProductID, Name: d.ProductID, DeviceType: "module",
		ProtocolType: "MQTT", DataFormat: "json"})
	return err
}

// serve starts what was asked for beside MQTT.
func (o cloudFlags) serve(p *process, c *cloud.Cloud, keys map[string]string) (stop func(), err error) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(p.stdout, format+"\n", args...) }
	say("mqtt   %s", c.Addr())
	if o.mqtts != "" {
		addr, err := c.ListenTLS(o.mqtts)
		if err != nil {
			return nil, err
		}
		say("mqtts  %s", addr)
	}
	if o.amqps != "" {
		addr, err := c.ListenAMQP(o.amqps)
		if err != nil {
			return nil, err
		}
		say("amqps  %s", addr)
	}
	if err := o.writeCA(c); err != nil {
		return nil, err
	}
	if o.api == "" {
		return func() {}, nil
	}
	conf, err := c.TLSConfig()
	if err != nil {
		return nil, err
	}
	server, err := api.Serve(c, o.api, api.Options{AccessKeys: keys, TLS: conf, Limits: o.limits})
	if err != nil {
		return nil, err
	}
	signed := ""
	if len(keys) > 0 {
		signed = "  for signed calls"
	}
	say("api    http://%s/v5/iot/{project_id}%s", server.Addr(), signed)
	say("api    https://%s/v5/iot/{project_id}%s", server.Addr(), signed)
	return func() { _ = server.Close() }, nil
}

// writeCA writes the CA where it is asked for.
func (o cloudFlags) writeCA(c *cloud.Cloud) error {
	switch secured := o.mqtts != "" || o.amqps != "" || o.api != ""; {
	case !secured && o.ca != "":
		return usageError{errors.New("--ca-file needs --mqtts, --amqps or --api")}
	case !secured && o.caDir != "":
		return usageError{errors.New("--ca needs --mqtts, --amqps or --api")}
	case o.ca == "":
		return nil
	}
	text, err := c.Authority()
	if err == nil {
		err = os.WriteFile(o.ca, text, 0o644)
	}
	if err != nil {
		return fmt.Errorf("--ca-file: %w", err)
	}
	return nil
}

// printDevices prints what each device needs to connect.
func (o cloudFlags) printDevices(p *process, c *cloud.Cloud) {
	for _, d := range c.Devices() {
		if d.GatewayID != "" {
			_, _ = fmt.Fprintf(p.stdout, "\ndevice %s\n  behind the gateway %s\n", d.ID, d.GatewayID)
			continue
		}
		info := cloud.ConnectInfo(d.ID, d.Secret, cloud.SignType(o.sign), time.Now())
		_, _ = fmt.Fprintf(p.stdout, "\ndevice %s\n  client id  %s\n  username   %s\n  password   %s\n",
			d.ID, info.ClientID, info.Username, info.Password)
	}
}
