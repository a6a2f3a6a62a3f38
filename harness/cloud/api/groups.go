package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// Limits of groups (SDK client; limits page, iot_04_0010).
const (
	maxGroups       = 1000
	maxGroupDepth   = 5
	maxGroupDevices = 20_000
	maxGroupsOf     = 10 // of a device
)

// groups are of devices: those that were put in, or those that a search finds.
var groups = &kind{name: groupsKind, path: "/device-group", id: "group_id", list: "device_groups", quota: maxGroups,
	spaced: true, unique: "name", filters: []string{"app_id", "group_type", "~name"}, check: checkGroup, free: groupFree,
	fields: []field{needed(field{name: "name", most: 64, chars: nameChars}),
		{name: "description", most: 64, chars: nameChars},
		fixed(named("super_group_id", 36)), fixed(field{name: "group_type", oneOf: []string{"STATIC", "DYNAMIC"},
			def: "STATIC"}),
		fixed(field{name: "dynamic_group_rule", most: 400, hidden: true}), {name: "members", own: true, secret: true}}}

func checkGroup(c *call, o, old record.Object) error {
	if old != nil {
		return nil
	}
	rule, dynamic := o.Text("dynamic_group_rule"), o.Text("group_type") == "DYNAMIC"
	if dynamic != (rule != "") {
		return errors.New("dynamic_group_rule is wanted of a DYNAMIC group, and of no other")
	}
	if dynamic {
		if _, err := parseWhere(rule); err != nil {
			return err
		}
	}
	depth := 1
	for above := o.Text("super_group_id"); above != ""; depth++ {
		r, err := c.cloud.Records().Get(groupsKind, c.project(), above)
		switch {
		case err != nil:
			return err
		case r.Text("group_type") == "DYNAMIC":
			return errors.New("a DYNAMIC group has no groups in it")
		case dynamic:
			return errors.New("a DYNAMIC group is in no other group")
		}
		above = r.Text("super_group_id")
	}
	if depth > maxGroupDepth {
		return fmt.Errorf("groups nest %d deep at most", maxGroupDepth)
	}
	return nil
}

func groupFree(c *call, r record.Record) error {
	if len(c.members(r.ID)) > 0 && r.Text("group_type") != "DYNAMIC" {
		return fmt.Errorf("the group has devices: %w", cloud.ErrInUse)
	}
	return notBound("super_group_id", groupsKind)(c, r)
}

// members are the ids of the devices of a group, the last that came first.
func (c *call) members(group string) []string {
	r, err := c.cloud.Records().Get(groupsKind, c.project(), group)
	if err != nil {
		return nil
	}
	if r.Text("group_type") != "DYNAMIC" {
		return r.Texts("members")
	}
	where, err := parseWhere(r.Text("dynamic_group_rule"))
	if err != nil {
		return nil
	}
	var out []string
	for _, d := range c.devices() {
		if where.holds(c, d) {
			out = append(out, d.ID)
		}
	}
	return out
}

func (s *server) groupRoutes() map[string]http.HandlerFunc {
	out := groups.routes(s)
	out["POST /device-group/{id}/action"] = s.handler((*call).changeGroup)
	out["GET /device-group/{id}/devices"] = s.handler((*call).groupDevices)
	out["POST /devices/{id}/list-device-group"] = s.handler((*call).groupsOfDevice)
	out["POST /tags/bind-resource"] = s.handler((*call).bindTags)
	out["POST /tags/unbind-resource"] = s.handler((*call).unbindTags)
	out["POST /tags/query-resources"] = s.handler((*call).queryTags)
	out["POST /search/query-devices"] = s.handler((*call).search)
	return out
}

// groupsWith are the groups that a device is in.
func (c *call) groupsWith(device string) []record.Record {
	return c.cloud.Records().List(groupsKind, c.project(), func(r record.Record) bool {
		return slices.Contains(r.Texts("members"), device)
	})
}

// changeGroup puts a device into a group, or takes it out.
func (c *call) changeGroup() error {
	q := c.r.URL.Query()
	action, device := q.Get("action_id"), q.Get("device_id")
	if action != "addDevice" && action != "removeDevice" {
		return errors.New("action_id is addDevice or removeDevice")
	}
	d, err := c.hasDevice(device)
	if err != nil {
		return err
	}
	in := len(c.groupsWith(device))
	_, err = c.cloud.Records().Update(groupsKind, c.project(), c.r.PathValue("id"), func(o record.Object) error {
		members := slices.Clone(o.Texts("members"))
		i := slices.Index(members, device)
		switch {
		case o.Text("group_type") == "DYNAMIC":
			return errors.New("what is in a DYNAMIC group is up to its rule")
		case action == "removeDevice" && i < 0:
			return fmt.Errorf("the device %s is not in the group", device)
		case action == "removeDevice":
			members = slices.Delete(members, i, i+1)
		case i >= 0:
			return fmt.Errorf("the device %s is in the group: %w", device, record.ErrExists)
		case len(members) >= maxGroupDevices || in >= maxGroupsOf:
			return fmt.Errorf("%w: a group has %d devices, a device is in %d groups", errQuota, maxGroupDevices, maxGroupsOf)
		default:
			members = append([]string{d.ID}, members...)
		}
		o["members"] = members
		return nil
	})
	if err == nil {
		reply(c.w, http.StatusNoContent, nil)
	}
	return err
}

func (c *call) groupDevices() error {
	r, err := groups.one(c)
	if err != nil {
		return err
	}
	type member struct {
		cloud.Device
		number uint64
	}
	var all []member
	ids := c.members(r.ID)
	for i, id := range ids {
		if d, err := c.hasDevice(id); err == nil {
			all = append(all, member{d, uint64(len(ids) - i)})
		}
	}
	some, page, ok := paged(c.w, c.r, all, func(m member) uint64 { return m.number })
	if !ok {
		return errTold
	}
	out := []record.Object{}
	for _, m := range some {
		out = append(out, record.Object{"device_id": m.ID, "node_id": m.NodeID, "device_name": m.Name,
			"product_id": m.ProductID})
	}
	reply(c.w, http.StatusOK, record.Object{"devices": out, "page": page})
	return nil
}

func (c *call) groupsOfDevice() error {
	d, err := c.hasDevice(c.r.PathValue("id"))
	if err != nil {
		return err
	}
	reply(c.w, http.StatusOK, record.Object{"device_groups": groups.jsons(c, c.groupsWith(d.ID))})
	return nil
}

// tagFields are those of a call about the tags of a device.
func tagFields(more ...field) []field {
	return append([]field{needed(field{name: "resource_type", oneOf: []string{"device"}})}, more...)
}

// tagList reads the tags of a body.
func tagList(o record.Object) ([]tag, error) {
	var out []tag
	for _, t := range o.Parts("tags") {
		if err := checkObject([]field{needed(field{name: "tag_key", most: 64, chars: tagChars}),
			{name: "tag_value", most: 128}}, t); err != nil {
			return nil, fmt.Errorf("tags: %w", err)
		}
		out = append(out, tag{t.Text("tag_key"), t.Text("tag_value")})
	}
	if len(out) == 0 || len(out) > maxTags {
		return nil, fmt.Errorf("tags are 1 to %d", maxTags)
	}
	return out, nil
}

// maxTags is how many tags a device has.
const maxTags = 10

func (c *call) bindTags() error {
	o, err := c.object()
	if err == nil {
		err = checkObject(tagFields(needed(field{name: "resource_id"})), o)
	}
	if err != nil {
		return err
	}
	tags, err := tagList(o)
	if err != nil {
		return err
	}
	return c.changeTags(o, func(d *cloud.Device) error {
		next := map[string]string{}
		for k, v := range d.Tags {
			next[k] = v
		}
		for _, t := range tags {
			next[t.Key] = t.Value
		}
		if len(next) > maxTags {
			return fmt.Errorf("%w: a device has %d tags", errQuota, maxTags)
		}
		d.Tags = next
		return nil
	})
}

func (c *call) unbindTags() error {
	o, err := c.object()
	if err == nil {
		err = checkObject(tagFields(needed(field{name: "resource_id"}),
			needed(field{name: "tag_keys", form: texts, least: 1, most: maxTags})), o)
	}
	if err != nil {
		return err
	}
	return c.changeTags(o, func(d *cloud.Device) error {
		next := map[string]string{}
		for k, v := range d.Tags {
			next[k] = v
		}
		for _, k := range o.Texts("tag_keys") {
			if _, there := next[k]; !there {
				return fmt.Errorf("the device has no tag %s", k)
			}
			delete(next, k)
		}
		d.Tags = next
		return nil
	})
}

func (c *call) changeTags(o record.Object, change func(d *cloud.Device) error) error {
	d, err := c.hasDevice(o.Text("resource_id"))
	if err != nil {
		return err
	}
	var not error
	if _, err := c.cloud.UpdateDevice(d.ID, func(d *cloud.Device) { not = change(d) }); err != nil {
		return err
	}
	if not == nil {
		reply(c.w, http.StatusNoContent, nil)
	}
	return not
}

func (c *call) queryTags() error {
	o, err := c.object()
	if err == nil {
		err = checkObject(tagFields(), o)
	}
	if err != nil {
		return err
	}
	tags, err := tagList(o)
	if err != nil {
		return err
	}
	var all []cloud.Device
	for _, d := range c.devices() {
		if slices.ContainsFunc(tags, func(t tag) bool {
			v, there := d.Tags[t.Key]
			return there && (t.Value == "" || v == t.Value)
		}) {
			all = append(all, d)
		}
	}
	some, page, ok := paged(c.w, c.r, all, func(d cloud.Device) uint64 { return d.Sequence })
	if !ok {
		return errTold
	}
	out := []record.Object{}
	for _, d := range some {
		out = append(out, record.Object{"resource_id": d.ID})
	}
	reply(c.w, http.StatusOK, record.Object{"resources": out, "page": page})
	return nil
}

// values are a device's in the fields that a search knows; those of tags and groups are pairs.
func (c *call) value(d cloud.Device, field string) string {
	switch field {
	case "app_id":
		return cloud.SpaceOf(d.App)
	case "device_id":
		return d.ID
	case "gateway_id":
		return d.Link()
	case "product_id":
		return d.ProductID
	case "device_name":
		return d.Name
	case "node_id":
		return d.NodeID
	case "status":
		return d.Status
	case "node_type":
		if d.GatewayID != "" {
			return "ENDPOINT"
		}
		return "GATEWAY"
	case "sw_version":
		return d.SoftwareVersion
	case "fw_version":
		return d.FirmwareVersion
	case "create_time":
		return at(d.Created)
	case "marker":
		return marker(d.Sequence)
	}
	return ""
}

// search answers a search in the platform's SQL.
func (c *call) search() error {
	o, err := c.object()
	if err == nil {
		err = checkObject([]field{needed(field{name: "sql", most: 400})}, o)
	}
	if err != nil {
		return err
	}
	q, err := parseSearch(o.Text("sql"))
	if err != nil {
		return err
	}
	var found []cloud.Device
	for _, d := range c.devices() {
		if q.where.holds(c, d) {
			found = append(found, d)
		}
	}
	if q.ascending {
		slices.Reverse(found)
	}
	if q.count {
		reply(c.w, http.StatusOK, record.Object{"count": len(found)})
		return nil
	}
	out := []record.Object{}
	for _, d := range found[min(q.offset, len(found)):][:min(q.limit, max(0, len(found)-q.offset))] {
		out = append(out, c.foundJSON(d))
	}
	reply(c.w, http.StatusOK, record.Object{"devices": out})
	return nil
}

func (c *call) foundJSON(d cloud.Device) record.Object {
	listed := c.listedJSON(d)
	var in []string
	for _, g := range c.groupsWith(d.ID) {
		in = append(in, g.ID)
	}
	return record.Object{"app_id": listed.AppID, "device_id": d.ID, "node_id": d.NodeID, "gateway_id": listed.GatewayID,
		"device_name": d.Name, "node_type": listed.NodeType, "fw_version": d.FirmwareVersion, "sw_version": d.SoftwareVersion,
		"device_sdk_version": d.SDKVersion, "product_id": d.ProductID, "product_name": listed.ProductName, "groups": in,
		"status": d.Status, "tags": tagsOf(d), "modules": modulesOf(d), "marker": marker(d.Sequence)}
}
