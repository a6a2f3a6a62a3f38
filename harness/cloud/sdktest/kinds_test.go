package sdktest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
)

// product makes a product and a device of it, kept as product and device.
func (c *tenant) product() {
	c.t.Helper()
	c.keep("product", "product_id", "CreateProduct", `{"body":{"name":"Meter","device_type":"meter","protocol_type":"MQTT",
		"data_format":"json","service_capabilities":[{"service_id":"Meter","service_type":"Meter",
		"properties":[{"property_name":"litres","data_type":"int","method":"RW"}],
		"commands":[{"command_name":"Set","paras":[{"para_name":"open","data_type":"int"}]}],
		"events":[{"event_type":"leak","paras":[{"para_name":"litres","data_type":"int"}]}]}]}}`)
	c.keep("device", "device_id", "AddDevice", `{"body":{"node_id":"n1","product_id":"$product","device_name":"first",
		"extension_info":{"a":1},"auth_info":{"timeout":300}}}`, "extension_info.a=1",
		"auth_info.timeout=300", "app_id")
	c.keep("device2", "device_id", "AddDevice", `{"body":{"node_id":"n2","product_id":"$product"}}`)
}

// TestRegistry: products, devices, resource spaces, and projects that see their own alone.
func TestRegistry(t *testing.T) {
	as := start(t)
	c, other := as("p1"), as("p2")
	c.product()
	other.vars = c.vars
	c.ok("ShowProduct", `{"product_id":"$product"}`, "service_capabilities.0.events.0.event_type=leak")
	c.ok("UpdateProduct", `{"product_id":"$product","body":{"name":"Water meter"}}`, "name=Water meter")
	c.ok("ListProducts", `{"product_name":"Water meter"}`, "page.count=1")
	c.ok("ListDevices", `{"node_id":"n1"}`, "page.count=1", "devices.0.device_id=$device")
	c.ok("ShowDevice", `{"device_id":"$device"}`, "status=INACTIVE", "auth_info.secret=***")
	c.ok("UpdateDevice", `{"device_id":"$device","body":{"device_name":"new","extension_info":{"b":2},"auth_info":{"timeout":1,"secure_access":true}}}`,
		"device_name=new", "extension_info.b=2", "auth_info.timeout=1", "auth_info.secure_access=true")
	c.ok("ResetDeviceSecret", `{"device_id":"$device","action_id":"resetSecret","body":{"secret":"a-new-secret"}}`, "secret=a-new-secret")
	c.ok("FreezeDevice", `{"device_id":"$device"}`)
	c.ok("UnfreezeDevice", `{"device_id":"$device"}`)
	c.ok("ResetFingerprint", `{"device_id":"$device","body":{"fingerprint":"dc0f1016f495157344ac5f1296335cff725ef22f"}}`,
		"fingerprint=dc0f1016f495157344ac5f1296335cff725ef22f")
	c.no("ResetFingerprint", `{"device_id":"$device","body":{"fingerprint":"xy"}}`, 400, "IOTDA.000006")

	other.no("ShowDevice", `{"device_id":"$device"}`, 404, "IOTDA.014000")
	other.no("ShowProduct", `{"product_id":"$product"}`, 404, "IOTDA.014204")
	other.no("AddDevice", `{"body":{"node_id":"n3","product_id":"$product"}}`, 404, "IOTDA.014204")
	other.ok("ListDevices", `{}`, "page.count=0")
	other.ok("ListProducts", `{}`, "page.count=0")

	c.keep("app", "app_id", "AddApplication", `{"body":{"app_name":"second"}}`, "default_app=false")
	c.no("AddApplication", `{"body":{"app_name":"second"}}`, 400, "IOTDA.014031")
	c.ok("ShowApplications", `{}`, "applications.0.app_id=$app", "applications.1.default_app=true")
	c.ok("ShowApplications", `{"default_app":false}`, "applications.0.app_id=$app")
	c.ok("UpdateApplication", `{"app_id":"$app","body":{"app_name":"renamed"}}`, "app_name=renamed")
	c.ok("ShowApplication", `{"app_id":"$app"}`, "app_name=renamed")
	other.no("ShowApplication", `{"app_id":"$app"}`, 404, "")
	c.keep("product2", "product_id", "CreateProduct", `{"body":{"app_id":"$app","name":"n","device_type":"t","protocol_type":"MQTT",
		"data_format":"json","service_capabilities":[{"service_id":"S","service_type":"S"}]}}`, "app_id=$app")
	c.keep("second", "device_id", "AddDevice", `{"body":{"node_id":"x","product_id":"$product2"}}`, "app_id=$app")
	c.no("AddDevice", `{"body":{"node_id":"y","product_id":"$product2","app_id":"quecstar"}}`, 400, "IOTDA.000006")
	c.ok("ListDevices", `{"app_id":"$app"}`, "page.count=1")
	c.no("CreateProduct", `{"body":{"app_id":"none","name":"n","device_type":"t","protocol_type":"MQTT","data_format":"json","service_capabilities":[]}}`, 403, "IOTDA.001006")
	c.ok("DeleteDevice", `{"device_id":"$second"}`)
	c.ok("DeleteProduct", `{"product_id":"$product2"}`)
	c.ok("DeleteApplication", `{"app_id":"$app"}`)
	c.no("DeleteApplication", `{"app_id":"quecstar"}`, 403, "")
}

// TestGroupsAndTags: groups that are filled and that search, tags, and the search itself.
func TestGroupsAndTags(t *testing.T) {
	c := start(t)("p1")
	c.product()
	c.keep("group", "group_id", "AddDeviceGroup", `{"body":{"name":"north"}}`, "group_type=STATIC")
	c.keep("inner", "group_id", "AddDeviceGroup", `{"body":{"name":"inner","super_group_id":"$group"}}`, "super_group_id=$group")
	c.no("AddDeviceGroup", `{"body":{"name":"north"}}`, 400, "IOTDA.014031")
	c.no("AddDeviceGroup", `{"body":{"name":"dyn","group_type":"DYNAMIC"}}`, 400, "IOTDA.000006")
	c.ok("CreateOrDeleteDeviceInGroup", `{"group_id":"$group","action_id":"addDevice","device_id":"$device"}`)
	c.no("CreateOrDeleteDeviceInGroup", `{"group_id":"$group","action_id":"addDevice","device_id":"none"}`, 404, "IOTDA.014000")
	c.ok("ShowDevicesInGroup", `{"group_id":"$group"}`, "devices.0.device_id=$device", "page.count=1")
	c.ok("ListDeviceGroupsByDevice", `{"device_id":"$device"}`, "device_groups.0.group_id=$group")
	c.ok("ShowDeviceGroup", `{"group_id":"$group"}`, "name=north")
	c.ok("UpdateDeviceGroup", `{"group_id":"$group","body":{"description":"d"}}`, "description=d")
	c.ok("ListDeviceGroups", `{}`, "page.count=2")
	c.no("DeleteDeviceGroup", `{"group_id":"$group"}`, 400, "")
	c.ok("CreateOrDeleteDeviceInGroup", `{"group_id":"$group","action_id":"removeDevice","device_id":"$device"}`)
	c.ok("DeleteDeviceGroup", `{"group_id":"$inner"}`)
	c.ok("DeleteDeviceGroup", `{"group_id":"$group"}`)

	c.ok("TagDevice", `{"body":{"resource_type":"device","resource_id":"$device","tags":[{"tag_key":"city","tag_value":"Shenzhen"},{"tag_key":"x","tag_value":"1"}]}}`)
	c.ok("ShowDevice", `{"device_id":"$device"}`, "tags.0.tag_value=Shenzhen")
	c.ok("ListResourcesByTags", `{"body":{"resource_type":"device","tags":[{"tag_key":"city","tag_value":"Shenzhen"}]}}`, "resources.0.resource_id=$device", "page.count=1")
	c.ok("UntagDevice", `{"body":{"resource_type":"device","resource_id":"$device","tag_keys":["x"]}}`)
	c.no("UntagDevice", `{"body":{"resource_type":"device","resource_id":"$device","tag_keys":["x"]}}`, 400, "IOTDA.000006")
	c.ok("SearchDevices", `{"body":{"sql":"select * from device where tag_value = 'Shenzhen' and node_id in ('n1','n2') limit 0,5"}}`, "devices.0.device_id=$device")
	c.ok("SearchDevices", `{"body":{"sql":"select count(*) from device where status = 'INACTIVE'"}}`, "count=2")
	c.no("SearchDevices", `{"body":{"sql":"select secret from device"}}`, 400, "IOTDA.014900")
	c.no("SearchDevices", `{"body":{"sql":"select * from device where status > 'A'"}}`, 400, "IOTDA.014900")
	c.keep("group", "group_id", "AddDeviceGroup", `{"body":{"name":"dyn","group_type":"DYNAMIC","dynamic_group_rule":"device_name like 'firs%'"}}`)
	c.ok("ShowDevicesInGroup", `{"group_id":"$group"}`, "page.count=1", "devices.0.device_id=$device")

	c.keep("group", "group_id", "AddDeviceGroup", `{"body":{"name":"south"}}`)
	c.ok("CreateOrDeleteDeviceInGroup", `{"group_id":"$group","action_id":"addDevice","device_id":"$device2"}`)
	c.ok("DeleteDevice", `{"device_id":"$device2"}`)
	c.ok("ShowDevicesInGroup", `{"group_id":"$group"}`, "page.count=0")
	c.ok("DeleteDeviceGroup", `{"group_id":"$group"}`)
}

// crud is a kind of what an application makes, from its making to its end.
type crud struct {
	name                           string
	add, show, list, update, erase string // operations; "" for none
	id, body                       string // the field of the id, and a body
	changed, shows                 string // the body of an update, and what then shows
	bad                            string // a body that is refused
	listed                         string // what the list shows
}

// TestKinds goes through all that is made, shown, listed, changed and deleted alike.
func TestKinds(t *testing.T) {
	as := start(t)
	c, other := as("p1"), as("p2")
	c.product()
	ca, _, _ := authority(t, "factory")
	own, key := serverCertificate(t, "iot.example")
	text := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	c.keep("authority", "certificate_id", "AddCertificate", `{"body":{"content":`+text(ca)+`}}`, "status=false", "verify_code", "cn_name=factory")
	c.keep("server", "server_certificate_id", "CreateServerCertificate", `{"body":{"certificate_pem":`+text(own)+`,"private_key":`+text(key)+`}}`, "common_name=iot.example")
	c.keep("group", "group_id", "AddDeviceGroup", `{"body":{"name":"bus"}}`)
	now := time.Now().UTC()
	span := fmt.Sprintf(`{"start_time":"%s","end_time":"%s"}`, now.Add(-time.Hour).Format("20060102T150405Z"), now.Add(time.Hour).Format("20060102T150405Z"))
	for _, k := range []crud{
		{name: "template", add: "CreateDeviceAuthenticationTemplate", show: "ShowDeviceAuthenticationTemplate", list: "ListDeviceAuthenticationTemplates",
			update: "UpdateDeviceAuthenticationTemplate", erase: "DeleteDeviceAuthenticationTemplate", id: "template_id",
			body:    `{"template_name":"t","template_body":{"parameters":{"iotda::mqtt::client_id":{"type":"String"}},"resources":{"device_id":{"ref":"iotda::mqtt::client_id"}}}}`,
			changed: `{"status":"ACTIVE"}`, shows: "status=ACTIVE", bad: `{"template_name":"u","template_body":{"parameters":{}}}`, listed: "templates.0.template_name=t"},
		{name: "authorizer", add: "CreateDeviceAuthorizer", show: "ShowDeviceAuthorizer", list: "ListDeviceAuthorizers", update: "UpdateDeviceAuthorizer",
			erase: "DeleteDeviceAuthorizer", id: "authorizer_id", body: `{"authorizer_name":"a","func_urn":"urn:fss:cn:1:function:default:auth:latest","signing_enable":false}`,
			changed: `{"cache_enable":true}`, shows: "cache_enable=true", bad: `{"authorizer_name":"b","func_urn":"urn:x"}`, listed: "authorizers.0.func_name=auth"},
		{name: "proxy", add: "CreateDeviceProxy", show: "ShowDeviceProxy", list: "ListDeviceProxies", update: "UpdateDeviceProxy", erase: "DeleteDeviceProxy",
			id: "proxy_id", body: `{"proxy_name":"p","app_id":"quecstar","proxy_devices":["$device","$device2"],"effective_time_range":` + span + `}`,
			changed: `{"proxy_name":"q"}`, shows: "proxy_name=q", bad: `{"proxy_name":"r","app_id":"quecstar","proxy_devices":["$device"],"effective_time_range":` + span + `}`, listed: "device_proxies.0.proxy_name=q"},
		{name: "domain", add: "CreateDomainConfiguration", show: "ShowDomainConfiguration", list: "ListDomainConfigurations", update: "UpdateDomainConfiguration",
			erase: "DeleteDomainConfiguration", id: "configuration_id", body: `{"domain_name":"iot.example","access_protocol":"Device-MQTTS","server_certificate_id":"$server"}`,
			changed: `{"server_certificate_config":{"ocsp_stapling_enable":true}}`, shows: "server_certificate_config.ocsp_stapling_enable=true",
			bad: `{"domain_name":"x.example","access_protocol":"Device-MQTTS","server_certificate_id":"none"}`, listed: "domain_configurations.0.domain_name=iot.example"},
		{name: "server certificate", show: "ShowServerCertificate", list: "ListServerCertificate", erase: "DeleteServerCertificate", id: "server_certificate_id",
			add: "CreateServerCertificate", body: `{"certificate_pem":` + text(own) + `,"private_key":` + text(key) + `}`, bad: `{"certificate_pem":"x","private_key":"y"}`, listed: "server_certificates.0.common_name=iot.example"},
		{name: "function", add: "AddFunctions", list: "ListFunctions", erase: "DeleteFunctions", id: "function_id",
			body: `{"product_id":"$product","urn":"urn:fss:cn:1:function:default:codec"}`, bad: `{"product_id":"none","urn":"urn:x"}`, listed: "product_functions.0.product_id=$product"},
		{name: "bus", add: "AddHarmonySoftBus", show: "ShowHarmonySoftBus", list: "ListHarmonySoftBus", erase: "DeleteHarmonySoftBus", id: "bus_id",
			body: `{"bus_name":"b","group_id":"$group"}`, bad: `{"bus_name":"c","group_id":"none"}`, listed: "harmony_soft_buses.0.bus_name=b"},
		{name: "policy", add: "CreateDevicePolicy", show: "ShowDevicePolicy", list: "ListDevicePolicies", update: "UpdateDevicePolicy", erase: "DeleteDevicePolicy",
			id: "policy_id", body: `{"policy_name":"p","statement":[{"effect":"ALLOW","actions":["iotda:devices:publish"],"resources":["topic:/v1/${devices.deviceId}/up"]}]}`,
			changed: `{"policy_name":"q"}`, shows: "policy_name=q", bad: `{"policy_name":"r","statement":[{"effect":"MAYBE","actions":["iotda:devices:publish"],"resources":["x"]}]}`, listed: "policies.0.policy_name=q"},
		{name: "provisioning", add: "CreateProvisioningTemplate", show: "ShowProvisioningTemplate", list: "ListProvisioningTemplates", update: "UpdateProvisioningTemplate",
			erase: "DeleteProvisioningTemplate", id: "template_id",
			body:    `{"template_name":"t","template_body":{"parameters":{"iotda::certificate::common_name":{"type":"String"}},"resources":{"device":{"product_id":"$product","node_id":{"ref":"iotda::certificate::common_name"}}}}}`,
			changed: `{"description":"d","template_body":{"parameters":{},"resources":{"device":{"product_id":"$product","node_id":{"ref":"iotda::certificate::common_name"}}}}}`, shows: "description=d",
			bad: `{"template_name":"u","template_body":{"parameters":{"iotda::certificate::shoe_size":{"type":"String"}},"resources":{"device":{"product_id":"$product","node_id":{"ref":"iotda::certificate::common_name"}}}}}`, listed: "templates.0.template_name=t"},
		{name: "profile", add: "CreateSecurityProfile", show: "ShowSecurityProfile", list: "ListSecurityProfiles", update: "UpdateSecurityProfile", erase: "DeleteSecurityProfile",
			id: "profile_id", body: `{"security_type":"CPU","alarm_level":"high","profile":[{"key":"limit","value":90}],"profile_targets":{"target_type":"product","target_ids":["$product"]}}`,
			changed: `{"enable":false}`, shows: "enable=false", bad: `{"security_type":"CPU","profile":[{"key":""}]}`, listed: "security_profiles.0.security_type=CPU"},
		{name: "queue", add: "AddQueue", show: "ShowQueue", list: "BatchShowQueue", erase: "DeleteQueue", id: "queue_id", body: `{"queue_name":"my.queue:1"}`,
			bad: `{"queue_name":"short"}`, listed: "queues.0.queue_name=my.queue:1"},
		{name: "backlog", add: "CreateRoutingBacklogPolicy", show: "ShowRoutingBacklogPolicy", list: "ListRoutingBacklogPolicy", update: "UpdateRoutingBacklogPolicy",
			erase: "DeleteRoutingBacklogPolicy", id: "policy_id", body: `{"policy_name":"b","backlog_time":60}`, changed: `{"backlog_size":1000}`, shows: "backlog_size=1000",
			bad: `{"backlog_time":86400}`, listed: "backlog_policies.0.backlog_time=60"},
		{name: "flow", add: "CreateRoutingFlowControlPolicy", show: "ShowRoutingFlowControlPolicy", list: "ListRoutingFlowControlPolicy", update: "UpdateRoutingFlowControlPolicy",
			erase: "DeleteRoutingFlowControlPolicy", id: "policy_id", body: `{"policy_name":"f","scope":"CHANNEL","scope_value":"HTTP_FORWARDING","limit":5}`,
			changed: `{"limit":6}`, shows: "limit=6", bad: `{"scope":"CHANNEL","scope_value":"PIGEON"}`, listed: "flowcontrol_policies.0.limit=6"},
		{name: "rule", add: "CreateRoutingRule", show: "ShowRoutingRule", list: "ListRoutingRules", update: "UpdateRoutingRule", erase: "DeleteRoutingRule", id: "rule_id",
			body: `{"rule_name":"r","subject":{"resource":"device.property","event":"report"}}`, changed: `{"rule_name":"s"}`, shows: "rule_name=s",
			bad: `{"subject":{"resource":"device.property","event":"create"}}`, listed: "rules.0.active=false"},
		{name: "linkage", add: "CreateRule", show: "ShowRule", list: "ListRules", update: "UpdateRule", erase: "DeleteRule", id: "rule_id", body: linkage("r"), changed: linkage("s"),
			shows: "name=s", bad: strings.Replace(linkage("t"), "DEVICE_DATA", "MOON", 1), listed: "rules.0.status=active"},
		{name: "module", add: "CreateOtaModule", show: "ShowOtaModule", list: "ListOtaModules", update: "UpdateOtaModule", erase: "DeleteOtaModule", id: "module_id",
			body: `{"app_id":"quecstar","product_id":"$product","module_name":"radio"}`, changed: `{"alias_name":"the radio"}`, shows: "alias_name=the radio",
			bad: `{"app_id":"quecstar","product_id":"none","module_name":"radio"}`, listed: "modules.0.product_name=Meter"},
		{name: "package", add: "CreateOtaPackage", show: "ShowOtaPackage", list: "ListOtaPackageInfo", erase: "DeleteOtaPackage", id: "package_id",
			body: `{"app_id":"quecstar","package_type":"softwarePackage","product_id":"$product","version":"2.0","file_location":{"obs_location":{"region_name":"cn-north-4","bucket_name":"bucket","object_key":"a.bin"}}}`,
			bad:  `{"app_id":"quecstar","package_type":"softwarePackage","product_id":"$product","version":"2.1","file_location":{"obs_location":{"region_name":"cn-north-4","bucket_name":"B","object_key":"a.bin"}}}`, listed: "packages.0.version=2.0"},
	} {
		t.Run(k.name, func(t *testing.T) {
			c.t, other.t = t, t
			if k.name == "server certificate" {
				c.ok("DeleteServerCertificate", `{"server_certificate_id":"$server"}`) // there may be two
			}
			c.keep("it", k.id, k.add, `{"body":`+k.body+`}`)
			other.vars = map[string]string{"it": c.vars["it"]}
			c.no(k.add, `{"body":`+k.bad+`}`, 400+4*boolInt(strings.Contains(k.bad, `"none"`)), "")
			one := `{"` + k.id + `":"$it"}`
			if k.update != "" {
				c.ok(k.update, `{"`+k.id+`":"$it","body":`+k.changed+`}`, k.id+"=$it", k.shows)
			}
			if k.show != "" {
				c.ok(k.show, one, k.id+"=$it")
				other.no(k.show, one, 404, "")
			}
			request := `{}`
			if k.list == "ListOtaPackageInfo" {
				request = `{"package_type":"softwarePackage"}`
			}
			c.ok(k.list, request, k.listed)
			other.no(k.erase, one, 404, "")
			c.ok(k.erase, one)
			c.no(k.erase, one, 404, "")
		})
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func linkage(name string) string {
	return `{"name":"` + name + `","rule_type":"DEVICE_LINKAGE","condition_group":{"logic":"and","conditions":[{"type":"DEVICE_DATA",
		"device_property_condition":{"product_id":"$product","filters":[{"path":"Meter/litres","operator":">","value":"10"}]}}]},
		"actions":[{"type":"DEVICE_CMD","device_command":{"device_id":"$device2","cmd":{"service_id":"Meter","command_name":"Set","command_body":{"open":0}}}}]}`
}

// TestAccess: policies are bound, authorities verified, secrets renewed, rules switched.
func TestAccess(t *testing.T) {
	c := start(t)("p1")
	c.product()
	c.keep("policy", "policy_id", "CreateDevicePolicy", `{"body":{"policy_name":"p","statement":[{"effect":"DENY","actions":["iotda:devices:subscribe"],"resources":["topic:/x"]}]}}`)
	c.ok("BindDevicePolicy", `{"policy_id":"$policy","body":{"target_type":"device","target_ids":["$device","none"]}}`, "success_targets.0=$device", "failure_targets.0.error_code=IOTDA.014000")
	c.ok("ShowTargetsInDevicePolicy", `{"policy_id":"$policy","body":{}}`, "targets.0.target_id=$device", "page.count=1")
	c.ok("UnbindDevicePolicy", `{"policy_id":"$policy","body":{"target_type":"device","target_ids":["$device"]}}`, "success_targets.0=$device")
	c.ok("ShowTargetsInDevicePolicy", `{"policy_id":"$policy","body":{}}`, "page.count=0")

	ca, key, sign := authority(t, "factory")
	text := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	c.keep("ca", "certificate_id", "AddCertificate", `{"body":{"content":`+text(ca)+`}}`)
	c.no("AddCertificate", `{"body":{"content":"nonsense"}}`, 400, "IOTDA.000006")
	c.no("CheckCertificate", `{"certificate_id":"$ca","action_id":"verify","body":{"verify_content":`+text(sign("wrong"))+`}}`, 400, "IOTDA.014307")
	c.keep("code", "verify_code", "ShowCertificate", `{"certificate_id":"$ca"}`, "status=false")
	c.ok("CheckCertificate", `{"certificate_id":"$ca","action_id":"verify","body":{"verify_content":`+text(sign(c.vars["code"]))+`}}`)
	c.ok("ListCertificates", `{}`, "certificates.0.status=true", "page.count=1")
	c.keep("template", "template_id", "CreateProvisioningTemplate", `{"body":{"template_name":"t","template_body":{"parameters":{},"resources":{"device":{"product_id":"$product","node_id":{"ref":"iotda::certificate::common_name"}}}}}}`)
	c.ok("UpdateCertificate", `{"certificate_id":"$ca","body":{"provision_enable":true,"template_id":"$template"}}`, "template_id=$template", "provision_enable=true")
	c.no("DeleteProvisioningTemplate", `{"template_id":"$template"}`, 400, "")
	c.ok("DeleteCertificate", `{"certificate_id":"$ca"}`)
	_ = key

	c.keep("bridge", "bridge_id", "AddBridge", `{"body":{"bridge_name":"b"}}`, "auth_info.secret")
	c.ok("ListBridges", `{}`, "bridges.0.bridge_name=b", "page.count=1")
	c.ok("ResetBridgeSecret", `{"bridge_id":"$bridge","body":{"force_disconnect":true}}`, "secret")
	c.no("ResetBridgeSecret", `{"bridge_id":"none","body":{}}`, 404, "")
	c.ok("DeleteBridge", `{"bridge_id":"$bridge"}`)

	c.keep("group", "group_id", "AddDeviceGroup", `{"body":{"name":"bus"}}`)
	c.keep("bus", "bus_id", "AddHarmonySoftBus", `{"body":{"bus_name":"b","group_id":"$group"}}`)
	c.ok("CreateSyncHarmonySoftBus", `{"bus_id":"$bus"}`)
	c.ok("ResetHarmonySoftBusKey", `{"bus_id":"$bus"}`)
	c.no("CreateSyncHarmonySoftBus", `{"bus_id":"none"}`, 404, "")

	c.no("AddTunnel", `{"body":{"device_id":"$device"}}`, 403, "IOTDA.014016")
	c.ok("ListDeviceTunnels", `{}`)

	c.keep("rule", "rule_id", "CreateRule", `{"body":`+linkage("r")+`}`, "status=active")
	c.ok("ChangeRuleStatus", `{"rule_id":"$rule","body":{"status":"inactive"}}`, "status=inactive")
	c.no("ChangeRuleStatus", `{"rule_id":"$rule","body":{"status":"asleep"}}`, 400, "IOTDA.000006")
	side := strings.Replace(linkage("side"), "DEVICE_LINKAGE", "DEVICE_SIDE", 1)
	c.no("CreateRule", `{"body":`+side+`}`, 400, "IOTDA.000006")
	c.no("CreateRule", `{"body":`+side[:len(side)-1]+`,"device_side":{"device_ids":["nobody"]}}}`, 404, "IOTDA.014000")
	c.no("CreateRule", `{"body":{"name":"s","rule_type":"DEVICE_SIDE","device_side":{"device_ids":["$device"]},
		"condition_group":{"conditions":[{"type":"DEVICE_LINKAGE_STATUS","device_linkage_status_condition":{"device_id":"$device","status_list":["OFFLINE"]}}]},
		"actions":[{"type":"DEVICE_CMD","device_command":{"device_id":"$device","cmd":{"service_id":"Meter","command_name":"Set","command_body":{"open":0}}}}]}}`,
		400, "IOTDA.000006")
	c.keep("side", "rule_id", "CreateRule", `{"body":`+side[:len(side)-1]+`,"device_side":{"device_ids":["$device"]}}}`)
	c.no("ShowRule", `{"rule_id":"none"}`, 404, "IOTDA.010002")

	c.keep("route", "rule_id", "CreateRoutingRule", `{"body":{"subject":{"resource":"device.property","event":"report"}}}`)
	c.keep("action", "action_id", "CreateRuleAction", `{"body":{"rule_id":"$route","channel":"HTTP_FORWARDING","channel_detail":{"http_forwarding":{"url":"http://127.0.0.1:1/x","signature_enable":true,"token":"secret-token"}}}}`,
		"channel_detail.http_forwarding.token=***")
	c.no("CreateRuleAction", `{"body":{"rule_id":"$route","channel":"AMQP_FORWARDING","channel_detail":{"amqp_forwarding":{"queue_name":"none-of-them"}}}}`, 404, "")
	c.ok("ListRuleActions", `{"rule_id":"$route"}`, "actions.0.action_id=$action", "count=1")
	c.ok("ShowRuleAction", `{"action_id":"$action"}`, "channel=HTTP_FORWARDING")
	c.ok("UpdateRuleAction", `{"action_id":"$action","body":{"channel":"HTTP_FORWARDING","channel_detail":{"http_forwarding":{"url":"http://127.0.0.1:1/y"}}}}`, "channel_detail.http_forwarding.url=http://127.0.0.1:1/y")
	c.no("DeleteRoutingRule", `{"rule_id":"$route"}`, 400, "")
	c.ok("DeleteRuleAction", `{"action_id":"$action"}`)
	c.ok("DeleteRoutingRule", `{"rule_id":"$route"}`)
}

// authority makes a CA, and what signs certificates of a name with it.
func authority(t *testing.T, name string) (text string, key *ecdsa.PrivateKey, sign func(name string) string) {
	t.Helper()
	made := func(template, parent *x509.Certificate, by *ecdsa.PrivateKey) ([]byte, *ecdsa.PrivateKey) {
		own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if parent == nil {
			parent, by = template, own
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, &own.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		return der, own
	}
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, key := made(root, nil, nil)
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	asPEM := func(der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	return asPEM(der), key, func(name string) string {
		leaf, _ := made(&x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}, parsed, key)
		return asPEM(leaf)
	}
}

// serverCertificate makes a certificate with its key.
func serverCertificate(t *testing.T, name string) (text, key string) {
	t.Helper()
	text, private, _ := authority(t, name)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return text, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
