package cloud

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"quecstar/harness/cloud/record"
	"quecstar/harness/wire"
)

// CheckKafka says what of the detail of a channel to Kafka is not taken (SDK, DmsKafkaForwarding, MrsKafkaForwarding).
func CheckKafka(d record.Object) error {
	_, err := kafkaOptions(d)
	return err
}

// kafkaOptions are where and as whom a channel speaks to Kafka.
func kafkaOptions(d record.Object) ([]kgo.Opt, error) {
	var seeds []string
	for _, a := range d.Parts("addresses") {
		host := a.Text("ip")
		if host == "" {
			host = a.Text("domain")
		}
		port := a.Number("port")
		if host == "" || port < 1 || port > 65535 {
			return nil, errors.New("addresses: each has ip or domain, and a port from 1 to 65535")
		}
		seeds = append(seeds, net.JoinHostPort(host, fmt.Sprint(port)))
	}
	if len(seeds) == 0 {
		return nil, errors.New("addresses: one at least is wanted")
	}
	out := []kgo.Opt{kgo.SeedBrokers(seeds...)}
	login, err := kafkaLogin(d)
	if login != nil {
		out = append(out, kgo.SASL(login))
	}
	return out, err
}

// kafkaLogin is how a channel logs in; nil where it does not.
func kafkaLogin(d record.Object) (sasl.Mechanism, error) {
	user, password := d.Text("username"), d.Text("password")
	if p := d.Text("security_protocol"); p != "" && p != "SASL_SSL" && p != "SASL_PLAINTEXT" {
		return nil, fmt.Errorf("security_protocol is SASL_SSL or SASL_PLAINTEXT, not %s", p)
	}
	switch d.Text("mechanism") {
	case "", "PAAS", "PLAIN":
		if user == "" {
			return nil, nil
		}
		return plain.Auth{User: user, Pass: password}.AsMechanism(), nil
	case "SCRAM-SHA-512":
		return scram.Auth{User: user, Pass: password}.AsSha512Mechanism(), nil
	}
	return nil, fmt.Errorf("mechanism is PAAS, PLAIN or SCRAM-SHA-512, not %s", d.Text("mechanism"))
}

// kafkaChannel produces to a topic. A server with TLS is trusted when its certificate is, on this host or as one of the
// project's authorities.
func (c *Cloud) kafkaChannel(project string, d record.Object) (channel, error) {
	options, err := kafkaOptions(d)
	if err != nil {
		return channel{}, err
	}
	network := wire.Or(c.opts.Network)
	dial := network.Dial
	if d.Text("username") != "" && d.Text("security_protocol") != "SASL_PLAINTEXT" {
		dial = c.dialTLS(project, network)
	}
	topic := d.Text("topic")
	client, err := kgo.NewClient(slices.Concat(options, []kgo.Opt{kgo.Dialer(dial), kgo.ClientID("quecstar"),
		kgo.RecordDeliveryTimeout(pushTime), kgo.ProducerLinger(0)})...)
	if err != nil {
		return channel{}, fmt.Errorf("kafka: %w", err)
	}
	return channel{senders: senders, done: client.Close, send: func(ctx context.Context, w waiting) error {
		if err := client.ProduceSync(ctx, &kgo.Record{Topic: topic, Value: w.text}).FirstErr(); err != nil {
			return fmt.Errorf("kafka topic %s: %w", topic, err)
		}
		return nil
	}}, nil
}

// dialTLS connects by TLS.
func (c *Cloud) dialTLS(project string, network wire.Network) func(ctx context.Context, kind, addr string) (
	net.Conn, error,
) {
	return func(ctx context.Context, kind, addr string) (net.Conn, error) {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool() // the host has none
		}
		for _, ca := range c.book.List(CAKind, project, nil) {
			roots.AppendCertsFromPEM([]byte(ca.Text("content")))
		}
		n, err := network.Dial(ctx, kind, addr)
		if err != nil {
			return nil, err
		}
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		secured := tls.Client(n, &tls.Config{RootCAs: roots, ServerName: host, MinVersion: tls.VersionTLS12})
		ctx, end := context.WithTimeout(ctx, pushTime)
		defer end()
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, n.Close())
		}
		return secured, nil
	}
}
