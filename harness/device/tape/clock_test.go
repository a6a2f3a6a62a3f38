package tape

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"quecstar/harness/device/direct"
)

// recorded makes a tape by f, which gets a recording device.
func recorded(t *testing.T, o Options, f func(*Device)) string {
	t.Helper()
	in, err := direct.New(direct.Config{}, direct.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	d := Record(in, &out, o)
	f(d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestTimesAreToldAgain: each thread is told the same times, and in a tight loop the tape stays small.
func TestTimesAreToldAgain(t *testing.T) {
	begin := time.Now()
	var want [2][]time.Time
	threads := [2]string{"main", `a "b"`}
	ask := func(d *Device, out *[2][]time.Time) {
		for i := range 20_000 {
			who := 0
			if i%500 == 499 {
				who = 1
			}
			told, wait := d.Tell(threads[who], begin.Add(time.Duration(i)*3217*time.Nanosecond))
			if wait != nil {
				t.Fatal("a tape with nothing to say makes the script wait")
			}
			out[who] = append(out[who], told)
		}
	}
	text := recorded(t, Options{Seed: 7}, func(d *Device) { ask(d, &want) })
	for i := range want {
		for j := 1; j < len(want[i]); j++ {
			if want[i][j].Before(want[i][j-1]) {
				t.Fatalf("the clock of %s goes back", threads[i])
			}
		}
	}
	d := play(t, text, Options{})
	var got [2][]time.Time
	ask(d, &got)
	for i := range want {
		for j := range want[i] {
			if !got[i][j].Equal(want[i][j]) {
				t.Fatalf("%s is told %v as number %d, not %v", threads[i], got[i][j], j, want[i][j])
			}
		}
	}
	later, _ := d.Tell("main", begin.Add(time.Hour))
	if last := got[0][len(got[0])-1]; later.Sub(last) < 59*time.Minute || d.Seed() != 7 {
		t.Errorf("behind the tape, the clock says %v after %v; the seed is %d", later, last, d.Seed())
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// TestATightLoopKeepsATapeSmall: a second of asking for nothing but the time is some thousand steps.
func TestATightLoopKeepsATapeSmall(t *testing.T) {
	begin := time.Now()
	text := recorded(t, Options{}, func(d *Device) {
		for i := range 1_000_000 {
			d.Tell("main", begin.Add(time.Duration(i)*time.Microsecond))
		}
	})
	if len(text) > 30_000 {
		t.Errorf("the tape has %d bytes", len(text))
	}
}

// TestWhatIsSaidComesBetweenTheSameTimes: what the device said is told before the times that were told
// behind it, and not before those that were told in front.
func TestWhatIsSaidComesBetweenTheSameTimes(t *testing.T) {
	text := magic + "\nclock \"main\" 1000000 +1 +1\nwait 30.0\nsaid net {}\nclock \"main\" 1000010\ncall IMEI [] = \"1\"\nclock \"main\" 1000020\n"
	heard := make(chan struct{}, 1)
	listen := func(d *Device) {
		hear[any](d, "net", nil, func(map[string]any) { heard <- struct{}{} })
	}
	told := func(d *Device) int64 {
		at, wait := d.Tell("main", time.Now())
		if wait != nil {
			wait(context.Background())
		}
		return at.UnixMicro() - 1_000_000
	}
	d := play(t, text, Options{})
	listen(d)
	awake := d.Asleep()
	for i := range int64(3) {
		if n := told(d); n != i {
			t.Errorf("time %d is %d", i, n)
		}
		select {
		case <-heard:
			t.Errorf("said before time %d", i)
		default:
		}
	}
	awake()
	if n := told(d); n != 10 {
		t.Errorf("the time behind what is said is %d", n)
	}
	select {
	case <-heard:
	default:
		t.Error("the time behind was told, and nothing said")
	}
	// A script that asks less often, and waits: it is said nevertheless, and the times in front are past.
	d2 := play(t, text, Options{})
	listen(d2)
	told(d2)
	select {
	case <-heard:
	case <-time.After(10 * time.Second):
		t.Fatal("a script that waits is told nothing")
	}
	if n := told(d2); n != 10 {
		t.Errorf("the time is %d", n)
	}
	if _, err := d2.IMEI(testContext(t)); err != nil {
		t.Error(err)
	}
	if n := told(d2); n != 20 {
		t.Errorf("the time behind the call is %d", n)
	}
	_ = d.Close()
	_ = d2.Close()
}

func TestIgnoredFields(t *testing.T) {
	for _, x := range []struct {
		want, got, ignore string
		like              bool
	}{
		{`["a"]`, `["a"]`, "", true},
		{`["*"]`, `["b"]`, "", true},
		{`[{"Payload":"{\"at\":1,\"x\":[{\"id\":\"a\",\"v\":2}]}"}]`, `[{"Payload":"{\"at\":2,\"x\":[{\"id\":\"b\",\"v\":2}]}"}]`, "at,id", true},
		{`[{"Payload":"{\"at\":1,\"x\":[{\"id\":\"a\",\"v\":2}]}"}]`, `[{"Payload":"{\"at\":2,\"x\":[{\"id\":\"b\",\"v\":3}]}"}]`, "at,id", false},
		{`[{"Payload":"{\"at\":1}"}]`, `[{"Payload":"{}"}]`, "at", true},
		{`[{"Payload":"{}"}]`, `[{"Payload":"{\"at\":1}"}]`, "at", true},
		{`[{"Payload":"{}"}]`, `[{"Payload":"{\"at\":1}"}]`, "id", false},
		{`[{"Payload":"{\"at\":1}"}]`, `[{"Payload":"{}"}]`, "id", false},
		{`[{"Payload":"{\"at\":1}"}]`, `[{"Payload":"{ \"at\": 1}"}]`, "", false}, // a payload is its bytes
		{`[{"Payload":"{\"at\":\"*\",\"n\":1}"}]`, `[{"Payload":"{\"at\":5,\"n\":1}"}]`, "", true},
		{`[{"Payload":"{\"at\":\"*\",\"n\":1}"}]`, `[{"Payload":"{\"at\":5,\"n\":1.0}"}]`, "", false},
		{`[{"Payload":"{\"n\":12345678901234567890}"}]`, `[{"Payload":"{\"n\":12345678901234567891}"}]`, "at", false},
		{`[{"Payload":"{\"at\":1} x"}]`, `[{"Payload":"{\"at\":2} x"}]`, "at", false},
		{`[{"ClientID":"a","Host":"h"}]`, `[{"ClientID":"b","Host":"h"}]`, "ClientID", true},
		{`[1]`, `[2]`, "at", false},
	} {
		var ignored []string
		if x.ignore != "" {
			ignored = strings.Split(x.ignore, ",")
		}
		if got := matches(x.want, x.got, ignored); got != x.like {
			t.Errorf("%s and %s but for %q: %v", x.want, x.got, x.ignore, got)
		}
	}
}
