package cloud

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"quecstar/harness/cloud/record"
	"quecstar/harness/wire"
)

// channel is how an action forwards.
type channel struct {
	send func(ctx context.Context, w waiting) error
	// own takes a device's message as it came, unless the rule selects of it.
	own bool
	// done ends it; nil where there is nothing to end. senders is how many are sent at a time.
	done    func()
	senders int
}

// channel is that of an action; false for one that is not there.
func (c *Cloud) channel(r record.Record) (channel, bool) {
	detail := r.Part("channel_detail")
	switch r.Text("channel") {
	case "HTTP_FORWARDING":
		return c.httpChannel(r.Project, detail.Part("http_forwarding")), true
	case "MQTT_DEVICE_FORWARDING":
		return c.republishChannel(r.Project, detail.Part("mqtt_device_forwarding")), true
	case "MQTT_FORWARDING":
		topic := detail.Part("mqtt_forwarding").Text("topic")
		return channel{senders: 1, send: func(ctx context.Context, w waiting) error {
			return c.pushes.send(ctx, r.Project, topic, w)
		}}, true
	case "AMQP_FORWARDING":
		queue := c.consumers.queue(r.Project, detail.Part("amqp_forwarding").Text("queue_name"))
		return channel{senders: 1, send: func(_ context.Context, w waiting) error {
			queue.put(w.text, w.topic)
			return nil
		}}, true
	case "DMS_KAFKA_FORWARDING":
		return c.kafkaAction(r, detail.Part("dms_kafka_forwarding"))
	case "MRS_KAFKA_FORWARDING":
		return c.kafkaAction(r, detail.Part("mrs_kafka_forwarding"))
	}
	c.warn("", "", "the rule action %s is kept, but nothing is forwarded: the channel %s is not there in the embedded "+
		"IoTDA; forwarding to HTTP, MQTT, AMQP and Kafka is", r.ID, r.Text("channel"))
	return channel{}, false
}

// kafkaAction is the channel of an action to Kafka; false where it cannot be one, which is told.
func (c *Cloud) kafkaAction(r record.Record, detail record.Object) (channel, bool) {
	ch, err := c.kafkaChannel(r.Project, detail)
	if err != nil {
		c.warn("", "", "the rule action %s is kept, but nothing is forwarded: %v", r.ID, err)
	}
	return ch, err == nil
}

// pushTime is how long a receiver has for its 200
// (https://support.huaweicloud.com/usermanual-iothub/iot_01_0001.html).
const pushTime = 15 * time.Second

// httpChannel posts to a receiver.
func (c *Cloud) httpChannel(project string, d record.Object) channel {
	network := wire.Or(c.opts.Network)
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if d.Flag("sni_enable") {
		config.ServerName, _, _ = strings.Cut(d.Text("cn_name"), ":")
	}
	if ca, err := c.book.Get(CAKind, project, d.Text("cert_id")); err == nil {
		config.RootCAs = x509.NewCertPool()
		config.RootCAs.AppendCertsFromPEM([]byte(ca.Text("content")))
	}
	transport := &http.Transport{TLSClientConfig: config, MaxIdleConnsPerHost: senders, IdleConnTimeout: time.Minute,
		DialContext: func(ctx context.Context, kind, addr string) (net.Conn, error) { return network.Dial(ctx, kind, addr) }}
	client := &http.Client{Transport: transport, Timeout: pushTime}
	token := ""
	if d.Flag("signature_enable") {
		token = d.Text("token")
	}
	return channel{senders: senders, done: transport.CloseIdleConnections,
		send: func(ctx context.Context, w waiting) error { return c.post(ctx, client, d.Text("url"), token, w.text) }}
}

func (c *Cloud) post(ctx context.Context, client *http.Client, url, token string, text []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(text))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		stamp, nonce := strconv.FormatInt(c.opts.Now().UnixMilli(), 10), c.newID()
		c.policy.SignPush(r.Header, token, stamp, nonce)
	}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }() // of a response that was read
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20)); err != nil {
		return fmt.Errorf("%s: %w", url, err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: it answered %s, not 200", url, resp.Status)
	}
	return nil
}

// signPush is the guess of how a push is signed: the documents name a token and no formula.
func signPush(h http.Header, token, stamp, nonce string) {
	parts := []string{token, stamp, nonce}
	slices.Sort(parts)
	sum := sha256.Sum256([]byte(strings.Join(parts, "")))
	h.Set("timestamp", stamp)
	h.Set("nonce", nonce)
	h.Set("signature", hex.EncodeToString(sum[:]))
}
