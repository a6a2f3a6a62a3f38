package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"quecstar/harness/bench"
)

// chooseCommands takes the commands of the command line, else those of the bench.
func (s *Session) chooseCommands() error {
	s.acts = s.bench.Commands
	if len(s.opts.Commands)+len(s.opts.Messages) == 0 {
		return nil
	}
	s.acts = nil
	for _, text := range s.opts.Commands {
		c, err := parseCommand(text)
		if err != nil {
			return fmt.Errorf("--command %q: %w", text, err)
		}
		s.acts = append(s.acts, c)
	}
	for _, text := range s.opts.Messages {
		var content any = text
		if json.Valid([]byte(text)) {
			content = json.RawMessage(text)
		}
		s.acts = append(s.acts, bench.Command{Message: content})
	}
	return nil
}

// parseCommand reads NAME, NAME=JSON or SERVICE:NAME=JSON.
func parseCommand(text string) (bench.Command, error) {
	name, body, given := strings.Cut(text, "=")
	c := bench.Command{Name: strings.TrimSpace(name), Paras: map[string]any{}}
	if service, rest, ok := strings.Cut(c.Name, ":"); ok {
		c.Service, c.Name = service, rest
	}
	if c.Name == "" {
		return c, fmt.Errorf("want NAME={\"para\": value}")
	}
	if !given {
		return c, nil
	}
	d := json.NewDecoder(bytes.NewReader([]byte(body)))
	d.UseNumber()
	if err := d.Decode(&c.Paras); err != nil {
		return c, fmt.Errorf("what follows the = must be a JSON object: %w", err)
	}
	if d.More() {
		return c, fmt.Errorf("there is more behind the JSON object")
	}
	return c, nil
}
