package main

import (
	"quecstar/harness/runner"
	"quecstar/harness/suite"
)

// engine is what a worker process does.
var engine = runner.Engine{Collect: suite.Collect, Run: suite.Run}
