package api

import (
	"encoding/json"
	"errors"
	"fmt"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// registrationGroups are how devices that nobody registered get in by the provisioning service, /v5/iotps. UNCONFIRMED:
// the fields of its API, of which only paths are documented where we could read.
var registrationGroups = &kind{name: cloud.RegistrationGroupKind, path: "/registration-groups", id: "group_id",
	list: "registration_groups", created: "create_time", updated: "update_time", quota: 100, unique: "group_name",
	filters: []string{"~group_name"}, check: checkRegistrationGroup, made: readRegistrationGroup,
	fields: []field{needed(named("group_name", 64)), {name: "description", most: 1024},
		fixed(field{name: "auth_type", oneOf: []string{"SECRET", "CERTIFICATES"}, def: "SECRET"}),
		fixed(field{name: "secret", most: 256, secret: true}), {name: "certificate_id"}, named("product_id", maxProductID),
		named("static_keyword", 256), {name: "init_config", most: 4096}}}

func checkRegistrationGroup(c *call, o, _ record.Object) error {
	if s := o.Text("secret"); s != "" {
		if _, err := cloud.GroupSecret(s, "device"); err != nil {
			return fmt.Errorf("secret: %w", err)
		}
	}
	if text := o.Text("init_config"); text != "" && !json.Valid([]byte(text)) {
		return errors.New("init_config is JSON text")
	}
	if id := o.Text("certificate_id"); id != "" {
		if _, err := c.cloud.Records().Get(certificatesKind, c.project(), id); err != nil {
			return err
		}
	}
	if id := o.Text("product_id"); id != "" {
		return c.hasProduct(id)
	}
	return nil
}

// readRegistrationGroup gives a group its scope, and its secret where it has none, which is told once.
func readRegistrationGroup(_ *call, r *record.Record) (record.Object, error) {
	r.Object["scope_id"] = "s" + cloud.NewSecret()
	if r.Text("auth_type") != "SECRET" {
		return nil, nil
	}
	if r.Text("secret") == "" {
		r.Object["secret"] = cloud.NewGroupSecret()
	}
	return record.Object{"secret": r.Object["secret"]}, nil
}
