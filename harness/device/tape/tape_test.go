package tape

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/event"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func testContext(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// dialogue is what a script might do; it returns what it saw.
func dialogue(t *testing.T, d device.Device, port int) (seen []string) {
	t.Helper()
	ctx := testContext(t)
	see := func(v any, err error) { seen = append(seen, fmt.Sprintf("%v, %v", v, err)) }
	must := func(what string, err error) {
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	see(device.As[device.Identity](d, ""))
	id, err := device.As[device.Identity](d, "")
	must("role", err)
	seen = seen[:0]
	see(id.IMEI(ctx))
	see(id.MAC(ctx))
	reg, err := d.(device.Network).Registration(ctx)
	see(reg.Data.State, err)
	see(d.(device.PIN).VerifyPIN(ctx, "9876"), nil)
	see(d.(device.DataCall).SetPDPContext(ctx, 2, device.PDP{APN: "iot", User: "u", Password: "of the network", Auth: 1}), nil)
	pdp, err := d.(device.DataCall).PDPContext(ctx, 2)
	see(pdp.APN, err)
	got := make(chan device.Message, 10)
	s, err := d.(device.MQTT).OpenMQTT(ctx, device.MQTTConfig{Host: "127.0.0.1", Port: port, ClientID: "d", Password: "secret word", KeepAlive: time.Minute, CleanSession: true,
		OnMessage: func(m device.Message) { got <- m }})
	must("open", err)
	must("subscribe", s.Subscribe(ctx, "t/#", 1))
	for _, p := range []string{"text with \" = [ and ! ", "\x00\xff"} {
		must("publish", s.Publish(ctx, device.Message{Topic: "t/1", Payload: []byte(p)}))
		select {
		case m := <-got:
			see(m, nil)
		case <-ctx.Done():
			t.Fatal("no message")
		}
	}
	must("disconnect", s.Disconnect(ctx))
	_, err = d.(device.MQTT).OpenMQTT(ctx, device.MQTTConfig{Host: "127.0.0.1", Port: 1, ClientID: "d"})
	see(errors.Is(err, device.ErrUnreachable), err)
	return seen
}

// record makes a tape of the dialogue.
func record(t *testing.T) (text string, seen []string, port int) {
	t.Helper()
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	in, err := direct.New(direct.Config{PIN: "4711"}, direct.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	d := Record(in, &out, Options{Mask: func(s string) string { return strings.ReplaceAll(s, "868604050000009", "***") }})
	seen = dialogue(t, d, broker.Port)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String(), seen, broker.Port
}

func play(t *testing.T, text string, o Options) *Device {
	t.Helper()
	d, err := Play("x.tape", strings.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestATapeSaysWhatTheDeviceSaid(t *testing.T) {
	text, seen, port := record(t)
	for _, secret := range []string{"secret word", "9876", "of the network", "868604050000009"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is on the tape:\n%s", secret, text)
		}
	}
	for _, timing := range []bool{false, true} {
		d := play(t, text, Options{Timing: timing})
		again := dialogue(t, d, port)
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		want := strings.ReplaceAll(strings.Join(seen, "\n"), "868604050000009", "***")
		if strings.Join(again, "\n") != want {
			t.Errorf("played:\n%s\nrecorded:\n%s\ntape:\n%s", strings.Join(again, "\n"), want, text)
		}
	}
}

func TestADifferenceNamesTheLine(t *testing.T) {
	text := magic + "\ncall IMEI [] = \"1\"\n# a remark\ncall SIMCommand [0,\"A0\"] = \"90\"\ncall SIMCommand [0,\"*\"] = \"91\"\n"
	ctx := testContext(t)
	d := play(t, text, Options{})
	var told *Difference
	d.OnDifference(func(diff *Difference) { told = diff })
	if n, err := d.IMEI(ctx); n != "1" || err != nil {
		t.Errorf("%q, %v", n, err)
	}
	_, err := d.SIMCommand(ctx, 0, "A1")
	var diff *Difference
	if !errors.As(err, &diff) || diff.Line != 4 || diff.Want != `SIMCommand [0,"A0"]` || diff.Got != `SIMCommand [0,"A1"]` || told != diff {
		t.Errorf("%+v", diff)
	}
	if err := d.Close(); !errors.As(err, &diff) {
		t.Errorf("close: %v", err)
	}
	d = play(t, text, Options{})
	_, _ = d.IMEI(ctx)
	_, _ = d.SIMCommand(ctx, 0, "A0")
	if v, err := d.SIMCommand(ctx, 0, "anything"); v != "91" || err != nil {
		t.Errorf("wildcard: %q, %v", v, err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	d = play(t, text, Options{})
	if err := d.Close(); !errors.As(err, &diff) || diff.Line != 2 || diff.Got != "" {
		t.Errorf("nothing asked: %v", err)
	}
}

// TestCallsThatOverlapMaySwap plays two calls that went on at the same time.
func TestCallsThatOverlapMaySwap(t *testing.T) {
	text := magic + "\ncall IMEI [] = \"1\"\n& call IMSI [] = \"2\"\ncall ICCID [] = \"3\"\n"
	ctx := testContext(t)
	d := play(t, text, Options{})
	a, errA := d.IMSI(ctx)
	b, errB := d.IMEI(ctx)
	if a != "2" || b != "1" || errA != nil || errB != nil {
		t.Errorf("%q %v, %q %v", a, errA, b, errB)
	}
	if c, err := d.ICCID(ctx); c != "3" || err != nil {
		t.Errorf("%q %v", c, err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestWhatADeviceSays(t *testing.T) {
	text := magic + "\ncall IMEI [] = \"1\"\nsaid OnSMS {\"Storage\":\"ME\",\"Index\":4}\ncall IMSI [] = \"2\"\n"
	ctx := testContext(t)
	d := play(t, text, Options{})
	came := make(chan device.SMSArrival, 1)
	defer d.OnSMS(func(a device.SMSArrival) { came <- a })()
	if _, err := d.IMEI(ctx); err != nil {
		t.Fatal(err)
	}
	if a := <-came; a.Index != 4 {
		t.Errorf("%+v", a)
	}
	if _, err := d.IMSI(ctx); err != nil {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// TestWhatNobodyHears: what was heard by one who is gone does not hold up what another hears.
func TestWhatNobodyHears(t *testing.T) {
	text := magic + "\ncall IMEI [] = \"1\"\nsaid OnPDP {\"ID\":1}\nsaid OnSMS {\"Storage\":\"ME\",\"Index\":4}\ncall IMSI [] = \"2\"\n"
	ctx := testContext(t)
	d := play(t, text, Options{})
	came := make(chan device.SMSArrival, 1)
	defer d.OnSMS(func(a device.SMSArrival) { came <- a })()
	if _, err := d.IMEI(ctx); err != nil {
		t.Fatal(err)
	}
	select {
	case a := <-came:
		if a.Index != 4 {
			t.Errorf("%+v", a)
		}
	case <-ctx.Done():
		t.Fatal("nothing came")
	}
	if _, err := d.IMSI(ctx); err != nil {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNoTape(t *testing.T) {
	for name, text := range map[string]string{
		"empty file":   "x\n",
		"no kind":      magic + "\nhello\n",
		"no result":    magic + "\ncall IMEI []\n",
		"open quote":   magic + "\ncall IMEI [\"] = 1\n",
		"no lines":     "",
		"odd wait":     magic + "\nwait long\n",
		"odd error":    magic + "\ncall IMEI [] ! lost no quotes\n",
		"odd refusal":  magic + "\ncall IMEI [] ! refused:x \"y\"\n",
		"nothing said": magic + "\nsaid m1\n",
	} {
		if d, err := Play("x.tape", strings.NewReader(text), Options{}); !errors.Is(err, device.ErrConfig) {
			t.Errorf("%s: %v, %v", name, d, err)
		}
	}
}

func FuzzPlay(f *testing.F) {
	f.Add("call IMEI [] = \"1\"\nsaid m1 {}\nwait 0.1\n& call m1.Publish [{\"Topic\":\"a\"}] ! lost+unreachable \"x\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Play("x", strings.NewReader(magic+"\n"+text), Options{})
		if err != nil {
			return
		}
		_, _ = d.IMEI(t.Context())
		_ = d.Close()
	})
}

// TestACutTapePlays: wherever a full disk cut a tape off, what is on it plays up to there.
func TestACutTapePlays(t *testing.T) {
	text := magic + "\ncall IMEI [] = \"123456\"\nwait 1.5\nsaid net {}\ncall IMSI [] ! not-ready \"no card\"\ncall Voltage [] = 3800\n"
	for n := len(magic) + 1; n <= len(text); n++ {
		d := play(t, text[:n], Options{})
		ctx := testContext(t)
		whole := strings.Count(text[:n], "\n")
		imei, err := d.IMEI(ctx)
		if whole > 1 && (imei != "123456" || err != nil) {
			t.Fatalf("%q: %q, %v", text[:n], imei, err)
		}
		if whole > 4 {
			if _, err = d.IMSI(ctx); !errors.Is(err, device.ErrNotReady) {
				t.Fatalf("%q: %v", text[:n], err)
			}
			_, err = d.Voltage(ctx)
		}
		var diff *Difference
		if cut := text[n-1] != '\n'; errors.As(err, &diff) && diff.Cut != cut || diff != nil && cut && diff.Line != whole+1 {
			t.Fatalf("%q: %v", text[:n], err)
		}
		_ = d.Close()
	}
}

// TestAStoppedScriptHearsNoMore: what a script asks behind the place where it was stopped has no answer, and ends with
// the call. A call that is on the tape must be the same.
func TestAStoppedScriptHearsNoMore(t *testing.T) {
	text := magic + "\ncall IMEI [] = \"1\"\nstopped\n"
	d := play(t, text, Options{})
	if n, err := d.IMEI(testContext(t)); n != "1" || err != nil {
		t.Errorf("%q, %v", n, err)
	}
	ctx, cancel := context.WithCancelCause(testContext(t))
	over := errors.New("over")
	cancel(over)
	if _, err := d.IMEI(ctx); !errors.Is(err, over) {
		t.Errorf("behind it: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	d = play(t, text, Options{})
	var diff *Difference
	if _, err := d.IMSI(testContext(t)); !errors.As(err, &diff) {
		t.Errorf("another call: %v", err)
	}
	_ = d.Close()
}

// TestATapeTellsWhatTheScriptDoes: played, the events of MQTT are told that the recorded device told.
func TestATapeTellsWhatTheScriptDoes(t *testing.T) {
	text, _, port := record(t)
	var mu sync.Mutex
	told := map[event.Kind]int{}
	d := play(t, text, Options{Events: func(e event.Event) { mu.Lock(); defer mu.Unlock(); told[e.Kind]++ }})
	dialogue(t, d, port)
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, kind := range []event.Kind{event.Connect, event.Publish, event.Receive, event.Subscribe} {
		if told[kind] == 0 {
			t.Errorf("no %s is told: %v", kind, told)
		}
	}
}
