package suite

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/harness/event"
	"quecstar/harness/python/object"
)

// matcher says which records are wanted.
type matcher struct {
	name   string
	fields []field
	kinds  []event.Kind
	// cloud says that the cloud tells it, also of a device; otherwise who is asked tells it itself.
	cloud bool
	// either says that the device or the cloud may tell it.
	either bool
	// look finds a field of a record by its name; nil is attribute.
	look func(r *run, rec record, name string) (starlark.Value, bool)
	// whole, when not nil, decides in place of the fields.
	whole func(r *run, rec record) (bool, string, error)
}

func (m *matcher) show() string {
	return m.name + "(" + showFields(m.fields) + ")"
}

// match reports whether a record is wanted, and why one of the right kind is not.
func (m *matcher) match(r *run, rec record) (ok bool, why string, err error) {
	if !slices.Contains(m.kinds, rec.Kind) && len(m.kinds) > 0 {
		return false, "", nil
	}
	if m.whole != nil {
		return m.whole(r, rec)
	}
	look := m.look
	if look == nil {
		look = attribute
	}
	return matchFields(r, m.fields, func(name string) (starlark.Value, bool) { return look(r, rec, name) })
}

// attribute is what an Event tells of a record by a name.
func attribute(r *run, rec record, name string) (starlark.Value, bool) {
	in := r.in
	switch name {
	case "time":
		return starlark.Float(rec.at.Seconds()), true
	case "source":
		return in.Value(rec.source), true
	case "kind":
		return in.Value(string(rec.Kind)), true
	case "device":
		return in.Value(rec.Device), true
	case "topic":
		return in.Value(rec.Topic), true
	case "payload":
		return in.Value(rec.Payload), true
	case "text":
		if rec.Kind == line || rec.Kind == atGot || rec.Kind == atSent {
			return in.Value(string(rec.Payload)), true
		}
		return in.Value(rec.Text), true
	case "json":
		return r.value(rec.body()), true
	case "qos":
		return in.Value(int(rec.QoS)), true
	case "retain":
		return in.Value(rec.Retain), true
	case "dup":
		return in.Value(rec.Text == event.Again), true
	case "status":
		return in.Value(rec.Status), true
	case "ok":
		return in.Value(rec.Status == 0 && rec.Traceback == ""), true
	case "traceback":
		return in.Value(rec.Traceback), true
	case "type":
		return in.Value(exceptionOf(rec.Event)), true
	}
	return nil, false
}

// attributes are the names that attribute knows, with what they are.
var attributes = []struct{ name, doc string }{
	{"time", "When, in seconds since the test began."}, {"source",
		"Who told it: a device's name, \"cloud\", \"broker\", \"test\"."},
	{"kind", "What happened, such as \"publish\"."}, {"device", "The device or client id."}, {"topic",
		"The MQTT topic or filter."},
	{"payload", "What travelled, as bytes."}, {"text", "What was told or printed."}, {"json",
		"The payload as JSON; None where it is none."},
	{"qos", "The QoS of what travelled."}, {"retain", "Whether it is retained."}, {"dup", "Whether it was sent again."},
	{"status", "The exit status of a script that ended."}, {"ok", "Whether a script ended well."},
	{"traceback", "Where a script failed."}, {"type", "The class of the exception that a script ended with."},
}

// exceptionOf is the class of the exception in an event's traceback.
func exceptionOf(e event.Event) string {
	text := strings.TrimRight(e.Traceback, "\n")
	last := text[strings.LastIndexByte(text, '\n')+1:]
	name, _, _ := strings.Cut(last, ":")
	return strings.TrimSpace(name)
}

// services match one service of a report by its id and properties.
func services(fields []field) func(r *run, rec record) (bool, string, error) {
	return func(r *run, rec record) (bool, string, error) {
		body, _ := rec.body().(map[string]any)
		list, _ := body["services"].([]any)
		best := "the report has no services"
		for _, s := range list {
			service, ok := s.(map[string]any)
			if !ok {
				continue
			}
			props, _ := service["properties"].(map[string]any)
			is, why, err := matchFields(r, fields, func(name string) (starlark.Value, bool) {
				if name == "service" {
					return r.value(service["service_id"]), true
				}
				v, found := props[name]
				return r.value(v), found
			})
			if is || err != nil {
				return is, "", err
			}
			best = why
		}
		return false, best, nil
	}
}

// answerField finds a field of an answer: of its body, of the paras in that, or of the record.
func answerField(r *run, rec record, name string) (starlark.Value, bool) {
	body, _ := rec.body().(map[string]any)
	if name == "code" {
		name = "result_code"
	}
	if v, ok := body[name]; ok {
		return r.value(v), true
	}
	if paras, ok := body["paras"].(map[string]any); ok {
		if v, ok := paras[name]; ok {
			return r.value(v), true
		}
	}
	if name == "result_code" || name == "paras" {
		return nil, false
	}
	return attribute(r, rec, name)
}

// contains wants a text that holds another, or what a pattern wants.
func containing(v starlark.Value) *want {
	text, ok := textOf(v)
	if !ok {
		return wantOf(v)
	}
	return &want{show: object.Repr(v), match: func(_ *run, got starlark.Value) (bool, string, error) {
		whole, ok := textOf(got)
		return ok && strings.Contains(whole, text), "", nil
	}}
}

// fitting wants a text that fits a pattern, in which * stands for any text.
func fitting(v starlark.Value) *want {
	if text, ok := textOf(v); ok {
		w := likeWant(text)
		w.show = object.Repr(v)
		return w
	}
	return wantOf(v)
}

// told is a record in a line for people.
func (rec record) line() string {
	what := string(rec.Kind)
	if rec.Topic != "" {
		what += " " + rec.Topic
	}
	switch {
	case len(rec.Payload) > 0:
		what += "  " + cut(fmt.Sprintf("%s", printable(rec.Payload)), 200)
	case rec.Text != "":
		what += "  " + cut(strings.ReplaceAll(rec.Text, "\n", " "), 200)
	}
	return fmt.Sprintf("+%.3f  %s: %s", rec.at.Seconds(), rec.source, what)
}

// printable shows bytes in one line.
func printable(p []byte) string {
	var b strings.Builder
	for _, c := range strings.ToValidUTF8(string(p), "\ufffd") {
		switch {
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
