package bench

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestEveryKeyIsClassified: a new key comes with a word on what it may do in a file that was found.
func TestEveryKeyIsClassified(t *testing.T) {
	known := map[string]bool{}
	keyPaths(reflect.TypeFor[Bench](), "", func(path string) {
		known[path] = true
		if rights[path] == nil {
			t.Errorf("rights lacks %s: say there what a file that was merely found may do by it", path)
		}
	})
	for path := range rights {
		if !known[path] {
			t.Errorf("rights has %s, which is no key", path)
		}
	}
}

// keyPaths visits every key that a type has in a file.
func keyPaths(t reflect.Type, path string, visit func(string)) {
	switch {
	case t == reflect.TypeFor[Action](), t.Kind() == reflect.Map:
		visit(path + ".*")
	case t.Kind() == reflect.Slice:
		if t.Elem().Kind() == reflect.Struct {
			keyPaths(t.Elem(), path, visit)
			return
		}
		visit(path)
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			if name := t.Field(i).Tag.Get("toml"); name != "-" && t.Field(i).IsExported() {
				keyPaths(t.Field(i).Type, strings.TrimPrefix(path+"."+name, "."), visit)
			}
		}
	default:
		visit(path)
	}
}

// TestFoundBench: a file that was found has the rights of the script, however a key is spelled.
func TestFoundBench(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, Name)
	for _, folder := range []string{"flash/usr", "git/hooks", "empty"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "data"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Symlink("/etc", filepath.Join(dir, "link")), os.Symlink("/etc/hostname", filepath.Join(dir, "name"))); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ text, want string }{
		{`files = "/etc"`, `:1: files = "/etc" asks for a folder outside of the bench file's own`},
		{`FILES = "/etc"`, "a folder outside"},
		{`files = "../x"`, "a folder outside"},
		{`files = "flash/../.."`, "a folder outside"},
		{`files = "."`, "a folder outside"},
		{`files = "link"`, "a folder outside"},
		{`files = "link/x"`, "a folder outside"},
		{`files = "git"`, "a folder with other files than those of earlier runs"},
		{`files = "flash"`, ""},
		{`files = "empty"`, ""},
		{`files = "new/flash"`, ""},
		{"[uart]\n1 = \"/dev/ttyS0\"", `:2: uart.1 = "/dev/ttyS0" asks for a port of this host`},
		{"[uart]\n1 = \"tcp://10.0.0.1:22\"", "a port of this host"},
		{"[uart]\n1 = \"\"", "a port of this host"},
		{"[uart]\n1 = \"loopback\"", ""},
		{"[device]\nkind = \"at:/dev/ttyUSB2\"", "a port of this host"},
		{"[device]\nkind = \"repl:auto\"", "a port of this host"},
		{"[device]\nkind = \"at:tcp://10.0.0.1:22\"", "a port of this host"},
		{"[device]\nkind = \"tape:/etc/passwd\"", "a tape on this host"},
		{"[device]\nkind = \"tape\"", "a tape on this host"},
		{"[device]\nkind = \"at:sim\"", ""},
		{"[device]\nkind = \"direct\"", ""},
		{"[device]\nsecret = \"env:SECRET\"", "asks for the environment variable SECRET"},
		{"[device]\nimei = \"env:SECRET\"", "the environment variable SECRET"},
		{"[[cloud.device]]\nid = \"d\"\nsecret = \"env:SECRET\"", "the environment variable SECRET"},
		{"[device]\nsecret = \"open\"", ""},
		{"[cloud]\nca = \"ca\"", "asks for a folder that keeps the key of a certificate authority"},
		{"[cloud]\nca = \"\"\naccess_keys = { AK = \"SK\" }", ""},
		{"[cloud.access_keys]\nAK = \"env:SECRET\"", "the environment variable SECRET"},
		{"[hosts]\n\"a.b\" = \"127.0.0.1:22\"", `hosts.a.b = "127.0.0.1:22" asks for a server of its own choice`},
		{"[hosts]\n\"a.b\" = \"live\"", "the host itself"},
		{"[hosts]\n\"a.b\" = \"iotda\"\n\"a.c\" = \"plain\"", ""},
		{"[limits]\nmemory_mb = 6000", "more than the 1024"},
		{"[limits]\nrecursion = 1001", "more than the 1000"},
		{"[limits]\nmemory_mb = 80\nrecursion = 500\ntimeout = \"1s\"\nsteps = 5", ""},
		{"[[action]]\ngnss_log = \"file:/etc/hostname\"", "a file outside"},
		{"[[action]]\nsms_arrives = { number = \"1\", text = [\"file:../x\"] }", "a file outside"},
		{"[[action]]\ngnss_log = \"file:name\"", "a file outside"},
		{"[[action]]\ngnss_log = \"file:data\"", ""},
		{"[[action]]\napp_fota_serve = { url = \"http://a/b\", data = \"x\" }", ""},
		{"[cloud]\nstate = \"x\"", "a file of this host"},
		{"[[command]]\nname = \"c\"\nparas = { a = \"env:SECRET\" }", "the environment variable"},
	}
	asked := false
	env := func(string) string { asked = true; return "value" }
	for _, tt := range tests {
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := LoadFound(path, env)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%q: %v", tt.text, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "--bench "+path) || !strings.Contains(err.Error(), "--trust")):
			t.Errorf("%q: %v, want %q and how to allow it", tt.text, err, tt.want)
		}
		if asked {
			t.Fatalf("%q: the environment was looked at", tt.text)
		}
		if _, err := Load(path, env); err != nil {
			t.Errorf("named: %q: %v", tt.text, err)
		}
		asked = false
	}
}

// TestLargeFile: what a stranger's file can make the library do takes no time.
func TestLargeFile(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"[[action]]\nf = " + strings.Repeat("{a=", 1<<14), "more than 100 levels"},
		{"[[action]]\nf = " + strings.Repeat("[", 1<<19), "more than 100 levels"},
		{"[a" + strings.Repeat(". \"a\"", 1<<15) + "]", "more than 100 levels"},
		{strings.Repeat("#", maxFile+1), "may have 1048576 bytes"},
		{"[limits]\nrecursion = 1000000", "1000000 is not between"},
		{"[limits]\nmemory_mb = 18446744073709551", "memory_mb"},
		{"[device]\nurc_port = 'usbat\";+QPOWD'", "is no name such as usbat"},
	} {
		path := filepath.Join(t.TempDir(), Name)
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path, env); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.30q: %v, want %q", tt.text, err, tt.want)
		}
	}
}
