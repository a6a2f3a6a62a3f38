package at

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"

	"quecstar/harness/device"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/event"
	"quecstar/harness/vmodule"
)

// rests feeds an engine a text in pieces and then silence, and returns the messages, and whether one of
// them, or a line behind it, was doubted.
func rests(t *testing.T, text string, size int) (all []device.Message, doubt bool) {
	t.Helper()
	e, heard := detached()
	feed(e, text, size)
	e.mu.Lock()
	defer e.mu.Unlock()
	for e.lex.waits != nothing {
		e.lex.silence()
		e.look()
	}
	if e.lull != nil {
		e.lull.Stop()
	}
	for _, u := range heard() {
		doubt = doubt || u.Doubt || u.Rest
		if !strings.HasPrefix(u.Line, receivedName) || u.Data == nil {
			continue
		}
		m, ok := parseMessage(u)
		if !ok {
			t.Errorf("%q cannot be read", u.Line)
		}
		all = append(all, m)
	}
	return all, doubt
}

// open is how firmware prints a message whose length it does not tell.
func open(topic, payload string) string {
	return fmt.Sprintf("\r\n+QMTRECV: 0,1,\"%s\",\"%s\"\r\n", topic, payload)
}

func TestMessagesWithoutALength(t *testing.T) {
	for name, c := range map[string]struct {
		payload string
		doubt   bool
	}{
		"JSON":                      {payload: `{"a":"b","c":[1,2],"d":"e,\"f\""}`},
		"indented":                  {payload: "{\r\n \"a\": \"b\"\r\n}"},
		"indented, more lines":      {payload: "{\r\n \"a\": \"b\"\r\n\r\n}"},
		"a list":                    {payload: `["a","b"]`},
		"quotes":                    {payload: `say "hi", "ho"`},
		"a quote":                   {payload: `"`},
		"two quotes":                {payload: `""`},
		"ends in a quote":           {payload: `say "hi"`},
		"nothing":                   {payload: ""},
		"lines":                     {payload: "a\r\nOK\r\n+QMTSTAT: 0,1\r\n"},
		"looks like a length":       {payload: `5,"abc`},
		"binary":                    {payload: "\x00\xff\x1a\x1b\r\r\n\n\""},
		"like a URC":                {payload: `+QMTRECV: 0,0,"x","y"`},
		"begins like JSON":          {payload: "[INFO] it is {on}"},
		"torn JSON":                 {payload: `{"a":"b",`, doubt: true},
		"a quote and a line end":    {payload: "say \"hi\"\r\nand more", doubt: true},
		"a quote and an empty line": {payload: "say \"hi\"\r\n\r\nand more", doubt: true},
	} {
		for _, size := range []int{1, 7, 1000} {
			for _, behind := range []string{"", "\r\n+QIURC: \"recv\",1\r\n", open("u", `"x"`), "\r\n+CSQ: 1,99\r\n"} {
				t.Run(fmt.Sprintf("%s by %d, %q behind", name, size, behind), func(t *testing.T) {
					all, doubt := rests(t, open("t/1", c.payload)+behind, size)
					if len(all) == 0 || string(all[0].Payload) != c.payload || all[0].Topic != "t/1" || all[0].QoS != 1 {
						t.Errorf("got %v", all)
					}
					if doubt != c.doubt {
						t.Errorf("doubt %v", doubt)
					}
					if strings.HasPrefix(behind, "\r\n+QMTRECV") && (len(all) != 2 || string(all[1].Payload) != `"x"`) {
						t.Errorf("got %v", all)
					}
				})
			}
		}
	}
}

// TestAnAmbiguousMessageIsSaidToBeOne has payloads that hold what ends one.
func TestAnAmbiguousMessageIsSaidToBeOne(t *testing.T) {
	for _, payload := range []string{"a\"\r\n\r\n+QMTSTAT: 0,1", "a\"\r\n+QMTSTAT: 0,1\r\n", "a\"\r\n\r\nRDY\r\n"} {
		if all, doubt := rests(t, open("t", payload), 3); !doubt {
			t.Errorf("%q: %v, and no doubt", payload, all)
		}
	}
}

// TestAMessageThatLostBytes is handed out with a doubt, and what comes behind is not taken for it.
func TestAMessageThatLostBytes(t *testing.T) {
	for name, text := range map[string]string{
		"of a length":           "\r\n+QMTRECV: 0,0,\"t\",9,\"abc\"\r\n\r\n+QIND: PB DONE\r\n",
		"of a length, all lost": "\r\n+QMTRECV: 0,0,\"t\",90,\"abc",
		"without a length":      "\r\n+QMTRECV: 0,0,\"t\",\"abc\r\n\r\n+QIND: PB DONE\r\n",
	} {
		if all, doubt := rests(t, text, 5); len(all) != 1 || !strings.HasPrefix(string(all[0].Payload), "abc") || !doubt {
			t.Errorf("%s: %v, doubt %v", name, all, doubt)
		}
	}
}

// alphabet is what is nasty in a payload.
var alphabet = []string{`"`, ",", "\r\n", "\n", "a", "1", "{", "}", "[", ":", `\"`, "+QMTRECV: 0,0,\"t\",\"", "OK", "温", "\x00", "\x1a", "\xff", `","`, "\"\r\n"}

// value makes a value that JSON can tell.
func value(r *rand.Rand, depth int) any {
	switch r.IntN(5 + min(depth, 2)) {
	case 0:
		return r.IntN(1000)
	case 1, 2, 3:
		var text string
		for range r.IntN(4) {
			text += strings.ToValidUTF8(alphabet[r.IntN(len(alphabet))], "?")
		}
		return text
	case 4:
		return nil
	case 5:
		return []any{value(r, depth-1), value(r, depth-1)}
	}
	return map[string]any{"k\"": value(r, depth-1), "l": value(r, depth-1)}
}

// TestEveryJSONSurvives sends values in every form that an encoder gives them, among other messages.
func TestEveryJSONSurvives(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		var want []string
		var stream strings.Builder
		for range 1 + r.IntN(3) {
			v := map[string]any{"v": value(r, 3)}
			text, err := json.Marshal(v)
			if r.IntN(2) == 0 {
				text, err = json.MarshalIndent(v, "", "  ")
			}
			if err != nil {
				t.Fatal(err)
			}
			payload := string(text)
			if r.IntN(2) == 0 {
				payload = strings.ReplaceAll(payload, "\n", "\r\n")
			}
			want = append(want, payload)
			stream.WriteString(open("t", payload))
		}
		all, _ := rests(t, stream.String(), 1+r.IntN(40))
		got := make([]string, len(all))
		for i, m := range all {
			got[i] = string(m.Payload)
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Fatalf("sent %q\ncame %q", want, got)
		}
	}
}

// FuzzReceived has any payload come as it was, or with a doubt.
func FuzzReceived(f *testing.F) {
	for i, p := range nasty {
		f.Add([]byte(p), 1+i%9)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		var p string
		for range r.IntN(12) {
			p += alphabet[r.IntN(len(alphabet))]
		}
		f.Add([]byte(p), 1+r.IntN(20))
	}
	f.Fuzz(func(t *testing.T, payload []byte, size int) {
		if len(payload) > 2000 {
			return
		}
		size = 1 + max(size, -size)%64
		for _, behind := range []string{"", "\r\n+QIND: PB DONE\r\n"} {
			all, doubt := rests(t, open("t", string(payload))+behind, size)
			// Within a payload an empty line and another message are like another message indeed.
			if !doubt && !strings.Contains(string(payload), "\"\r\n\r\n") && (len(all) != 1 || string(all[0].Payload) != string(payload)) {
				t.Errorf("sent %q, came %v without a doubt", payload, all)
			}
			if !strings.Contains(string(payload), openEnd) && (len(all) == 0 || string(all[0].Payload) != string(payload)) {
				t.Errorf("sent %q, came %v", payload, all)
			}
			sized := fmt.Sprintf("\r\n+QMTRECV: 0,0,\"t\",%d,\"%s\"\r\n", len(payload), payload)
			if all, doubt := rests(t, sized+behind, size); doubt || len(all) != 1 || string(all[0].Payload) != string(payload) {
				t.Errorf("with a length: sent %q, came %v, doubt %v", payload, all, doubt)
			}
		}
	})
}

// TestADoubtIsTold has a script's user hear of a message that may have ended elsewhere.
func TestADoubtIsTold(t *testing.T) {
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	told := make(chan string, 10)
	r := newRig(t, direct.Config{}, vmodule.Behaviour{NoReceiveLength: true}, Options{Events: func(e event.Event) {
		if e.Kind == event.Warning && strings.Contains(e.Text, "guess,") {
			told <- e.Text
		}
	}})
	s, got := r.subscribed(t, broker.Port)
	const payload = "say \"hi\"\r\nand more"
	if err := s.Publish(testContext(t), device.Message{Topic: "t/x", Payload: []byte(payload)}); err != nil {
		t.Fatal(err)
	}
	if m := <-got; string(m.Payload) != payload {
		t.Errorf("came %q", m.Payload)
	}
	if text := <-told; !strings.Contains(text, "t/x") {
		t.Errorf("told %q", text)
	}
}

// TestSilenceEndsAMessage hands out what came last as soon as the line is silent.
func TestSilenceEndsAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, module := newEngine(t, nil)
		came := make(chan URC, 1)
		defer e.Subscribe("+QMTRECV", func(u URC) { came <- u })()
		if _, err := module.Write([]byte(open("t", "x"))); err != nil {
			t.Fatal(err)
		}
		if u := <-came; string(u.Data) != "x" || u.Doubt {
			t.Errorf("%+v", u)
		}
	})
}
