// Package sql is the SQL of routing rules: which notices a rule forwards (WHERE), and what of them (SELECT).
// It is what https://support.huaweicloud.com/usermanual-iothub/iot_01_0025.html says: no tables, names are paths into
// the JSON of a notice.
//
// UNCONFIRMED, as the copies of that page that were seen end early: the operators beside < > = AND OR, the functions
// behind ENDS_WITH, and that a name which is not in a notice is left out of what is selected.
package sql

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrStatement is that a clause is not taken.
var ErrStatement = errors.New("the sql of the rule is not taken")

// Limits of a clause: of the page, and of the application SDK's AddRuleReq, whose length of a clause is the newer one.
const (
	maxClause = 2500 // characters
	maxAlias  = 32   // characters
	maxText   = 50   // characters of a constant
	maxDepth  = 50   // of operators and calls in each other; the platform's own is not known
)

// reports is the resource that the functions about services are for.
const reports = "device.property"

// Statement is what a rule forwards.
type Statement struct {
	columns []column
	where   node
}

// column is one of what is selected: all of a notice where it has no node.
type column struct {
	node node
	name string // in the result
}

// Parse reads the clauses of a rule about a resource, without the words SELECT and WHERE. An empty selection is all of a
// notice, an empty condition holds. The error, ErrStatement, says where a clause is wrong.
func Parse(selection, where, resource string) (*Statement, error) {
	s := &Statement{}
	for _, c := range []struct {
		name, text string
		read       func(*parser)
	}{
		{"select", selection, func(p *parser) { s.columns = p.columns() }},
		{"where", where, func(p *parser) { s.where = p.condition() }},
	} {
		if c.text == "" {
			continue
		}
		p := &parser{text: c.text, resource: resource}
		p.start()
		c.read(p)
		if p.err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrStatement, c.name, p.err)
		}
	}
	return s, nil
}

// Plain reports whether every notice is forwarded as it is.
func (s *Statement) Plain() bool { return len(s.columns) == 0 && s.where == nil }

// All reports whether all of a notice is selected.
func (s *Statement) All() bool { return len(s.columns) == 0 }

// Apply is what is forwarded of a notice, a JSON object; false where it is not. why is a comparison that the platform
// does not make, "" for none.
func (s *Statement) Apply(notice []byte) (text []byte, holds bool, why string, err error) {
	d := json.NewDecoder(bytes.NewReader(notice))
	d.UseNumber()
	e := &row{}
	if err := d.Decode(&e.notice); err != nil {
		return nil, false, "", err
	}
	if s.where != nil {
		if held, _ := s.where.value(e).(bool); !held {
			return nil, false, e.why, nil
		}
	}
	if len(s.columns) == 0 {
		return notice, true, e.why, nil
	}
	text, err = s.selected(e)
	return text, true, e.why, err
}

// selected is the JSON object of what is selected, in its order.
func (s *Statement) selected(e *row) ([]byte, error) {
	out := object{at: map[string]int{}}
	for _, c := range s.columns {
		if c.node == nil {
			for _, name := range []string{"resource", "event", "event_time", "event_time_ms", "request_id", "notify_data"} {
				out.set(name, e.notice[name])
			}
			continue
		}
		out.set(c.name, c.node.value(e))
	}
	return out.json()
}

// object is a JSON object whose fields have an order.
type object struct {
	names  []string
	values []any
	at     map[string]int
}

// set sets a field, unless there is nothing to set it to.
func (o *object) set(name string, v any) {
	if v == nil {
		return
	}
	if i, is := o.at[name]; is {
		o.values[i] = v
		return
	}
	o.at[name] = len(o.names)
	o.names, o.values = append(o.names, name), append(o.values, v)
}

func (o *object) json() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, name := range o.names {
		if i > 0 {
			out.WriteByte(',')
		}
		for _, part := range []struct {
			v   any
			end string
		}{{name, ":"}, {o.values[i], ""}} {
			text, err := json.Marshal(part.v)
			if err != nil {
				return nil, err
			}
			out.Write(text)
			out.WriteString(part.end)
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}
