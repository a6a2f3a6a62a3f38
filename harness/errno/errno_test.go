package errno

import (
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"syscall"
	"testing"
)

// TestNumbersAreLinux: where the system is Linux, every number is its own.
func TestNumbersAreLinux(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it is for Linux to say")
	}
	for no, n := range numbers {
		if int(no) != n {
			t.Errorf("%v is %d, and %d here", no, int(no), n)
		}
	}
}

// TestOf: what this system says of a missing file and of a port where nobody listens has the module's number.
func TestOf(t *testing.T) {
	_, missing := os.Open("no such file")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, refused := net.Dial("tcp", l.Addr().String())
	for _, x := range []struct {
		err    error
		number int
		ok     bool
	}{{missing, 2, true}, {refused, 111, true}, {fmt.Errorf("wrapped: %w", syscall.ENOTEMPTY), 39, true},
		{syscall.Errno(9999), 5, true}, {errors.New("no system's"), 0, false}} {
		if n, ok := Of(x.err); n != x.number || ok != x.ok {
			t.Errorf("%v: %d, %v", x.err, n, ok)
		}
	}
	if !Is(refused, syscall.ECONNREFUSED) || Is(missing, syscall.ECONNREFUSED) {
		t.Errorf("%v is ECONNREFUSED: %v", refused, Is(refused, syscall.ECONNREFUSED))
	}
}
