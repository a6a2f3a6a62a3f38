package modulepage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"quecstar/builtins"
	"quecstar/harness/bench"
	"quecstar/harness/livepage"
	"quecstar/harness/manual"
)

// actions are the functions that do something; those that only tell a test something are no actions.
func actions(m *manual.Manual) []manual.Control {
	out := []manual.Control{}
	for _, c := range m.Controls() {
		if !builtins.Controls()[c.Name].Reads {
			out = append(out, c)
		}
	}
	return out
}

// Bounds of a call: how long its text is, and how long it may take.
const (
	mostCall = 1 << 20
	patience = 10 * time.Second
)

// act does what a person does: {"function": NAME, "args": {…}}, with the arguments by name.
func (p *page) act(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Function string         `json:"function"`
		Args     map[string]any `json:"args"`
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostCall))
	d.UseNumber()
	d.DisallowUnknownFields()
	if err := d.Decode(&ask); err != nil {
		refuse(w, fmt.Errorf("want {\"function\": NAME, \"args\": {…}}: %w", err))
		return
	}
	args, err := numbers(ask.Args)
	if err != nil {
		refuse(w, fmt.Errorf("%s: %w", ask.Function, err))
		return
	}
	p.acting.Lock()
	defer p.acting.Unlock()
	ctx, cancel := context.WithTimeoutCause(r.Context(), patience,
		fmt.Errorf("it takes longer than %v: the script is in the way", patience))
	defer cancel()
	if err := p.opts.Module.Act(ctx, action(ask.Function, args)); err != nil {
		refuse(w, err)
		return
	}
	livepage.Reply(w, map[string]any{"done": ask.Function})
}

// action is a call with arguments by name. One that takes nothing is true alone in a bench.
func action(function string, args map[string]any) bench.Action {
	if f := builtins.Controls()[function]; f != nil && len(f.ParamNames()) == 0 && len(args) == 0 {
		return bench.NewAction(function, true)
	}
	return bench.NewAction(function, args)
}

// refuse says what is wrong with a call.
func refuse(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": err.Error()}) // a reader that is gone needs it no more
}

// numbers are arguments with their numbers as a bench file has them. What is null was left out.
func numbers(args map[string]any) (map[string]any, error) {
	out := map[string]any{}
	for name, v := range args {
		if v == nil {
			continue
		}
		x, err := number(v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = x
	}
	return out, nil
}

func number(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, nil
		}
		return v.Float64()
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			var err error
			if out[i], err = number(x); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		return numbers(v)
	case nil:
		return nil, errors.New("null is no value of a list")
	}
	return v, nil
}

// bench is the bench file of what was done.
func (p *page) bench(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, p.opts.Module.ActsBench()) // a reader that is gone needs it no more
}

// forget begins the bench file anew.
func (p *page) forget(w http.ResponseWriter, _ *http.Request) {
	p.opts.Module.ForgetActs()
	livepage.Reply(w, map[string]any{})
}

// plug plugs the cable in, or pulls it: {"in": true or false}.
func (p *page) plug(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		In *bool `json:"in"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostCall)).Decode(&ask)
	switch {
	case p.opts.Plug == nil:
		err = errors.New("the module is at no cable")
	case err == nil && ask.In == nil:
		err = errors.New(`want {"in": true} or {"in": false}`)
	case err == nil && *ask.In:
		err = p.opts.Plug.Plug(r.Context())
	case err == nil:
		err = p.opts.Plug.Unplug()
	}
	if err != nil {
		refuse(w, err)
		return
	}
	livepage.Reply(w, map[string]any{})
}
