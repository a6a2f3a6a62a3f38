package main

import (
	"context"
	"errors"

	"quecstar/harness/runner"
	"quecstar/harness/suite"
)

// engine is what a worker process does.
var engine = runner.Engine{
	Collect: func(context.Context, string, suite.Options) ([]suite.Test, error) {
		return nil, errors.New("this build cannot collect tests")
	},
	Run: func(context.Context, suite.Test, uint64, suite.Options, func(suite.Event)) suite.Result {
		return suite.Result{}
	},
}
