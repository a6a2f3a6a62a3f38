// Package virtual runs code in virtual time: its clock moves only when everything in it waits, and then at
// once to the next moment that something waits for.
//
// It is testing/synctest outside of a test binary, which works and is promised nowhere: all that depends on
// it is in this package, whose tests fail when a release of Go changes that.
package virtual

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// ErrDeadlock is that nothing was left that could ever happen, though something waited.
var ErrDeadlock = errors.New("everything waits, and nothing is left that could happen")

// PanicError is a panic of the function that was run.
type PanicError struct {
	Value any
	Stack string
}

// Error says what the panic said.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// errExited is that the function did not return and did not panic.
var errExited = errors.New("the function ended its goroutine, as testing.T's FailNow does")

// errEnded is that testing ended the goroutine of a run, as it does where the race detector found something meanwhile.
var errEnded = errors.New("testing ended it: the race detector has found a race")

// Run calls f at a time of day, in a world of its own: every goroutine that f starts must have ended when f
// returns, or else its error wraps ErrDeadlock where they wait for what cannot come, and says where that is. A
// panic in f is a *PanicError; one in another goroutine ends the process. What waits for a mutex, a file or a
// socket stops the clock.
func Run(at time.Time, f func()) error {
	over := make(chan error, 1)
	go func() { // of its own, too, as testing may end it
		err := errEnded
		defer func() { over <- err }()
		err = run(at, f)
	}()
	return <-over
}

func run(at time.Time, f func()) (err error) {
	var name [80]byte // the head of a stack of the bubble, which says which one it is
	defer func() {
		if p := recover(); p != nil {
			err = failure(p, name[:])
		}
	}()
	synctest.Test(&testing.T{}, func(*testing.T) {
		over := make(chan error, 1)
		go func() { // of its own, as testing cannot have this one's end without a test
			end := errExited
			defer func() {
				if p := recover(); p != nil {
					end = failure(p, nil)
				}
				over <- end
			}()
			runtime.Stack(name[:], false)
			time.Sleep(time.Until(at)) // free: the clock begins on 2000-01-01
			f()
			end = nil
		}()
		err = <-over
	})
	return err
}

func failure(p any, name []byte) error {
	if text := fmt.Sprint(p); strings.HasPrefix(text, "deadlock:") {
		return fmt.Errorf("%w: %s", ErrDeadlock, strings.Join(waiting(name, allStacks()), "; "))
	}
	return &PanicError{Value: p, Stack: string(debug.Stack())}
}

// Settle waits until everything else in this world of virtual time waits, too.
func Settle() { synctest.Wait() }
