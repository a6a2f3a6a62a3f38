package tencentyun

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/harness/device/brokertest"
	"quecstar/harness/device/direct"
	"quecstar/harness/script"
)

const (
	gateway = "ap-guangzhou.gateway.tencentdevices.com"
	product = "a product's secret"
)

// registrar is the platform's side of a registration: it gives the key "Z2l2ZW4=" to who knows product.
func registrar(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	digest := sha256.Sum256(body)
	h := r.Header
	mac := hmac.New(sha256.New, []byte(product))
	_, _ = fmt.Fprintf(mac, "POST\n%s\n/device/register\n\n%s\n%s\n%s\n%s", r.Host, h.Get("X-TC-Algorithm"), h.Get("X-TC-Timestamp"),
		h.Get("X-TC-Nonce"), hex.EncodeToString(digest[:]))
	switch {
	case err != nil || r.Method != http.MethodPost || r.URL.Path != "/device/register" || h.Get("Content-Type") != "application/json" ||
		string(body) != `{"ProductId": "PID1", "DeviceName": "dev"}`:
		http.NotFound(w, r)
	case h.Get("X-TC-Signature") != base64.StdEncoding.EncodeToString(mac.Sum(nil)):
		_, _ = io.WriteString(w, `{"Response": {"Error": {"Code": "AuthFailure", "Message": "wrong signature"}, "RequestId": "1"}}`)
	default:
		plain := []byte(`{"encryptionType":2,"psk":"Z2l2ZW4="}`)
		_, _ = fmt.Fprintf(w, `{"Response": {"Len": %d, "Payload": %q, "RequestId": "1"}}`, len(plain), sealed(plain))
	}
}

// sealed is what the platform answers of a text: AES-CBC, in Base64.
func sealed(plain []byte) string {
	block, err := aes.NewCipher([]byte(product[:16]))
	if err != nil {
		return err.Error()
	}
	padded := append(bytes.Clone(plain), make([]byte, aes.BlockSize-len(plain)%aes.BlockSize)...)
	cipher.NewCBCEncrypter(block, bytes.Repeat([]byte("0"), aes.BlockSize)).CryptBlocks(padded, padded)
	return base64.StdEncoding.EncodeToString(padded)
}

// A device that has only its product's secret gets its own key from the platform, once.
func TestRegistration(t *testing.T) {
	var asked atomic.Int32
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked.Add(1); registrar(w, r) }))
	defer s.Close()
	broker := brokertest.StartMochi(t, brokertest.Rules{})
	d, err := direct.New(direct.Config{}, direct.Options{
		Resolve: func(context.Context, string, int, bool) (direct.Endpoint, error) {
			return direct.Endpoint{Addr: fmt.Sprintf("127.0.0.1:%d", broker.Port)}, nil
		},
		Reach: func(host string) (string, error) {
			if host != gateway {
				return "", fmt.Errorf("asked for %s", host)
			}
			return s.Listener.Addr().String(), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r := scripttest.Source(t, "r.py", `
from TenCentYun import TXyun
import usys
for secret in ("a wrong product's", usys.argv[1], "no more"):
    tx = TXyun("PID1", "dev", None, secret)
    print(tx.setMqtt(), tx.devicePsk)
    if tx.mqtt_client:
        tx.disconnect()
print(open("/usr/tx_secret.json").read())
try:
    TXyun("PID1", "other").setMqtt()
except ValueError as e:
    print(e)
`, scripttest.Options{Device: d, Args: []string{product}, Modules: append(modules(),
		&script.Module{Name: "usys", Consts: []script.Const{{Name: "argv", Value: func(in *script.Interp) any { return in.Argv() }}}})})
	want := `TenCentYun: the registration of dev failed: the platform says wrong signature
-1 None
0 Z2l2ZW4=
0 Z2l2ZW4=
{"dev": "Z2l2ZW4="}
TenCentYun: the device needs a devicePsk, or a ProductSecret to get one by
`
	if r.Err != nil || r.Stdout != want {
		t.Errorf("printed\n%s\n%s", r.Stdout, script.Traceback(r.Err))
	}
	if asked.Load() != 2 {
		t.Errorf("asked %d times", asked.Load())
	}
}
