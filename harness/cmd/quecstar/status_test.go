package main

import (
	"bytes"
	"errors"
	"os/exec"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// checkStatus implements "status N quecstar ARGS…": the command must end with exit status N. Its
// output is in the files stdout and stderr of the script's folder.
func checkStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%s: %v", args[1], err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
	for _, name := range []string{"stdout", "stderr"} {
		if text := ts.ReadFile(name); bytes.Contains([]byte(text), []byte("goroutine ")) {
			ts.Fatalf("%s shows a Go stack", name)
		}
	}
}
