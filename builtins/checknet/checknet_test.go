package checknet

import (
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
	"quecstar/harness/device"
	"quecstar/harness/device/direct"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The script hears of, and sees, what changes while it runs.
func TestChangeWhileRunning(t *testing.T) {
	d, err := direct.New(direct.Config{}, direct.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	bench := &script.Module{Name: "bench", Funcs: []script.Func{{Name: "change", Call: func(*script.Call) (any, error) {
		d.SetRegistration(device.RegSearching)
		return nil, nil
	}}}}
	r := scripttest.Source(t, "c.star", `
print(checkNet.waitNetworkReady(), checkNet.CheckNetwork("p", "1").waitNetworkReady(5))
bench.change()
print(checkNet.waitNetworkReady(1))
`, scripttest.Options{Modules: []*script.Module{Module(), bench}, Device: d})
	if want := "(3, 1) (3, 1)\n(2, 2)\n"; r.Err != nil || r.Stdout != want {
		t.Errorf("printed %q, want %q; error %v", r.Stdout, want, r.Err)
	}
}
