package at

import (
	"strings"
	"time"
)

// limits are how long a command may take to its final result, after the vendor's manuals ("Maximum
// Response Time"); the first whose prefix fits.
var limits = []struct {
	prefix string
	limit  time.Duration
}{
	{"AT+COPS=?", 300 * time.Second}, {"AT+COPS=", 180 * time.Second}, {"AT+QIACT=", 150 * time.Second},
	{"AT+CGATT=", 140 * time.Second}, {"AT+CGACT=", 150 * time.Second}, {"AT+QIDEACT=", 40 * time.Second},
	{"AT+CMGS=", 120 * time.Second}, {"AT+CMGL", 30 * time.Second}, {"AT+CMGD", 10 * time.Second},
	{"AT+CFUN=", 15 * time.Second},
	{"AT+CPIN", 5 * time.Second}, {"AT+CLCK", 5 * time.Second}, {"AT+CPWD", 5 * time.Second},
	{"AT+CPBR", 10 * time.Second},
	{"AT+QMT", 15 * time.Second}, {"AT+QICLOSE", 10 * time.Second}, {"AT+QISEND", 30 * time.Second},
	{"AT+QF", 30 * time.Second},
	{"AT+QPOWD", 5 * time.Second}, {"AT+CSIM", 5 * time.Second}, {"AT+Q", 5 * time.Second},
}

// localLimit is for commands that only look something up: the manuals give 300 ms, which a busy
// module does not keep.
const localLimit = 10 * time.Second

func timeLimit(text string) time.Duration {
	for _, l := range limits {
		if strings.HasPrefix(strings.ToUpper(text), l.prefix) {
			return l.limit
		}
	}
	return localLimit
}

// mqttLimit is how long the module may try to send a packet: 5 s, and 3 times more, as AT+QMTCFG="timeout"
// is at the factory. A result that did not come by then was lost.
const mqttLimit = 25 * time.Second

// urcLimit is how long the URC behind a command's OK may take.
func urcLimit(text string) time.Duration {
	switch {
	case strings.HasPrefix(text, "AT+QMTOPEN"):
		return 120 * time.Second
	case strings.HasPrefix(text, "AT+QMTDISC"), strings.HasPrefix(text, "AT+QMTCLOSE"):
		return 31 * time.Second
	case strings.HasPrefix(text, "AT+QMT"):
		return mqttLimit
	case strings.HasPrefix(text, "AT+QIOPEN"):
		return 150 * time.Second
	case strings.HasPrefix(text, "AT+QNTP"):
		return 125 * time.Second
	}
	return 60 * time.Second
}

// secretCommands carry secrets behind their "=".
var secretCommands = []string{"AT+QMTCONN=", "AT+CPIN=", "AT+CLCK=", "AT+CPWD=", "AT+QICSGP=", `AT+QMTCFG="aliauth"`,
	`AT+QMTCFG="will"`}

// Shown is a command as errors and logs may show it: without what may be secret.
func Shown(text string) string {
	for _, p := range secretCommands {
		if strings.HasPrefix(strings.ToUpper(text), strings.ToUpper(p)) {
			name, _, _ := strings.Cut(text, "=")
			return name + "=…"
		}
	}
	if len(text) > 120 {
		return text[:120] + "…"
	}
	return text
}
