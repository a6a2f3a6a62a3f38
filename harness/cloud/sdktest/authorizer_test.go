package sdktest

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"quecstar/harness/cloud"
)

// signer has a key, its public half as PEM in JSON, and signs tokens with it.
func signer(t *testing.T) (public string, sign func(token string) string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
	if err != nil {
		t.Fatal(err)
	}
	return string(text), func(token string) string {
		digest := sha256.Sum256([]byte(token))
		signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
		if err != nil {
			t.Fatal(err)
		}
		return base64.StdEncoding.EncodeToString(signature)
	}
}

// doorkeeper is a function that lets in whose password is "open", and counts its calls.
func doorkeeper(calls *atomic.Int32, product *atomic.Value) cloud.Function {
	return func(ctx context.Context, event []byte) ([]byte, error) {
		calls.Add(1)
		var e struct{ Username, Password string }
		if err := json.Unmarshal(event, &e); err != nil {
			return nil, err
		}
		who, _, _ := strings.Cut(e.Username, "|")
		switch e.Password {
		case "open":
			return fmt.Appendf(nil, `{"result_code":200,"refresh_seconds":300,"device":{"device_id":%q,"provision_enable":%t,
				"provisioning_resource":{"device_name":"n","node_id":"new","product_id":%q}}}`, who, strings.HasPrefix(who, "new"), product.Load()), nil
		case "break":
			return nil, errors.New("broken")
		case "nonsense":
			return []byte("yes"), nil
		case "sleep":
			<-ctx.Done()
			return nil, context.Cause(ctx)
		}
		return []byte(`{"result_code":401,"result_desc":"not you"}`), nil
	}
}

// TestAuthorizer: the function that an authorizer names says who a device is, by TLS with a host's name, and the
// platform's own way holds for who names none.
func TestAuthorizer(t *testing.T) {
	var calls atomic.Int32
	var product atomic.Value
	c := startWith(t, cloud.Options{Functions: map[string]cloud.Function{"auth": doorkeeper(&calls, &product)}})("p1")
	c.product()
	product.Store(c.vars["product"])
	addr, err := c.cloud.ListenTLS("")
	if err != nil {
		t.Fatal(err)
	}
	connect := func(plain bool, user, password string) error {
		o := paho.NewClientOptions().SetClientID("any id").SetUsername(user).SetPassword(password).SetKeepAlive(60 * time.Second).
			SetAutoReconnect(false).SetConnectRetry(false).SetProtocolVersion(4)
		config := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}
		config.RootCAs.AppendCertsFromPEM(c.cloud.CAPEM())
		if o.AddBroker("ssl://" + addr).SetTLSConfig(config); plain {
			o = o.SetTLSConfig(nil)
			o.Servers = nil
			o.AddBroker("tcp://" + c.cloud.Addr())
		}
		client := paho.NewClient(o)
		token := client.Connect()
		if !token.WaitTimeout(patience) {
			t.Fatal("no answer")
		}
		client.Disconnect(0)
		return token.Error()
	}
	public, sign := signer(t)
	c.keep("authorizer", "authorizer_id", "CreateDeviceAuthorizer", `{"body":{"authorizer_name":"door","func_urn":"urn:fss:cn:1:function:default:auth:latest",
		"signing_token":"tok","signing_public_key":`+public+`}}`, "status=INACTIVE")
	device := c.vars["device"]
	user := device + "|authorizer-name=door|signing-token=tok|authorizer-signature=" + sign("tok")
	if connect(false, user, "open") == nil {
		t.Error("it gets in by an authorizer that is INACTIVE")
	}
	c.ok("UpdateDeviceAuthorizer", `{"authorizer_id":"$authorizer","body":{"status":"ACTIVE"}}`, "status=ACTIVE")
	if err := connect(false, user, "open"); err != nil {
		t.Error(err)
	}
	if err := connect(false, strings.Replace(user, device, "new_one", 1), "open"); err != nil {
		t.Errorf("one that the function registers: %v", err)
	}
	c.ok("ShowDevice", `{"device_id":"new_one"}`, "node_id=new", "active_time")
	before := calls.Load()
	for name, err := range map[string]error{"another signature": connect(false, device+"|authorizer-name=door|signing-token=tok|authorizer-signature="+sign("tik"), "open"),
		"another token": connect(false, device+"|authorizer-name=door|signing-token=tik|authorizer-signature="+sign("tik"), "open"),
		"no signature":  connect(false, device+"|authorizer-name=door|signing-token=tok", "open"),
		"no TLS":        connect(true, user, "open"), "another authorizer": connect(false, strings.Replace(user, "door", "gate", 1), "open")} {
		if err == nil {
			t.Errorf("%s gets in", name)
		}
	}
	if calls.Load() != before {
		t.Error("the function was asked for nothing")
	}
	for _, password := range []string{"closed", "break", "nonsense", "sleep"} {
		if connect(false, user, password) == nil {
			t.Errorf("%s gets in", password)
		}
	}
	if connect(false, strings.Replace(user, device, "nobody", 1), "open") == nil {
		t.Error("a device that nobody knows gets in")
	}
	c.ok("UpdateDeviceAuthorizer", `{"authorizer_id":"$authorizer","body":{"signing_enable":false,"default_authorizer":true,"cache_enable":true}}`)
	before = calls.Load()
	for range 2 {
		if err := connect(false, device, "open"); err != nil {
			t.Errorf("by the default authorizer: %v", err)
		}
	}
	if got := calls.Load() - before; got != 1 {
		t.Errorf("with a cache it was asked %d times", got)
	}
	c.no("CreateDeviceAuthorizer", `{"body":{"authorizer_name":"second","func_urn":"urn:x","signing_enable":false,"default_authorizer":true}}`, 403, "")
	c.ok("UpdateDeviceAuthorizer", `{"authorizer_id":"$authorizer","body":{"func_urn":"urn:fss:cn:1:function:default:none:latest"}}`)
	if connect(false, device, "open") == nil {
		t.Error("it gets in by a function that nothing stands in for")
	}
}
