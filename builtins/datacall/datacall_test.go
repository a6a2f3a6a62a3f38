package datacall

import (
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/scripttest"
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
		_ = d.SetPDP(1, false)
		return nil, nil
	}}}}
	r := scripttest.Source(t, "c.star", `
got = []
print(dataCall.setCallback(got.append))
bench.change()
while not got:
    pass
print(got, dataCall.getInfo(1, 0)[2][0])
`, scripttest.Options{Modules: []*script.Module{Module(), bench}, Device: d})
	if want := "0\n[(1, 0)] 0\n"; r.Err != nil || r.Stdout != want {
		t.Errorf("printed %q, want %q; error %v", r.Stdout, want, r.Err)
	}
}
