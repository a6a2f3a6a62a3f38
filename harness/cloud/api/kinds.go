package api

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// recordRoutes are the calls about records.
func (s *server) recordRoutes() []map[string]http.HandlerFunc {
	out := []map[string]http.HandlerFunc{s.spaceRoutes(), s.bridgeRoutes(), s.policyRoutes(), s.tunnelRoutes(),
		s.busRoutes(), s.certificateRoutes(), s.deviceCertificateRoutes(), s.groupRoutes(), s.linkageRoutes(),
		s.asyncRoutes(), s.sendRoutes(), s.batchRoutes(), s.batchFileRoutes(), s.exportRoutes()}
	for _, k := range []*kind{authTemplates, authorizers, proxies, domains, functions, provisioning, profiles,
		serverCertificates, queues, backlogs, flows, routes, routeActions, otaModules, otaPackages} {
		out = append(out, k.routes(s))
	}
	return out
}

// status is a field that is ACTIVE or INACTIVE.
func status(def string) field {
	return field{name: "status", oneOf: []string{"ACTIVE", "INACTIVE"}, def: def}
}

// The limits of how many there may be are those of the SDK's client and of the limits page (iot_04_0010).
var (
	authTemplates = &kind{name: authTemplatesKind, path: "/device-authentication-templates", id: "template_id",
		list: "templates", created: "create_time", updated: "update_time", quota: 10, unique: "template_name",
		filters: []string{"~template_name"}, check: checkAuthTemplate,
		fields: []field{fixed(needed(named("template_name", 128))), {name: "description", most: 2048}, status("INACTIVE"),
			needed(field{name: "template_body", form: anObject, hidden: true})}}

	authorizers = &kind{name: authorizersKind, path: "/device-authorizers", id: "authorizer_id",
		list:    "authorizers",
		created: "create_time", updated: "update_time", quota: 10, unique: "authorizer_name",
		filters: []string{"~authorizer_name"}, check: checkAuthorizer,
		fields: []field{needed(named("authorizer_name", 128)), needed(field{name: "func_urn", most: 256, chars: urnChars}),
			{name: "signing_enable", form: aFlag, def: true}, named("signing_token", 128).but(unlisted),
			field{name: "signing_public_key"}.but(unlisted), {name: "default_authorizer", form: aFlag, def: false},
			status("INACTIVE"), {name: "cache_enable", form: aFlag, def: false}},
		shown: func(_ *call, r record.Record, o record.Object) {
			o["func_name"] = cloud.FunctionName(r.Text("func_urn"))
		}}

	proxies = &kind{name: proxiesKind, path: "/device-proxies", id: "proxy_id", list: "device_proxies",
		quota:  10,
		spaced: true, unique: "proxy_name", filters: []string{"app_id", "~proxy_name"}, check: checkProxy,
		fields: []field{needed(field{name: "proxy_name", most: 64, chars: nameChars}), needed(field{name: "app_id"}),
			needed(field{name: "proxy_devices", form: texts, least: 2, most: 10, chars: plainChars, hidden: true}),
			needed(field{name: "effective_time_range", form: anObject})}}

	domains = &kind{name: domainsKind, idle: true, path: "/domain-configurations", id: "configuration_id",
		list: "domain_configurations", quota: 1, check: checkDomain,
		fields: []field{fixed(needed(field{name: "domain_name", most: 253, chars: dotChars})),
			fixed(needed(field{name: "access_protocol", oneOf: []string{"Device-MQTTS"}})),
			needed(field{name: "server_certificate_id"}), {name: "server_certificate_config", form: anObject}}}

	functions = &kind{name: functionsKind, idle: true, path: "/product-functions", id: "function_id",
		list:  "product_functions",
		whole: true, spaced: true, created: "create_time", once: true, filters: []string{"app_id", "product_id"},
		check: func(c *call, o, _ record.Object) error { return c.hasProduct(o.Text("product_id")) },
		fields: []field{needed(named("product_id", maxProductID)), needed(field{name: "urn", most: 256, chars: urnChars}),
			{name: "description", most: 128, chars: nameChars}}}

	provisioning = &kind{name: provisioningKind, path: "/provisioning-templates", id: "template_id",
		list: "templates", created: "create_time", updated: "update_time", quota: 10, unique: "template_name",
		filters: []string{"~template_name"}, check: checkProvisioning, free: notBound("template_id", certificatesKind),
		fields: []field{fixed(needed(named("template_name", 128))), {name: "description", most: 2048},
			needed(field{name: "template_body", form: anObject, hidden: true})}}

	profiles = &kind{name: profilesKind, idle: true, path: "/security-profiles", id: "profile_id",
		list:    "security_profiles",
		filters: []string{"security_type", "target_type", "target_id"}, check: checkProfile,
		fields: []field{fixed(needed(named("security_type", 64))), {name: "alarm_level", most: 64},
			{name: "security_level", most: 64},
			{name: "enable", form: aFlag, def: true}, {name: "profile", form: aList, most: 100},
			{name: "profile_targets", form: anObject}}}
)

func unlisted(f *field) { f.hidden = true }

// hasProduct says that the project has no such product.
func (c *call) hasProduct(id string) error {
	if p, err := c.cloud.Product(id); err != nil || !record.Visible(p.Project, c.project()) {
		return fmt.Errorf("product %s: %w", id, cloud.ErrNoProduct)
	}
	return nil
}

// hasDevice says that the project has no such device.
func (c *call) hasDevice(id string) (cloud.Device, error) {
	d, err := c.cloud.Device(id)
	if err == nil && !record.Visible(d.Project, c.project()) {
		err = fmt.Errorf("device %s: %w", id, cloud.ErrNoDevice)
	}
	return d, err
}

// notBound says that a record of another kind names one that is to be deleted.
func notBound(field string, kinds ...string) func(c *call, r record.Record) error {
	return func(c *call, r record.Record) error {
		for _, k := range kinds {
			using := c.cloud.Records().List(k, c.project(), func(u record.Record) bool {
				return fieldText(u.Object, field) == r.ID
			})
			if len(using) > 0 {
				return fmt.Errorf("%s %s: the %s %s uses it: %w", r.Kind, r.ID, k, using[0].ID, cloud.ErrInUse)
			}
		}
		return nil
	}
}

func checkAuthTemplate(c *call, o, old record.Object) error {
	body := o.Part("template_body")
	resources := body.Part("resources")
	switch {
	case body.Part("parameters") == nil:
		return errors.New("template_body.parameters is wanted, {} for none")
	case resources == nil || resources["device_id"] == nil:
		return errors.New("template_body.resources.device_id is wanted")
	}
	if err := checkTemplateParts(body.Part("parameters"), resources); err != nil {
		return fmt.Errorf("template_body: %w", err)
	}
	if o.Text("status") != "ACTIVE" || old.Text("status") == "ACTIVE" {
		return nil
	}
	for _, other := range c.cloud.Records().List(authTemplatesKind, c.project(), nil) {
		if other.Text("status") == "ACTIVE" {
			return fmt.Errorf("the template %s is ACTIVE; one is at a time", other.ID)
		}
	}
	return nil
}

// checkTemplateParts says what of an authentication template's parameters and resources is not taken.
func checkTemplateParts(parameters, resources record.Object) error {
	for name := range parameters {
		what, ofCertificate := strings.CutPrefix(name, "iotda::certificate::")
		if ofCertificate && !slices.Contains(cloud.CertificateParameters, what) ||
			!ofCertificate && !slices.Contains(cloud.TemplateParameters, name) {
			return fmt.Errorf("parameters: there is no %s", name)
		}
	}
	stamp := resources.Part("timestamp")
	if t := stamp.Text("type"); stamp != nil && t != "" && t != "UNIX" && t != "FORMAT" {
		return fmt.Errorf("resources.timestamp.type is UNIX or FORMAT, not %s", t)
	}
	if p := resources["password"]; p != nil && !strings.Contains(fmt.Sprint(p), "iotda::device::secret") {
		return errors.New("resources.password is made of iotda::device::secret")
	}
	return cloud.CheckTemplate(slices.Collect(maps.Keys(parameters)), resources["device_id"], stamp["value"],
		resources["password"])
}

func checkAuthorizer(c *call, o, old record.Object) error {
	if o.Flag("default_authorizer") && !old.Flag("default_authorizer") && len(c.cloud.Records().List(authorizersKind,
		c.project(), func(r record.Record) bool { return r.Flag("default_authorizer") })) > 0 {
		return fmt.Errorf("%w: one authorizer is the default one", errQuota)
	}
	if signed, _ := o["signing_enable"].(bool); signed &&
		(o.Text("signing_token") == "" || o.Text("signing_public_key") == "") {
		return errors.New("signing_enable wants signing_token and signing_public_key")
	}
	return nil
}

func checkProxy(c *call, o, old record.Object) error {
	for _, id := range o.Texts("proxy_devices") {
		if _, err := c.hasDevice(id); err != nil {
			return err
		}
	}
	span := o.Part("effective_time_range")
	from, err := time.Parse(timeForm, span.Text("start_time"))
	to, err2 := time.Parse(timeForm, span.Text("end_time"))
	now := c.opts.Now()
	switch {
	case err != nil || err2 != nil:
		return errors.New("effective_time_range has start_time and end_time of the form YYYYMMDDTHHMMSSZ")
	case old == nil && (from.After(now) || !now.Before(to)):
		return errors.New("effective_time_range holds now: start_time ≤ now < end_time")
	case !from.Before(to):
		return errors.New("effective_time_range: start_time is before end_time")
	}
	return nil
}

func checkDomain(c *call, o, _ record.Object) error {
	_, err := c.cloud.Records().Get(serverCertificatesKind, c.project(), o.Text("server_certificate_id"))
	return err
}

func checkProvisioning(c *call, o, _ record.Object) error {
	body := o.Part("template_body")
	parameters, device := body.Part("parameters"), body.Part("resources").Part("device")
	if parameters == nil {
		return errors.New("template_body.parameters is wanted, {} for none")
	}
	for name := range parameters {
		what, is := strings.CutPrefix(name, "iotda::certificate::")
		if !is || !slices.Contains(cloud.CertificateParameters, what) {
			return fmt.Errorf("template_body.parameters: %s is none of a certificate", name)
		}
	}
	product := device.Text("product_id")
	switch {
	case device == nil || product == "" && device["product_id"] == nil:
		return errors.New("template_body.resources.device.product_id is wanted")
	case device["node_id"] == nil:
		return errors.New("template_body.resources.device.node_id is wanted")
	case product != "":
		return c.hasProduct(product)
	}
	return nil
}

func checkProfile(_ *call, o, _ record.Object) error {
	for _, p := range o.Parts("profile") {
		if p.Text("key") == "" || p["value"] == nil {
			return errors.New("profile: each entry has key and value")
		}
	}
	if t := o.Part("profile_targets"); t != nil {
		return field{name: "profile_targets.target_type", oneOf: []string{"device", "product", "app"}}.check(t["target_type"])
	}
	return nil
}
