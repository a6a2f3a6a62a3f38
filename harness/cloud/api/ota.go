package api

import (
	"errors"
	"fmt"

	"quecstar/harness/cloud/record"
)

// maxModules is how many modules of its firmware a product names.
const maxModules = 10

var otaModules = &kind{name: otaModulesKind, path: "/ota-upgrades/modules", id: "module_id",
	list: "modules", spaced: true,
	created: "create_time", filters: []string{"app_id", "product_id"}, check: checkOtaModule, shown: withProductName,
	fields: []field{needed(named("app_id", 36)), fixed(needed(named("product_id", maxProductID))),
		fixed(needed(field{name: "module_name", most: 64, chars: dotChars})),
		{name: "alias_name", most: 64, chars: nameChars},
		{name: "description", most: 1024}}}

func withProductName(c *call, r record.Record, o record.Object) {
	if p, err := c.cloud.Product(r.Text("product_id")); err == nil {
		o["product_name"] = p.Name
	}
}

func checkOtaModule(c *call, o, old record.Object) error {
	if err := c.hasProduct(o.Text("product_id")); err != nil || old != nil {
		return err
	}
	all := c.cloud.Records().List(otaModulesKind, c.project(), func(r record.Record) bool {
		return r.Text("product_id") == o.Text("product_id")
	})
	for _, r := range all {
		if r.Text("module_name") == o.Text("module_name") {
			return fmt.Errorf("the product has the module %s: %w", r.Text("module_name"), record.ErrExists)
		}
	}
	if len(all) >= maxModules {
		return fmt.Errorf("%w: a product has %d modules", errQuota, maxModules)
	}
	return nil
}

// otaPackages are what devices are upgraded to.
var otaPackages = &kind{name: otaPackagesKind, path: "/ota-upgrades/packages", id: "package_id", list: "packages",
	spaced:  true,
	created: "create_time", once: true, filters: []string{"app_id", "package_type", "product_id", "version"},
	asked: []field{needed(field{name: "package_type"})},
	check: checkPackage, shown: withProductName,
	fields: []field{needed(named("app_id", 36)), needed(field{name: "package_type", oneOf: packageTypes}),
		needed(named("product_id", maxProductID)), {name: "module_name", most: 64, chars: dotChars},
		needed(field{name: "version", most: 256, chars: dotChars}),
		{name: "support_source_versions", form: texts, most: 20, chars: dotChars}, {name: "description", most: 1024},
		{name: "custom_info", most: 4096}, needed(field{name: "file_location", form: anObject, hidden: true})}}

var packageTypes = []string{"softwarePackage", "firmwarePackage", "modulePackage"}

func checkPackage(c *call, o, _ record.Object) error {
	if err := c.hasProduct(o.Text("product_id")); err != nil {
		return err
	}
	if (o.Text("package_type") == "modulePackage") != (o.Text("module_name") != "") {
		return errors.New("module_name is wanted of a modulePackage, and of no other")
	}
	obs := o.Part("file_location").Part("obs_location")
	if obs == nil {
		return errors.New("file_location.obs_location is wanted")
	}
	if err := checkObject([]field{needed(field{name: "region_name", most: 256}),
		needed(field{name: "bucket_name", least: 3, most: 63, chars: lowerChars}),
		needed(field{name: "object_key", most: 1024}),
		{name: "sign_method", oneOf: []string{"SHA256"}},
		{name: "sign", least: 64, most: 64, chars: hexChars}}, obs); err != nil {
		return fmt.Errorf("file_location.obs_location: %w", err)
	}
	for _, r := range c.cloud.Records().List(otaPackagesKind, c.project(), nil) {
		if r.Text("product_id") == o.Text("product_id") && r.Text("package_type") == o.Text("package_type") &&
			r.Text("module_name") == o.Text("module_name") && r.Text("version") == o.Text("version") {
			return fmt.Errorf("the product has a package of version %s: %w", r.Text("version"), record.ErrExists)
		}
	}
	return nil
}
