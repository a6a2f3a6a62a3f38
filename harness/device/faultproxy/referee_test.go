package faultproxy_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/eclipse/paho.mqtt.golang/packets"
	"go.uber.org/goleak"

	"quecstar/builtins/mqtt"
	"quecstar/builtins/scripttest"
	"quecstar/builtins/umqtt"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/faultproxy"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// count is how many messages go each way, numbered from 0 on; fault is which of them meets the fault,
// as the proxy counts, from 1 on.
const (
	count = 10
	fault = 5
)

// python and star send numbered messages, say what became of each, and take numbered messages until
// the last has come.
const (
	python = `
import bench
from umqtt import MQTTClient
got = []
def on_message(topic, msg):
    got.append(int(msg))
    print("got", int(msg))
def on_error(text):
    print("error", text)
c = MQTTClient(bench.id, "127.0.0.1", bench.port, keepalive=bench.keepalive, reconn=bench.reconnect)
c.set_callback(on_message)
c.error_register_cb(on_error)
c.connect(bench.clean)
def again():
    while not bench.reconnect and c.get_mqttsta() != 0:
        try:
            c.close()
            c.connect(bench.clean)
        except ValueError as e:
            print(e)
def send(what, topic, payload, qos):
    told = c.publish(bench.id + topic, payload, qos=qos)
    print("sent", what, told)
    again()
    return told
c.subscribe(bench.id + "/down", bench.down)
for i in range(bench.count):
    send(i, "/up", str(i), bench.qos)
while not send("ready", "/ready", "", 1):  # the connection may be lost just then
    pass
while bench.last >= 0 and bench.last not in got:
    try:
        c.wait_msg()
    except OSError:
        again()
c.disconnect()
print("end")
`
	star = `
got = []
c = mqtt.connect("127.0.0.1", port = bench.port, client_id = bench.id, keepalive = bench.keepalive,
    reconnect = bench.reconnect, clean_session = bench.clean)
c.subscribe(bench.id + "/down", qos = bench.down)
for i in range(bench.count):
    c.publish(bench.id + "/up", str(i), qos = bench.qos)
    print("sent", i, True)
c.publish(bench.id + "/ready", "", qos = 1)
while bench.last >= 0 and bench.last not in got:
    m = c.wait(bench.id + "/down")
    got.append(int(m.text))
    print("got", int(m.text))
c.disconnect()
print("end")
`
)

// judge decides about packets.
type judge = func(faultproxy.Packet) faultproxy.Verdict

// trial is one script against one fault.
type trial struct {
	lang      string // "py" or "star"
	qos, down int    // of the messages each way
	clean     bool   // the session is
	reconnect bool   // by itself
	keepalive int
	last      int // the message down that the script waits for; -1 for none
	// arrives says that nothing may be lost that was sent at QoS 1 or 2.
	arrives bool
	judge   judge
	delay   time.Duration
	trickle bool
	// setUp, when not nil, makes the judge of a trial that does more to the proxy and the server.
	setUp func(*faultproxy.Proxy, *witness) judge
}

// witness is a client of another make that sees what reaches the server.
type witness struct {
	t      *testing.T
	id     string
	client paho.Client

	mu    sync.Mutex
	heard map[string]int
	grown chan struct{}
}

func newWitness(t *testing.T, id string, port int) *witness {
	t.Helper()
	w := &witness{t: t, id: id, heard: map[string]int{}, grown: make(chan struct{})}
	w.connect(port)
	t.Cleanup(func() { w.client.Disconnect(250) })
	return w
}

func (w *witness) connect(port int) {
	w.t.Helper()
	o := paho.NewClientOptions().AddBroker(fmt.Sprintf("tcp://127.0.0.1:%d", port)).SetClientID("witness of " + w.id).SetAutoReconnect(false)
	w.client = paho.NewClient(o)
	w.wait(w.client.Connect())
	w.wait(w.client.SubscribeMultiple(map[string]byte{w.id + "/up": 2, w.id + "/ready": 1}, func(_ paho.Client, m paho.Message) {
		w.mu.Lock()
		defer w.mu.Unlock()
		name := string(m.Payload())
		if strings.HasSuffix(m.Topic(), "/ready") {
			name = "ready"
		}
		w.heard[name]++
		close(w.grown)
		w.grown = make(chan struct{})
	}))
}

func (w *witness) wait(token paho.Token) {
	w.t.Helper()
	if !token.WaitTimeout(20*time.Second) || token.Error() != nil {
		w.t.Fatalf("the witness: %v", token.Error())
	}
}

// await waits for a message, or for the end of what makes waiting for it vain.
func (w *witness) await(name string, vain <-chan scripttest.Result) *scripttest.Result {
	for {
		w.mu.Lock()
		n, grown := w.heard[name], w.grown
		w.mu.Unlock()
		if n > 0 {
			return nil
		}
		select {
		case <-grown:
		case r := <-vain:
			return &r
		}
	}
}

// counts are how often each number came; what was sent before is in.
func (w *witness) counts() [count]int {
	w.wait(w.client.Publish(w.id+"/up", 1, false, "end"))
	w.await("end", nil)
	w.mu.Lock()
	defer w.mu.Unlock()
	var n [count]int
	for i := range n {
		n[i] = w.heard[strconv.Itoa(i)]
	}
	return n
}

// trials numbers trials.
var trials atomic.Int64

// run has a script meet a fault, and returns how it ended and how often each of its messages came.
func run(t *testing.T, port int, tr trial) (scripttest.Result, [count]int) {
	t.Helper()
	id := fmt.Sprintf("trial%d", trials.Add(1))
	w := newWitness(t, id, port)
	decide := tr.judge
	proxy := faultproxy.Start(t, faultproxy.Options{Target: fmt.Sprintf("127.0.0.1:%d", port), Delay: tr.delay, Trickle: tr.trickle,
		Judge: func(p faultproxy.Packet) faultproxy.Verdict {
			if decide == nil {
				return faultproxy.Verdict{}
			}
			return decide(p)
		}})
	if tr.setUp != nil {
		decide = tr.setUp(proxy, w)
	}
	bench := &script.Module{Name: "bench", Consts: []script.Const{{Name: "id", Value: id}, {Name: "port", Value: proxy.Port}, {Name: "qos", Value: tr.qos},
		{Name: "down", Value: tr.down}, {Name: "clean", Value: tr.clean}, {Name: "reconnect", Value: tr.reconnect}, {Name: "keepalive", Value: tr.keepalive},
		{Name: "count", Value: count}, {Name: "last", Value: tr.last}}}
	done := make(chan scripttest.Result, 1)
	go func() {
		text := map[string]string{"py": python, "star": star}[tr.lang]
		done <- scripttest.Source(t, "referee."+tr.lang, text, scripttest.Options{Modules: []*script.Module{umqtt.Module(), mqtt.Module(), bench}})
	}()
	if r := w.await("ready", done); r != nil {
		return *r, w.counts()
	}
	for i := range count {
		w.wait(w.client.Publish(id+"/down", byte(tr.down), false, strconv.Itoa(i)))
	}
	r := <-done
	return r, w.counts()
}

// said is what the script was told of each of its messages.
func said(out string) (told [count]string) {
	for line := range strings.Lines(out) {
		var i int
		var how string
		if n, _ := fmt.Sscanf(line, "sent %d %s", &i, &how); n == 2 && i < count {
			told[i] = how
		}
	}
	return told
}

// lost reports whether an event says that the connection was lost.
func lost(events *event.Stream) bool {
	all, _ := events.Since(0)
	for _, e := range all {
		if e.Kind == event.Disconnect && strings.Contains(e.Text, "connection lost") {
			return true
		}
	}
	return false
}

// refused counts the messages that were not sent, as the connection had been lost before; one that was sent is kept,
// which the warning says.
func refused(events *event.Stream) (n int) {
	all, _ := events.Since(0)
	for _, e := range all {
		if e.Kind == event.Warning && strings.Contains(e.Text, "publish() returns False") &&
			!strings.Contains(e.Text, "the message is sent again") {
			n++
		}
	}
	return n
}

// judged checks what reached the server against what the script was told.
func judged(t *testing.T, tr trial, r scripttest.Result, n [count]int) {
	t.Helper()
	raised := r.Err != nil && tr.lang == "star" && !tr.arrives // which ends a script without try, and is said
	if !raised && (r.Err != nil || !strings.HasSuffix(r.Stdout, "end\n")) {
		t.Errorf("error %v", r.Err)
	}
	unsent := refused(r.Events)
	for i, how := range said(r.Stdout) {
		switch {
		case how == "" && !raised:
			t.Errorf("message %d: nothing was said", i)
		case tr.qos != 1 && n[i] > 1:
			t.Errorf("message %d at QoS %d came %d times", i, tr.qos, n[i])
		case tr.qos > 0 && how == "True" && n[i] == 0:
			t.Errorf("message %d is said to be acknowledged and did not come", i)
		case tr.qos == 0 && how == "True" && n[i] == 0 && !lost(r.Events):
			t.Errorf("message %d did not come, and nothing says so", i)
		case tr.qos > 0 && tr.arrives && n[i] == 0 && how == "False" && unsent > 0:
			unsent-- // the connection was lost when it was to be sent: it was not, and that was said
		case tr.qos > 0 && tr.arrives && n[i] == 0:
			t.Errorf("message %d did not come, and the script was told %s", i, how)
		}
	}
	if !raised {
		received(t, tr, r.Stdout)
	}
	if t.Failed() {
		all, _ := r.Events.Since(0)
		for _, e := range all {
			t.Logf("%s %s %s %s", e.Kind, e.Topic, e.Payload, e.Text)
		}
		t.Logf("came %v\n%s%s", n, r.Stdout, r.Stderr)
	}
}

// received checks that the script got each message down, and as often as its QoS allows.
func received(t *testing.T, tr trial, out string) {
	t.Helper()
	for i := range tr.last + 1 {
		n := strings.Count(out, fmt.Sprintf("got %d\n", i))
		if n == 0 || n > 1 && tr.down != 1 {
			t.Errorf("the script got message %d at QoS %d %d times", i, tr.down, n)
		}
	}
}

// at is a judge that meets one packet of the first connection.
func at(up bool, kind byte, n int, v faultproxy.Verdict) judge {
	return func(p faultproxy.Packet) faultproxy.Verdict {
		if p.Is(1, up, kind, n) {
			return v
		}
		return faultproxy.Verdict{}
	}
}

const (
	up   = true
	down = false
)

// faults are what may happen to the fifth message on its way up. Those at QoS 0 have no answer that
// could meet one.
var faults = []struct {
	name  string
	qos   []int
	judge judge
}{
	{"none", []int{0, 1, 2}, nil},
	{"FIN in front of the message", []int{0, 1, 2}, at(up, packets.Publish, fault, faultproxy.Verdict{Drop: true, Then: faultproxy.FIN})},
	{"FIN behind the message", []int{0, 1, 2}, at(up, packets.Publish, fault, faultproxy.Verdict{Then: faultproxy.FIN})},
	{"RST in front of the message", []int{0, 1, 2}, at(up, packets.Publish, fault, faultproxy.Verdict{Drop: true, Then: faultproxy.RST})},
	{"RST behind the message", []int{0, 1, 2}, at(up, packets.Publish, fault, faultproxy.Verdict{Then: faultproxy.RST})},
	{"FIN in the message", []int{0, 1, 2}, at(up, packets.Publish, fault, faultproxy.Verdict{Pass: 3, Then: faultproxy.FIN})},
	{"RST in the message", []int{0, 1, 2}, at(up, packets.Publish, fault, faultproxy.Verdict{Pass: 3, Then: faultproxy.RST})},
	{"hole in front of the message", []int{0, 1, 2}, at(up, packets.Publish, fault, faultproxy.Verdict{Drop: true, Then: faultproxy.Hole})},
	{"hole behind the message", []int{0, 1, 2}, at(up, packets.Publish, fault, faultproxy.Verdict{Then: faultproxy.Hole})},
	{"garbage behind the message", []int{0, 1, 2}, at(up, packets.Publish, fault, faultproxy.Verdict{Inject: []byte("HTTP/1.1 400 Bad Request\r\n\r\n")})},
	{"QoS 3 behind the message", []int{0, 1, 2}, at(up, packets.Publish, fault, faultproxy.Verdict{Inject: []byte("\x36\x05\x00\x01a\x00\x07")})},
	{"half a message down", []int{0, 1, 2}, at(up, packets.Publish, fault, faultproxy.Verdict{Inject: []byte("\x30\x50\x00\x04do"), Then: faultproxy.FIN})},
	{"acknowledgements of nothing", []int{0, 1, 2}, at(up, packets.Publish, fault,
		faultproxy.Verdict{Inject: []byte("\x40\x02\xfe\xdc\x70\x02\xfe\xdc\x90\x03\xfe\xdc\x00\xb0\x02\xfe\xdc\x62\x02\xfe\xdc\xd0\x00")})},
	{"FIN instead of PUBACK", []int{1}, at(down, packets.Puback, fault, faultproxy.Verdict{Drop: true, Then: faultproxy.FIN})},
	{"RST instead of PUBACK", []int{1}, at(down, packets.Puback, fault, faultproxy.Verdict{Drop: true, Then: faultproxy.RST})},
	{"hole instead of PUBACK", []int{1}, at(down, packets.Puback, fault, faultproxy.Verdict{Drop: true, Then: faultproxy.Hole})},
	{"FIN in PUBACK", []int{1}, at(down, packets.Puback, fault, faultproxy.Verdict{Pass: 1, Then: faultproxy.FIN})},
	{"PUBACK twice", []int{1}, func(p faultproxy.Packet) faultproxy.Verdict {
		if p.Is(1, down, packets.Puback, fault) {
			return faultproxy.Verdict{Inject: p.Raw}
		}
		return faultproxy.Verdict{}
	}},
	{"FIN instead of PUBREC", []int{2}, at(down, packets.Pubrec, fault, faultproxy.Verdict{Drop: true, Then: faultproxy.FIN})},
	{"FIN instead of PUBREL", []int{2}, at(up, packets.Pubrel, fault, faultproxy.Verdict{Drop: true, Then: faultproxy.FIN})},
	{"FIN behind PUBREL", []int{2}, at(up, packets.Pubrel, fault, faultproxy.Verdict{Then: faultproxy.FIN})},
	{"FIN instead of PUBCOMP", []int{2}, at(down, packets.Pubcomp, fault, faultproxy.Verdict{Drop: true, Then: faultproxy.FIN})},
	{"RST instead of PUBCOMP", []int{2}, at(down, packets.Pubcomp, fault, faultproxy.Verdict{Drop: true, Then: faultproxy.RST})},
	{"two connections lost, one refused", []int{1, 2}, func(p faultproxy.Packet) faultproxy.Verdict {
		switch {
		case p.Is(1, up, packets.Publish, fault), p.Is(4, up, packets.Publish, 1):
			return faultproxy.Verdict{Drop: true, Then: faultproxy.FIN}
		case p.Is(2, down, packets.Connack, 1):
			return faultproxy.Verdict{Drop: true, Inject: faultproxy.Connack(3), Then: faultproxy.FIN}
		case p.Is(3, down, packets.Connack, 1):
			return faultproxy.Verdict{Pass: 2, Then: faultproxy.RST}
		}
		return faultproxy.Verdict{}
	}},
}

// langs are the languages that have a QoS: umqtt sends none at QoS 2.
func langs(qos int) []string {
	if qos == 2 {
		return []string{"star"}
	}
	return []string{"py", "star"}
}

// keepalives are the shortest that the languages' clients take.
var keepalives = map[string]int{"py": 5, "star": 1}

// everyFault has scripts in both languages meet the faults on the way up.
func everyFault(t *testing.T, prepare func(*trial)) {
	broker := brokertest.StartMosquitto(t, brokertest.Options{})
	for _, f := range faults {
		for _, qos := range f.qos {
			for _, lang := range langs(qos) {
				if lang == "py" && strings.HasPrefix(f.name, "hole") {
					continue // TestHoleIsNoticedInTime has it, in the 7.5 s that the shortest keepalive takes
				}
				t.Run(fmt.Sprintf("%s/QoS %d/%s", f.name, qos, lang), func(t *testing.T) {
					t.Parallel()
					tr := trial{lang: lang, qos: qos, down: 1, reconnect: true, keepalive: keepalives[lang], last: count - 1, judge: f.judge, arrives: qos > 0}
					prepare(&tr)
					r, n := run(t, broker.Port, tr)
					judged(t, tr, r, n)
				})
			}
		}
	}
}

// With a session that goes on, what is sent at QoS 1 and 2 arrives, and is said to; at QoS 0 what is
// lost shows in the loss of the connection. Nothing comes more often than its QoS allows.
func TestFaultsOnTheWayUp(t *testing.T) { everyFault(t, func(*trial) {}) }

// In a clean session what is in flight at QoS 1 goes out as a new message, and at QoS 2 its fate is
// said not to be known.
func TestFaultsInACleanSession(t *testing.T) {
	everyFault(t, func(tr *trial) { tr.clean, tr.arrives, tr.last = true, tr.qos == 1, -1 })
}

// Where the script reconnects by itself it is told of each message that is not acknowledged.
func TestFaultsWithoutReconnection(t *testing.T) {
	everyFault(t, func(tr *trial) { tr.reconnect, tr.arrives = false, tr.qos == 1 && tr.lang == "py" })
}

// What comes down arrives whole in a session that goes on, and what came before the cut is not lost.
func TestFaultsOnTheWayDown(t *testing.T) {
	broker := brokertest.StartMosquitto(t, brokertest.Options{})
	fates := map[string]faultproxy.Verdict{
		"FIN in front":  {Drop: true, Then: faultproxy.FIN},
		"FIN behind":    {Then: faultproxy.FIN},
		"RST in front":  {Drop: true, Then: faultproxy.RST},
		"FIN in it":     {Pass: 4, Then: faultproxy.FIN},
		"hole in front": {Drop: true, Then: faultproxy.Hole},
		"garbage":       {Inject: []byte("\xff\xff\xff")},
	}
	for name, v := range fates {
		for _, qos := range []int{0, 1, 2} {
			for _, lang := range []string{"py", "star"} {
				if qos == 0 && name != "FIN behind" {
					continue // what a server sends at QoS 0 into a cut is lost
				}
				t.Run(fmt.Sprintf("%s/QoS %d/%s", name, qos, lang), func(t *testing.T) {
					t.Parallel()
					tr := trial{lang: lang, qos: 1, down: qos, reconnect: true, keepalive: keepalives[lang], last: count - 1, arrives: true,
						judge: at(down, packets.Publish, fault, v)}
					if qos == 0 {
						tr.last = fault - 1
					}
					r, n := run(t, broker.Port, tr)
					judged(t, tr, r, n)
				})
			}
		}
	}
}

// A slow line loses nothing.
func TestSlowLines(t *testing.T) {
	broker := brokertest.StartMosquitto(t, brokertest.Options{})
	for _, qos := range []int{0, 1, 2} {
		for _, lang := range langs(qos) {
			for name, tr := range map[string]trial{"byte by byte": {trickle: true}, "late": {delay: 10 * time.Millisecond}} {
				t.Run(fmt.Sprintf("%s/QoS %d/%s", name, qos, lang), func(t *testing.T) {
					t.Parallel()
					tr.lang, tr.qos, tr.down, tr.reconnect, tr.keepalive, tr.last, tr.arrives = lang, qos, 1, true, 60, count-1, true
					r, n := run(t, broker.Port, tr)
					judged(t, tr, r, n)
					if n != [count]int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1} || lost(r.Events) {
						t.Errorf("came %v", n)
					}
				})
			}
		}
	}
}

// A server that dies with a message in flight, and comes back without a memory, gets it at QoS 1; at
// QoS 2 its fate is said not to be known.
func TestServerRestarts(t *testing.T) {
	for _, qos := range []int{1, 2} {
		for _, lang := range langs(qos) {
			t.Run(fmt.Sprintf("QoS %d/%s", qos, lang), func(t *testing.T) {
				broker := brokertest.StartMosquitto(t, brokertest.Options{})
				tr := trial{lang: lang, qos: qos, down: 1, reconnect: true, keepalive: keepalives[lang], last: count - 1, arrives: qos == 1}
				var work sync.WaitGroup
				t.Cleanup(work.Wait)
				tr.setUp = func(p *faultproxy.Proxy, w *witness) judge {
					return func(packet faultproxy.Packet) faultproxy.Verdict {
						if !packet.Is(1, up, packets.Publish, fault) {
							return faultproxy.Verdict{}
						}
						release := p.Hold()
						work.Go(func() {
							defer release()
							for i := range fault - 1 { // a server that dies loses what it has not passed on
								w.await(strconv.Itoa(i), nil)
							}
							broker.Kill()
							broker.Start(t)
							w.connect(broker.Port)
						})
						return faultproxy.Verdict{Drop: true}
					}
				}
				r, n := run(t, broker.Port, tr)
				judged(t, tr, r, n)
				if qos == 2 && (r.Err == nil || !strings.Contains(r.Err.Error(), "not known whether it arrived")) {
					t.Errorf("error %v", r.Err)
				}
			})
		}
	}
}

// A server that is not there any more is noticed within 1.5 times the keepalive, and a message that is
// sent meanwhile waits no longer than its documented time.
func TestHoleIsNoticedInTime(t *testing.T) {
	broker := brokertest.StartMosquitto(t, brokertest.Options{})
	for lang, keepalive := range keepalives {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			var begin atomic.Int64
			hole := at(up, packets.Publish, fault, faultproxy.Verdict{Drop: true, Then: faultproxy.Hole})
			tr := trial{lang: lang, qos: 1, down: 1, reconnect: true, keepalive: keepalive, last: count - 1, arrives: true,
				judge: func(p faultproxy.Packet) faultproxy.Verdict {
					if v := hole(p); v.Then == faultproxy.Hole {
						begin.Store(time.Now().UnixNano())
						return v
					}
					return faultproxy.Verdict{}
				}}
			r, n := run(t, broker.Port, tr)
			judged(t, tr, r, n)
			limit := time.Duration(keepalive) * 1500 * time.Millisecond
			noticed, told := time.Time{}, time.Time{}
			all, _ := r.Events.Since(0)
			for _, e := range all {
				switch {
				case e.Kind == event.Disconnect && noticed.IsZero():
					noticed = e.Time
				case e.Kind == event.Warning && strings.Contains(e.Text, "publish() returns False") && told.IsZero():
					told = e.Time
				}
			}
			const slack = 500 * time.Millisecond // of a busy machine
			since := time.Unix(0, begin.Load())
			if d := noticed.Sub(since); noticed.IsZero() || d > limit+slack {
				t.Errorf("noticed after %v, not within %v", d, limit)
			}
			if d := told.Sub(since); lang == "py" && (told.IsZero() || d > 5*time.Second+slack) {
				t.Errorf("publish() returned after %v", d)
			}
		})
	}
}
