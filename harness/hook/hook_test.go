package hook

import (
	"slices"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestHooks(t *testing.T) {
	var h Hooks[int]
	var heard []int
	h.Tell(1)
	stop := h.Add(func(n int) { heard = append(heard, n) })
	h.Add(func(n int) { heard = append(heard, -n) })
	h.Tell(2)
	stop()
	stop()
	h.Tell(3)
	if !slices.Equal(heard, []int{2, -2, -3}) {
		t.Errorf("heard %v", heard)
	}
	// Who is called may add and take away.
	var again Hooks[int]
	var end func()
	end = again.Add(func(int) { end(); again.Add(func(n int) { heard = append(heard, n) }) })
	again.Tell(4)
	again.Tell(5)
	if got := heard[3:]; !slices.Equal(got, []int{5}) {
		t.Errorf("heard %v", got)
	}
}

// TestQueue: what is given by several goroutines is done one at a time, that of each in its order.
func TestQueue(t *testing.T) {
	var q Queue
	var h Hooks[int]
	last, n := map[int]int{}, 0
	h.Add(func(v int) {
		if v%100_000 != last[v/100_000] {
			t.Errorf("%d comes behind %d", v, last[v/100_000])
		}
		last[v/100_000]++
		n++
	})
	var work sync.WaitGroup
	for i := range 4 {
		work.Go(func() {
			for j := range 1000 {
				h.TellIn(&q, i*100_000+j)
			}
		})
	}
	work.Wait()
	done := make(chan struct{})
	q.Do(func() { close(done) })
	<-done
	if n != 4000 {
		t.Errorf("%d were told", n)
	}
}

// TestCloseForgets: what runs is waited for, and what is behind it is not done.
func TestCloseForgets(t *testing.T) {
	var q Queue
	began, end, done := make(chan struct{}), make(chan struct{}), false
	q.Do(func() { close(began); <-end; done = true })
	q.Do(func() { t.Error("it is done behind the end") })
	<-began
	go close(end)
	q.Close()
	q.Do(func() { t.Error("it is done behind the end") })
	q.Close()
	if !done {
		t.Error("Close did not wait")
	}
}

// TestStart: where nobody runs it, nothing is done.
func TestStart(t *testing.T) {
	var q Queue
	var run func()
	n := 0
	start := func(f func()) { run = f }
	for range 3 {
		q.DoOn(start, func() { n++ })
	}
	if n != 0 {
		t.Error("it ran by itself")
	}
	run()
	if n != 3 {
		t.Errorf("%d were done", n)
	}
}
