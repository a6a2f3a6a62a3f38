package cloud

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// TestCheckCommand: what the application API refuses before it sends a command, and with which hint.
func TestCheckCommand(t *testing.T) {
	p := &Product{Services: []Service{
		{ID: "Valve", Commands: []CommandModel{{Name: "open", Paras: []Para{
			{Name: "percent", DataType: "int", Required: true, Min: "0", Max: "100"}, {Name: "speed", DataType: "decimal", Max: "2.5"},
			{Name: "mode", DataType: "enum", EnumList: []string{"soft", "hard"}}, {Name: "note", DataType: "string", MaxLength: 3},
			{Name: "force", DataType: "boolean"}, {Name: "more", DataType: "jsonObject"}, {Name: "tags", DataType: "string list"}}}}},
		{ID: "Meter", Commands: []CommandModel{{Name: "reset"}, {Name: "open"}}},
	}}
	for _, x := range []struct{ service, name, paras, want string }{
		{"Valve", "open", `{"percent": 50, "speed": 1.5, "mode": "soft", "note": "äöü", "force": true, "more": {}, "tags": ["a"]}`, ""},
		{"Meter", "reset", `{}`, ""},
		{"", "reset", `{}`, ""},
		{"", "open", `{}`, ""}, // Meter's
		{"Walve", "open", `{}`, `the model has no service "Walve"; did you mean "Valve"?`},
		{"Meter", "rest", `{}`, `the service Meter has no command "rest"; did you mean "reset"?`},
		{"", "rest", `{}`, `no service of the model has a command "rest"; did you mean "reset"?`},
		{"Valve", "open", `{}`, `"percent" is required`},
		{"Valve", "open", `{"percent": 101}`, "100 at most"},
		{"Valve", "open", `{"percent": -1}`, "0 at least"},
		{"Valve", "open", `{"percent": 1.5}`, "the model wants an int"},
		{"Valve", "open", `{"percent": "1"}`, "the model wants an int"},
		{"Valve", "open", `{"percent": null}`, "the model wants an int"},
		{"Valve", "open", `{"percent": 1, "speed": 2.6}`, "2.5 at most"},
		{"Valve", "open", `{"percent": 1, "mode": "loud"}`, "soft, hard"},
		{"Valve", "open", `{"percent": 1, "note": "long"}`, "3 characters"},
		{"Valve", "open", `{"percent": 1, "force": 1}`, "a boolean"},
		{"Valve", "open", `{"percent": 1, "more": []}`, "an object"},
		{"Valve", "open", `{"percent": 1, "tags": "a"}`, "a list of strings"},
		{"Valve", "open", `{"precent": 1, "percent": 1}`, `the model has no parameter "precent"; did you mean "percent"?`},
	} {
		paras := map[string]any{}
		if err := json.Unmarshal([]byte(x.paras), &paras); err != nil {
			t.Fatal(err)
		}
		err := p.CheckCommand(Command{ServiceID: x.service, Name: x.name, Paras: paras})
		if x.want == "" && err != nil || x.want != "" && (!errors.Is(err, ErrModel) || !strings.Contains(err.Error(), x.want)) {
			t.Errorf("%s:%s %s: %v, want %q", x.service, x.name, x.paras, err, x.want)
		}
	}
	if err := (*Product)(nil).CheckCommand(Command{Name: "x"}); err != nil {
		t.Errorf("without a model: %v", err)
	}
	if err := p.CheckCommand(Command{ServiceID: "Valve", Name: "open", Paras: map[string]any{"percent": int64(7), "speed": 1.0}}); err != nil {
		t.Errorf("numbers of Go: %v", err)
	}
}
