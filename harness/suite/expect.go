package suite

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"quecstar/harness/event"
	"quecstar/harness/script"
)

// subject is whom an expect asks.
type subject interface {
	// subjectName is what failures call it.
	subjectName() string
	// owns reports whether a record is the subject's, as far as a matcher is concerned.
	owns(m *matcher, rec record) bool
	// over reports whether nothing more can come that m wants.
	ended(m *matcher) string
	// place is where the next expect begins to look.
	place() *int
}

func (d *device) subjectName() string { return d.name }
func (d *device) place() *int         { return &d.cursor }

func (d *device) owns(m *matcher, rec record) bool {
	own := rec.source == d.name
	atCloud := rec.source == "cloud" && d.id() != "" && (rec.Device == d.id() || deviceOf(rec.Device) == d.id() ||
		strings.HasPrefix(rec.Topic, "$oc/devices/"+d.id()+"/")) // of a device behind it
	switch {
	case m.either:
		return own || atCloud
	case m.cloud:
		return atCloud
	}
	return own
}

func (d *device) ended(*matcher) string {
	if !d.over() {
		return ""
	}
	return d.name + " has ended: " + d.outcome()
}

// outcome says how the script ended.
func (d *device) outcome() string {
	switch {
	case !d.over():
		return "it runs"
	case d.err == nil:
		return "the script came to its end"
	}
	return strings.ReplaceAll(d.err.Error(), "\n", " ")
}

// everything is the subject of what the cloud or a broker tells.
type everything struct {
	source string
	port   *device // whose port it is; nil for none
	cursor int
}

func (i *identity) subjectName() string   { return i.ID }
func (i *identity) place() *int           { return &i.cursor }
func (i *identity) ended(*matcher) string { return "" }
func (i *identity) owns(_ *matcher, rec record) bool {
	return rec.source == "cloud" && (rec.Device == i.ID || deviceOf(rec.Device) == i.ID)
}

// portSuffix ends the source of what travels on a device's port.
const portSuffix = ".at"

func (s *everything) subjectName() string              { return s.source }
func (s *everything) place() *int                      { return &s.cursor }
func (s *everything) owns(_ *matcher, rec record) bool { return rec.source == s.source }
func (s *everything) ended(*matcher) string            { return "" }
func (o *order) subjectName() string                   { return o.what }
func (o *order) place() *int                           { return &o.cursor }
func (o *order) owns(_ *matcher, rec record) bool      { return rec.order == o }
func (o *order) ended(*matcher) string {
	select {
	case <-o.done:
		if o.err != nil {
			return o.what + ": " + o.err.Error()
		}
		return "its answer came already"
	default:
		return ""
	}
}

// wanted is one thing that is waited for.
type wanted struct {
	of      subject
	m       *matcher
	from    int // where to look first
	looked  int // up to where it was looked
	nearest *record
	why     string
	seen    []record // what the subject told, the newest last; a bounded number of them
}

const mostSeen = 5

// look looks at what came. The lock is held: patterns may be functions of the test's.
func (x *wanted) look(r *run, records []record, next int) (*record, error) {
	for i := range records {
		rec := &records[i]
		if rec.n < x.from || rec.n < x.looked || !x.of.owns(x.m, *rec) {
			continue
		}
		ok, why, err := x.m.match(r, *rec)
		if err != nil {
			return nil, err
		}
		if ok {
			x.looked = rec.n + 1
			return rec, nil
		}
		if why != "" {
			x.nearest, x.why = rec, why
		}
		if x.seen = append(x.seen, *rec); len(x.seen) > mostSeen {
			x.seen = x.seen[1:]
		}
	}
	x.looked = next
	return nil, nil
}

// await waits until one of several things came, or it cannot come, or the time is up: it returns which, and
// the record.
func (r *run) await(all []*wanted, limit time.Duration) (*wanted, *record, error) {
	until := time.Now().Add(limit)
	for {
		var over []string
		records, next, more := r.world.log.since(lowest(all))
		for _, x := range all {
			gone := x.of.ended(x.m) // asked first: what came before its end is looked at
			if gone != "" {
				records, next, more = r.world.log.since(lowest(all))
			}
			rec, err := x.look(r, records, next)
			if err != nil || rec != nil {
				return x, rec, err
			}
			if gone != "" {
				over = append(over, gone)
			}
		}
		left := time.Until(until)
		if left <= 0 || len(over) == len(all) {
			r.endedEarly = strings.Join(over, "; ")
			return nil, nil, nil
		}
		err := r.thread.Block(func(ctx context.Context) error {
			t := time.NewTimer(left)
			defer t.Stop()
			select {
			case <-more:
			case <-t.C:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
}

func lowest(all []*wanted) int {
	least := all[0].looked
	for _, x := range all {
		least = min(least, max(x.looked, x.from))
	}
	return least
}

// expectCall is expect(subject, matcher, within="5s", since=None, soft=False, note=None).
func expectCall(c *script.Call) (any, error) {
	r := runOf(c)
	x, err := r.wantedOf(c.Args[0], c.Args[1], c.Args[3])
	if err != nil {
		return nil, err
	}
	within, err := r.within(c.Args[2])
	if err != nil {
		return nil, err
	}
	r.checks++
	_, rec, err := r.await([]*wanted{x}, within)
	if err != nil {
		return nil, err
	}
	if rec != nil {
		*x.of.place() = rec.n + 1
		r.excuse(x.m, *rec)
		return r.event(*rec), nil
	}
	soft := c.Args[4] != nil && bool(c.Args[4].Truth())
	return nil, r.unmet(c, []*wanted{x}, within, soft, c.Args[5])
}

// within is how long an expect waits.
func (r *run) within(v starlark.Value) (time.Duration, error) {
	if v == nil || v == starlark.None {
		return 5 * time.Second, nil
	}
	return duration(v, "within")
}

// wantedOf is what an expect is asked for.
func (r *run) wantedOf(of, m, since starlark.Value) (*wanted, error) {
	s, ok := selfOf(of).(subject)
	if !ok {
		return nil, script.Raise("TypeError", "expect: the first argument should be a device, an identity, cloud, "+
			"broker, the port of a device or what an order returned, not %s", typeName(of))
	}
	want, err := r.matcherOf(m)
	if err == nil {
		err = tells(s, want)
	}
	if err != nil {
		return nil, err
	}
	x := &wanted{of: s, m: want, from: *s.place()}
	switch {
	case since == nil || since == starlark.None:
	default:
		if text, ok := textOf(since); ok && text == "start" {
			x.from = 0
			break
		}
		e, ok := selfOf(since).(*seen)
		if !ok {
			return nil, script.Raise("TypeError", "since should be an Event or \"start\", not %s", typeName(since))
		}
		x.from = e.n + 1
	}
	x.looked = x.from
	return x, nil
}

// matcherOf is a matcher, or one of a function that is asked for each event.
func (r *run) matcherOf(v starlark.Value) (*matcher, error) {
	if m, ok := selfOf(v).(*matcher); ok {
		return m, nil
	}
	fn, ok := v.(starlark.Callable)
	if !ok {
		return nil, script.Raise("TypeError", "expect: the second argument should say what is expected, such as "+
			"reported(), not %s", typeName(v))
	}
	return &matcher{name: fn.Name(), either: true, whole: func(r *run, rec record) (bool, string, error) {
		ok, err := r.says(fn, r.event(rec))
		return ok, "the function says no", err
	}}, nil
}

// expectAllCall is expect_all(*pairs, within="5s").
func expectAllCall(c *script.Call) (any, error) {
	r := runOf(c)
	within, err := r.within(keyword(c, "within"))
	if err != nil {
		return nil, err
	}
	var all []*wanted
	for _, p := range c.Rest {
		pair, ok := p.(starlark.Indexable)
		if !ok || pair.Len() != 2 {
			return nil, script.Raise("TypeError", "expect_all takes pairs of a subject and what is expected of it, not %s",
				typeName(p))
		}
		x, err := r.wantedOf(pair.Index(0), pair.Index(1), nil)
		if err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	if len(all) == 0 {
		return nil, script.Raise("ValueError", "expect_all: there is nothing to expect")
	}
	r.checks++
	out := make([]any, len(all))
	places := map[subject]int{}
	left := append([]*wanted(nil), all...)
	until := time.Now().Add(within)
	for len(left) > 0 {
		x, rec, err := r.await(left, time.Until(until))
		if err != nil {
			return nil, err
		}
		if rec == nil {
			return nil, r.unmet(c, left, within, false, nil)
		}
		r.excuse(x.m, *rec)
		out[slices.Index(all, x)] = r.event(*rec)
		places[x.of] = max(places[x.of], rec.n+1)
		left = remove(left, x)
	}
	for s, n := range places {
		*s.place() = n
	}
	return out, nil
}

func remove(all []*wanted, x *wanted) []*wanted {
	var out []*wanted
	for _, w := range all {
		if w != x {
			out = append(out, w)
		}
	}
	return out
}

// expectNoneCall is expect_none(subject, matcher, during="5s", since=None).
func expectNoneCall(c *script.Call) (any, error) {
	r := runOf(c)
	x, err := r.wantedOf(c.Args[0], c.Args[1], c.Args[3])
	if err != nil {
		return nil, err
	}
	during, err := r.within(c.Args[2])
	if err != nil {
		return nil, err
	}
	until := time.Now().Add(during)
	gone := ""
	if !c.Given(3) {
		gone = x.of.ended(x.m)
		_, x.from, _ = r.world.log.since(1 << 62) // what was before is not asked for
		x.looked = x.from
	}
	r.checks++
	_, rec, err := r.await([]*wanted{x}, during)
	if err != nil {
		return nil, err
	}
	if _, lives := x.of.(*device); lives && !c.Given(3) {
		gone = r.endedEarly // which an order does when it is answered, but a script should not meanwhile
	}
	switch {
	case rec == nil && gone != "":
		text := fmt.Sprintf("expect_none(%s, %s): that says nothing: %s\n  look back at what it told, with since = an "+
			"Event or "+
			"\"start\"", x.of.subjectName(), x.m.show(), gone)
		return nil, r.fail(c, Assertion, text, false)
	case rec == nil && r.endedEarly != "": // nothing more can come: the time passes all the same
		return nil, r.sleep(time.Until(until))
	case rec == nil:
		return nil, nil
	}
	text := fmt.Sprintf("expect_none(%s, %s): it came\n  %s", x.of.subjectName(), x.m.show(), rec.line())
	return nil, r.fail(c, Assertion, text, false)
}

// unmet says what was expected and did not come.
func (r *run) unmet(c *script.Call, all []*wanted, within time.Duration, soft bool, note starlark.Value) error {
	var b strings.Builder
	for i, x := range all {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "expect(%s, %s): ", x.of.subjectName(), x.m.show())
		if r.endedEarly != "" {
			fmt.Fprintf(&b, "it cannot come any more: %s", r.endedEarly)
		} else {
			fmt.Fprintf(&b, "nothing like it in %v%s", within, r.ofTime())
		}
		if text, ok := textOfOrNil(note); ok {
			fmt.Fprintf(&b, "\n  note: %s", text)
		}
		if x.nearest != nil {
			r.compared = x.compared(r)
			fmt.Fprintf(&b, "\n  nearest    %s\n             %s", x.nearest.line(), strings.ReplaceAll(x.why, "\n",
				"\n             "))
		}
		head := "then came  "
		for k := len(x.seen) - 1; k >= 0; k-- {
			if x.nearest != nil && x.seen[k].n == x.nearest.n {
				continue // it stands above
			}
			fmt.Fprintf(&b, "\n  %s%s", head, x.seen[k].line())
			head = "           "
		}
		if x.nearest == nil && len(x.seen) == 0 {
			fmt.Fprintf(&b, "\n  %s told nothing meanwhile", x.of.subjectName())
		}
	}
	r.whereTheyWait(&b)
	return r.fail(c, r.classOfEnd(all), b.String(), soft)
}

// compared is what was wanted of the nearest, and what it has.
func (x *wanted) compared(r *run) compared {
	out := compared{nearest: x.nearest.n + 1}
	look := x.m.look
	if look == nil {
		look = attribute
	}
	if x.m.whole != nil {
		return out
	}
	for _, f := range x.m.fields {
		got := "(nothing)"
		if v, found := look(r, *x.nearest, f.name); found {
			got = textToCompare(v)
		}
		out.wanted += f.name + " = " + f.want.show + "\n"
		out.got += f.name + " = " + got + "\n"
	}
	return out
}

func textOfOrNil(v starlark.Value) (string, bool) {
	if v == nil || v == starlark.None {
		return "", false
	}
	return textOf(v)
}

// ofTime says by which clock time was told, where that is not the wall's.
func (r *run) ofTime() string {
	if r.world.virtual {
		return " of virtual time"
	}
	return ""
}

// whereTheyWait says where each script under test is.
func (r *run) whereTheyWait(b *strings.Builder) {
	r.world.mu.Lock()
	devices := r.world.devices
	r.world.mu.Unlock()
	for _, d := range devices {
		if d.over() {
			fmt.Fprintf(b, "\n  %s has ended: %s", d.name, d.outcome())
			continue
		}
		if where := d.now().sess.Where(); where != "" {
			fmt.Fprintf(b, "\n  %s is in %s", d.name, where)
		}
	}
}

// event kinds that expect's own matchers are made of, by name.
var plainKinds = map[string][]event.Kind{
	"published": {event.Publish}, "received": {event.Receive}, "printed": {line}, "connected": {event.Connect},
	"disconnected": {event.Disconnect}, "refused": {event.Refused}, "subscribed": {event.Subscribe},
	"exited": {event.Exit},
	"raised": {event.Exit, event.Failure}, "warned": {event.Warning}, "reported": {event.Report},
	"responded": {event.Response},
	"commanded": {event.Command}, "line": {atGot}, "sent": {atSent},
}
