package vmodule

import (
	"net"
	"testing"

	"quecstar/harness/device"
)

// A call comes in, is answered, and the other side ends it.
func TestAnIncomingCall(t *testing.T) {
	m := newModule(t, Behaviour{})
	line := newLine(t, m, "usbat")
	typed(t, line, "ATE0\r", "OK\r\n")
	if got := typed(t, line, "ATA\r", "\r\nNO CARRIER\r\n"); got != "\r\nNO CARRIER\r\n" {
		t.Errorf("no call: %q", got)
	}
	typed(t, line, "AT+CLIP=1\r", "OK\r\n")
	if err := m.Device().ArriveCall("+8613800000000"); err != nil {
		t.Fatal(err)
	}
	if got, want := typed(t, line, "", ",,,,0\r\n"), "\r\nRING\r\n\r\n+CLIP: \"+8613800000000\",145,,,,0\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	dialogue(t, line, "AT+CLCC\r", "\r\n+CLCC: 1,1,4,0,0,\"+8613800000000\",145\r\n\r\nOK\r\n", "ATA\r", "\r\nOK\r\n",
		"AT+CLCC\r", "\r\n+CLCC: 1,1,0,0,0,\"+8613800000000\",145\r\n\r\nOK\r\n", "AT+VTS=5\r", "\r\nOK\r\n")
	if err := m.Device().HangUpRemote(); err != nil {
		t.Fatal(err)
	}
	if got := typed(t, line, "", "NO CARRIER\r\n"); got != "\r\nNO CARRIER\r\n" {
		t.Errorf("at its end: %q", got)
	}
	dialogue(t, line, "AT+CLCC\r", "\r\nOK\r\n", "AT+CLIP?\r", "\r\n+CLIP: 1,1\r\n\r\nOK\r\n", "AT+CLIP=2\r", "\r\n+CME ERROR: 50\r\n", "AT+CRC=1\r", "\r\nOK\r\n", "AT+CRC?\r", "\r\n+CRC: 1\r\n\r\nOK\r\n")
	if err := m.Device().ArriveCall("10086"); err != nil {
		t.Fatal(err)
	}
	if got, want := typed(t, line, "", ",,,,0\r\n"), "\r\n+CRING: VOICE\r\n\r\n+CLIP: \"10086\",129,,,,0\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	// This side ends it: nothing but OK.
	dialogue(t, line, "AT+CHUP\r", "\r\nOK\r\n", "AT+CLCC\r", "\r\nOK\r\n", "AT+CHUP\r", "\r\nOK\r\n")
}

// The module calls.
func TestADialledCall(t *testing.T) {
	m := newModule(t, Behaviour{})
	line := newLine(t, m, "usbat")
	typed(t, line, "ATE0\r", "OK\r\n")
	dialogue(t, line, "ATD10086\r", "\r\nERROR\r\n", "ATD10086;\r", "\r\nOK\r\n",
		"AT+CLCC\r", "\r\n+CLCC: 1,0,0,0,0,\"10086\",129\r\n\r\nOK\r\n", "ATH\r", "\r\nOK\r\n", "AT+CLCC\r", "\r\nOK\r\n")
	m.Device().SetCallee(device.CalleeBusy)
	if got := typed(t, line, "ATD10086;\r", "BUSY\r\n"); got != "\r\nOK\r\n\r\nBUSY\r\n" {
		t.Errorf("busy: %q", got)
	}
	if got := typed(t, line, "ATDx;\r", "NO CARRIER\r\n"); got != "\r\nOK\r\n\r\nNO CARRIER\r\n" {
		t.Errorf("no number: %q", got)
	}
}

// dialogue sends commands and compares their answers.
func dialogue(t *testing.T, line net.Conn, sendAndWant ...string) {
	t.Helper()
	for i := 0; i < len(sendAndWant); i += 2 {
		send, want := sendAndWant[i], sendAndWant[i+1]
		if got := typed(t, line, send, want); got != want {
			t.Errorf("%q: %q, want %q", send, got, want)
		}
	}
}
