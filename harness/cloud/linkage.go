package cloud

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"quecstar/harness/cloud/record"
	"quecstar/harness/event"
)

// LinkageKind is the kind of the records of rules that act when conditions hold.
const LinkageKind = "rule"

// linkages carry out the rules that act (SDK, Rule; the forms of what they hold are checked by the API).
type linkages struct {
	cloud *Cloud
	ctx   context.Context
	end   context.CancelFunc
	work  sync.WaitGroup

	mu    sync.Mutex
	rules map[string]*linkage
}

// linkage is one rule.
type linkage struct {
	record.Record
	stop   context.CancelFunc // of its timers
	held   map[string]bool    // by device: whether its conditions held when they were looked at last
	status map[string]context.CancelFunc
}

func newLinkages(c *Cloud) *linkages {
	ctx, end := context.WithCancel(context.Background())
	ls := &linkages{cloud: c, ctx: ctx, end: end, rules: map[string]*linkage{}}
	c.book.Watch(ls.changed)
	return ls
}

func (ls *linkages) close() {
	ls.end()
	ls.work.Wait()
}

// changed follows the records.
func (ls *linkages) changed(ch record.Change) {
	r := ch.New
	if r == nil {
		r = ch.Old
	}
	if r.Kind != LinkageKind {
		return
	}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if old := ls.rules[r.ID]; old != nil {
		old.stop()
		delete(ls.rules, r.ID)
	}
	if ch.New == nil || r.Text("status") != "active" || r.Text("rule_type") != "DEVICE_LINKAGE" {
		return
	}
	ctx, stop := context.WithCancel(ls.ctx)
	l := &linkage{Record: *r, stop: stop, held: map[string]bool{}, status: map[string]context.CancelFunc{}}
	ls.rules[r.ID] = l
	for _, cond := range l.conditions() {
		ls.startTimer(ctx, l, cond)
	}
}

func (l *linkage) group() record.Object        { return l.Object.Part("condition_group") }
func (l *linkage) conditions() []record.Object { return l.group().Parts("conditions") }

// startTimer starts the timer of a condition that is one.
func (ls *linkages) startTimer(ctx context.Context, l *linkage, cond record.Object) {
	var next func(now time.Time) (time.Time, bool)
	switch cond.Text("type") {
	case "SIMPLE_TIMER":
		next = simpleTimer(cond.Part("simple_timer_condition"))
	case "DAILY_TIMER":
		next = dailyTimer(cond.Part("daily_timer_condition"))
	default:
		return
	}
	ls.work.Go(func() {
		for {
			now := ls.cloud.opts.Now()
			at, ok := next(now)
			if !ok || ls.cloud.tasks.pause(ctx, at.Sub(now)) != nil {
				return
			}
			ls.fire(l, "", cond)
		}
	})
}

// simpleTimer goes off at a time, and again so often; what is past is past.
func simpleTimer(o record.Object) func(time.Time) (time.Time, bool) {
	start, err := time.Parse(eventTime, o.Text("start_time"))
	every, count := time.Duration(o.Number("repeat_interval"))*time.Second, max(o.Number("repeat_count"), 1)
	fired := int64(0)
	return func(now time.Time) (time.Time, bool) {
		for err == nil && fired < count && (fired == 0 || every > 0) {
			at := start.Add(time.Duration(fired) * every)
			fired++
			if !at.Before(now) {
				return at, true
			}
		}
		return now, false
	}
}

// dailyTimer goes off at a time of the day, on days of which 1 is Sunday. Times are UTC: the documents name no zone.
func dailyTimer(o record.Object) func(time.Time) (time.Time, bool) {
	clock, err := time.Parse("15:04", o.Text("time"))
	days := o.Text("days_of_week")
	last := time.Time{}
	return func(now time.Time) (time.Time, bool) {
		if err != nil {
			return now, false
		}
		now = now.UTC()
		at := time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), 0, 0, time.UTC)
		for range 8 {
			if at.After(last) && !at.Before(now.Add(-time.Minute)) && onDay(at, days) {
				last = at
				return at, true
			}
			at = at.AddDate(0, 0, 1)
		}
		return now, false
	}
}

// onDay reports whether a day is one of a list such as "2,3"; an empty list has all.
func onDay(t time.Time, days string) bool {
	return days == "" || slices.Contains(strings.Split(days, ","), strconv.Itoa(int(t.Weekday())+1))
}

// inTime reports whether the rule holds at this time of the day.
func (l *linkage) inTime(now time.Time) bool {
	span := l.group().Part("time_range")
	if span == nil {
		return true
	}
	now = now.UTC()
	from, to, clock := span.Text("start_time"), span.Text("end_time"), now.Format("15:04")
	day := now
	switch {
	case from == to:
	case from < to && (clock < from || clock >= to), from > to && clock < from && clock >= to:
		return false
	case from > to && clock < to:
		day = now.AddDate(0, 0, -1) // it began yesterday
	}
	return onDay(day, span.Text("days_of_week"))
}

// of are the rules of a project that have a condition of a type about a device.
func (ls *linkages) of(d Device, kind, detail string) (out []*linkage, conditions []record.Object) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, l := range ls.rules {
		if !record.Visible(d.Project, l.Project) {
			continue
		}
		for _, cond := range l.conditions() {
			if cond.Text("type") == kind && about(cond.Part(detail), d) {
				out, conditions = append(out, l), append(conditions, cond)
			}
		}
	}
	return out, conditions
}

// about reports whether a condition is about a device: one that names a device is about no other.
func about(detail record.Object, d Device) bool {
	if id := detail.Text("device_id"); id != "" {
		return id == d.ID
	}
	return detail.Text("product_id") == d.ProductID
}

// reported looks at the rules when a device reported properties.
func (ls *linkages) reported(id string, services []serviceProperties) {
	if ls.none() {
		return
	}
	d, err := ls.cloud.Device(id)
	if err != nil {
		return
	}
	rules, conditions := ls.of(d, "DEVICE_DATA", "device_property_condition")
	for i, l := range rules {
		detail := conditions[i].Part("device_property_condition")
		holds, fresh, said := true, true, false
		pulse := true
		for _, f := range detail.Parts("filters") {
			service, name, _ := strings.Cut(f.Text("path"), "/")
			strategy := f.Part("strategy")
			pulse = pulse && strategy.Text("trigger") != "reverse"
			value, at, ok := propertyOf(services, service, name, ls.cloud.opts.Now())
			if !ok {
				value, ok = ls.cloud.lastReported(id, service, name)
			} else {
				said = true
			}
			if valid := strategy.Number("event_valid_time"); valid > 0 &&
				ls.cloud.opts.Now().Sub(at) > time.Duration(valid)*time.Second {
				fresh = false
			}
			holds = holds && ok && filterHolds(f, value)
		}
		if !said {
			continue
		}
		ls.mu.Lock()
		before := l.held[id]
		l.held[id] = holds
		ls.mu.Unlock()
		if holds && fresh && (pulse || !before) {
			ls.fire(l, id, conditions[i])
		}
	}
}

func (ls *linkages) none() bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return len(ls.rules) == 0
}

// propertyOf is a property of a report, with its time.
func propertyOf(services []serviceProperties, service, name string, now time.Time) (v any, at time.Time, ok bool) {
	for _, s := range services {
		if v, there := s.Properties[name]; there && s.ServiceID == service {
			return v, parseEventTime(s.EventTime, now), true
		}
	}
	return nil, now, false
}

// lastReported is what a device reported last of a property.
func (c *Cloud) lastReported(id, service, name string) (any, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.devices[id]
	if d == nil || d.shadow[service] == nil {
		return nil, false
	}
	v, ok := d.shadow[service].Reported[name]
	return v, ok
}

// filterHolds compares a value (SDK, PropertyFilter).
func filterHolds(f record.Object, v any) bool {
	text := fmt.Sprint(v)
	want := f.Text("value")
	number, err := strconv.ParseFloat(text, 64)
	compare := func(is func(x, y float64) bool) bool {
		y, err2 := strconv.ParseFloat(want, 64)
		return err == nil && err2 == nil && is(number, y)
	}
	switch f.Text("operator") {
	case ">":
		return compare(func(x, y float64) bool { return x > y })
	case "<":
		return compare(func(x, y float64) bool { return x < y })
	case ">=":
		return compare(func(x, y float64) bool { return x >= y })
	case "<=":
		return compare(func(x, y float64) bool { return x <= y })
	case "=":
		return text == want || compare(func(x, y float64) bool { return x == y })
	case "in":
		return slices.Contains(f.Texts("in_values"), text)
	case "between":
		low, high, _ := strings.Cut(want, ",")
		x, err1 := strconv.ParseFloat(low, 64)
		y, err2 := strconv.ParseFloat(high, 64)
		return err == nil && err1 == nil && err2 == nil && number >= x && number < y
	}
	return false
}

// statusChanged looks at the rules when a device came or went: what is to last is waited for.
func (ls *linkages) statusChanged(id, status string) {
	if ls.none() {
		return
	}
	d, err := ls.cloud.Device(id)
	if err != nil {
		return
	}
	rules, conditions := ls.of(d, "DEVICE_LINKAGE_STATUS", "device_linkage_status_condition")
	for i, l := range rules {
		r := conditions[i].Part("device_linkage_status_condition")
		wanted := r.Texts("status_list")
		ls.mu.Lock()
		if stop := l.status[id]; stop != nil {
			stop()
		}
		ctx, stop := context.WithCancel(ls.ctx)
		l.status[id] = stop
		ls.mu.Unlock()
		if len(wanted) > 0 && !slices.Contains(wanted, status) {
			continue
		}
		cond := conditions[i]
		ls.work.Go(func() {
			if ls.cloud.tasks.pause(ctx, time.Duration(r.Number("duration"))*time.Minute) == nil {
				ls.fire(l, id, cond)
			}
		})
	}
}

// fire carries a rule out that one of its conditions set off, when the others hold too where all must. id is the
// device that did; "" for a timer.
func (ls *linkages) fire(l *linkage, id string, by record.Object) {
	if !l.inTime(ls.cloud.opts.Now()) {
		return
	}
	if l.group().Text("logic") != "or" {
		for _, cond := range l.conditions() {
			if fmt.Sprint(cond) != fmt.Sprint(by) && !ls.holds(cond) {
				return
			}
		}
	}
	for _, a := range l.Object.Parts("actions") {
		ls.act(l, id, a)
	}
}

// holds reports whether a condition holds by itself now: a timer never does.
func (ls *linkages) holds(cond record.Object) bool {
	switch cond.Text("type") {
	case "DEVICE_DATA":
		detail := cond.Part("device_property_condition")
		return ls.some(detail, func(d Device) bool {
			for _, f := range detail.Parts("filters") {
				service, name, _ := strings.Cut(f.Text("path"), "/")
				if v, ok := ls.cloud.lastReported(d.ID, service, name); !ok || !filterHolds(f, v) {
					return false
				}
			}
			return true
		})
	case "DEVICE_LINKAGE_STATUS":
		detail := cond.Part("device_linkage_status_condition")
		wanted := detail.Texts("status_list")
		return ls.some(detail, func(d Device) bool { return len(wanted) == 0 || slices.Contains(wanted, d.Status) })
	}
	return false
}

// some reports whether there is a device that a condition is about and that is so.
func (ls *linkages) some(detail record.Object, is func(Device) bool) bool {
	return slices.ContainsFunc(ls.cloud.Devices(), func(d Device) bool { return about(detail, d) && is(d) })
}

// act does one action of a rule.
func (ls *linkages) act(l *linkage, id string, a record.Object) {
	name := l.Text("name")
	switch a.Text("type") {
	case "DEVICE_CMD":
		r := a.Part("device_command")
		if to := r.Text("device_id"); to != "" {
			id = to
		}
		cmd := r.Part("cmd")
		ls.work.Go(func() { ls.command(name, id, cmd, commandBody(cmd)) })
	case "DEVICE_ALARM":
		alarm := a.Part("device_alarm")
		ls.cloud.emit(event.Event{Kind: event.Response, Device: id,
			Text: fmt.Sprintf("rule %s: alarm %s: %s, %s", name, alarm.Text("name"),
				alarm.Text("alarm_status"), alarm.Text("severity"))})
	case "SMN_FORWARDING":
		ls.cloud.warn(id, "", "rule %s: the embedded IoTDA sends no notifications (SMN)", name)
	}
}

// bufferTime is how long a rule's command waits for its device where it does not say (SDK, Cmd).
const bufferTime = 172800 * time.Second

// command sends a rule's command, as soon as its device is there.
func (ls *linkages) command(rule, id string, cmd record.Object, paras map[string]any) {
	wait := bufferTime
	if _, said := cmd["buffer_timeout"].(json.Number); said {
		wait = time.Duration(cmd.Number("buffer_timeout")) * time.Second
	}
	ctx, stop := context.WithTimeout(ls.ctx, max(wait, time.Millisecond))
	defer stop()
	if _, err := ls.cloud.WaitOnline(ctx, ls.cloud.linkOfID(id)); err != nil {
		if ls.ctx.Err() == nil {
			ls.cloud.warn(id, "", "rule %s: the device did not come for its command", rule)
		}
		return
	}
	if _, _, err := ls.cloud.SendCommand(ls.ctx, id, Command{ServiceID: cmd.Text("service_id"),
		Name:  cmd.Text("command_name"),
		Paras: paras}); err != nil && ls.ctx.Err() == nil {
		ls.cloud.warn(id, "", "rule %s: its command: %v", rule, err)
	}
}

// linkOfID is the id of the device whose connection carries what a device is sent.
func (c *Cloud) linkOfID(id string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d := c.devices[id]; d != nil {
		return d.Link()
	}
	return id
}
