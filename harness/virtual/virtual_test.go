package virtual_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"quecstar/harness/virtual"
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// fine runs what a bubble is for, and fails where a release of Go has it otherwise.
func fine(t *testing.T) {
	t.Helper()
	begin := time.Now()
	var took time.Duration
	var last time.Time
	err := virtual.Run(epoch, func() {
		if now := time.Now(); !now.Equal(epoch) {
			t.Errorf("it begins at %v", now)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 30*24*time.Hour)
		defer cancel()
		var work sync.WaitGroup
		for range 3 {
			work.Go(func() { <-ctx.Done() })
		}
		work.Wait()
		took, last = time.Since(epoch), time.Now()
	})
	if err != nil || took != 30*24*time.Hour || !last.Equal(epoch.Add(took)) {
		t.Errorf("30 days took %v, until %v, %v", took, last, err)
	}
	if real := time.Since(begin); real > time.Minute {
		t.Errorf("30 days took %v", real)
	}
}

func TestTimePasses(t *testing.T) { fine(t) }

// failures are what goes wrong in a bubble; the next one is fine.
func TestFailures(t *testing.T) {
	t.Run("panic", func(t *testing.T) {
		err := virtual.Run(epoch, func() { panic("told to") })
		var p *virtual.PanicError
		if !errors.As(err, &p) || p.Value != "told to" || !strings.Contains(p.Stack, "virtual_test.go") || err.Error() != "panic: told to" {
			t.Errorf("%v", err)
		}
		fine(t)
	})
	t.Run("deadlock", func(t *testing.T) {
		err := virtual.Run(epoch, func() { <-make(chan int) })
		deadlock(t, err, "the function: chan receive at virtual_test.TestFailures", "(virtual_test.go:")
		fine(t)
	})
	t.Run("deadlock of several", func(t *testing.T) {
		err := virtual.Run(epoch, func() {
			var work sync.WaitGroup
			for range 3 {
				work.Go(func() { select {} })
			}
			work.Wait()
		})
		deadlock(t, err, "the function: sync.WaitGroup.Wait at ", "in sync.", "select (no cases) at ", "(virtual_test.go:", "(3 times)")
		fine(t)
	})
	t.Run("leftover", func(t *testing.T) {
		err := virtual.Run(epoch, func() { go func() { <-make(chan int) }() })
		deadlock(t, err, "everything waits, and nothing is left that could happen: chan receive at virtual_test.TestFailures", "(virtual_test.go:")
		fine(t)
	})
	t.Run("exit", func(t *testing.T) {
		if err := virtual.Run(epoch, runtime.Goexit); err == nil {
			t.Error("it is as if f had returned")
		}
		fine(t)
	})
}

// deadlock wants an error that says who waits for what.
func deadlock(t *testing.T, err error, parts ...string) {
	t.Helper()
	if !errors.Is(err, virtual.ErrDeadlock) {
		t.Errorf("%v", err)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q lacks %q", err, part)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	var work sync.WaitGroup
	for range 20 {
		work.Go(func() { fine(t) })
	}
	work.Wait()
}

func TestSettle(t *testing.T) {
	if err := virtual.Run(epoch, func() {
		n, c := 0, make(chan int)
		go func() {
			for v := range c {
				n += v
			}
		}()
		c <- 1
		c <- 2
		virtual.Settle()
		if n != 3 || !time.Now().Equal(epoch) {
			t.Errorf("%d at %v", n, time.Now())
		}
		close(c)
	}); err != nil {
		t.Error(err)
	}
}

func BenchmarkEmpty(b *testing.B) {
	for b.Loop() {
		_ = virtual.Run(epoch, func() {})
	}
}
