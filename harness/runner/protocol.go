package runner

import (
	"context"

	"quecstar/harness/results"
	"quecstar/harness/suite"
)

// Engine lists the tests of a file and runs one: what a worker process does. Package suite has both.
type Engine struct {
	Collect func(ctx context.Context, file string, o suite.Options) ([]suite.Test, error)
	Run     func(ctx context.Context, t suite.Test, seed uint64, o suite.Options, emit func(suite.Event)) suite.Result
}

// request is a line of a worker's standard input.
type request struct {
	// Setup comes first.
	Setup *setup `json:"setup,omitempty"`
	// Collect are files, Run tests, each to be done one behind the other.
	Collect []string `json:"collect,omitempty"`
	Run     []order  `json:"run,omitempty"`
	// Stop has it leave out what it has not begun, Cancel end what it has, too.
	Stop   bool `json:"stop,omitempty"`
	Cancel bool `json:"cancel,omitempty"`
}

type setup struct {
	Options suite.Options `json:"options"`
	// Events has the events of tests that passed told, too; Live what happens last in the one that runs.
	Events bool `json:"events,omitempty"`
	Live   bool `json:"live,omitempty"`
}

type order struct {
	Test *suite.Test `json:"test"`
	Seed uint64      `json:"seed"`
}

// reply is a line of a worker's standard output. A worker runs tests in the order in which it was told of them.
type reply struct {
	Collected *collected `json:"collected,omitempty"`
	// Begin is that the next test begins.
	Begin bool `json:"begin,omitempty"`
	// Event is one of the test that runs, told behind its end and before its result; Last is what happened last
	// in it, told at once; Hide is a secret of it.
	Event  *suite.Event  `json:"event,omitempty"`
	Last   string        `json:"last,omitempty"`
	Hide   string        `json:"hide,omitempty"`
	Result *suite.Result `json:"result,omitempty"`
	// Attached is something that the test that runs attached.
	Attached *results.Data `json:"attached,omitempty"`
	// Idle ends the answer to a request, also where not all of it was done.
	Idle bool `json:"idle,omitempty"`
}

type collected struct {
	File    string         `json:"file"`
	Tests   []suite.Test   `json:"tests,omitempty"`
	Problem *suite.Problem `json:"problem,omitempty"`
	Files   []string       `json:"files,omitempty"` // that were read until then
}
