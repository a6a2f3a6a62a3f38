package script

import (
	"fmt"
	"runtime"
	"runtime/metrics"
)

// DefaultMemory is the memory limit of a run that sets none: hundreds of times what a module has.
const DefaultMemory = 1 << 30

// turnsPerLook is after how many turns the memory is looked at.
const turnsPerLook = 16

// checkMemory returns ErrMemory once the program holds too much. What only waits to be collected does
// not count.
func (in *Interp) checkMemory() error {
	if in.turns.Add(1)%turnsPerLook != 0 {
		return nil
	}
	limit := in.opts.MemoryLimit
	if limit == 0 {
		limit = DefaultMemory
	}
	if heapBytes() <= limit {
		return nil
	}
	runtime.GC()
	if heapBytes() <= limit {
		return nil
	}
	return fmt.Errorf("%w: %d MB; memory_mb in [limits] of the bench raises it", ErrMemory, limit>>20)
}

func heapBytes() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
