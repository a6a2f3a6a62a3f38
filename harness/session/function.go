package session

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"quecstar/builtins"
	"quecstar/harness/cloud"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// maxAnswer is how many bytes a function answers at most.
const maxAnswer = 1 << 20

// NewFunction is what stands in for a function of FunctionGraph: the service at an address, which takes the event as a
// POST, or a .py file with handler(event, context), as FunctionGraph's own in Python have, that is run anew for each
// event. What it prints is told to events.
func NewFunction(target string, events event.Sink) (cloud.Function, error) {
	if strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://") {
		return func(ctx context.Context, event []byte) ([]byte, error) { return post(ctx, target, event) }, nil
	}
	if filepath.Ext(target) != ".py" {
		return nil, fmt.Errorf("%s: want a .py file with handler(event, context), or an address that begins with http", target)
	}
	text, err := os.ReadFile(target)
	if err != nil {
		return nil, err
	}
	if len(text) > maxAnswer {
		return nil, fmt.Errorf("%s: has %d bytes; a function may have %d", target, len(text), maxAnswer)
	}
	return func(ctx context.Context, e []byte) ([]byte, error) {
		return runFunction(ctx, target, text, e, events)
	}, nil
}

// called calls the handler of the file that it is put behind.
const called = `
import ujson as _json, _function
_function.answer((lambda a: a if isinstance(a, str) else _json.dumps(a))(handler(_json.loads(_function.event()), None)))
`

func runFunction(ctx context.Context, file string, text, e []byte, events event.Sink) (answer []byte, err error) {
	module := &script.Module{Name: "_function", Lang: script.Python, Doc: "What a function is called by.",
		Funcs: []script.Func{
			{Name: "event", Doc: "Returns the event.", Call: func(*script.Call) (any, error) { return string(e), nil }},
			{Name: "answer", Params: "text", Doc: "Takes the answer.", Call: func(c *script.Call) (any, error) {
				var said string
				err := c.Unpack(&said)
				answer = []byte(said)
				return nil, err
			}}}}
	catalog, err := builtins.Catalog().With(module)
	if err != nil {
		return nil, err
	}
	out := &functionOutput{name: filepath.Base(file), events: events}
	err = script.New(script.Options{Catalog: catalog, Stdout: out, Stderr: out}).
		RunText(ctx, file, append(bytes.Clone(text), called...))
	var failure *script.Failure
	switch {
	case errors.As(err, &failure):
		return nil, fmt.Errorf("%s: %w", file, failure)
	case err != nil:
		return nil, err
	case answer == nil:
		return nil, fmt.Errorf("%s: handler() answers nothing", file)
	}
	return answer, nil
}

// functionOutput tells what a function prints.
type functionOutput struct {
	name   string
	events event.Sink
}

func (o *functionOutput) Write(p []byte) (int, error) {
	if text := strings.TrimRight(string(p), "\n"); text != "" && o.events != nil {
		o.events(event.Event{Layer: event.Harness, Kind: event.Note, Text: o.name + ": " + text})
	}
	return len(p), nil
}

// post sends an event to a service.
func post(ctx context.Context, address string, e []byte) (answer []byte, err error) {
	ask, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(e))
	if err != nil {
		return nil, err
	}
	ask.Header.Set("Content-Type", "application/json")
	got, err := http.DefaultClient.Do(ask)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, got.Body.Close()) }()
	if got.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", address, got.Status)
	}
	answer, err = io.ReadAll(io.LimitReader(got.Body, maxAnswer+1))
	if err == nil && len(answer) > maxAnswer {
		err = fmt.Errorf("%s answers more than %d bytes", address, maxAnswer)
	}
	return answer, err
}
