package direct

import (
	"bufio"
	"bytes"
	"strings"
	"testing"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// TestPackets has what a server may send, and what closes the connection.
func TestPackets(t *testing.T) {
	cases := []struct {
		name, bytes string
		protocol    int
		want        string // of the error; "" for a packet that is taken
	}{
		{"message", "\x30\x05\x00\x01ahi", 4, ""},
		{"empty message", "\x31\x03\x00\x01a", 4, ""},
		{"message at QoS 1, again", "\x3a\x05\x00\x01a\x00\x07", 4, ""},
		{"message at QoS 2", "\x34\x07\x00\x01a\xff\xffhi", 4, ""},
		{"QoS 3", "\x36\x05\x00\x01a\x00\x07", 4, "a message at QoS 3"},
		{"identifier 0", "\x32\x05\x00\x01a\x00\x00", 4, "identifier 0"},
		{"no identifier", "\x32\x04\x00\x01a\x00", 4, "without an identifier"},
		{"no topic", "\x30\x02\x00\x00", 4, "without a topic"},
		{"topic beyond the packet", "\x30\x04\x00\x09ab", 4, "without a topic"},
		{"topic that is no text", "\x30\x04\x00\x02\xff\xfe", 4, "without a topic"},
		{"topic with a zero", "\x30\x04\x00\x02a\x00", 4, "without a topic"},
		{"half a length of a topic", "\x30\x01\x00", 4, "a PUBLISH of 1 bytes"},
		{"PUBACK", "\x40\x02\x00\x01", 4, ""},
		{"PUBACK with flags", "\x42\x02\x00\x01", 4, "PUBACK with the flags"},
		{"PUBACK too long", "\x40\x03\x00\x01\x00", 4, "PUBACK of 3 bytes"},
		{"PUBREL", "\x62\x02\x00\x01", 4, ""},
		{"PUBREL without flags", "\x60\x02\x00\x01", 4, "PUBREL with the flags"},
		{"PUBREL again in MQTT 3.1", "\x6a\x02\x00\x01", 3, ""},
		{"PUBREL again in MQTT 3.1.1", "\x6a\x02\x00\x01", 4, "PUBREL with the flags"},
		{"SUBACK", "\x90\x03\x00\x01\x80", 4, ""},
		{"SUBACK of nothing", "\x90\x02\x00\x01", 4, "SUBACK of 2 bytes"},
		{"PINGRESP", "\xd0\x00", 4, ""},
		{"second CONNACK", "\x20\x02\x00\x00", 4, "type 2"},
		{"a client's packet", "\x82\x06\x00\x01\x00\x01a\x00", 4, "type 8"},
		{"reserved type", "\xf0\x00", 4, "type 15"},
		{"HTTP", "HTTP/1.1 400", 4, "PUBACK with the flags"},
		{"endless length", "\x30\xff\xff\xff\xff\x01", 4, "more than four bytes"},
		{"huge length", "\x30\xff\xff\xff\x7f", 4, "268435455 bytes"},
		{"cut in the length", "\x30\x85", 4, "middle of a packet"},
		{"cut in the body", "\x30\x05\x00\x01a", 4, "middle of a packet"},
		{"cut between packets", "", 4, "EOF"},
	}
	for _, c := range cases {
		p, err := readPacket(bufio.NewReader(strings.NewReader(c.bytes)), c.protocol)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: error %v, want %q (%+v)", c.name, err, c.want, p)
		}
	}
}

// FuzzPacket reads anything, and what is taken is what paho's reader makes of it.
func FuzzPacket(f *testing.F) {
	f.Add([]byte("\x3a\x07\x00\x01a\x00\x07hi"))
	f.Add([]byte("\x90\x03\x00\x01\x80"))
	f.Add([]byte("\x62\x02\x00\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := readPacket(bufio.NewReader(bytes.NewReader(data)), 4)
		if err != nil {
			return
		}
		other, err := packets.ReadPacket(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("paho does not take %x: %v", data, err)
		}
		if d := other.Details(); p.kind != packets.Pingresp && p.id != d.MessageID {
			t.Errorf("%x has the identifier %d, paho says %d", data, p.id, d.MessageID)
		}
		if pub, ok := other.(*packets.PublishPacket); ok {
			if pub.TopicName != p.msg.Topic || !bytes.Equal(pub.Payload, p.msg.Payload) || pub.Qos != p.msg.QoS || pub.Retain != p.msg.Retain {
				t.Errorf("%x is %+v, paho says %s", data, p.msg, pub)
			}
		}
	})
}
