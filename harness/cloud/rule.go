package cloud

import (
	"sync"

	"quecstar/harness/cloud/record"
	"quecstar/harness/cloud/sql"
)

// rule is a routing rule.
type rule struct {
	record.Record
	statement *sql.Statement // nil where it cannot be read: then nothing is forwarded
	once      sync.Once      // tells of a comparison that is not made
}

// routingRule is the rule of a record. Those of the API were read before they were kept, those of a state file of an
// earlier version were not.
func (c *Cloud) routingRule(r record.Record) *rule {
	s, err := sql.Parse(r.Text("select"), r.Text("where"), r.Part("subject").Text("resource"))
	if err != nil {
		c.warn("", "", "the routing rule %s is kept, but forwards nothing: %v", r.ID, err)
	}
	return &rule{Record: r, statement: s}
}

// wants reports whether a rule is about a notice.
func (r *rule) wants(n notice) bool {
	subject := r.Part("subject")
	return r.statement != nil && r.Flag("active") && subject.Text("resource") == n.resource &&
		subject.Text("event") == n.event && record.Visible(n.project, r.Project) &&
		(r.Text("app_type") != "APP" || r.Text("app_id") == n.app)
}

// forwarded is what a rule forwards of a notice; false for nothing.
func (c *Cloud) forwarded(r *rule, notice []byte) ([]byte, bool) {
	if r.statement.Plain() {
		return notice, true
	}
	text, holds, why, err := r.statement.Apply(notice)
	if err != nil {
		c.warn("", "", "the routing rule %s cannot read a notice: %v", r.ID, err)
		return nil, false
	}
	if why != "" {
		r.once.Do(func() { c.warn("", "", "the SQL of the routing rule %s does not do what it says: %s", r.ID, why) })
	}
	return text, holds
}
