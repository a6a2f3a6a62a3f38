package cloud

import (
	"testing"

	"quecstar/harness/cloud/record"
)

func TestWildcard(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{{"test/topic?/some", "test/topic1/some", true}, {"test/topic?/some", "test/topic12/some", false}, {"test/topic*/some", "test/topic2/sub/some", true},
		{"test/#", "test/a", false}, {"test/#", "test/#", true}, {"a+b", "a+b", true}, {"*", "", true}, {"", "", true}, {"", "a", false}, {"*a*b", "xaxb", true},
		{"*a*b", "xaxbx", false}, {"a**", "a", true}, {"?", "", false}} {
		if wildcard(c.pattern, c.text) != c.want {
			t.Errorf("%q of %q: %v", c.text, c.pattern, !c.want)
		}
	}
}

// TestTopicPolicies: what a policy denies is denied to whom it is bound, and without the default one that is allowed
// alone which a policy allows.
func TestTopicPolicies(t *testing.T) {
	policy := DefaultPolicy()
	c, _ := start(t, Options{Policy: &policy})
	for _, node := range []string{"a", "b"} {
		if _, err := c.AddDevice(Device{NodeID: node, ProductID: "p1"}); err != nil {
			t.Fatal(err)
		}
	}
	add := func(effect, resource, target string) {
		t.Helper()
		if _, err := c.Records().Add(record.Record{Kind: PolicyKind, ID: effect + target, Object: record.Object{"targets": []string{target},
			"statement": []any{map[string]any{"effect": effect, "actions": []any{PublishAction}, "resources": []any{resource}}}}}, nil); err != nil {
			t.Fatal(err)
		}
	}
	check := func(id, action, topic string, want bool) {
		t.Helper()
		if c.mayUse(id, action, topic) != want {
			t.Errorf("%s may %s %s: %v", id, action, topic, !want)
		}
	}
	check("p1_a", PublishAction, "/v1/x", true)
	add("ALLOW", "topic:/v1/${devices.deviceId}/*", "product/p1")
	add("DENY", "topic:/v1/*/secret", "device/p1_a")
	check("p1_a", PublishAction, "/v1/x", true)
	check("p1_a", PublishAction, "/v1/p1_a/secret", false)
	check("p1_a", SubscribeAction, "/v1/p1_a/secret", true)
	check("p1_b", PublishAction, "/v1/p1_b/secret", true)
	c.policy.NoDefaultTopics = true
	check("p1_b", PublishAction, "/v1/p1_b/x", true)
	check("p1_b", PublishAction, "/v1/p1_a/x", false)
	check("p1_b", SubscribeAction, "/v1/p1_b/x", false)
	check("p1_b", PublishAction, "$oc/devices/p1_b/sys/messages/up", true)
	if err := c.Records().Delete(PolicyKind, "", "ALLOWproduct/p1"); err != nil {
		t.Fatal(err)
	}
	check("p1_b", PublishAction, "/v1/p1_b/x", false)
}
