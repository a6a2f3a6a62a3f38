package sdktest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
)

// TestKafka: what rules forward arrives in a topic, by each way to log in, by TLS and without.
func TestKafka(t *testing.T) {
	for _, test := range []struct {
		login   string
		secured bool
	}{
		{"", false},
		{`,"username":"u","password":"p","mechanism":"PLAIN","security_protocol":"SASL_PLAINTEXT"`, false},
		{`,"username":"s","password":"p","mechanism":"SCRAM-SHA-512","security_protocol":"SASL_PLAINTEXT"`, false},
		{`,"username":"u","password":"p","mechanism":"PAAS"`, true}, // SASL_SSL, when nothing is said
		{`,"username":"s","password":"p","mechanism":"SCRAM-SHA-512","security_protocol":"SASL_SSL"`, true},
	} {
		options := []kfake.Opt{kfake.NumBrokers(1), kfake.SeedTopics(1, "reports")}
		if test.login != "" {
			options = append(options, kfake.EnableSASL(), kfake.Superuser("PLAIN", "u", "p"), kfake.Superuser("SCRAM-SHA-512", "s", "p"))
		}
		authority := ""
		if test.secured {
			var cert tls.Certificate
			cert, authority = selfSigned(t)
			options = append(options, kfake.TLS(&tls.Config{Certificates: []tls.Certificate{cert}}))
		}
		forwardToKafka(t, options, test.login, authority)
	}
}

// selfSigned is a certificate of this host that is its own authority, and as PEM text.
func selfSigned(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kafka"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// kafkaConsumer reads the topic of the reports.
func kafkaConsumer(t *testing.T, addr, login, authority string) *kgo.Client {
	t.Helper()
	options := []kgo.Opt{kgo.SeedBrokers(addr), kgo.ConsumeTopics("reports"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart())}
	if login != "" {
		options = append(options, kgo.SASL(plain.Auth{User: "u", Pass: "p"}.AsMechanism()))
	}
	if authority != "" {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM([]byte(authority))
		options = append(options, kgo.DialTLSConfig(&tls.Config{RootCAs: roots}))
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func forwardToKafka(t *testing.T, options []kfake.Opt, login, authority string) {
	t.Helper()
	cluster, err := kfake.NewCluster(options...)
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	host, port, _ := net.SplitHostPort(cluster.ListenAddrs()[0])
	c := start(t)("p1")
	report := c.reporting()
	if authority != "" {
		content, _ := json.Marshal(authority)
		c.ok("AddCertificate", `{"body":{"content":`+string(content)+`}}`)
	}
	c.keep("rule", "rule_id", "CreateRoutingRule", `{"body":{"subject":{"resource":"device.property","event":"report"}}}`)
	c.ok("CreateRuleAction", `{"body":{"rule_id":"$rule","channel":"DMS_KAFKA_FORWARDING","channel_detail":{"dms_kafka_forwarding":{"region_name":"r","project_id":"p",
		"addresses":[{"ip":"`+host+`","port":`+port+`}],"topic":"reports"`+login+`}}}}`)
	c.ok("UpdateRoutingRule", `{"rule_id":"$rule","body":{"active":true}}`, "active=true")
	consumer := kafkaConsumer(t, cluster.ListenAddrs()[0], login, authority)
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
