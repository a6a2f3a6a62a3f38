// Package runner runs tests: it picks them, gives each to a worker process of its own pool, and decides what
// becomes of it. What a test is, and how one is run, is package suite's.
package runner

import (
	"time"

	"quecstar/harness/results"
	"quecstar/harness/suite"
)

// Options says which tests are run, where and how often. The zero value runs all of the root's once.
type Options struct {
	// Suite is given to every worker.
	Suite suite.Options
	// Worker is the command of a worker process, which calls Work.
	Worker []string
	// Env looks up environment variables.
	Env func(string) string

	// Paths are folders, files, FILE::TEST and FILE:LINE; none is the root.
	Paths []string
	// Only are the IDs of tests and the names of files of which alone tests are run; empty is all.
	Only map[string]bool
	// Keyword and Tags are expressions over the words of an ID, and over tags.
	Keyword, Tags string
	// LastFailed runs those that failed the last time, or all where none did; FailedFirst has them run first.
	LastFailed, FailedFirst bool
	// Shard is a part of the plan. Its units are files, or tests with ByTest; Durations is a file or folder of
	// results whose times it goes by; "" has all tests take the same.
	Shard     Shard
	ByTest    bool
	Durations string

	// Collecting hears, from several goroutines, of how many files the tests are known; may be nil.
	Collecting func(files, of int)

	// Jobs is how many workers there are; 0 is one a processor.
	Jobs int
	// Seed is what every test is given. Rounds is how often each is run; Vary gives each round the next seed.
	Seed   uint64
	Rounds int
	Vary   bool
	// Retries is how often a test that failed is run again where it does not say itself, and RetryOn the classes
	// of failure for which; none are all.
	Retries int
	RetryOn []suite.Class
	// FailFast ends the run with the first failure.
	FailFast bool
	// Events keeps the events of tests that passed, too. Live has the stream told what happens at the moment.
	Events, Live bool
	// Lease is how long a run waits for a port that another one has; 0 is 10 min. LeaseFolder has the locks; "" is
	// the user's cache, or the folder of temporary files.
	Lease       time.Duration
	LeaseFolder string
	// Today is the day that "until" is compared with; the zero value is that of the clock.
	Today time.Time

	// patient is how long a test may take by the wall's clock; nil is what its budgets say.
	patient func(t *suite.Test) time.Duration

	// Store keeps what tests attach, and what happened in those that did not pass; nil keeps nothing.
	Store *results.Store
	// Stream takes what happens; Note what a user should know beside it.
	Stream *results.Stream
	Note   func(text string)
	// Sources takes the files that the tests read, for who shows them before the run's end; nil is nobody.
	Sources *results.Sources
	// Version and Flags are told in the results, see results.Run.
	Version, Flags string
}

// Outcome is how a run ended.
type Outcome struct {
	// Verdicts counts tests, NotRun those that were planned and have none.
	Verdicts map[suite.Verdict]int
	NotRun   int
	// Why says why tests were not run; "" where all were.
	Why string
	// Broken is how many files could not be collected, NoDevice how many tests had no module to run on.
	Broken, NoDevice int
	// Read are the files that the tests of each file read, for --watch.
	Read map[string][]string
}

// Bad is how many tests fail the run.
func (o *Outcome) Bad() (n int) {
	for v, count := range o.Verdicts {
		if v.Bad() {
			n += count
		}
	}
	return n
}

// The limits that Options leaves to its zero value.
const (
	leaseWait       = 10 * time.Minute
	defaultTimeout  = 2 * time.Minute
	defaultSetup    = 30 * time.Second
	defaultTeardown = 30 * time.Second
	collectTimeout  = 30 * time.Second
)

func orDefault(d, def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return d
}
