package at

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"quecstar/harness/device"
	"quecstar/harness/device/direct"
	"quecstar/harness/vmodule"
)

// TestASlowModuleAnswersWhatItWasAsked compares what a slow module says with what it is: no answer may
// be that of another question. Time is virtual.
func TestASlowModuleAnswersWhatItWasAsked(t *testing.T) {
	for _, delay := range []time.Duration{0, 50 * time.Millisecond, 350 * time.Millisecond, time.Second, 5 * time.Second} {
		for name, b := range map[string]vmodule.Behaviour{
			"steady":             {ReplyDelay: delay},
			"jittering":          {ReplyJitter: 2 * delay, Seed: 7},
			"steady, autobaud":   {ReplyDelay: delay, Autobaud: true},
			"jittering, echo":    {ReplyDelay: delay / 2, ReplyJitter: delay, FixedEcho: true},
			"jittering, no baud": {ReplyJitter: delay, Autobaud: true, FixedEcho: true, Seed: 3},
		} {
			t.Run(fmt.Sprintf("%v %s", delay, name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					begin := time.Now()
					ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
					defer cancel()
					r := openRig(t, ctx, direct.Config{}, b, Options{})
					t.Logf("open after %v", time.Since(begin))
					want := r.inside.Config()
					for range 5 {
						for what, c := range map[string]struct {
							ask  func(context.Context) (string, error)
							want string
						}{"IMEI": {r.IMEI, want.IMEI}, "IMSI": {r.IMSI, want.IMSI}, "ICCID": {r.ICCID, want.ICCID}, "model": {r.Model, want.Model}} {
							if got, err := c.ask(ctx); err != nil || got != c.want {
								t.Errorf("%s: %q, %v; want %q", what, got, err, c.want)
							}
						}
					}
				})
			})
		}
	}
}

// TestALateAnswerIsNobodysAnswer gives commands far too little time: each either gets its own answer or
// an error.
func TestALateAnswerIsNobodysAnswer(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			ctx := t.Context()
			r := openRig(t, ctx, direct.Config{}, vmodule.Behaviour{ReplyJitter: time.Second, Seed: seed}, Options{})
			c, late := r.inside.Config(), 0
			for range 10 {
				for text, want := range map[string]string{"AT+CGSN": c.IMEI, "AT+CIMI": c.IMSI, "AT+QCCID": "+QCCID: " + c.ICCID, "AT+CGMM": c.Model} {
					reply, err := r.Engine().Do(ctx, Command{Text: text, Timeout: 500 * time.Millisecond})
					switch {
					case errors.Is(err, device.ErrTimeout):
						late++
					case err != nil || len(reply.Lines) != 1 || reply.Lines[0] != want:
						t.Fatalf("seed %d: %s: %q, %v; want %q", seed, text, reply.Lines, err, want)
					}
				}
			}
			if late < 5 {
				t.Errorf("seed %d: %d of 40 were late", seed, late)
			}
		})
	}
}

// TestALatePromptIsCancelled has the prompt of a message come when nobody waits for it any more: nothing
// may be entered there.
func TestALatePromptIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		r := openRig(t, ctx, direct.Config{}, vmodule.Behaviour{ReplyDelay: time.Second}, Options{})
		if err := r.messageMode(ctx, "GSM"); err != nil {
			t.Fatal(err)
		}
		_, err := r.Engine().Do(ctx, Command{Text: `AT+CMGS="10086"`, Prompt: ">", Payload: []byte("x\x1a"), Timeout: 300 * time.Millisecond})
		if !errors.Is(err, device.ErrTimeout) {
			t.Errorf("%v", err)
		}
		if imei, err := r.IMEI(ctx); err != nil || imei != r.inside.Config().IMEI {
			t.Errorf("IMEI = %q, %v", imei, err)
		}
		if sent := r.inside.SentSMS(); len(sent) > 0 {
			t.Errorf("sent %v", sent)
		}
	})
}

// TestAModuleThatFallsSilentEndsThePort is where no answer can be told from another any more.
func TestAModuleThatFallsSilentEndsThePort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, module := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, module) }()
		e := NewEngine(host, "test port")
		defer func() { _ = e.Close(); _ = module.Close() }()
		begin := time.Now()
		_, err := e.Send(t.Context(), "AT+CSQ", "+CSQ: ")
		if !errors.Is(err, device.ErrLost) || !errors.Is(err, device.ErrTimeout) || !strings.Contains(err.Error(), "too late to be told apart") {
			t.Errorf("%v", err)
		}
		if took := time.Since(begin); took != 15*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// TestAModuleThatRefusesMarkers works until an answer is late.
func TestAModuleThatRefusesMarkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := map[string]string{"AT": "\r\nOK\r\n", "ATQ0V1E0": "\r\nOK\r\n", "AT+CMEE=1": "\r\nOK\r\n", "AT+CSQ": "\r\n+CSQ: 7,99\r\n\r\nOK\r\n", "AT+SLOW": ""}
		for n := range 70 {
			c, _ := marker(n)
			answers[c.Text] = "\r\nERROR\r\n"
		}
		host, _ := play(t, answers)
		d, err := Open(t.Context(), host, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if s, err := d.Signal(t.Context()); err != nil || s.CSQ != 7 {
			t.Errorf("%+v, %v", s, err)
		}
		if err := d.do(t.Context(), "AT+SLOW"); !errors.Is(err, device.ErrTimeout) {
			t.Errorf("%v", err)
		}
		if _, err := d.Signal(t.Context()); !errors.Is(err, device.ErrLost) || !strings.Contains(err.Error(), "refuses AT+CMEE") {
			t.Errorf("%v", err)
		}
	})
}

// TestAResultThatNobodyAskedFor is no answer to the next command.
func TestAResultThatNobodyAskedFor(t *testing.T) {
	e, module := newEngine(t, map[string]string{"AT+CSQ": "\r\n+CSQ: 7,99\r\n\r\nOK\r\n"})
	ctx := testContext(t)
	for range 3 {
		if _, err := io.WriteString(module, "\r\nOK\r\n"); err != nil {
			t.Fatal(err)
		}
		if r, err := e.Send(ctx, "AT+CSQ", "+CSQ: "); err != nil || len(r.Lines) != 1 {
			t.Errorf("%+v, %v", r, err)
		}
	}
}
