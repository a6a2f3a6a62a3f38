package serial

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"quecstar/harness/report"
)

// wireOf is a port that gives out what it is told to.
type wireOf struct {
	Port
	in *bytes.Reader
}

func (w wireOf) Read(p []byte) (int, error)  { return w.in.Read(p) }
func (w wireOf) Write(p []byte) (int, error) { return len(p), nil }
func (w wireOf) Close() error                { return nil }

// stamp is the time in front of a line.
var stamp = regexp.MustCompile(`(?m)^\S+Z `)

// TestTraceHidesSecrets: whatever pieces the bytes come in, and on whichever way, no secret is in a trace,
// and what is beside it is.
func TestTraceHidesSecrets(t *testing.T) {
	const secret, pin = "p4ss-w0rd!x", "9371"
	hmac := strings.Repeat("0123456789abcdef", 4)
	key := "-----BEGIN RSA PRIVATE KEY-----\r\nMIIEabc" + secret + "\r\nMIIEabc\r\n-----END RSA PRIVATE KEY-----\r\n"
	for name, c := range map[string]struct{ text, kept string }{
		"QMTCONN":    {`AT+QMTCONN=0,"client","user","` + secret + "\"\r", `"client\",\"user\",\"***`},
		"echo":       {`AT+QMTCONN=0,"client","user","` + secret + "\"\r\r\nOK\r\n", `OK\r`},
		"QMTCFG":     {`AT+QMTCFG="aliauth",0,"key","dev","` + secret + "\"\r", "aliauth"},
		"CPIN":       {`AT+CPIN="` + pin + "\"\r", "AT+CPIN="},
		"CLCK":       {`AT+CLCK="SC",1,"` + pin + "\"\r", "AT+CLCK="},
		"QICSGP":     {`+QICSGP: 1,"apn","u","` + secret + "\",0\r\n", "apn"},
		"QSSLCFG":    {`AT+QSSLCFG="clientkeypass",0,"` + secret + "\"\r", "QSSLCFG"},
		"lower case": {`at+qmtconn=0,"c","u","` + secret + "\"\r", "at+qmtconn"},
		"HMAC":       {"print('" + hmac + "')\r\n", "print"},
		"known":      {"secret = '" + "known-to-the-bench" + "'\r\n", "secret = "},
		"in hex":     {"6b6e6f776e2d746f2d7468652d62656e6368\r\n", "***"},
		"in UCS2":    {"AT+CMGS=\"006B006E006F0077006E002D0074006F002D007400680065002D00620065006E00630068\"\r", `CMGS=\"***`},
		"key":        {key, "PRIVATE KEY"},
		"helper":     {"_qs_mqtt[1]=_qs_MQTT('id','host',1883,'user','" + secret + "',60,False,{},4)\n", "'host',1883,'user',***"},
		"script":     {"c = MQTTClient('id', 'host', 1883, 'user', '" + secret + "', keepalive=60)\r\n", "'user', ***"},
		"by name":    {"c = MQTTClient('id', 'host', password='" + secret + "')\r\n", "password=***"},
		"PIN":        {"sim.verifyPin('" + pin + "')\x04", "verifyPin("},
		"file": {"_w(_qb.a2b_base64('" + base64.StdEncoding.EncodeToString([]byte("x = MQTTClient('id', 'h', password='"+secret+"')\n")) + "'))\x04",
			"a2b_base64('***')"},
	} {
		for _, size := range []int{1, 7, 1000} {
			for _, out := range []bool{true, false} {
				var log bytes.Buffer
				p := newTraced(wireOf{in: bytes.NewReader([]byte(c.text))}, &log, report.NewMasker([]string{"known-to-the-bench"}).Text)
				for rest := []byte(c.text); len(rest) > 0; rest = rest[min(size, len(rest)):] {
					if out {
						_, _ = p.Write(rest[:min(size, len(rest))])
					} else if _, err := p.Read(make([]byte, size)); err != nil {
						break
					}
				}
				_ = p.Close()
				text := stamp.ReplaceAllString(log.String(), "") // whose digits may be those of the PIN
				for _, s := range []string{secret, pin, hmac, "known-to-the-bench", "6b6e6f776e", "006B006E", "MIIE", base64.StdEncoding.EncodeToString([]byte(secret))} {
					if strings.Contains(text, s) {
						t.Errorf("%s by %d: the trace holds %q:\n%s", name, size, s, text)
					}
				}
				if !strings.Contains(text, c.kept) {
					t.Errorf("%s by %d: the trace has no %q:\n%s", name, size, c.kept, text)
				}
			}
		}
	}
}
