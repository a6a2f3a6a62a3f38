package session

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestLinesHaveNoPasswords: what is told of a device's port, and so what results keep of it, has no password of a
// command, nor the digest that devices of IoTDA have in its place.
func TestLinesHaveNoPasswords(t *testing.T) {
	digest := strings.Repeat("0123456789abcdef", 4)
	for _, password := range []string{"pass word", digest} {
		dir := folder(t, map[string]string{"w.py": `
from umqtt import MQTTClient
c = MQTTClient("me", "broker.example.com", 1883, "user", "` + password + `")
c.connect()
c.disconnect()
print("done")
`})
		var mu sync.Mutex
		var lines []string
		r := run(t, Options{Script: filepath.Join(dir, "w.py"), Device: "at:sim", Lines: func(_ bool, text []byte) {
			mu.Lock()
			defer mu.Unlock()
			lines = append(lines, string(text))
		}}, nil)
		all := strings.Join(lines, "\n")
		if r.err != nil || r.out != "done\n" || !strings.Contains(all, `,"user","***"`) || strings.Contains(all, password) {
			t.Errorf("%v %s\n%s", r.err, r.out, all)
		}
	}
}
