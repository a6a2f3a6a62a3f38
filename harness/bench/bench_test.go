package bench

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
)

const example = "../../scripts/bench.example.toml"

func env(name string) string {
	return map[string]string{"DEVICE_SECRET": "from-the-environment"}[name]
}

// TestExampleHasEveryKey: the commented example is the documentation of the keys, so each is in it.
func TestExampleHasEveryKey(t *testing.T) {
	b, err := Load(example, env)
	if err != nil {
		t.Fatal(err)
	}
	if b.Device.Secret != "from-the-environment" || b.Limits.Timeout != 0 {
		t.Errorf("read %+v", b)
	}
	var tree map[string]any
	if _, err := toml.DecodeFile(example, &tree); err != nil {
		t.Fatal(err)
	}
	missing(t, "", reflect.TypeFor[Bench](), tree)
	for _, key := range actionKeys {
		actions := tree["action"].([]map[string]any)
		if !slices.ContainsFunc(actions, func(a map[string]any) bool { return a[key] != nil }) {
			t.Errorf("the example lacks action.%s", key)
		}
	}
}

func TestActions(t *testing.T) {
	functions := []string{"sms_arrives", "pin_level"}
	tests := []struct{ text, want string }{
		{"[[action]]\nsms_arive = 1\n", `b.toml:2: unknown key "action.sms_arive"; did you mean "sms_arrives"?`},
		{"[[action]]\naftr = \"1s\"\nsms_arrives = 1\n", `b.toml:2: unknown key "action.aftr"; did you mean "after"?`},
		{"[[action]]\npin_level = 1\nsms_arrives = 1\n", "one thing happens in each, and here are pin_level, sms_arrives"},
		{"[[action]]\nafter = \"1s\"\n", "nothing happens in it"},
		{"[[action]]\nafter = true\npin_level = 1\n", `b.toml:1: key "action": [[action]] pin_level: after: a duration is a string such as "90s" or a number of seconds, not a boolean`},
		{"[[action]]\nafter = \"soon\"\npin_level = 1\n", `after: "soon" is no duration`},
		{"[[action]]\nevery = \"1us\"\npin_level = 1\n", "too often"},
		{"[[action]]\nevery = \"1s\"\nwait = true\npin_level = 1\n", "repeats without end"},
		{"[[action]]\nwait = 1\npin_level = 1\n", "wait is true or false"},
		{"action = [1]\n", "[[action]] is a table"},
		{"[[action]]\npin_level = 1\n[[action]]\nevery = 0.0001\npin_level = 1\n", "b.toml:5: [[action]] pin_level: every 100µs is too often"},
		{"[device]\n[[event]]\npin_level = 1\n[[event]]\npin_level = 2\n", "b.toml:2: [[event]] is called [[action]] now"},
		{"[[action]]\npin_level = 9\n", "b.toml:2: [[action]] pin_level: refused"},
	}
	for _, tt := range tests {
		b, err := Parse("b.toml", tt.text, env)
		if err == nil {
			err = b.CheckActions(functions, func(Action) error { return errors.New("refused") })
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
}

func TestData(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x"), []byte("in it"), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := Parse(filepath.Join(dir, "b.toml"), "[[action]]\nf = [\"hex: 01 fF\", \"file:x\", 2000-01-01T00:00:00Z, 2000-01-01T00:00:00, [{ a = \"hex:\" }], 5]\n", env)
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.Data(b.Schedule[0].Value)
	want := []any{[]byte{1, 255}, []byte("in it"), "2000-01-01T00:00:00Z", "2000-01-01 00:00:00", []any{map[string]any{"a": []byte{}}}, int64(5)}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v %#v, want %#v", err, got, want)
	}
	for _, wrong := range []string{"hex:0", "file:none"} {
		if v, err := b.Data(wrong); err == nil {
			t.Errorf("%q gave %v", wrong, v)
		}
	}
}

// missing reports keys of a type that a decoded table lacks. Of a list of tables all together need
// to have them.
func missing(t *testing.T, path string, typ reflect.Type, table map[string]any) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		key := f.Tag.Get("toml")
		if key == "" || key == "-" {
			continue
		}
		v, ok := table[key]
		if !ok {
			t.Errorf("the example lacks %s%s", path, key)
			continue
		}
		switch v := v.(type) {
		case map[string]any:
			if f.Type.Kind() == reflect.Struct {
				missing(t, path+key+".", f.Type, v)
			}
		case []map[string]any:
			all := map[string]any{}
			for _, e := range v {
				for k, x := range e {
					all[k] = x
				}
			}
			missing(t, path+key+".", f.Type.Elem(), all)
		}
	}
}

func TestErrors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"[device]\nimie = \"1\"\n", `b.toml:2: unknown key "device.imie"; did you mean "imei"?`},
		{"[devise]\nimei = \"1\"\n", `b.toml:1: unknown key "devise"; did you mean "device"?`},
		{"[[cloud.product]]\nid = \"p\"\n[[cloud.product.servise]]\nid = \"s\"\n", `did you mean "service"?`},
		{"[device\n", "b.toml:2: expected"},
		{"[device]\ncsq = \"loud\"\n", `b.toml:2: key "device.csq"`},
		{"[limits]\ntimeout = \"soon\"\n", `"soon" is no duration`},
		{"[limits]\ntimeout = \"-5s\"\n", `"-5s" is no duration`},
		{"[cloud.access_keys]\nAK = \"env:NOT_SET\"\n", "cloud.access_keys.AK: the environment variable NOT_SET is not set"},
		{"[cloud]\naccess_keys = { AK = \"\" }\n", "cloud.access_keys.AK: the secret key is empty"},
		{"[device]\nsecret = \"env:NOT_SET\"\n", "device.secret: the environment variable NOT_SET is not set"},
		{"[device]\nproduct = \"p\"\n", `no [[cloud.product]] with the id "p"`},
		{"[[command]]\nservice = \"s\"\n", "needs a name or a message"},
		{"[[cloud.product]]\nname = \"s\"\n", "it needs an id"},
		{"[uart]\n7 = \"loopback\"\n", `[uart] "7": there is no such port: 0 to 4 are`},
		{"[hosts]\n\"a.b\" = \"nowhere\"\n", "neither iotda, plain, live nor an address"},
		{"[[command]]\nname = \"a\"\n[[command]]\nname = \"b\"\nparas = 5\n", `b.toml:5: key "command.paras": want a table, not an integer`},
		{"[[command]]\nname = \"a\"\nparas = {x = 1}\n[[command]]\nname = \"b\"\nafter = true\n", `b.toml:6: key "command.after": a duration is`},
		{"[[command]]\nmessage = 5\n", `b.toml:2: key "command.message": want a string or a table, not an integer`},
		{"[[command]]\nmessage = \"x\"\nparas = {}\n", `b.toml:3: key "command.paras": a message has no parameters`},
		{"[limits]\nsteps = -1\n", `b.toml:2: key "limits.steps": -1 is less than 0`},
		{"[limits]\nmemory_mb = -1\n", "-1 is less than 0"},
		{"[device]\nip = \"here\"\n", `b.toml:2: key "device.ip": "here" is no IP address`},
		{"[[cloud.product]]\nid = \"p\"\n[[cloud.product.service]]\nid = \"s\"\n[[cloud.product.service.property]]\nname = \"a\"\ntype = \"int\"\n" +
			"[[cloud.product.service.property]]\nname = \"b\"\ntype = \"integer\"\n", `b.toml:10: key "cloud.product.service.property.type": there is no data type "integer": int,`},
		{"[[cloud.product]]\nid = \"p\"\n[[cloud.product.service]]\n[[cloud.product.service.property]]\nmethod = \"X\"\n", "no combination of R, W and E"},
		{"[[cloud.product]]\nid = \"p\"\n[[cloud.product.service]]\n[[cloud.product.service.command]]\nparas = {on = \"bool\"}\n", `there is no data type "bool"`},
	}
	for _, tt := range tests {
		_, err := Parse("b.toml", tt.text, env)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
}

// TestWrongTypes: no key takes a value of a type that is not its own.
func TestWrongTypes(t *testing.T) {
	wrongTypes(t, reflect.TypeFor[Bench](), "", func(v any) any { return v })
}

// wrongTypes gives each key below a type each kind of value; within puts a value in its place in a bench file.
func wrongTypes(t *testing.T, typ reflect.Type, path string, within func(any) any) {
	values := map[string]any{"string": "x y", "integer": int64(7), "float": 7.5, "boolean": true, "list": []any{int64(1)}, "table": map[string]any{"x": int64(1)}}
	if typ == reflect.TypeFor[Action]() {
		return // a table of its own form, which TestActions looks at
	}
	var right []string
	if typ == reflect.TypeFor[Para]() {
		right = []string{"string", "table"} // TestParas looks at the table
		typ = reflect.TypeFor[any]()
	}
	switch typ.Kind() {
	case reflect.Interface:
		if right == nil {
			return
		}
	case reflect.String:
		right = []string{"string"}
	case reflect.Bool:
		right = []string{"boolean"}
	case reflect.Int, reflect.Uint64:
		right = []string{"integer"}
	case reflect.Int64:
		right = []string{"integer", "float"} // a duration
	case reflect.Struct:
		for i := range typ.NumField() {
			if key := typ.Field(i).Tag.Get("toml"); key != "" && key != "-" {
				wrongTypes(t, typ.Field(i).Type, path+"."+key, func(v any) any { return within(map[string]any{key: v}) })
			}
		}
		right = []string{"table"}
	case reflect.Slice:
		wrongTypes(t, typ.Elem(), path, func(v any) any { return within([]any{v}) })
		right = []string{"list"}
	case reflect.Map:
		wrongTypes(t, typ.Elem(), path+".x", func(v any) any { return within(map[string]any{"x": v}) })
		right = []string{"table"}
	}
	if path == "" {
		return
	}
	for kind, v := range values {
		if slices.Contains(right, kind) {
			continue
		}
		text, err := toml.Marshal(within(v))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse("b.toml", string(text), env); err == nil || !strings.Contains(err.Error(), path[1:]) || !strings.HasPrefix(err.Error(), "b.toml:") {
			t.Errorf("a %s for %s: %v\n%s", kind, path[1:], err, text)
		}
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{"20": 20 * time.Second, "0.5": 500 * time.Millisecond, `"20"`: 20 * time.Second,
		`"1m30s"`: 90 * time.Second, `"250ms"`: 250 * time.Millisecond, "0": 0} {
		b, err := Parse("b.toml", "[limits]\ntimeout = "+text+"\n[[action]]\nafter = "+text+"\npin_level = 1\n", env)
		if err != nil || time.Duration(b.Limits.Timeout) != want || b.Schedule[0].After != want {
			t.Errorf("%s: %+v, %v", text, b, err)
		}
	}
	for _, text := range []string{`""`, `"s"`, `"-1"`, "-1", "nan", "inf", "1e300", `"1e3"`, `"1 m"`} {
		if b, err := Parse("b.toml", "[limits]\ntimeout = "+text+"\n", env); err == nil {
			t.Errorf("%s is %v", text, time.Duration(b.Limits.Timeout))
		}
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := Find(deep); got != "" {
		t.Skipf("there is a bench file above the test's folder: %s", got)
	}
	want := filepath.Join(root, "a", Name)
	if err := os.WriteFile(want, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := Find(deep); got != want {
		t.Errorf("found %q, want %q", got, want)
	}
	if _, err := Load(filepath.Join(root, "none.toml"), env); err == nil || !strings.Contains(err.Error(), "no such bench file") {
		t.Errorf("missing file: %v", err)
	}
}

func TestSecrets(t *testing.T) {
	b, err := Parse("b.toml", "[device]\nsecret = \"one-secret\"\n[[cloud.device]]\nid = \"d\"\nsecret = \"env:DEVICE_SECRET\"\n[cloud.access_keys]\nAK = \"key-of-ak\"\n", env)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(b.Secrets(), " "); !strings.Contains(got, "one-secret") || !strings.Contains(got, "from-the-environment") || !strings.Contains(got, "key-of-ak") {
		t.Errorf("secrets %q", got)
	}
}

func FuzzParse(f *testing.F) {
	text, err := os.ReadFile(example)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("[device]\nimei = 5")
	f.Fuzz(func(_ *testing.T, text string) { _, _ = Parse("b.toml", text, env) })
}

// TestParas: the parameter of a command is its data type, or a table with all that its model may say.
func TestParas(t *testing.T) {
	parse := func(para string) (Para, error) {
		b, err := Parse("b.toml", "[[cloud.product]]\nid = 'p'\n[[cloud.product.service]]\nid = 's'\n[[cloud.product.service.command]]\nname = 'c'\nparas = { x = "+para+" }\n", env)
		if err != nil {
			return Para{}, err
		}
		return b.Cloud.Products[0].Services[0].Commands[0].Paras["x"], nil
	}
	for text, want := range map[string]Para{
		`"int"`: {Type: "int"},
		`{ type = "decimal", required = true, unit = "m", min = -1, max = 2.5 }`: {Type: "decimal", Required: true, Unit: "m", Min: "-1", Max: "2.5"},
		`{ type = "enum", length = 3, values = ["a", "b"], min = "0" }`:          {Type: "enum", Length: 3, Values: []string{"a", "b"}, Min: "0"},
	} {
		if got, err := parse(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{`1`: "a parameter is a data type", `{}`: "needs a type", `{ type = 1 }`: "type of a parameter cannot be 1",
		`{ type = "int", max = true }`: "max of a parameter cannot be true", `{ type = "int", values = "a" }`: "values", `{ type = "int", values = [1] }`: "values",
		`{ type = "int", typ = "x" }`: "did you mean type?", `{ type = "int", length = -1 }`: "length", `{ type = "integer" }`: `no data type "integer"`} {
		if _, err := parse(text); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "b.toml:") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
