package suite

import (
	"fmt"
	"os"

	"github.com/BurntSushi/toml"
	"go.starlark.net/starlark"

	"quecstar/harness/bench"
)

// benchValue is the fixture bench: what the bench file of the test says, as it is written, but for secrets.
func (r *run) benchValue() (starlark.Value, error) {
	path := r.world.opts.Bench
	if path == "" {
		path = bench.Find(r.world.dir())
	}
	data := map[string]any{}
	if path != "" {
		text, err := os.ReadFile(path)
		if err == nil {
			err = toml.Unmarshal(text, &data)
		}
		if err != nil {
			return nil, fmt.Errorf("the fixture bench: %w", err)
		}
	}
	v := r.value(data)
	v.Freeze()
	return v, nil
}
