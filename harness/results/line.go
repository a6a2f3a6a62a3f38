// Package results is what is kept of a run of tests: one append-only stream of JSON lines, and its views.
//
// A stream begins with a line of kind "run" and ends with one of kind "run.end"; where the latter is missing,
// the run was cut off. Between them each attempt at a test is a "test.start", its events, and a "test.end";
// attempts of several tests may be interleaved. The test.end that has a verdict is a test's last. Behind them come the
// files that the events name, each a "source".
package results

import (
	_ "embed" // the schema
	"time"

	"quecstar/harness/suite"
)

// Schema is the JSON Schema of a Line.
//
//go:embed line.schema.json
var Schema string

// Name is the file of a folder of results that has the stream.
const Name = "results.jsonl"

// Version is the version of the lines. A reader skips kinds and fields that it does not know.
const Version = 1

// Kind says what a line tells.
type Kind string

// The kinds of line.
const (
	RunStart  Kind = "run"
	TestStart Kind = "test.start"
	TestEvent Kind = "event"
	TestEnd   Kind = "test.end"
	SourceOf  Kind = "source"
	RunEnd    Kind = "run.end"
)

// Kinds lists them.
var Kinds = []Kind{RunStart, TestStart, TestEvent, TestEnd, SourceOf, RunEnd}

// Line is one line of a stream.
type Line struct {
	V int `json:"v"`
	// At is the wall's time.
	At   time.Time `json:"at"`
	Kind Kind      `json:"kind"`
	// Run is of a run's first line.
	Run *Run `json:"run,omitempty"`
	// Test is which test a line is of: its ID, and where it is run several times, #N behind it.
	Test string `json:"test,omitempty"`
	// Attempt counts from 1; more are of retries.
	Attempt int `json:"attempt,omitempty"`
	// About is the test, of test.start.
	About *suite.Test `json:"about,omitempty"`
	// Event is of event, and is there for tests that did not pass, or for all where that was asked for.
	Event *suite.Event `json:"event,omitempty"`
	// Result is how this attempt ended, of test.end; Verdict what became of the test, where it was the last.
	Result  *suite.Result `json:"result,omitempty"`
	Verdict suite.Verdict `json:"verdict,omitempty"`
	// Source is of source.
	Source *Source `json:"source,omitempty"`
	// End is of run.end.
	End *End `json:"end,omitempty"`
}

// Run is what a stream says first.
type Run struct {
	// ID is of this run alone; shards of a merged run keep theirs in Merged.
	ID      string `json:"id"`
	Version string `json:"version"`
	Host    string `json:"host,omitempty"`
	// Seed is what tests were given; further rounds have those behind it.
	Seed uint64 `json:"seed"`
	// Plan is a hash of the tests, their rounds, and what each shard is to run.
	Plan string `json:"plan"`
	// Tests is how many this stream is to have.
	Tests int `json:"tests"`
	// Shard and Of are which part of how many this is; 0 where there is one.
	Shard int `json:"shard,omitempty"`
	Of    int `json:"of,omitempty"`
	// Flags are those of the command line that a run of one of its tests needs, too.
	Flags string `json:"flags,omitempty"`
	// Merged are the runs that this is put together of, Missing the numbers of shards that are not there.
	Merged  []string `json:"merged,omitempty"`
	Missing []int    `json:"missing,omitempty"`
}

// Source is a test file or script, as it was when tests of it were run, without its secrets. Those come behind all
// tests which have events, and before run.end.
type Source struct {
	// File is its path as tests and events name it.
	File string `json:"file"`
	Text string `json:"text"`
}

// End is what a stream says last.
type End struct {
	// Verdicts counts tests.
	Verdicts map[suite.Verdict]int `json:"verdicts"`
	// NotRun is how many tests were planned and have no verdict; Why says why.
	NotRun int    `json:"not_run,omitempty"`
	Why    string `json:"why,omitempty"`
	// Took is how long the run took by the wall's clock.
	Took time.Duration `json:"took"`
}
