package packet

import (
	"bufio"
	"bytes"
	"errors"
	"strings"
	"testing"
)

func connectOf(version byte, flags byte, rest string) string {
	body := "\x00\x04MQTT" + string([]byte{version, flags}) + "\x00\x0A" + rest
	return "\x10" + string([]byte{byte(len(body))}) + body
}

// TestRefused are packets that break a rule, each with the reason code of MQTT 5 and the return code of a
// CONNACK; those with a version were what crashed another broker, or what it took.
func TestRefused(t *testing.T) {
	tests := []struct {
		name    string
		version byte // of the connection; 0 before CONNECT
		packet  string
		code    byte
		reply   byte
	}{
		{"no CONNECT first", 0, "\xC0\x00", ProtocolError, 0},
		{"another protocol", 0, "\x10\x0D\x00\x04MQTU\x04\x02\x00\x0A\x00\x01p", ProtocolError, 0},
		{"another level", 0, connectOf(6, 2, "\x00\x01p"), UnsupportedVersion, RefusedVersion},
		{"level of MQIsdp", 0, connectOf(3, 2, "\x00\x01p"), UnsupportedVersion, RefusedVersion},
		{"reserved flag of CONNECT", 0, connectOf(4, 3, "\x00\x01p"), Malformed, 0},
		{"will of QoS 3", 0, connectOf(4, 0x1E, "\x00\x01p\x00\x01w\x00\x01m"), Malformed, 0},
		{"will QoS without a will", 0, connectOf(4, 0x0A, "\x00\x01p"), Malformed, 0},
		{"password without a user", 0, connectOf(4, 0x42, "\x00\x01p\x00\x01q"), Malformed, 0},
		{"bytes behind CONNECT", 0, connectOf(4, 2, "\x00\x01p!"), Malformed, 0},
		{"property twice", 0, connectOf(5, 2, "\x0A\x11\x00\x00\x00\x01\x11\x00\x00\x00\x01\x00\x01p"), ProtocolError, 0},
		{"receive maximum 0", 0, connectOf(5, 2, "\x03\x21\x00\x00\x00\x01p"), ProtocolError, 0},
		{"QoS 3", V311, "\x36\x06\x00\x01t\x00\x01x", Malformed, 0},
		{"sent again at QoS 0", V311, "\x38\x03\x00\x01t", Malformed, 0},
		{"wildcard in a name", V311, "\x30\x03\x00\x01+", Malformed, 0},
		{"packet id 0", V311, "\x32\x05\x00\x01t\x00\x00", ProtocolError, 0},
		{"a/b#", V311, "\x82\x09\x00\x01\x00\x04a/b#\x00", Malformed, 0},
		{"a+/b", V311, "\x82\x09\x00\x01\x00\x04a+/b\x00", Malformed, 0},
		{"reserved option", V311, "\x82\x06\x00\x01\x00\x01a\x04", Malformed, 0},
		{"SUBSCRIBE without a filter", V311, "\x82\x02\x00\x01", Malformed, 0},
		{"SUBSCRIBE that ends in its filter", V5, "\x82\x06\x00\x01\x00\x00\x01p", Malformed, 0},
		{"flags of SUBSCRIBE", V311, "\x80\x06\x00\x01\x00\x01a\x00", Malformed, 0},
		{"CONNACK from a client", V311, "\x20\x02\x00\x00", ProtocolError, 0},
		{"length of five bytes", V311, "\x30\x80\x80\x80\x80\x01", 0, 0},
		{"larger than allowed", V311, "\x30\xFF\xFF\x03", TooLarge, 0},
		{"no UTF-8", V311, "\x30\x05\x00\x03t\xED\xA0", Malformed, 0},
		{"AUTH of MQTT 3", V311, "\xF0\x00", ProtocolError, 0},
		{"topic alias 0", V5, "\x30\x07\x00\x01t\x03\x23\x00\x00", InvalidAlias, 0},
		{"unknown property", V5, "\x30\x06\x00\x01t\x02\x7F\x01", Malformed, 0},
		{"201 levels", V311, "\x30\xCB\x01\x00\xC9" + strings.Repeat("/", 201), Malformed, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(bufio.NewReader(strings.NewReader(tt.packet)), tt.version, 1000, nil)
			var e *Error
			if !errors.As(err, &e) || e.Code != tt.code || e.Reply != tt.reply {
				t.Errorf("%v (%+v), want the code 0x%02X and the reply %d", err, e, tt.code, tt.reply)
			}
		})
	}
}

// TestMatches are the examples of the specification (4.7), and some more.
func TestMatches(t *testing.T) {
	for _, tt := range []struct {
		filter, topic string
		want          bool
	}{
		{"sport/tennis/player1/#", "sport/tennis/player1", true}, {"sport/tennis/player1/#", "sport/tennis/player1/score/x", true},
		{"sport/#", "sport", true}, {"#", "a/b", true}, {"sport/tennis/+", "sport/tennis/player1", true},
		{"sport/tennis/+", "sport/tennis/player1/x", false}, {"sport/+", "sport", false}, {"sport/+", "sport/", true},
		{"+/+", "/finance", true}, {"/+", "/finance", true}, {"+", "/finance", false},
		{"#", "$SYS/x", false}, {"+/monitor/x", "$SYS/monitor/x", false}, {"$SYS/#", "$SYS/x", true}, {"$SYS/monitor/+", "$SYS/monitor/x", true},
		{"a", "A", false}, {"a/b", "a/b/c", false}, {"a/b/c", "a/b", false},
	} {
		if got := Matches(tt.filter, tt.topic); got != tt.want {
			t.Errorf("%s for %s: %v", tt.filter, tt.topic, got)
		}
	}
}

// FuzzRead: whatever comes is a packet or an error, and holds no more than what has come.
func FuzzRead(f *testing.F) {
	f.Add(byte(5), []byte("\x82\x06\x00\x01\x00\x00\x01p"))
	f.Add(byte(4), []byte("\x32\x06\x00\x01t\x00\x01x"))
	f.Add(byte(0), []byte(connectOf(5, 0xC6, "\x00\x00\x01p\x00\x00\x01w\x00\x01m\x00\x01u\x00\x01p")))
	f.Fuzz(func(t *testing.T, version byte, b []byte) {
		p, err := Read(bufio.NewReader(bytes.NewReader(b)), version%6, 1<<16, nil)
		if err == nil && cap(p.Payload) > len(b) {
			t.Errorf("a payload of %d bytes has %d", len(p.Payload), cap(p.Payload))
		}
	})
}
