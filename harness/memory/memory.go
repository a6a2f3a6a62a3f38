// Package memory tells what this program holds, and whether there is room for more.
package memory

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Names of package metrics.
const (
	held        = "/memory/classes/heap/objects:bytes"
	live        = "/gc/heap/live:bytes"
	collections = "/gc/cycles/total:gc-cycles"
)

// Held is how many bytes the program holds, with those that wait to be collected.
func Held() uint64 { return metric(held) }

// Live is how many bytes the last collection found in use.
func Live() uint64 { return metric(live) }

// Collections is how many collections there have been.
func Collections() uint64 { return metric(collections) }

func metric(name string) uint64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// Limit is how many bytes the program wants to hold at most: memory_mb of a run, without one far more than
// there are.
func Limit() uint64 { return uint64(debug.SetMemoryLimit(-1)) }

// Much is how many bytes an operation takes that is looked at before it begins: to ask takes a microsecond.
const Much = 1 << 20

// Room reports whether the program holds no more than a limit once it holds so many bytes more. Garbage is
// collected before the answer is no.
func Room(bytes int, limit uint64) bool {
	fits := func() bool { return Held()+uint64(bytes) <= limit }
	if bytes < Much || fits() {
		return true
	}
	runtime.GC()
	return fits()
}
