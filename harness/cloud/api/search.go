package api

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"quecstar/harness/cloud"
)

// errSQL is that a search is not the SQL that the platform takes (IOTDA.014900).
var errSQL = errors.New("the search cannot be read")

// searchFields are those of a condition (SDK client, SearchDevices).
var searchFields = []string{"app_id", "device_id", "gateway_id", "product_id", "device_name", "node_id", "status",
	"node_type",
	"tag_key", "tag_value", "sw_version", "fw_version", "group_id", "create_time", "marker"}

// Limits of a search (SDK client, SearchDevices).
const (
	maxConditions = 5
	maxRows       = 50
	maxOffset     = 500
)

// query is a search.
type query struct {
	count         bool
	where         where
	ascending     bool
	offset, limit int
}

// where is a condition: any of the lists whose conditions all hold. An empty one holds always.
type where [][]condition

type condition struct {
	field, op string
	values    []string
}

var searchToken = regexp.MustCompile(`\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(<=|>=|!=|<>|[=<>(),*])|` +
	`([A-Za-z_][A-Za-z0-9_.-]*|\d+))`)

// tokens of a search: a text begins with its quote.
func searchTokens(sql string) ([]string, error) {
	var out []string
	for strings.TrimSpace(sql) != "" {
		m := searchToken.FindStringSubmatchIndex(sql)
		if m == nil || m[0] != 0 {
			return nil, fmt.Errorf("%w at %.20q", errSQL, strings.TrimSpace(sql))
		}
		switch {
		case m[2] >= 0:
			out = append(out, "'"+sql[m[2]:m[3]])
		case m[4] >= 0:
			out = append(out, "'"+sql[m[4]:m[5]])
		default:
			out = append(out, strings.TrimSpace(sql[m[0]:m[1]]))
		}
		sql = sql[m[1]:]
	}
	return out, nil
}

// reader goes over the tokens of a search.
type reader struct {
	tokens []string
	err    error
}

func (r *reader) peek() string {
	if len(r.tokens) == 0 {
		return ""
	}
	if r.tokens[0][0] == '\'' {
		return r.tokens[0]
	}
	return strings.ToLower(r.tokens[0])
}

func (r *reader) take() string {
	t := r.peek()
	if len(r.tokens) > 0 {
		r.tokens = r.tokens[1:]
	}
	return t
}

// skip takes words if they come next.
func (r *reader) skip(words ...string) bool {
	for i, w := range words {
		if i >= len(r.tokens) || strings.ToLower(r.tokens[i]) != w {
			return false
		}
	}
	r.tokens = r.tokens[len(words):]
	return true
}

func (r *reader) want(words ...string) {
	for _, w := range words {
		if r.err == nil && !r.skip(w) {
			r.err = fmt.Errorf("%w: %s is wanted before %q", errSQL, w, r.peek())
		}
	}
}

func (r *reader) number() int {
	n, err := strconv.Atoi(r.take())
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("%w: limit is offset, rows", errSQL)
	}
	return n
}

// parseSearch reads select * from device where … order by marker … limit offset,rows.
func parseSearch(sql string) (query, error) {
	tokens, err := searchTokens(sql)
	if err != nil {
		return query{}, err
	}
	r, q := &reader{tokens: tokens}, query{limit: 10}
	r.want("select")
	if q.count = r.skip("count", "(", "*", ")"); !q.count {
		r.want("*")
	}
	r.want("from", "device")
	if r.skip("where") {
		q.where = r.conditions()
	}
	if r.skip("order", "by") {
		r.want("marker")
		q.ascending = r.skip("asc")
		_ = q.ascending || r.skip("desc")
	}
	if r.skip("limit") {
		if q.limit = r.number(); r.skip(",") {
			q.offset, q.limit = q.limit, r.number()
		}
	}
	switch {
	case r.err != nil:
		return q, r.err
	case len(r.tokens) > 0:
		return q, fmt.Errorf("%w: %q is too much", errSQL, r.peek())
	case q.limit < 0 || q.limit > maxRows || q.offset > maxOffset:
		return q, fmt.Errorf("%w: limit takes %d rows and an offset of %d at most", errSQL, maxRows, maxOffset)
	}
	return q, nil
}

// parseWhere reads a condition by itself.
func parseWhere(text string) (where, error) {
	tokens, err := searchTokens(text)
	if err != nil {
		return nil, err
	}
	r := &reader{tokens: tokens}
	w := r.conditions()
	if r.err == nil && len(r.tokens) > 0 {
		r.err = fmt.Errorf("%w: %q is too much", errSQL, r.peek())
	}
	return w, r.err
}

func (r *reader) conditions() where {
	out, n := where{nil}, 0
	for {
		n++
		out[len(out)-1] = append(out[len(out)-1], r.condition())
		switch {
		case r.err != nil:
			return nil
		case n > maxConditions:
			r.err = fmt.Errorf("%w: more than %d conditions", errSQL, maxConditions)
		case r.skip("and"):
		case r.skip("or"):
			out = append(out, nil)
		default:
			return out
		}
	}
}

func (r *reader) condition() condition {
	c := condition{field: r.take(), op: r.take()}
	if c.op == "not" {
		c.op += " " + r.take()
	}
	if c.op == "<>" {
		c.op = "!="
	}
	if r.err == nil && !slices.Contains(searchFields, c.field) {
		r.err = fmt.Errorf("%w: %q is no field", errSQL, c.field)
	}
	if c.op == "in" || c.op == "not in" {
		r.want("(")
		for {
			c.values = append(c.values, r.literal())
			if !r.skip(",") {
				break
			}
		}
		r.want(")")
	} else {
		c.values = []string{r.literal()}
	}
	if r.err == nil {
		r.err = c.check()
	}
	return c
}

func (r *reader) literal() string {
	text, is := strings.CutPrefix(r.take(), "'")
	if !is && r.err == nil {
		r.err = fmt.Errorf("%w: a value stands in quotes", errSQL)
	}
	return text
}

// check says which operators go with which fields.
func (c condition) check() error {
	tags := c.field == "tag_key" || c.field == "tag_value"
	ok := false
	switch c.op {
	case "=", "!=":
		ok = true
	case ">", "<":
		ok = c.field == "create_time" || c.field == "marker"
	case "like":
		prefix, all := strings.CutSuffix(c.values[0], "%")
		ok = all && len([]rune(prefix)) >= 4 && !strings.Contains(prefix, "%") &&
			(tags || c.field == "device_name" || c.field == "node_id")
	case "in", "not in":
		ok = !tags
	}
	if !ok {
		return fmt.Errorf("%w: %s %s %q", errSQL, c.field, c.op, c.values)
	}
	return nil
}

// holds reports whether a device is as the condition says.
func (w where) holds(c *call, d cloud.Device) bool {
	return len(w) == 0 || slices.ContainsFunc(w, func(all []condition) bool {
		return !slices.ContainsFunc(all, func(one condition) bool { return !one.holds(c, d) })
	})
}

func (c condition) holds(of *call, d cloud.Device) bool {
	var have []string
	switch c.field {
	case "tag_key", "tag_value":
		for _, t := range tagsOf(d) {
			have = append(have, map[string]string{"tag_key": t.Key, "tag_value": t.Value}[c.field])
		}
	case "group_id":
		for _, g := range of.groupsWith(d.ID) {
			have = append(have, g.ID)
		}
	default:
		have = []string{of.value(d, c.field)}
	}
	some := func(is func(string) bool) bool { return slices.ContainsFunc(have, is) }
	equal := func(s string) bool { return slices.Contains(c.values, s) }
	switch c.op {
	case "=", "in":
		return some(equal)
	case "!=", "not in":
		return !some(equal)
	case ">":
		return some(func(s string) bool { return s > c.values[0] })
	case "<":
		return some(func(s string) bool { return s < c.values[0] })
	}
	prefix := strings.TrimSuffix(c.values[0], "%")
	return some(func(s string) bool { return strings.HasPrefix(s, prefix) })
}
