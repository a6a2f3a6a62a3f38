package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"quecstar/harness/bench"
	"quecstar/harness/cloud"
)

// chooseCommands takes the commands of the command line, else those of the bench, and compares them with
// the product model of the device.
func (s *Session) chooseCommands() error {
	products, wrong := s.models(), []error(nil)
	if len(s.opts.Commands)+len(s.opts.Messages)+len(s.opts.Upgrades) == 0 {
		s.commands = s.bench.Commands
		for i, c := range s.commands {
			if err := checkCommand(products, c); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: [[command]]: %w", s.bench.WhereCommand(i), err))
			}
		}
		return errors.Join(wrong...)
	}
	for _, text := range s.opts.Commands {
		c, err := parseCommand(text)
		if err == nil {
			err = checkCommand(products, c)
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("--command %q: %w", text, err))
		}
		s.commands = append(s.commands, c)
	}
	for _, text := range s.opts.Messages {
		var content any = text
		if json.Valid([]byte(text)) {
			content = json.RawMessage(text)
		}
		s.commands = append(s.commands, bench.Command{Message: content})
	}
	return errors.Join(wrong...)
}

// models are the products that the device may be of: that of the bench, and without one all that it has.
func (s *Session) models() []cloud.Product {
	var out []cloud.Product
	for _, p := range s.bench.Cloud.Products {
		if s.bench.Device.Product == "" || p.ID == s.bench.Device.Product {
			out = append(out, product(p))
		}
	}
	return out
}

// checkCommand is an error for a command that fits none of the products.
func checkCommand(products []cloud.Product, c bench.Command) error {
	var wrong []error
	for i := range products {
		err := products[i].CheckCommand(cloudCommand(c))
		if err == nil || c.Message != nil {
			return nil
		}
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}

// placeCommands is an error where the command line has the cloud send what could never arrive. The bench may
// serve other runs: what it has is no part of this one then, and that is told.
func (s *Session) placeCommands() error {
	if len(s.commands) == 0 {
		return nil
	}
	asked := len(s.opts.Commands)+len(s.opts.Messages) > 0
	err := s.hosts.reachable()
	switch {
	case err == nil:
		return nil
	case !asked:
		s.early = append(s.early, fmt.Sprintf("what the bench has the cloud send is not sent: %v", err))
	case s.tape:
		s.hosts.leave(s.commands, "not sent: "+err.Error())
	case s.local:
		return fmt.Errorf("--command and --message: %w", err)
	default:
		return fmt.Errorf("--command and --message: %w; have it sent by the cloud that is, such as that of quecstar sim "+
			"--command", err)
	}
	s.commands = nil
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
