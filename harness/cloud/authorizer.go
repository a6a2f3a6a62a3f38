package cloud

import (
	"cmp"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"quecstar/harness/broker"
	"quecstar/harness/cloud/record"
)

// Custom authorizers: a function of the user's says who a device is
// (https://support.huaweicloud.com/usermanual-iothub/iot_01_0212.html and iot_01_0213.html). UNCONFIRMED, as the
// copies of these pages end before, are the fields of the event beside username, password and client_id, those of the
// answer, and what the signature is of: here it is SHA256withRSA, or with ECDSA, of the token, in base64.

// AuthorizerKind is the kind of records of custom authorizers.
const AuthorizerKind = "authorizer"

// A Function stands in for one of FunctionGraph: it is called with an event, and returns its answer, both JSON.
type Function func(ctx context.Context, event []byte) ([]byte, error)

const (
	// functionTime is how long a function may take, and answers are kept for so long at least and at most where the
	// authorizer says so.
	functionTime          = 5 * time.Second
	leastCache, mostCache = 300 * time.Minute, 24 * time.Hour
	// maxCached is how many answers are kept of all authorizers.
	maxCached = 100_000
	// authorized is the result_code of a function that lets a device in.
	authorized = 200
)

// authorization is what a function answers.
type authorization struct {
	Code    int    `json:"result_code"`
	Text    string `json:"result_desc"`
	Refresh int64  `json:"refresh_seconds"`
	Device  struct {
		ID        string `json:"device_id"`
		Provision bool   `json:"provision_enable"`
		Resource  struct {
			Name    string `json:"device_name"`
			NodeID  string `json:"node_id"`
			Product string `json:"product_id"`
			App     string `json:"app_id"`
		} `json:"provisioning_resource"`
	} `json:"device"`

	until time.Time // of one that is kept
}

// authorizations are the answers that are kept, by what was asked.
type authorizations struct {
	mu sync.Mutex
	by map[[sha256.Size]byte]authorization
}

func (a *authorizations) get(key [sha256.Size]byte, now time.Time) (authorization, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	kept, ok := a.by[key]
	return kept, ok && now.Before(kept.until)
}

func (a *authorizations) put(key [sha256.Size]byte, what authorization) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.by == nil || len(a.by) >= maxCached {
		a.by = map[[sha256.Size]byte]authorization{}
	}
	a.by[key] = what
}

// authorizerUser reads a user name {device}|authorizer-name={name}|authorizer-signature={…}|signing-token={…}.
func authorizerUser(user string) map[string]string {
	out := map[string]string{}
	for _, part := range strings.Split(user, "|")[1:] {
		name, value, _ := strings.Cut(part, "=")
		out[name] = value
	}
	return out
}

// admitAuthorizer asks the function of the authorizer that a device names, or else of the default one; is is false
// where there is none, so that the other rules hold.
func (c *Cloud) admitAuthorizer(cl *broker.Client, password string) (id clientID, no *refusal, is bool) {
	said := authorizerUser(cl.User)
	name := said["authorizer-name"]
	secured := cl.TLS()
	if name == "" && (secured == nil || secured.ServerName == "") {
		return id, nil, false
	}
	found := c.book.List(AuthorizerKind, "", func(r record.Record) bool {
		return r.Text("status") == "ACTIVE" && (name == "" && r.Flag("default_authorizer") || name != "" &&
			r.Text("authorizer_name") == name)
	})
	bad := func(format string, args ...any) (clientID, *refusal, bool) {
		return id, &refusal{c.policy.BadSecret, fmt.Sprintf("authorizer %s: ", name) + fmt.Sprintf(format, args...)}, true
	}
	switch {
	case len(found) == 0 && name == "":
		return id, nil, false
	case len(found) == 0:
		return bad("there is none that is ACTIVE")
	case secured == nil || secured.ServerName == "":
		return bad("it wants TLS with the host's name (SNI)")
	}
	by := found[0]
	name = by.Text("authorizer_name")
	if by.Flag("signing_enable") {
		if err := checkSignature(by, said); err != nil {
			return bad("%v", err)
		}
	}
	answer, err := c.authorize(by, cl, password)
	if err != nil {
		return bad("its function %s: %v", FunctionName(by.Text("func_urn")), err)
	}
	if answer.Code != authorized {
		return bad("its function answers %d: %s", answer.Code, answer.Text)
	}
	id, no = c.authorized(by, answer)
	return id, no, true
}

// authorize is what the function of an authorizer says of a device, perhaps as it did before.
func (c *Cloud) authorize(by record.Record, cl *broker.Client, password string) (authorization, error) {
	certificate := map[string]string{}
	if certs := cl.TLS().PeerCertificates; len(certs) > 0 {
		for _, name := range CertificateParameters {
			if v := certificateField(certs[0], name); v != "" {
				certificate[name] = v
			}
		}
		certificate["fingerprint"] = fmt.Sprintf("%x", sha256.Sum256(certs[0].Raw))
	}
	event, err := json.Marshal(map[string]any{"username": cl.User, "password": password, "client_id": cl.ID,
		"certificate_info": certificate})
	if err != nil {
		return authorization{}, err
	}
	key := sha256.Sum256(slices.Concat([]byte(by.ID+" "+by.Text("func_urn")+" "), event))
	now, cached := c.opts.Now(), by.Flag("cache_enable")
	if kept, ok := c.authorizations.get(key, now); cached && ok {
		return kept, nil
	}
	answer, err := c.callFunction(FunctionName(by.Text("func_urn")), event)
	if err == nil && cached && answer.Code == authorized {
		answer.until = now.Add(min(max(time.Duration(answer.Refresh)*time.Second, leastCache), mostCache))
		c.authorizations.put(key, answer)
	}
	return answer, err
}

func (c *Cloud) callFunction(name string, event []byte) (answer authorization, err error) {
	call := c.opts.Functions[name]
	if call == nil {
		return answer, fmt.Errorf("nothing stands in for it here: quecstar cloud --function %s=FILE.py or URL does", name)
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), functionTime,
		fmt.Errorf("no answer within %v", functionTime))
	defer cancel()
	text, err := call(ctx, event)
	if err != nil {
		return answer, err
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return answer, fmt.Errorf("its answer is not as documented: %w", err)
	}
	return answer, nil
}

// authorized is the device that a function let in, which is registered where the function says so.
func (c *Cloud) authorized(by record.Record, answer authorization) (clientID, *refusal) {
	id := clientID{deviceID: answer.Device.ID}
	d, err := c.Device(id.deviceID)
	if errors.Is(err, ErrNoDevice) && answer.Device.Provision {
		r := answer.Device.Resource
		d, err = c.AddDevice(Device{ID: id.deviceID, NodeID: cmp.Or(r.NodeID, id.deviceID), Name: r.Name,
			ProductID: r.Product, App: r.App, Project: by.Project})
	}
	switch {
	case err != nil:
		return id, &refusal{c.policy.UnknownDevice, fmt.Sprintf("authorizer %s: the device %q: %v",
			by.Text("authorizer_name"), id.deviceID, err)}
	case !record.Visible(d.Project, by.Project):
		return id, &refusal{c.policy.UnknownDevice, fmt.Sprintf("authorizer %s: the device %s is another project's",
			by.Text("authorizer_name"), id.deviceID)}
	case d.Frozen:
		return id, &refusal{c.policy.Frozen, fmt.Sprintf("the device %s is frozen", d.ID)}
	}
	return id, nil
}

// checkSignature checks the token of a device, which is the authorizer's, and its signature.
func checkSignature(by record.Record, said map[string]string) error {
	token := said["signing-token"]
	if token == "" || token != by.Text("signing_token") {
		return errors.New("the signing-token of the user name is not its own")
	}
	signature, err := base64.StdEncoding.DecodeString(said["authorizer-signature"])
	if err != nil {
		return fmt.Errorf("the authorizer-signature of the user name is not in base64: %w", err)
	}
	key, err := publicKey(by.Text("signing_public_key"))
	if err != nil {
		return fmt.Errorf("its signing_public_key: %w", err)
	}
	digest := sha256.Sum256([]byte(token))
	good := false
	switch key := key.(type) {
	case *rsa.PublicKey:
		good = rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
	case *ecdsa.PublicKey:
		good = ecdsa.VerifyASN1(key, digest[:], signature)
	default:
		return fmt.Errorf("its signing_public_key is a %T; RSA and ECDSA are known", key)
	}
	if !good {
		return errors.New("the authorizer-signature of the user name is not that of its signing-token")
	}
	return nil
}

// publicKey reads a key, PEM or its base64 alone.
func publicKey(text string) (any, error) {
	if block, _ := pem.Decode([]byte(text)); block != nil {
		return x509.ParsePKIXPublicKey(block.Bytes)
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, err
	}
	return x509.ParsePKIXPublicKey(der)
}

// FunctionName is the name of a function in its URN, urn:fss:{region}:{project}:function:{package}:{name}:{version};
// of what has no such form it is all.
func FunctionName(urn string) string {
	parts := strings.Split(urn, ":")
	if i := slices.Index(parts, "function"); i >= 0 && i+2 < len(parts) {
		return parts[i+2]
	}
	return urn
}
