package sdktest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/go-amqp"
)

// consumer is the address, the user and the password of a consumer, by a new access code.
func (c *tenant) consumer() (addr, user, password string) {
	c.t.Helper()
	addr, err := c.cloud.ListenAMQP("")
	if err != nil {
		c.t.Fatal(err)
	}
	c.keep("key", "access_key", "CreateAccessCode", `{"body":{"type":"AMQP"}}`)
	c.keep("code", "access_code", "CreateAccessCode", `{"body":{"type":"AMQP"}}`)
	o := c.ok("CreateAccessCode", `{"body":{"type":"AMQP"}}`)
	return addr, fmt.Sprintf("accessKey=%v|timestamp=%d|instanceId=i1", o["access_key"], time.Now().UnixMilli()), fmt.Sprint(o["access_code"])
}

// dial connects as a consumer.
func (c *tenant) dial(addr, user, password string) (*amqp.Conn, error) {
	config := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}
	config.RootCAs.AppendCertsFromPEM(c.cloud.CAPEM())
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	return amqp.Dial(ctx, "amqps://"+addr, &amqp.ConnOptions{SASLType: amqp.SASLTypePlain(user, password), TLSConfig: config,
		IdleTimeout: 8 * time.Second, MaxFrameSize: 600})
}

// session is a session of a consumer that gets in.
func (c *tenant) session() *amqp.Session {
	c.t.Helper()
	conn, err := c.dial(c.consumer())
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = conn.Close() })
	s, err := conn.NewSession(c.t.Context(), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

// toQueue forwards reports of properties to a queue.
func (c *tenant) toQueue(queue string) {
	c.t.Helper()
	c.keep("rule", "rule_id", "CreateRoutingRule", `{"body":{"subject":{"resource":"device.property","event":"report"}}}`)
	c.ok("CreateRuleAction", `{"body":{"rule_id":"$rule","channel":"AMQP_FORWARDING","channel_detail":{"amqp_forwarding":{"queue_name":"`+queue+`"}}}}`)
	c.ok("UpdateRoutingRule", `{"rule_id":"$rule","body":{"active":true}}`, "active=true")
}

// litres is what a report that was received says.
func litres(t *testing.T, m *amqp.Message) string {
	t.Helper()
	text, is := m.Value.(string)
	var o object
	if !is || json.Unmarshal([]byte(text), &o) != nil {
		t.Fatalf("%v", m)
	}
	v, _ := at(o, "notify_data.body.services.0.properties.litres")
	return fmt.Sprint(v)
}

func receive(t *testing.T, r *amqp.Receiver) *amqp.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	m, err := r.Receive(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// reporting is a product's device that reports litres.
func (c *tenant) reporting() func(litres int) {
	c.t.Helper()
	c.product()
	c.keep("secret", "secret", "ResetDeviceSecret", `{"device_id":"$device","action_id":"resetSecret","body":{}}`)
	d := c.online(c.vars["device"], c.vars["secret"])
	return func(litres int) {
		c.t.Helper()
		d.publish("sys/properties/report", fmt.Sprintf(`{"services":[{"service_id":"Meter","properties":{"litres":%d}}]}`, litres))
	}
}

// TestConsumers: what rules forward waits in queues for consumers, by go-amqp, and what they do not accept comes again.
func TestConsumers(t *testing.T) {
	c := start(t)("p1")
	report := c.reporting()
	c.toQueue("DefaultQueue")
	c.keep("queue", "queue_id", "AddQueue", `{"body":{"queue_name":"own-queue"}}`)
	c.toQueue("own-queue")
	for i := range 50 {
		report(i)
	}
	s := c.session()
	r, err := s.NewReceiver(t.Context(), "DefaultQueue", &amqp.ReceiverOptions{Credit: 7})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		m := receive(t, r)
		if got := litres(t, m); got != fmt.Sprint(i) {
			t.Errorf("report %d is %s", i, got)
		}
		if err := r.AcceptMessage(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	report(50)
	m := receive(t, r)
	if err := r.ReleaseMessage(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if m = receive(t, r); litres(t, m) != "50" || m.Header == nil || m.Header.DeliveryCount != 1 {
		t.Errorf("what was released comes as %s, %+v", litres(t, m), m.Header)
	}
	if err := r.Close(t.Context()); err != nil { // which gives it back
		t.Error(err)
	}
	if r, err = s.NewReceiver(t.Context(), "DefaultQueue", &amqp.ReceiverOptions{Credit: -1}); err != nil {
		t.Fatal(err)
	}
	if err := r.IssueCredit(1); err != nil {
		t.Fatal(err)
	}
	if m = receive(t, r); litres(t, m) != "50" {
		t.Errorf("a new link gets %s", litres(t, m))
	}
	if err := r.RejectMessage(t.Context(), m, nil); err != nil {
		t.Fatal(err)
	}
	if err := r.IssueCredit(5); err != nil {
		t.Fatal(err)
	}
	if err := r.DrainCredit(t.Context(), nil); err != nil {
		t.Errorf("draining an empty queue: %v", err)
	}
	// Two compete, one of whom wants what it gets settled.
	own, err := s.NewReceiver(t.Context(), "own-queue", &amqp.ReceiverOptions{RequestedSenderSettleMode: amqp.SenderSettleModeSettled.Ptr(), Credit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 51 {
		if got := litres(t, receive(t, own)); got != fmt.Sprint(i) {
			t.Errorf("own report %d is %s", i, got)
		}
	}
	c.no("DeleteQueue", `{"queue_id":"$queue"}`, 400, "")
}

// TestConsumersRefused: logins and links that the platform refuses.
func TestConsumersRefused(t *testing.T) {
	as := start(t)
	c := as("p1")
	addr, user, password := c.consumer()
	for name, login := range map[string][2]string{
		"a wrong code": {user, "wrong"}, "no stamp": {strings.Split(user, "|")[0], password}, "another key": {"accessKey=none|timestamp=" + strings.Split(user, "timestamp=")[1], password},
		"an old stamp":      {strings.Split(user, "|")[0] + "|timestamp=" + fmt.Sprint(time.Now().Add(-6*time.Minute).UnixMilli()), password},
		"a stamp in s":      {strings.Split(user, "|")[0] + "|timestamp=" + fmt.Sprint(time.Now().Unix()), password},
		"a code of MQTT":    {fmt.Sprintf("accessKey=%v|timestamp=%d", c.ok("CreateAccessCode", `{"body":{"type":"MQTT"}}`)["access_key"], time.Now().UnixMilli()), password},
		"the code replaced": {fmt.Sprintf("accessKey=%v|timestamp=%d", c.vars["key"], time.Now().UnixMilli()), c.vars["code"]},
	} {
		if conn, err := c.dial(addr, login[0], login[1]); err == nil {
			t.Errorf("%s gets in", name)
			_ = conn.Close()
		}
	}
	s := c.session()
	wants := func(name string, err error, cond amqp.ErrCond) {
		t.Helper()
		var e *amqp.Error
		if !errors.As(err, &e) || e.Condition != cond {
			t.Errorf("%s: %v, want %s", name, err, cond)
		}
	}
	_, err := s.NewReceiver(t.Context(), "none", nil)
	wants("an unknown queue", err, amqp.ErrCondNotFound)
	_, err = s.NewSender(t.Context(), "DefaultQueue", nil)
	wants("a sender", err, amqp.ErrCondNotAllowed)
	for range 10 {
		if _, err := s.NewReceiver(t.Context(), "DefaultQueue", nil); err != nil {
			t.Fatal(err)
		}
	}
	_, err = s.NewReceiver(t.Context(), "DefaultQueue", nil)
	if err == nil {
		t.Error("an eleventh link is there")
	}
	addr, user, password = c.consumer()
	var conns []*amqp.Conn
	for range 31 { // beside the one that is there
		conn, err := c.dial(addr, user, password)
		if err != nil {
			t.Fatal(err)
		}
		s, err := conn.NewSession(t.Context(), nil)
		if err == nil {
			_, err = s.NewReceiver(t.Context(), "DefaultQueue", nil) // without a link it would not stay
		}
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, conn)
	}
	if conn, err := c.dial(addr, user, password); err == nil {
		if s, err := conn.NewSession(t.Context(), nil); err == nil {
			t.Error("a client too many gets in", s)
		}
	}
	c.ok("CreateAccessCode", `{"body":{"type":"AMQP","force_disconnect":true}}`)
	for _, conn := range conns {
		select {
		case <-conn.Done():
		case <-time.After(patience):
			t.Fatal("a connection outlives its access code")
		}
	}
}

// proton is a consumer in Python by Apache Qpid Proton, which prints the litres of so many reports.
const proton = `
import json, sys
from proton import SSLDomain
from proton.handlers import MessagingHandler
from proton.reactor import Container
addr, user, password, ca, n = sys.argv[1:]
class Consumer(MessagingHandler):
    def __init__(self):
        super().__init__(prefetch=3)
        self.left = int(n)
    def on_start(self, event):
        ssl = SSLDomain(SSLDomain.MODE_CLIENT)
        ssl.set_trusted_ca_db(ca)
        ssl.set_peer_authentication(SSLDomain.VERIFY_PEER)
        conn = event.container.connect("amqps://" + addr, user=user, password=password, allowed_mechs="PLAIN",
                                       sasl_enabled=True, ssl_domain=ssl, heartbeat=4, reconnect=False)
        event.container.create_receiver(conn, "DefaultQueue")
    def on_message(self, event):
        print(json.loads(event.message.body)["notify_data"]["body"]["services"][0]["properties"]["litres"], flush=True)
        self.left -= 1
        if self.left == 0:
            event.connection.close()
    def on_transport_error(self, event):
        print("error", event.transport.condition, flush=True)
Container(Consumer()).run()
`

// TestProton: the client that the platform's own Python sample uses.
func TestProton(t *testing.T) {
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import proton").Run(); err != nil {
		if os.Getenv("QUECSTAR_NEED_PARTS") != "" {
			t.Fatal("python3-qpid-proton is wanted")
		}
		t.Skip("python3-qpid-proton is not installed")
	}
	c := start(t)("p1")
	report := c.reporting()
	c.toQueue("DefaultQueue")
	var want strings.Builder
	for i := range 20 {
		report(i)
		fmt.Fprintln(&want, i)
	}
	addr, user, password := c.consumer()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, c.cloud.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	defer cancel()
	got, err := exec.CommandContext(ctx, python, "-c", proton, strings.Replace(addr, "127.0.0.1", "localhost", 1), user, password, ca, "20").CombinedOutput()
	if err != nil || string(got) != want.String() {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want.String())
	}
}
