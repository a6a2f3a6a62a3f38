// Package suite is what a test file may use, and runs one test of it: the test's own script, the devices
// and clouds that it starts, the faults between them, and what it expects of all these.
//
// Which tests run, where, how often and what is told of them is not decided here.
package suite

import (
	"encoding/json"
	"time"
)

// Verdict is what became of a test.
type Verdict string

// The verdicts. Run gives the first four, and XFailed and XPassed where a test is expected to fail; who runs
// a test again makes Flaky of several runs, and Quarantined of a failure that is known.
const (
	Passed      Verdict = "passed"
	Failed      Verdict = "failed"  // something was checked and was not so
	Errored     Verdict = "error"   // the test could not be carried out: its own mistake, a fixture's, or the harness's
	Skipped     Verdict = "skipped" // with a reason
	XFailed     Verdict = "xfailed" // it failed, as it is expected to
	XPassed     Verdict = "xpassed" // it passed, although it is expected to fail: which counts as a failure
	Flaky       Verdict = "flaky"   // it failed, and passed when it was run again
	Quarantined Verdict = "quarantined"
)

// Bad reports whether a verdict fails a run.
func (v Verdict) Bad() bool { return v == Failed || v == Errored || v == XPassed }

// Class is what kind of thing went wrong, by which retries are chosen.
type Class string

// The classes of errors.
const (
	Assertion Class = "assertion" // a check, or an expect whose time was up
	Script    Class = "script"    // a script under test, or the test itself, raised
	Cloud     Class = "cloud"     // the cloud refused or did not do what the test ordered
	Link      Class = "link"      // in real time, a connection could not be made, or was lost, by no order of the test
	Port      Class = "port"      // a port or module could not be had, or went away
	Timeout   Class = "timeout"   // a budget was used up
	Harness   Class = "harness"   // the test's own mistake, or ours
)

// Classes lists them.
var Classes = []Class{Assertion, Script, Cloud, Link, Port, Timeout, Harness}

// Test is one test of a plan: a function with one set of cases, on one device.
type Test struct {
	// ID is unique in a run and stays when others come or go: FILE::NAME, with [CASE,DEVICE] where there are
	// several.
	ID string `json:"id"`
	// File is its path as it was named, Name the function, Case the name of its case, and Device what answers
	// for the module, such as at:sim; Case is "" where there are none.
	File   string `json:"file"`
	Name   string `json:"name"`
	Case   string `json:"case,omitempty"`
	Device string `json:"device"`
	// Line is where the function stands.
	Line int `json:"line"`
	// Doc is the function's documentation.
	Doc string `json:"doc,omitempty"`
	// Vendor is that it is a case of one of the vendor's own test files, or such a file as a whole, which has Cases.
	Vendor bool     `json:"vendor,omitempty"`
	Cases  []string `json:"cases,omitempty"`
	// Leases are what its fixtures have a lease of, sorted: one test at a time may run that has one of them.
	Leases []string `json:"leases,omitempty"`
	Marks
}

// Marks are what a test file says of its tests, by mark and suite.
type Marks struct {
	Tags []string `json:"tags,omitempty"`
	// Needs are what a device must be able to do, such as "module.power"; where it cannot the test is skipped.
	Needs []string `json:"needs,omitempty"`
	// Skip is why the test is not run; "" runs it.
	Skip string `json:"skip,omitempty"`
	// XFail is why it is expected to fail; "" is that it is not.
	XFail string `json:"xfail,omitempty"`
	// Quarantine is why its failure is none yet, Owner who sees to that, and Until the day (2026-12-31) from
	// which on it, or Skip, is a failure.
	Quarantine string `json:"quarantine,omitempty"`
	Owner      string `json:"owner,omitempty"`
	Until      string `json:"until,omitempty"`
	// Timeout is how long the test may take by its clock; 0 is the run's.
	Timeout time.Duration `json:"timeout,omitempty"`
	// Clock is "virtual" or "real"; "" is the run's.
	Clock string `json:"clock,omitempty"`
	// Retries is how often it is run again when it failed; nil is the run's.
	Retries *int `json:"retries,omitempty"`
	// Devices are those that the test is for, each a test of its own; none are the run's.
	Devices []string `json:"devices,omitempty"`
}

// Problem is one thing that was wrong.
type Problem struct {
	Class Class `json:"class"`
	// Text says what, in lines; the first by itself says enough for a list.
	Text string `json:"text"`
	// File and Line are where in a test or script; "" and 0 where that is not known.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	// Traceback is that of a script, in Python's form.
	Traceback string `json:"traceback,omitempty"`
	// Phase is "setup", "test" or "teardown", and Fixture names whose.
	Phase   string `json:"phase,omitempty"`
	Fixture string `json:"fixture,omitempty"`
	// Event is the number of the event that tells it, and Nearest that of what came nearest to what was expected; 0 is
	// none.
	Event   int `json:"event,omitempty"`
	Nearest int `json:"nearest,omitempty"`
	// Wanted and Got are two texts to compare, one under the other, such as of a golden file: JSON in lines, or as they
	// are. Both are "" where there is nothing to compare.
	Wanted string `json:"wanted,omitempty"`
	Got    string `json:"got,omitempty"`
}

// Result is how one run of a test ended.
type Result struct {
	Verdict Verdict `json:"verdict"`
	// Reason is why it was skipped or is expected to fail.
	Reason string `json:"reason,omitempty"`
	// Problems are what was wrong, the first the one that decided.
	Problems []Problem `json:"problems,omitempty"`
	// Seed is what the test left to chance; the same seed gives the same run.
	Seed uint64 `json:"seed"`
	// Took is by the test's clock: Setup, Body and Teardown are its parts. Real is by the wall's.
	Took     time.Duration `json:"took"`
	Setup    time.Duration `json:"setup,omitempty"`
	Body     time.Duration `json:"body,omitempty"`
	Teardown time.Duration `json:"teardown,omitempty"`
	Real     time.Duration `json:"real"`
	// Checks is how many checks and expects it made, Reached which places it said that it reached.
	Checks  int      `json:"checks"`
	Reached []string `json:"reached,omitempty"`
	// Files are those that it read beside its own, as they were named from Root: what it loaded and started, and what
	// it looked for and did not find. A change of one has --watch run the test again.
	Files []string `json:"files,omitempty"`
	// Attachments are what it keeps. Who runs the test writes them down.
	Attachments []Attachment `json:"attachments,omitempty"`
}

// Event is something that happened in a test, for its record.
type Event struct {
	// N counts the events of a test from 1; 0 where nobody counted.
	N int `json:"n,omitempty"`
	// At is how far into the test, by its clock.
	At time.Duration `json:"at"`
	// Source is which part tells it: the test, a started script's name, "cloud", a link.
	Source string `json:"source"`
	// Kind, Layer and the fields below are those of event.Event.
	Kind      string          `json:"kind"`
	Layer     string          `json:"layer,omitempty"`
	Device    string          `json:"device,omitempty"`
	Topic     string          `json:"topic,omitempty"`
	Payload   string          `json:"payload,omitempty"` // where it is text
	Base64    string          `json:"base64,omitempty"`  // where it is not
	QoS       byte            `json:"qos,omitempty"`
	Retain    bool            `json:"retain,omitempty"`
	Text      string          `json:"text,omitempty"`
	Traceback string          `json:"traceback,omitempty"`
	Where     string          `json:"where,omitempty"` // FILE:LINE of the script that did it, where that is known
	Took      time.Duration   `json:"took,omitempty"`
	Status    int             `json:"status,omitempty"` // of exit: the exit status
	Extra     json.RawMessage `json:"extra,omitempty"`
}

// Options says how tests are collected and run.
type Options struct {
	// Root is the folder that paths are told from.
	Root string
	// Devices are those that a test is for which names none; direct where there are none.
	Devices []string
	// Bench is the bench file of the run; "" looks beside a test file and upwards. Trust is that of
	// session.Options.
	Bench string
	Trust bool
	// Clock is "virtual" or "real"; "" is virtual wherever the device allows it.
	Clock string
	// Timeout is how long a test may take by its clock, SetupTimeout a fixture, and TeardownTimeout all that
	// tidies up; 0 is 2 min, 30 s and 30 s.
	Timeout, SetupTimeout, TeardownTimeout time.Duration
	// Live lets scripts reach the hosts that they name.
	Live bool
	// Update writes golden files anew.
	Update bool
	// TraceCalls has each call of a builtin that a started script makes be an event.
	TraceCalls bool
	// Env looks up environment variables.
	Env func(string) string `json:"-"`
	// Secret, where it is not nil, is told every value that nobody may read in a record, before an event or a
	// problem has it: those of the bench and those that a test makes. It may be called from any goroutine.
	Secret func(value string) `json:"-"`
	// Attach, where it is not nil, takes what a test attaches.
	Attach func(name string, data []byte) `json:"-"`
	// Record is a folder for the tapes of real modules, Replay one to play them from; "" is neither.
	Record, Replay string
}

// CollectError is that a file's tests cannot be listed.
type CollectError struct {
	Problem Problem
	Files   []string // as in Result
}

// Error says what is wrong.
func (e *CollectError) Error() string { return e.Problem.Text }
