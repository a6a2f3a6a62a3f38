package at

import (
	"context"
	"sync"
)

// gate lets many in at once, and can be shut while nobody is inside. It is no sync.RWMutex, whose waiters
// would stop virtual time. Its zero value is open.
type gate struct {
	mu     sync.Mutex
	inside int
	shut   chan struct{} // closed when the gate opens again; nil while it is open
}

// enter waits for the gate to be open, until ctx ends.
func (g *gate) enter(ctx context.Context) error {
	for {
		g.mu.Lock()
		shut := g.shut
		if shut == nil {
			g.inside++
			g.mu.Unlock()
			return nil
		}
		g.mu.Unlock()
		select {
		case <-shut:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
}

// tryShut shuts the gate, unless somebody is inside or has shut it.
func (g *gate) tryShut() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inside > 0 || g.shut != nil {
		return false
	}
	g.shut = make(chan struct{})
	return true
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.shut)
	g.shut = nil
}
