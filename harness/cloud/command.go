package cloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"

	"quecstar/harness/spell"
)

// CheckCommand compares a command with the product model, as the application API does before it sends
// one. A command that names no service is compared with each service that has a command of its name.
// Errors are ErrModel, and name what is near. Without a model there is nothing to say.
func (p *Product) CheckCommand(cmd Command) error {
	if p == nil || len(p.Services) == 0 {
		return nil
	}
	var fits []error
	for i := range p.Services {
		s := &p.Services[i]
		if cmd.ServiceID != s.ID && (cmd.ServiceID != "" || s.command(cmd.Name) == nil) {
			continue
		}
		err := s.check(cmd)
		if err == nil {
			return nil
		}
		fits = append(fits, err)
	}
	if len(fits) > 0 {
		return errors.Join(fits...)
	}
	if cmd.ServiceID != "" {
		return fmt.Errorf("command %s: the model has no service %q%s: %w", cmd.Name, cmd.ServiceID,
			hint(cmd.ServiceID, p.serviceIDs()), ErrModel)
	}
	var names []string
	for i := range p.Services {
		names = append(names, p.Services[i].commandNames()...)
	}
	return fmt.Errorf("no service of the model has a command %q%s: %w", cmd.Name, hint(cmd.Name, names), ErrModel)
}

func (p *Product) serviceIDs() []string {
	var out []string
	for _, s := range p.Services {
		out = append(out, s.ID)
	}
	return out
}

func (s *Service) commandNames() []string {
	var out []string
	for _, c := range s.Commands {
		out = append(out, c.Name)
	}
	return out
}

// hint names what may have been meant.
func hint(wrong string, among []string) string {
	if near := spell.Nearest(wrong, among); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// check compares a command with the one of its name.
func (s *Service) check(cmd Command) error {
	model := s.command(cmd.Name)
	if model == nil {
		return fmt.Errorf("the service %s has no command %q%s: %w", s.ID, cmd.Name, hint(cmd.Name, s.commandNames()),
			ErrModel)
	}
	paras, err := asJSON(cmd.Paras)
	if err != nil {
		return fmt.Errorf("command %s: %w", cmd.Name, err)
	}
	var wrong []error
	var known []string
	for _, para := range model.Paras {
		known = append(known, para.Name)
		v, given := paras[para.Name]
		if para.Required && !given {
			wrong = append(wrong, fmt.Errorf("command %s: the parameter %q is required: %w", cmd.Name, para.Name, ErrModel))
		}
		if why := para.refuses(v); given && why != "" {
			wrong = append(wrong, fmt.Errorf("command %s: the parameter %s is %s, but %s: %w", cmd.Name, para.Name, brief(v),
				why, ErrModel))
		}
	}
	for name := range paras {
		if !slices.Contains(known, name) {
			wrong = append(wrong, fmt.Errorf("command %s: the model has no parameter %q%s: %w", cmd.Name, name,
				hint(name, known), ErrModel))
		}
	}
	sort.SliceStable(wrong, func(i, j int) bool { return wrong[i].Error() < wrong[j].Error() })
	return errors.Join(wrong...)
}

// refuses says why a value does not fit the parameter; "" when it does. The rules are those of a property.
func (p Para) refuses(v any) string {
	return (&Property{DataType: p.DataType, Min: p.Min, Max: p.Max, MaxLength: p.MaxLength,
		EnumList: p.EnumList}).refuses(v)
}

// asJSON is a command's parameters as a device gets them, numbers as they are written.
func asJSON(paras map[string]any) (map[string]any, error) {
	text, err := json.Marshal(paras)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var out map[string]any
	return out, d.Decode(&out)
}
