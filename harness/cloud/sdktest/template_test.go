package sdktest

import (
	"fmt"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// TestAuthenticationTemplate: a device of another platform says in that one's way who it is, as the active template says.
func TestAuthenticationTemplate(t *testing.T) {
	c := start(t)("p1")
	c.product()
	c.ok("ResetDeviceSecret", `{"device_id":"$device","action_id":"resetSecret","body":{"secret":"a-secret-of-it"}}`)
	body := func(password string) string {
		return `"template_body":{"parameters":{"iotda::mqtt::client_id":{"type":"String"},"iotda::mqtt::username":{"type":"String"},"iotda::device::secret":{"type":"String"}},
		"resources":{"device_id":{"Fn::Join":[{"Fn::SplitSelect":["${iotda::mqtt::username}","&",1]},"_",{"Fn::SplitSelect":["${iotda::mqtt::username}","&",0]}]},
		"timestamp":{"type":"UNIX","value":{"Fn::MathDiv":[{"Fn::ParseLong":{"Fn::SplitSelect":["${iotda::mqtt::client_id}","=",1]}},1000]}},
		"password":` + password + `}}`
	}
	good := body(`{"Fn::HmacSHA256":[{"Fn::Sub":["clientId${id}",{"id":{"Fn::SplitSelect":["${iotda::mqtt::client_id}","|",0]}}]},"${iotda::device::secret}"]}`)
	c.keep("template", "template_id", "CreateDeviceAuthenticationTemplate", `{"body":{"template_name":"t",`+good+`}}`, "status=INACTIVE")
	connect := func(clientID, user, password string) error {
		client := paho.NewClient(paho.NewClientOptions().AddBroker("tcp://" + c.cloud.Addr()).SetClientID(clientID).SetUsername(user).SetPassword(password).
			SetKeepAlive(60 * time.Second).SetAutoReconnect(false).SetConnectRetry(false).SetProtocolVersion(4))
		token := client.Connect()
		if !token.WaitTimeout(patience) {
			t.Fatal("no answer")
		}
		client.Disconnect(0)
		return token.Error()
	}
	id := func(at time.Time) string { return fmt.Sprintf("abc|timestamp=%d", at.UnixMilli()) }
	user, password := "n1&"+c.vars["product"], mac("a-secret-of-it", "clientIdabc")
	if connect(id(time.Now()), user, password) == nil {
		t.Error("it gets in by a template that is INACTIVE")
	}
	c.ok("UpdateDeviceAuthenticationTemplate", `{"template_id":"$template","body":{"status":"ACTIVE"}}`, "status=ACTIVE")
	if err := connect(id(time.Now()), user, password); err != nil {
		t.Error(err)
	}
	c.ok("ShowDevice", `{"device_id":"$device"}`, "active_time")
	for name, err := range map[string]error{"a wrong password": connect(id(time.Now()), user, mac("another", "clientIdabc")), "an old stamp": connect(id(time.Now().Add(-2*time.Hour)), user, password),
		"no stamp": connect("abc", user, password), "an unknown device": connect(id(time.Now()), "n9&"+c.vars["product"], password)} {
		if err == nil {
			t.Errorf("%s gets in", name)
		}
	}
	if err := connect(c.vars["device"]+"_0_0_2026010100", c.vars["device"], mac("2026010100", "a-secret-of-it")); err != nil {
		t.Errorf("the platform's own way: %v", err)
	}
	for _, bad := range []string{`{"Fn::Nothing":"${iotda::device::secret}"}`, `"${iotda::mqtt::username}"`, `{"Fn::ToLowerCase":"${iotda::device::secret}${x}"}`} {
		c.no("CreateDeviceAuthenticationTemplate", `{"body":{"template_name":"b",`+body(bad)+`}}`, 400, "IOTDA.000006")
	}
}
