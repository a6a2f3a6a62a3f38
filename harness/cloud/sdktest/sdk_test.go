// Package sdktest drives the embedded IoTDA by Huawei's own application SDK, unmodified. It is a module of its
// own: the product depends on no SDK.
package sdktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/region"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	iotda "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iotda/v5"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/api"
)

// tenant is one project's SDK client.
type tenant struct {
	t      *testing.T
	cloud  *cloud.Cloud
	client reflect.Value
	vars   map[string]string
}

// worked are the operations that did what was asked of them, and refused those that were refused.
var worked, refused = map[string]bool{}, map[string]bool{}

// start starts a cloud whose API wants signed calls, and returns how to become the client of a project.
func start(t *testing.T) func(project string) *tenant { return startWith(t, cloud.Options{}) }

// startWith is start with a cloud's options.
func startWith(t *testing.T, o cloud.Options) func(project string) *tenant {
	t.Helper()
	c, err := cloud.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	s, err := api.Serve(c, "127.0.0.1:0", api.Options{AccessKeys: map[string]string{"AK": "SK"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), c.Close()); err != nil {
			t.Error(err)
		}
	})
	return func(project string) *tenant {
		return &tenant{t: t, cloud: c, client: client(t, "http://"+s.Addr(), "SK", project, nil), vars: map[string]string{}}
	}
}

// client is the SDK's client of a project; transport is nil for the SDK's own.
func client(t *testing.T, endpoint, secret, project string, transport *http.Transport) reflect.Value {
	t.Helper()
	credentials, err := basic.NewCredentialsBuilder().WithAk("AK").WithSk(secret).WithProjectId(project).
		WithDerivedPredicate(auth.GetDefaultDerivedPredicate()).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	conf := config.DefaultHttpConfig()
	if transport != nil {
		conf = conf.WithHttpTransport(transport)
	}
	hc, err := iotda.IoTDAClientBuilder().WithHttpConfig(conf).WithRegion(region.NewRegion("cn-north-4", endpoint)).
		WithCredential(credentials).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	return reflect.ValueOf(iotda.NewIoTDAClient(hc))
}

// object is an answer's JSON.
type object = map[string]any

// do calls an operation with a request in the JSON of the SDK's model, in which $name stands for what keep kept.
func (c *tenant) do(operation, request string) (object, error) {
	c.t.Helper()
	method := c.client.MethodByName(operation)
	if !method.IsValid() {
		c.t.Fatalf("the SDK has no %s", operation)
	}
	for _, name := range slices.Backward(slices.Sorted(keys(c.vars))) {
		request = strings.ReplaceAll(request, "$"+name, c.vars[name])
	}
	in := reflect.New(method.Type().In(0).Elem())
	if err := json.Unmarshal([]byte(request), in.Interface()); err != nil {
		c.t.Fatalf("%s: %v: %s", operation, err, request)
	}
	out := method.Call([]reflect.Value{in})
	if err, _ := out[1].Interface().(error); err != nil {
		return nil, err
	}
	text, err := json.Marshal(out[0].Interface())
	if err != nil {
		c.t.Fatal(err)
	}
	o := object{}
	if err := json.Unmarshal(text, &o); err != nil {
		c.t.Fatal(err)
	}
	return o, nil
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// ok is an operation that works, whose answer holds what is wanted: path=value, where a path is names and numbers
// between dots, and no value stands for any.
func (c *tenant) ok(operation, request string, want ...string) object {
	c.t.Helper()
	o, err := c.do(operation, request)
	if err != nil {
		c.t.Errorf("%s %s: %v", operation, request, err)
		return object{}
	}
	for _, w := range want {
		path, value, _ := strings.Cut(w, "=")
		for name, v := range c.vars {
			if value == "$"+name {
				value = v
			}
		}
		got, there := at(o, path)
		if !there || value != "" && fmt.Sprint(got) != value {
			c.t.Errorf("%s %s: %s is %v, want %s\n%v", operation, request, path, got, value, o)
			return o
		}
	}
	worked[operation] = true
	return o
}

// keep is ok that keeps a text of the answer under a name.
func (c *tenant) keep(name, path, operation, request string, want ...string) {
	c.t.Helper()
	v, there := at(c.ok(operation, request, want...), path)
	if s, is := v.(string); there && is && s != "" {
		c.vars[name] = s
		return
	}
	c.t.Errorf("%s: %s is %v", operation, path, v)
}

// no is an operation that is refused with a status and a code.
func (c *tenant) no(operation, request string, status int, code string) {
	c.t.Helper()
	o, err := c.do(operation, request)
	var e *sdkerr.ServiceResponseError
	if !errors.As(err, &e) {
		c.t.Errorf("%s %s: %v, %v; want a refusal", operation, request, o, err)
		return
	}
	if e.StatusCode != status || code != "" && e.ErrorCode != code {
		c.t.Errorf("%s %s: %d %s %q, want %d %s", operation, request, e.StatusCode, e.ErrorCode, e.ErrorMessage, status, code)
		return
	}
	refused[operation] = true
}

// at is what a path leads to.
func at(v any, path string) (any, bool) {
	for name := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			var there bool
			if v, there = in[name]; !there {
				return nil, false
			}
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(in) {
				return nil, false
			}
			v = in[i]
		default:
			return nil, false
		}
	}
	return v, true
}
