package main

import (
	"time"

	"github.com/spf13/pflag"

	"quecstar/harness/bench"
)

// duration is the value of a flag that says how long: 90s, 1m30s, or a number of seconds.
type duration time.Duration

// durationFlag adds such a flag.
func durationFlag(f *pflag.FlagSet, into *time.Duration, name, usage string) {
	f.Var((*duration)(into), name, usage)
}

// Set reads the text of a flag.
func (d *duration) Set(text string) error {
	v, err := bench.ParseDuration(text)
	*d = duration(v)
	return err
}

// String is the value for --help, which shows none for 0.
func (d *duration) String() string {
	if *d == 0 {
		return ""
	}
	return time.Duration(*d).String()
}

// Type is what --help calls the value.
func (d *duration) Type() string { return "duration" }
