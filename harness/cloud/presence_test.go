package cloud

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"quecstar/harness/broker"
	"quecstar/harness/event"
)

// TestOnlineBehindConnack: behind each CONNACK the device is online, and of two connections the newer stays.
func TestOnlineBehindConnack(t *testing.T) {
	c, _ := start(t, Options{})
	for i := range 100 {
		cl := connect(t, c, "p1_n1", "s3cret", func(o *paho.ClientOptions) {
			stamp := fmt.Sprintf("20300102%02d", 10+i%3) // sometimes with the client id of before, sometimes with another
			o.SetClientID("p1_n1_0_0_" + stamp).SetPassword(Password("s3cret", stamp))
		})
		if d, err := c.Device("p1_n1"); err != nil || d.Status != "ONLINE" {
			t.Fatalf("login %d: %s behind its CONNACK, %v", i, d.Status, err)
		}
		if _, err := c.SendMessage("p1_n1", Message{Content: []byte(fmt.Sprintf(`"m%d"`, i))}); err != nil {
			t.Fatal(err)
		}
		if m := cl.next(t); !strings.Contains(string(m.Payload()), fmt.Sprintf(`"m%d"`, i)) {
			t.Fatalf("login %d got %s", i, m.Payload())
		}
	}
}

// TestNotAcknowledgedIsSentAgain: a device that has subscribed at QoS 1 and does not acknowledge is sent a
// message again, with DUP, and once more when it comes back.
func TestNotAcknowledgedIsSentAgain(t *testing.T) {
	policy := DefaultPolicy()
	policy.Retry = broker.Retry{Wait: 10 * time.Millisecond, Sends: 3, Round: time.Second, Rounds: 5}
	c, stream := start(t, Options{Policy: &policy})
	topic := "$oc/devices/p1_n1/sys/messages/down"
	raw := rawConnect(t, c)
	raw.send("\x82" + string([]byte{byte(5 + len(topic))}) + "\x00\x01\x00" + string([]byte{byte(len(topic))}) + topic + "\x01")
	raw.read(5)
	if _, err := c.SendMessage("p1_n1", Message{Content: []byte(`"hi"`)}); err != nil {
		t.Fatal(err)
	}
	for i, first := range []byte{0x32, 0x3A, 0x3A} {
		if got := raw.publish(); got != first {
			t.Errorf("send %d begins with 0x%02X, want 0x%02X", i+1, got, first)
		}
	}
	awaitEvent(t, stream, event.Warning, "it was not acknowledged")
	_ = raw.Close()
	raw = rawConnect(t, c)
	if got := raw.publish(); got != 0x3A {
		t.Errorf("behind the reconnection: 0x%02X", got)
	}
}

// raw is a device that does nothing by itself.
type raw struct {
	t testing.TB
	net.Conn
	r *bufio.Reader
}

// rawConnect connects p1_n1 with a clean session.
func rawConnect(t testing.TB, c *Cloud) *raw {
	t.Helper()
	conn, err := net.Dial("tcp", c.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	r := &raw{t, conn, bufio.NewReader(conn)}
	info := ConnectInfo("p1_n1", "s3cret", SignAnyTime, noon)
	body := "\x00\x04MQTT\x04\xC2\x00\x3C"
	for _, s := range []string{info.ClientID, info.Username, info.Password} {
		body += "\x00" + string([]byte{byte(len(s))}) + s
	}
	r.send("\x10" + string([]byte{byte(len(body))}) + body)
	if ack := r.read(4); string(ack) != "\x20\x02\x00\x00" {
		t.Fatalf("CONNACK % X", ack)
	}
	return r
}

func (r *raw) send(b string) {
	r.t.Helper()
	if _, err := io.WriteString(r, b); err != nil {
		r.t.Fatal(err)
	}
}

func (r *raw) read(n int) []byte {
	r.t.Helper()
	b := make([]byte, n)
	if _, err := io.ReadFull(r.r, b); err != nil {
		r.t.Fatal(err)
	}
	return b
}

// publish reads a PUBLISH and returns its first byte.
func (r *raw) publish() byte {
	r.t.Helper()
	first := r.read(1)[0]
	n := int(r.read(1)[0])
	if n >= 0x80 {
		n = n&0x7F | int(r.read(1)[0])<<7
	}
	r.read(n)
	return first
}
