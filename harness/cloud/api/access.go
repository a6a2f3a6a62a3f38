package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// bridges are programs that connect devices of other protocols.
var bridges = &kind{name: bridgesKind, idle: true, path: "/bridges", id: "bridge_id", list: "bridges", quota: 20,
	unique: "bridge_name",
	once:   true, fields: []field{needed(field{name: "bridge_name", most: 64, chars: nameChars}), named("bridge_id", 36),
		{name: "secret", own: true, secret: true}},
	made: func(c *call, r *record.Record) (record.Object, error) {
		secret := cloud.NewSecret()
		r.ID = r.Text("bridge_id")
		r.Object["secret"] = secret
		return record.Object{"auth_info": record.Object{"auth_type": "SECRET", "secret": secret},
			"create_time": at(c.opts.Now())}, nil
	},
	shown: func(_ *call, _ record.Record, o record.Object) { o["status"] = "INACTIVE" }} // none ever connected

func (s *server) bridgeRoutes() map[string]http.HandlerFunc {
	out := bridges.routes(s)
	delete(out, "GET /bridges/{id}")
	out["POST /bridges/{id}/reset-secret"] = s.handler(func(c *call) error {
		if _, err := c.object(); err != nil {
			return err
		}
		secret := cloud.NewSecret()
		r, err := c.cloud.Records().Update(bridgesKind, c.project(), c.r.PathValue("id"), func(o record.Object) error {
			o["secret"] = secret
			return nil
		})
		if err != nil {
			return err
		}
		reply(c.w, http.StatusOK, record.Object{"bridge_id": r.ID, "secret": secret})
		return nil
	})
	return out
}

// policyActions are what a policy speaks of.
var policyActions = []string{cloud.PublishAction, cloud.SubscribeAction}

// policies say which topics devices may publish and subscribe to.
var policies = &kind{name: policiesKind, path: "/device-policies", id: "policy_id", list: "policies",
	quota:  50,
	spaced: true, unique: "policy_name", created: "create_time", updated: "update_time",
	filters: []string{"app_id", "~policy_name"}, check: checkPolicy,
	fields: []field{needed(named("policy_name", 128)),
		needed(field{name: "statement", form: aList, least: 1, most: 10, hidden: true}),
		{name: "targets", own: true, secret: true}}}

func checkPolicy(_ *call, o, _ record.Object) error {
	for _, st := range o.Parts("statement") {
		if err := checkObject([]field{needed(field{name: "effect", oneOf: []string{"ALLOW", "DENY"}}),
			needed(field{name: "actions", form: texts, least: 1, most: len(policyActions), oneOf: policyActions}),
			needed(field{name: "resources", form: texts, least: 1, most: 10, chars: topicChars})}, st); err != nil {
			return fmt.Errorf("statement: %w", err)
		}
		for _, r := range st.Texts("resources") {
			if !strings.HasPrefix(r, "topic:") {
				return fmt.Errorf("statement: resources are topic:{topic}, not %q", r)
			}
		}
	}
	if len(o.Parts("statement")) == 0 {
		return errors.New("statement is a list of objects")
	}
	return nil
}

func (s *server) policyRoutes() map[string]http.HandlerFunc {
	out := policies.routes(s)
	out["POST /device-policies/{id}/bind"] = s.handler(func(c *call) error { return c.bind(true) })
	out["POST /device-policies/{id}/unbind"] = s.handler(func(c *call) error { return c.bind(false) })
	out["POST /device-policies/{id}/list-targets"] = s.handler((*call).policyTargets)
	return out
}

var targetTypes = []string{"device", "product", "app"}

// bind binds a policy to devices, products or resource spaces, or takes it from them.
func (c *call) bind(on bool) error {
	o, err := c.object()
	if err == nil {
		err = checkObject([]field{needed(field{name: "target_type", oneOf: targetTypes}),
			needed(field{name: "target_ids", form: texts, least: 1, most: 100})}, o)
	}
	if err != nil {
		return err
	}
	kind, done, not := o.Text("target_type"), []string{}, []record.Object{}
	r, err := c.cloud.Records().Get(policiesKind, c.project(), c.r.PathValue("id"))
	if err != nil {
		return err
	}
	targets := r.Texts("targets")
	for _, id := range o.Texts("target_ids") {
		key := kind + "/" + id
		err := c.hasTarget(kind, id)
		if err == nil && !on && !slices.Contains(targets, key) {
			err = fmt.Errorf("the policy is not bound to the %s %s", kind, id)
		}
		if err != nil {
			_, code := codeOf(err)
			not = append(not, record.Object{"target_id": id, "error_code": code, "error_msg": err.Error()})
			continue
		}
		done = append(done, id)
		targets = slices.DeleteFunc(slices.Clone(targets), func(k string) bool { return k == key })
		if on {
			targets = append(targets, key)
		}
	}
	if _, err := c.cloud.Records().Update(policiesKind, c.project(), r.ID, func(o record.Object) error {
		o["targets"] = targets
		return nil
	}); err != nil {
		return err
	}
	reply(c.w, http.StatusOK, record.Object{"policy_id": r.ID, "target_type": kind, "success_targets": done,
		"failure_targets": not})
	return nil
}

// hasTarget says why something cannot be the target of a policy.
func (c *call) hasTarget(kind, id string) error {
	switch kind {
	case "device":
		_, err := c.hasDevice(id)
		return err
	case "product":
		return c.hasProduct(id)
	}
	_, err := c.space(id)
	return err
}

// target is what a policy is bound to.
type target struct {
	Type string `json:"target_type"`
	ID   string `json:"target_id"`
}

func (c *call) policyTargets() error {
	o, err := c.object()
	if err != nil {
		return err
	}
	r, err := c.cloud.Records().Get(policiesKind, c.project(), c.r.PathValue("id"))
	if err != nil {
		return err
	}
	all := []numbered[target]{}
	for i, key := range r.Texts("targets") {
		kind, id, _ := strings.Cut(key, "/")
		if is(o.Text("target_type"), kind) {
			all = append(all, numbered[target]{target{kind, id}, uint64(i + 1)})
		}
	}
	slices.Reverse(all)
	return listBody(c, o, "targets", all)
}
