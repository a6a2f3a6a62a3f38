// Package vmodule is a Quectel module in software: AT ports and REPL ports that a program on the
// other end cannot tell from a module's, over the host in the role of a module (harness/device/direct).
//
// A Module has no wires of its own: its owner attaches connections to it, such as the master sides
// of pseudo-terminals. Behaviour that differs between families, and every fault that a test may
// want, is in Behaviour and in the methods of Module.
package vmodule

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/direct"
	"quecstar/harness/flash"
	"quecstar/harness/pause"
	"quecstar/harness/script"
)

// Behaviour is what differs between modules. The zero value is an EC800M with standard firmware.
type Behaviour struct {
	// QuotedPublish has AT+QMTPUBEX take the payload in quotes, as BG95 and its kin do, rather than
	// behind a prompt by its length.
	QuotedPublish bool
	// OpenPublish is old firmware without AT+QMTPUBEX: a payload ends at Ctrl-Z, and cannot hold one.
	OpenPublish bool
	// NoReceiveLength is firmware whose +QMTRECV cannot tell a payload's length.
	NoReceiveLength bool
	// NoMQTT is firmware without the MQTT commands, which is what most QuecPython builds are.
	NoMQTT bool
	// StatAfterDisconnect sends the +QMTSTAT: i,5 that some firmware adds behind +QMTDISC.
	StatAfterDisconnect bool
	// EarlyResult prints a command's result URC before its OK (seen on BG95-M5).
	EarlyResult bool
	// ConnectRate is told behind CONNECT where data mode begins, as after ATX1 to ATX4 (V.250, section 6.2.4); 0
	// tells none.
	ConnectRate int
	// GluedURC leaves out the empty line before a URC, as logs of some families show.
	GluedURC bool
	// URCPort names the only port that URCs go to: "usbat", "usbmodem" or "uart1"; all where empty.
	URCPort string
	// Silent prints nothing at boot.
	Silent bool
	// BootTime is how long a boot takes until RDY; 200 ms where it is 0.
	BootTime time.Duration
	// FileSpace is the size of the file system in bytes; 286,720 where it is 0, as on an EG800K.
	FileSpace int
	// ReplyDelay is how long the module thinks before it carries out a command line, and again before it
	// answers to a payload; it does nothing else meanwhile on that port. ReplyJitter is how much may come
	// on top by chance, which Seed fixes.
	ReplyDelay, ReplyJitter time.Duration
	Seed                    uint64
	// Autobaud is a port that finds its speed by itself: the first command line, behind every boot, trains
	// it and gets neither an echo nor an answer (quectel.com, FAQ 9-1).
	Autobaud bool
	// FixedEcho takes ATE0 and goes on to echo commands and payloads.
	FixedEcho bool
	// EchoesPayload echoes payloads although ATE0 was said.
	EchoesPayload bool
	// Prompt is how the REPL port behaves.
	Prompt Prompt
}

// defaultFileSpace is the file system of an EG800K as its AT+QFLDS tells it.
const defaultFileSpace = 286720

// Options says what a module is. Device must be given.
type Options struct {
	// Device is what the module is; the owner closes it after the module.
	Device *direct.Device
	// Behaviour is how it differs from others.
	Behaviour Behaviour
	// OnPower is called when the module goes off (false) and when it is back (true), so that the
	// owner of its ports may take them away and bring them again, as a module on USB does. It must
	// not block; nil means that ports stay.
	OnPower func(on bool)
}

// Module is one module. Its methods may be called from any goroutine.
type Module struct {
	dev  *direct.Device
	opts Options

	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu      sync.Mutex
	ports   map[*port]struct{}
	prompts map[*prompter]struct{}
	folder  string // files of the REPL ports, removed at the end; "" where there is none yet
	off     bool   // booting, or switched off for good
	set     settings
	files   map[string][]byte
	handles map[int]*handle
	mqtt    [mqttClients]*mqttClient
	sockets [socketCount]*socket
	tls     [tlsContexts]tlsContext
	lastNet int // last error of the TCP/IP commands
	faults  faults
	unhook  []func()

	lastCall device.CallState
	hangsUp  bool           // the call ends as this side wants it
	chance   *rand.Rand     // of jitter
	interp   *script.Interp // of the prompt that lived last
}

// settings are what AT commands change for the whole module until it restarts.
type settings struct {
	cmee           int
	reg            map[string]int // CREG, CGREG, CEREG: what the URC says
	urcPort        string
	textMode       bool
	charset        string
	newMessage     bool // CNMI wants +CMTI
	signalURC      bool
	simURC         bool
	dns            [2]string
	showCaller     bool // CLIP
	longRing       bool // CRC
	nextReference  int  // of sent messages
	operatorFormat int
	quietData      bool // QISDE=0: what AT+QISEND sends is not echoed
}

// New makes a module that is on. Close must be called.
func New(o Options) *Module {
	m := &Module{dev: o.Device, opts: o, ports: map[*port]struct{}{}, prompts: map[*prompter]struct{}{},
		files: map[string][]byte{}, handles: map[int]*handle{}}
	if m.opts.Behaviour.FileSpace == 0 {
		m.opts.Behaviour.FileSpace = defaultFileSpace
	}
	if m.opts.Behaviour.BootTime == 0 {
		m.opts.Behaviour.BootTime = 200 * time.Millisecond
	}
	m.chance = rand.New(rand.NewPCG(m.opts.Behaviour.Seed, 0))
	m.ctx, m.cancel = context.WithCancel(context.Background())
	m.factory()
	m.unhook = m.hooks()
	return m
}

// factory sets what a restart sets. The caller holds mu, or nobody knows the module yet.
func (m *Module) factory() {
	m.set = settings{cmee: 1, reg: map[string]int{}, charset: "GSM", urcPort: m.opts.Behaviour.URCPort,
		dns: [2]string{"223.5.5.5", "119.29.29.29"}}
	for i := range m.mqtt {
		m.mqtt[i] = newMQTTClient(m, i)
	}
	m.sockets = [socketCount]*socket{}
	for i := range m.tls {
		m.tls[i] = tlsContext{version: 4, suite: "0XFFFF"}
	}
	m.handles = map[int]*handle{}
}

// Device is what the module is.
func (m *Module) Device() *direct.Device { return m.dev }

// Close ends every port and everything that the module has open.
func (m *Module) Close() error {
	m.cancel()
	for _, stop := range m.unhook {
		stop()
	}
	m.endConnections()
	m.hangUp()
	m.work.Wait()
	return m.scratch().Remove(m.folder)
}

// scratch makes the folders of the module's files.
func (m *Module) scratch() *flash.Scratch {
	return m.opts.Behaviour.Prompt.Settings.Scratch
}

// ServeAT answers AT commands on a connection until it ends or the module is closed. The name is that
// of the port in AT+QURCCFG: "usbat", "usbmodem", "uart1". It closes the connection.
func (m *Module) ServeAT(conn io.ReadWriteCloser, name string) error {
	p := newPort(m, conn, name)
	m.mu.Lock()
	if m.ctx.Err() != nil {
		m.mu.Unlock()
		return conn.Close()
	}
	m.ports[p] = struct{}{}
	m.work.Add(1)
	m.mu.Unlock()
	defer m.work.Done()
	err := p.serve()
	m.mu.Lock()
	delete(m.ports, p)
	m.mu.Unlock()
	return err
}

// openPorts lists the ports that are attached.
func (m *Module) openPorts() []*port {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make([]*port, 0, len(m.ports))
	for p := range m.ports {
		all = append(all, p)
	}
	return all
}

// hangUp closes every port.
func (m *Module) hangUp() {
	for _, p := range m.openPorts() {
		p.close()
	}
	m.mu.Lock()
	prompts := make([]*prompter, 0, len(m.prompts))
	for r := range m.prompts {
		prompts = append(prompts, r)
	}
	m.mu.Unlock()
	for _, r := range prompts {
		r.close()
	}
}

// urc sends an unsolicited result to the ports that take them, unless a fault drops it.
func (m *Module) urc(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	m.mu.Lock()
	if m.off || m.faults.drops(line) {
		m.mu.Unlock()
		return
	}
	only := m.set.urcPort
	m.mu.Unlock()
	for _, p := range m.openPorts() {
		if only == "" || only == "all" || only == p.name {
			p.urc(line)
		}
	}
}

// spawn runs what goes on behind a command's OK. It ends with the module.
func (m *Module) spawn(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ctx.Err() != nil {
		return
	}
	m.work.Go(f)
}

// pause waits, and reports whether the module still lives.
func (m *Module) pause(d time.Duration) bool {
	return pause.For(m.ctx, d) == nil
}

// think waits as long as the module takes to answer.
func (m *Module) think() {
	b := m.opts.Behaviour
	d := b.ReplyDelay
	if b.ReplyJitter > 0 {
		m.mu.Lock()
		d += time.Duration(m.chance.Int64N(int64(b.ReplyJitter) + 1))
		m.mu.Unlock()
	}
	if d > 0 {
		m.pause(d)
	}
}
