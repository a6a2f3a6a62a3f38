package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quecstar/harness/cloud"
)

// The fleet of BenchmarkFleet: so many devices, that publish so many messages in a second, all together.
const (
	fleetDevices = 10_000
	fleetRate    = 5_000
)

// BenchmarkFleet has 10,000 devices online, in a process of their own, that report with QoS 1, 5,000 times a second, while
// a rule forwards each report to an HTTP receiver. It fails where one is not acknowledged or not forwarded, and tells
// what the cloud holds of the memory in the beginning, at most and in the end, in MB. A minute of it is
//
//	go test -run '^$' -bench Fleet -benchtime 300000x ./harness/cmd/quecstar
func BenchmarkFleet(b *testing.B) {
	path := filepath.Join(b.TempDir(), "state")
	register(b, path)
	got := &receipts{seen: make([]atomic.Bool, b.N), all: newFill(b.N)}
	receiver := httptest.NewServer(got)
	defer receiver.Close()
	s := serveCloud(b, "--state", path, "-q")
	rule, action := forwardAll(b, s, receiver.URL)
	f := &fleet{acked: newFill(b.N)}
	defer f.close()
	for i := range fleetDevices {
		f.connect(b, s.mqtt, fmt.Sprintf("p_%05d", i))
	}
	begun, held := time.Now(), s.memory(b)
	most := held
	b.ResetTimer()
	for n := 0; n < b.N; n++ {
		f.report(b, n)
		if n%(fleetRate/100) == 0 {
			time.Sleep(time.Until(begun.Add(time.Duration(n) * time.Second / fleetRate))) // the pace; nothing is awaited
		}
		if n%fleetRate == 0 {
			most = max(most, s.memory(b))
		}
	}
	sent := time.Since(begun)
	late := time.After(2 * time.Minute)
	for _, t := range []*fill{f.acked, got.all} {
		select {
		case <-t.full:
		case <-late:
			b.Fatalf("of %d reports %d are acknowledged and %d forwarded by the rule %s, action %s", b.N,
				f.acked.count.Load(), got.all.count.Load(), rule, action)
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/sent.Seconds(), "sent/s")
	b.ReportMetric(float64(b.N)/time.Since(begun).Seconds(), "forwarded/s")
	b.ReportMetric(held, "MB-begin")
	b.ReportMetric(max(most, s.memory(b)), "MB-most")
	b.ReportMetric(s.memory(b), "MB-end")
}

// register makes the state file of the fleet.
func register(b *testing.B, path string) {
	b.Helper()
	c, err := cloud.Start(cloud.Options{State: path})
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < fleetDevices && err == nil; i++ {
		_, err = c.AddDevice(cloud.Device{ID: fmt.Sprintf("p_%05d", i), Secret: "s"})
	}
	if err2 := c.Close(); err != nil || err2 != nil {
		b.Fatal(err, err2)
	}
}

// forwardAll has reports forwarded.
func forwardAll(b *testing.B, s *served, url string) (rule, action string) {
	b.Helper()
	status, r := post(s.url+"/routing-rule/rules", "POST",
		`{"rule_name":"all","subject":{"resource":"device.property","event":"report"}}`)
	rule, _ = r["rule_id"].(string)
	status2, a := post(s.url+"/routing-rule/actions", "POST", `{"rule_id":"`+rule+`","channel":"HTTP_FORWARDING",
		"channel_detail":{"http_forwarding":{"url":"`+url+`"}}}`)
	action, _ = a["action_id"].(string)
	status3, _ := post(s.url+"/routing-rule/rules/"+rule, "PUT", `{"active":true}`)
	if status != http.StatusCreated || status2 != http.StatusCreated || status3 != http.StatusOK {
		b.Fatal(r, a, status3)
	}
	return rule, action
}

// fill counts up to a number, at which full is closed.
type fill struct {
	want  int64
	count atomic.Int64
	full  chan struct{}
}

func newFill(want int) *fill { return &fill{want: int64(want), full: make(chan struct{})} }

func (t *fill) add() {
	if t.count.Add(1) == t.want {
		close(t.full)
	}
}

// receipts are what was forwarded.
type receipts struct {
	seen []atomic.Bool
	all  *fill
}

var litres = regexp.MustCompile(`"litres":(\d+)`)

// ServeHTTP counts each report once.
func (r *receipts) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	text, _ := io.ReadAll(req.Body) // what is cut off is not counted
	if m := litres.FindSubmatch(text); m != nil {
		if n, err := strconv.Atoi(string(m[1])); err == nil && n < len(r.seen) && !r.seen[n].Swap(true) {
			r.all.add()
		}
	}
	w.WriteHeader(http.StatusOK)
}

// memory is what the process holds, in MB.
func (s *served) memory(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kb / 1024
}

// fleet are the devices.
type fleet struct {
	conns []net.Conn
	ids   []string
	acked *fill
	work  sync.WaitGroup
}

// connect connects a device, whose acknowledgements are counted.
func (f *fleet) connect(b *testing.B, addr, id string) {
	b.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	info := cloud.ConnectInfo(id, "s", cloud.SignAnyTime, time.Now())
	body := []byte("\x00\x04MQTT\x04\xC2\x04\xB0")
	for _, s := range []string{info.ClientID, info.Username, info.Password} {
		body = append(binary.BigEndian.AppendUint16(body, uint16(len(s))), s...)
	}
	ack := make([]byte, 4)
	r := bufio.NewReaderSize(conn, 64)
	if _, err = conn.Write(packed(0x10, body)); err == nil {
		_, err = io.ReadFull(r, ack)
	}
	if err != nil || string(ack) != "\x20\x02\x00\x00" {
		b.Fatalf("%s: CONNACK % X: %v", id, ack, err)
	}
	f.conns, f.ids = append(f.conns, conn), append(f.ids, id)
	f.work.Go(func() {
		for {
			if _, err := io.ReadFull(r, ack); err != nil {
				return
			}
			if ack[0] == 0x40 {
				f.acked.add()
			}
		}
	})
}

// packed is an MQTT packet.
func packed(first byte, body []byte) []byte {
	out := []byte{first}
	for n := len(body); ; {
		digit := byte(n & 0x7F)
		if n >>= 7; n == 0 {
			return append(append(out, digit), body...)
		}
		out = append(out, digit|0x80)
	}
}

// report publishes the nth report of all.
func (f *fleet) report(b *testing.B, n int) {
	b.Helper()
	i := n % len(f.conns)
	topic := "$oc/devices/" + f.ids[i] + "/sys/properties/report"
	body := append(binary.BigEndian.AppendUint16(nil, uint16(len(topic))), topic...)
	body = binary.BigEndian.AppendUint16(body, uint16(n/len(f.conns)%65535+1))
	body = fmt.Appendf(body, `{"services":[{"service_id":"Meter","properties":{"litres":%d,"valve":"open"}}]}`, n)
	if _, err := f.conns[i].Write(packed(0x32, body)); err != nil {
		b.Fatal(err)
	}
}

func (f *fleet) close() {
	for _, c := range f.conns {
		_ = c.Close() // nothing is written any more
	}
	f.work.Wait()
}
