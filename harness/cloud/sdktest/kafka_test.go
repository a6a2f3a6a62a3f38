package sdktest

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
)

// TestKafka: what rules forward arrives in a topic, by each way to log in.
func TestKafka(t *testing.T) {
	for _, login := range []string{"", `,"username":"u","password":"p","mechanism":"PLAIN","security_protocol":"SASL_PLAINTEXT"`,
		`,"username":"s","password":"p","mechanism":"SCRAM-SHA-512","security_protocol":"SASL_PLAINTEXT"`} {
		options := []kfake.Opt{kfake.NumBrokers(1), kfake.SeedTopics(1, "reports")}
		if login != "" {
			options = append(options, kfake.EnableSASL(), kfake.Superuser("PLAIN", "u", "p"), kfake.Superuser("SCRAM-SHA-512", "s", "p"))
		}
		forwardToKafka(t, options, login)
	}
}

// kafkaConsumer reads the topic of the reports.
func kafkaConsumer(t *testing.T, addr, login string) *kgo.Client {
	t.Helper()
	options := []kgo.Opt{kgo.SeedBrokers(addr), kgo.ConsumeTopics("reports"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart())}
	if login != "" {
		options = append(options, kgo.SASL(plain.Auth{User: "u", Pass: "p"}.AsMechanism()))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func forwardToKafka(t *testing.T, options []kfake.Opt, login string) {
	t.Helper()
	cluster, err := kfake.NewCluster(options...)
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	host, port, _ := net.SplitHostPort(cluster.ListenAddrs()[0])
	c := start(t)("p1")
	report := c.reporting()
	c.keep("rule", "rule_id", "CreateRoutingRule", `{"body":{"subject":{"resource":"device.property","event":"report"}}}`)
	c.ok("CreateRuleAction", `{"body":{"rule_id":"$rule","channel":"DMS_KAFKA_FORWARDING","channel_detail":{"dms_kafka_forwarding":{"region_name":"r","project_id":"p",
		"addresses":[{"ip":"`+host+`","port":`+port+`}],"topic":"reports"`+login+`}}}}`)
	c.ok("UpdateRoutingRule", `{"rule_id":"$rule","body":{"active":true}}`, "active=true")
	consumer := kafkaConsumer(t, cluster.ListenAddrs()[0], login)
	const reports = 20
	for i := range reports {
		report(i)
	}
	seen := map[string]bool{}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for len(seen) < reports {
		fetched := consumer.PollFetches(ctx)
		if err := fetched.Err(); err != nil {
			t.Fatalf("%s: %d reports came: %v", login, len(seen), err)
		}
		fetched.EachRecord(func(r *kgo.Record) {
			var o object
			if err := json.Unmarshal(r.Value, &o); err != nil {
				t.Error(err)
			}
			v, _ := at(o, "notify_data.body.services.0.properties.litres")
			seen[fmt.Sprint(v)] = true
		})
	}
	c.no("CreateRuleAction", `{"body":{"rule_id":"$rule","channel":"DMS_KAFKA_FORWARDING","channel_detail":{"dms_kafka_forwarding":{"region_name":"r","project_id":"p",
		"addresses":[{"ip":"h","port":99999}],"topic":"t"}}}}`, 400, "IOTDA.000006")
	c.no("CreateRuleAction", `{"body":{"rule_id":"$rule","channel":"DMS_KAFKA_FORWARDING","channel_detail":{"dms_kafka_forwarding":{"region_name":"r","project_id":"p",
		"addresses":[{"ip":"h","port":1}],"topic":"t","mechanism":"OPEN-SESAME"}}}}`, 400, "IOTDA.000006")
}
