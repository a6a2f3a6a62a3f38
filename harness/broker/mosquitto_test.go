package broker

import (
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"quecstar/harness/broker/packet"
)

// TestMosquittoClients has Mosquitto's own clients meet on the broker: each QoS, retained messages and a will,
// in MQTT 3.1.1 and 5. Where they are missing it is skipped, or fails when QUECSTAR_NEED_PARTS is set.
func TestMosquittoClients(t *testing.T) {
	for _, version := range []string{"mqttv311", "mqttv5"} {
		t.Run(version, func(t *testing.T) {
			subscribed := make(chan struct{}, 1)
			_, addr := start(t, Options{Rules: Rules{Subscribed: func(*Client, []packet.Filter, []byte) { subscribed <- struct{}{} }}})
			for _, qos := range []string{"0", "1", "2"} {
				m := &mosquitto{t, addr, subscribed, []string{"-V", version, "-q", qos}}
				m.message(qos)
				m.retained(qos)
				m.will(qos)
			}
		})
	}
}

// mosquitto runs Mosquitto's clients.
type mosquitto struct {
	t          *testing.T
	addr       string
	subscribed <-chan struct{}
	args       []string // of each client
}

// message publishes what is subscribed to.
func (m *mosquitto) message(qos string) {
	s := m.subscribe("a/#", "-C", "2")
	m.publish("-t", "a/1", "-m", "one")
	m.publish("-t", "a/2", "-m", strings.Repeat("x", 100_000))
	s.want("QoS "+qos, "a/1 one\na/2 "+strings.Repeat("x", 100_000)+"\n")
}

// retained publishes for who comes later, and takes it back.
func (m *mosquitto) retained(qos string) {
	m.publish("-r", "-t", "kept", "-m", "old")
	m.publish("-r", "-t", "kept", "-m", "kept")
	m.subscribe("kept", "-C", "1", "--retained-only").want("retained, QoS "+qos, "kept kept\n")
	m.publish("-r", "-t", "kept", "-n")
	s := m.subscribe("kept", "-C", "1")
	m.publish("-t", "kept", "-m", "new")
	s.want("behind what was retained, QoS "+qos, "kept new\n")
}

// will has a client vanish.
func (m *mosquitto) will(qos string) {
	s := m.subscribe("will", "-C", "1")
	dies := m.subscribe("none", "--will-topic", "will", "--will-payload", "gone", "--will-qos", qos)
	if err := dies.cmd.Process.Kill(); err != nil {
		m.t.Fatal(err)
	}
	s.want("will, QoS "+qos, "will gone\n")
}

// client is the command line of a client of Mosquitto's.
func (m *mosquitto) client(name string, args ...string) *exec.Cmd {
	m.t.Helper()
	exe, err := exec.LookPath(name)
	if err != nil && os.Getenv("QUECSTAR_NEED_PARTS") != "" {
		m.t.Fatalf("%v (Debian: apt install mosquitto-clients), and QUECSTAR_NEED_PARTS is set", err)
	}
	if err != nil {
		m.t.Skipf("%v (Debian: apt install mosquitto-clients)", err)
	}
	host, port, err := net.SplitHostPort(m.addr)
	if err != nil {
		m.t.Fatal(err)
	}
	return exec.CommandContext(m.t.Context(), exe, append(append([]string{"-h", host, "-p", port}, m.args...), args...)...)
}

func (m *mosquitto) publish(args ...string) {
	m.t.Helper()
	if out, err := m.client("mosquitto_pub", args...).CombinedOutput(); err != nil || len(out) > 0 {
		m.t.Fatalf("mosquitto_pub %.100q: %v %s", args, err, out)
	}
}

// subscriber is a mosquitto_sub under way.
type subscriber struct {
	t   *testing.T
	cmd *exec.Cmd
	out io.Reader
}

// subscribe starts a mosquitto_sub, and returns once the broker has granted what it asked for.
func (m *mosquitto) subscribe(topic string, args ...string) *subscriber {
	m.t.Helper()
	cmd := m.client("mosquitto_sub", append([]string{"-v", "-t", topic}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		m.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	m.t.Cleanup(func() { late.Stop(); _ = cmd.Process.Kill(); _ = cmd.Wait() })
	select {
	case <-m.subscribed:
	case <-time.After(patience):
		m.t.Fatalf("mosquitto_sub %q did not subscribe", args)
	}
	return &subscriber{m.t, cmd, out}
}

// want reads what the subscriber got, to its end.
func (s *subscriber) want(what, text string) {
	s.t.Helper()
	all, err := io.ReadAll(s.out)
	if err != nil {
		s.t.Fatal(err)
	}
	if string(all) != text {
		s.t.Errorf("%s: got %.300q", what, all)
	}
}
