package manual_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quecstar/harness/manual"
	"quecstar/harness/script"
)

var update = flag.Bool("update", false, "write the golden files")

func nothing(*script.Call) (any, error) { return nil, nil }

// led is a module with one of everything.
func led() *script.Module {
	return &script.Module{
		Name: "led", Aliases: []string{"uled"}, Simulated: true, Doc: "The lights of the board. There are three.",
		Manual: `Lights are numbered from 0. A light that is switched on stays on for as long as the board has power, and
goes on where it was when that comes back.

What the board draws is not simulated.

args
  pin int: the number of the light
  brightness int: per cent; more than 100 is 100, and what is
    less than 1 switches it off
args of Strip
  count int: how many lights it has
args of controls
  pin int: the light that burns out

types
  int: on
  Strip: strip
  tuple | int: state

overloads
  Strip.color() -> tuple
  Strip.color(rgb: tuple) -> None

errors
  ValueError for a light that the board has not.
errors of state
  Nothing is raised.

example
  print(led.on(1))  #> 0
example of strip, Strip.color
  s = led.strip()
  sleep_ms(5)
  s.color((1, 2, 3))
example of led_burnt
  quecstar.led_burnt(0)
  print(led.on(0))  #> -1
`,
		Funcs: []script.Func{
			{Name: "on", Params: "pin, brightness=100, /", Doc: "Switches a light on; returns 0 or -1.", Call: nothing},
			{Name: "state", Params: "pin, *rest", Doc: "Returns (on, brightness), or -1.", Call: nothing},
			{Name: "strip", Doc: "Returns the strip of lights.", Returns: "Strip", Call: nothing},
			{Name: "blink", Params: "pin", Doc: "Not simulated: returns -1.", Refused: true, Call: nothing},
		},
		Consts: []script.Const{{Name: "RED", Value: 0, Doc: "A light."}, {Name: "NAME", Value: "led", Doc: "What it is called."}},
		Classes: []*script.Class{{
			Name: "Strip", Doc: "Lights in a row.",
			Init: script.Func{Name: "Strip", Params: "count=8", Doc: "A strip of so many.", Call: nothing},
			Methods: []script.Func{
				{Name: "color", Params: "rgb=None", Doc: "Returns the color, or sets it.", Call: nothing},
				{Name: "__enter__", Doc: "The strip, for with.", Call: nothing},
			},
			Consts: []script.Const{{Name: "L1", Value: 1, Doc: "A light."}, {Name: "L2", Value: 2, Doc: "A light."}, {Name: "L3", Value: 3, Doc: "A light."}},
			Attrs:  []script.Const{{Name: "count", Value: 8, Doc: "How many lights it has."}},
		}},
		Controls: []script.Func{{Name: "led_burnt", Params: "pin", Doc: "Burns a light out.", Call: nothing}},
	}
}

func tables() []*script.Module {
	led := led()
	return []*script.Module{led,
		{Name: "sleep", Lang: script.Starlark, Flat: true, Doc: "Sleeping.",
			Funcs: []script.Func{{Name: "sleep_ms", Params: "ms", Doc: "Sleeps.", Call: nothing}}},
		{Name: "utime", Lang: script.Python, Doc: "Time.",
			Funcs: []script.Func{{Name: "sleep_ms", Params: "ms, /", Doc: "Sleeps for milliseconds.", Call: nothing}}},
		{Name: "shop", Lang: script.Python, Doc: "A module in Python.", Source: `"""A shop."""
OPEN = 8

class Till:
    """Where one pays."""

    def __init__(self, coins=...):
        self.coins = coins
        self._secret = 1

    def pay(self, amount, *, tip=0.5):
        """Takes money."""
`, Manual: "types\n  int: coins\nexample\n  import shop\n\n  shop.Till(3).pay(1)\n"},
		script.ControlModule(led)}
}

func newManual(t *testing.T) *manual.Manual {
	t.Helper()
	m, err := manual.New(tables())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Each page looks as its file in testdata says; -update writes that.
func TestPages(t *testing.T) {
	for _, tt := range []struct {
		file, name string
		lang       script.Lang
		width      int
		bold       bool
	}{
		{file: "module", name: "led", lang: script.Both},
		{file: "alias", name: "uled.RED", lang: script.Both},
		{file: "starlark", name: "led", lang: script.Starlark},
		{file: "narrow", name: "led", lang: script.Python, width: 50},
		{file: "narrowest", name: "led.on", lang: script.Both, width: 3},
		{file: "wide", name: "led.on", lang: script.Both, width: 300},
		{file: "bold", name: "led.on", lang: script.Both, bold: true},
		{file: "refused", name: "led.blink", lang: script.Both},
		{file: "class", name: "led.Strip", lang: script.Both},
		{file: "method", name: "led.Strip.color", lang: script.Python},
		{file: "attribute", name: "led.Strip.count", lang: script.Both},
		{file: "control", name: "quecstar.led_burnt", lang: script.Both},
		{file: "source", name: "shop", lang: script.Python},
		{file: "flat", name: "sleep_ms", lang: script.Both},
		{file: "topic", name: "python", lang: script.Both},
	} {
		t.Run(tt.file, func(t *testing.T) {
			m := newManual(t)
			m.Width = tt.width
			text, err := m.Text(tt.name, tt.lang)
			if err != nil {
				t.Fatal(err)
			}
			if tt.bold {
				text = manual.Bold(text)
			}
			golden(t, tt.file+".txt", text)
			for line := range strings.Lines(text) {
				if most := max(40, min(tt.width, 96)); tt.width > 0 && len([]rune(line))-1 > most && strings.Contains(line, " ") && !strings.Contains(line, "#>") {
					t.Errorf("a line is wider than %d: %q", most, line)
				}
			}
		})
	}
	t.Run("list", func(t *testing.T) { golden(t, "list.txt", newManual(t).List(script.Both)) })
	t.Run("markdown", func(t *testing.T) { golden(t, "markdown.md", newManual(t).Markdown()) })
	t.Run("stubs", func(t *testing.T) {
		for name, text := range newManual(t).Stubs(script.Both) {
			golden(t, name, text)
		}
	})
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s\nhas\n%s\nwant\n%s", path, got, want)
	}
}

// A name that the manual does not have leads to one that is near.
func TestUnknownNames(t *testing.T) {
	for _, tt := range []struct {
		name string
		lang script.Lang
		near string
	}{
		{"ledd", script.Both, "led"},
		{"led.Strip.colour", script.Both, "led.Strip.color"},
		{"led.om", script.Both, "led.on"},
		{"slep_ms", script.Starlark, "sleep_ms"},
		{"shop", script.Starlark, ""},
		{"nothing like it", script.Both, ""},
	} {
		_, err := newManual(t).Text(tt.name, tt.lang)
		var unknown *manual.UnknownError
		if !errors.As(err, &unknown) || unknown.Near != tt.near {
			t.Errorf("%s: %v, want one near %q", tt.name, err, tt.near)
			continue
		}
		if says := strings.Contains(err.Error(), "did you mean"); says != (tt.near != "") {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// The programs of examples, as each language runs them.
func TestExamplesAreWhole(t *testing.T) {
	var got strings.Builder
	for _, e := range newManual(t).Examples() {
		got.WriteString("-- " + e.Name + map[script.Lang]string{script.Python: ".py", script.Starlark: ".star"}[e.Lang] + " --\n" + e.Text)
	}
	golden(t, "examples.txt", got.String())
}

// A manual that speaks of what its module has not is a mistake that New finds, all of them at once.
func TestMistakesInAManual(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"args\n  colour int: which\n", "module led: its manual speaks of a parameter colour"},
		{"args of off\n  pin int: which\n", "speaks of off"},
		{"types\n  int: off\n", "tells the type of off"},
		{"types\n  int\n", "no names behind the type int"},
		{"errors of off\n  None.\n", "speaks of off"},
		{"overloads\n  off() -> int\n", "an overload of off"},
		{"example of off\n  led.off()\n", "speaks of off"},
		{"example\n", "an example that is empty"},
		{"args\n  colour int: which\ntypes\n  int: off\n", "tells the type of off"},
	} {
		m := led()
		m.Manual = tt.text
		_, err := manual.New([]*script.Module{m})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
}
