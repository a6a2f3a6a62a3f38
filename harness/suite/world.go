package suite

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"quecstar/harness/bench"
	"quecstar/harness/cloud"
	"quecstar/harness/cloud/plain"
	"quecstar/harness/event"
	"quecstar/harness/script"
	"quecstar/harness/session"
	"quecstar/harness/wire"
)

// world is what one test happens in: a network in memory, the clouds and the devices on it.
type world struct {
	run     *run
	test    Test
	opts    Options
	seed    uint64
	virtual bool
	log     *log
	net     *wire.Memory
	chance  *rand.Rand // the interpreter lock of the test guards it
	ctx     context.Context
	cancel  context.CancelCauseFunc

	mu      sync.Mutex
	iotda   *cloud.Cloud
	broker  *plain.Broker
	devices []*device
	faults  []*linkFault
	scratch []string // folders to remove
	read    []string // files that the test named, as Result.Files tells them
	policy  *cloud.Policy
	tapes   []string       // that are recorded
	work    sync.WaitGroup // goroutines of orders
	closers []func() error
}

// latency is how long bytes take between a device and its cloud, in one direction; jitter is how much comes on
// top by chance, so that what is sent at one moment arrives in an order that the seed fixes.
const (
	latency = 20 * time.Millisecond
	jitter  = 2 * time.Millisecond
)

// stepTime is about what a step of a script takes on a module.
const stepTime = time.Microsecond

func newWorld(ctx context.Context, t Test, seed uint64, o Options, virtual bool, emit func(record)) *world {
	w := &world{test: t, opts: o, seed: seed, virtual: virtual, log: &log{begin: time.Now(), emit: emit},
		net:    wire.NewMemory(wire.Options{Seed: seed, Latency: latency, Jitter: jitter}),
		chance: rand.New(rand.NewPCG(seed, 2))}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	return w
}

// dir is the folder of the test's file.
func (w *world) dir() string { return filepath.Dir(filepath.Join(w.opts.Root, w.test.File)) }

// path is a path that the test names, from the folder of its file. The result tells that it was read.
func (w *world) path(name string) string {
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(w.dir(), name)
	}
	w.reads(path)
	return path
}

// deviceNamed is the device that was started under a name; nil for none.
func (w *world) deviceNamed(name string) *device {
	w.mu.Lock()
	defer w.mu.Unlock()
	if i := slices.IndexFunc(w.devices, func(d *device) bool { return d.name == name }); i >= 0 {
		return w.devices[i]
	}
	return nil
}

// reads notes that the test depends on a file.
func (w *world) reads(path string) {
	told := path
	if rel, err := filepath.Rel(w.opts.Root, path); err == nil {
		told = filepath.ToSlash(rel)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Contains(w.read, told) {
		w.read = append(w.read, told)
	}
}

// hide has values left out of the record.
func (w *world) hide(secrets ...string) {
	if w.opts.Secret == nil {
		return
	}
	for _, s := range secrets {
		w.opts.Secret(s)
	}
}

// cloud starts the embedded IoTDA when it is first needed.
func (w *world) cloud() (*cloud.Cloud, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.iotda != nil {
		return w.iotda, nil
	}
	ids := rand.New(rand.NewPCG(w.seed, 3))
	var mu sync.Mutex
	c, err := cloud.Start(cloud.Options{AllowUnknown: true, Network: w.net,
		Events: func(e event.Event) { w.log.add("cloud", e, nil) },
		NewID: func() string {
			mu.Lock()
			defer mu.Unlock()
			return fmt.Sprintf("%08x-%04x", ids.Uint32(), ids.Uint32N(1<<16))
		}})
	if err != nil {
		return nil, err
	}
	w.iotda = c
	return c, nil
}

// plain starts the plain broker when it is first needed.
func (w *world) plain() (*plain.Broker, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broker != nil {
		return w.broker, nil
	}
	b, err := plain.Start(plain.Options{Network: w.net, Events: func(e event.Event) { w.log.add("broker", e, nil) }})
	if err == nil {
		w.broker = b
	}
	return b, err
}

// errTestOver is why what a test started ends.
var errTestOver = errors.New("the test is over")

// close ends everything, the devices first, as what they send last is taken yet.
func (w *world) close() error {
	w.mu.Lock()
	devices := w.devices
	w.mu.Unlock()
	for _, d := range devices {
		d.stop()
	}
	w.cancel(errTestOver)
	var errs []error
	for _, d := range devices {
		<-d.done
	}
	w.work.Wait()
	w.mu.Lock()
	iotda, broker, closers := w.iotda, w.broker, w.closers
	w.mu.Unlock()
	if iotda != nil {
		errs = append(errs, iotda.Close())
	}
	if broker != nil {
		errs = append(errs, broker.Close())
	}
	for i := len(closers) - 1; i >= 0; i-- {
		errs = append(errs, closers[i]())
	}
	return errors.Join(errs...)
}

// benches are the bench files that were read, by what was asked for: a process that runs tests reads each
// once.
var benches sync.Map

// programs are the scripts that were compiled.
var programs script.Cache

// bench is the one that a script has.
func (w *world) bench(path string) (*bench.Bench, error) {
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	key := fmt.Sprintf("%s\x00%s\x00%v", w.opts.Bench, dir, w.opts.Trust)
	known, ok := benches.Load(key)
	if !ok {
		b, err := session.LoadBench(w.opts.Bench, dir, w.opts.Trust, w.env)
		if err != nil {
			w.reads(orElse(w.opts.Bench, bench.Find(dir)))
			return nil, err
		}
		benches.Store(key, b)
		known = b
	}
	b := known.(*bench.Bench)
	if b.Path != "" {
		w.reads(b.Path)
	}
	return b, nil
}

func (w *world) env(name string) string {
	if w.opts.Env == nil {
		return ""
	}
	return w.opts.Env(name)
}

// identity is what a device is known by at the cloud.
type identity struct {
	ID, Secret, Product, IMEI, Node string
	cursor                          int
	// apply changes the bench of a device that has the identity.
	apply func(b *bench.Bench)
}
