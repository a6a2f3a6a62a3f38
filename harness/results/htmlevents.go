package results

import (
	"maps"
	"slices"

	"quecstar/harness/suite"
	"quecstar/harness/web"
)

// htmlEvents are the events of an attempt as a page has them: a list of numbers for each field that any of them has. Of a
// field that is text, a number is a place in the list of texts, where each stands once: the two ends of a message have
// all but their times in common. It takes half the room of the events in lines, and a third of the time to read;
// columns.js of the page makes events of it again.
type htmlEvents struct {
	Count int      `json:"count"`
	Texts []string `json:"texts"`
	// Numbers and Places are by the names that results.jsonl has. "at" is each event's distance from the one before it,
	// "pair" the number of an earlier event that tells the same message from its other end.
	Numbers map[string][]int64 `json:"numbers"`
	Places  map[string][]int64 `json:"places"`
}

var textFields = map[string]func(*suite.Event) string{
	"source":    func(e *suite.Event) string { return e.Source },
	"kind":      func(e *suite.Event) string { return e.Kind },
	"layer":     func(e *suite.Event) string { return e.Layer },
	"device":    func(e *suite.Event) string { return e.Device },
	"topic":     func(e *suite.Event) string { return e.Topic },
	"payload":   func(e *suite.Event) string { return e.Payload },
	"base64":    func(e *suite.Event) string { return e.Base64 },
	"text":      func(e *suite.Event) string { return e.Text },
	"traceback": func(e *suite.Event) string { return e.Traceback },
	"where":     func(e *suite.Event) string { return e.Where },
}

var numberFields = map[string]func(*suite.Event) int64{
	"n":      func(e *suite.Event) int64 { return int64(e.N) },
	"at":     func(e *suite.Event) int64 { return int64(e.At) },
	"qos":    func(e *suite.Event) int64 { return int64(e.QoS) },
	"took":   func(e *suite.Event) int64 { return int64(e.Took) },
	"status": func(e *suite.Event) int64 { return int64(e.Status) },
	"retain": func(e *suite.Event) int64 {
		if e.Retain {
			return 1
		}
		return 0
	},
}

// packEvents puts events in columns, and numbers those that have no number; of none it makes nil.
func packEvents(told []suite.Event) *htmlEvents {
	if len(told) == 0 {
		return nil
	}
	events := slices.Clone(told)
	for i := range events {
		if events[i].N == 0 {
			events[i].N = i + 1
		}
	}
	c := &htmlEvents{Count: len(events), Texts: []string{""}, Numbers: map[string][]int64{}, Places: map[string][]int64{}}
	places := map[string]int64{"": 0}
	for _, name := range slices.Sorted(maps.Keys(textFields)) {
		column(c.Places, name, events, func(e *suite.Event) int64 {
			text := textFields[name](e)
			if _, ok := places[text]; !ok {
				places[text] = int64(len(c.Texts))
				c.Texts = append(c.Texts, text)
			}
			return places[text]
		})
	}
	for name, of := range numberFields {
		column(c.Numbers, name, events, of)
	}
	var pairs web.Pairer
	column(c.Numbers, "pair", events, func(e *suite.Event) int64 { return int64(pairs.Of(e.N, pairable(e))) })
	at := c.Numbers["at"]
	for i := len(at) - 1; i > 0; i-- {
		at[i] -= at[i-1]
	}
	return c
}

// column adds a column that is not all 0.
func column(to map[string][]int64, name string, events []suite.Event, of func(*suite.Event) int64) {
	list, used := make([]int64, len(events)), false
	for i := range events {
		list[i] = of(&events[i])
		used = used || list[i] != 0
	}
	if used {
		to[name] = list
	}
}
