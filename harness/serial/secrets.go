package serial

import (
	"encoding/base64"
	"regexp"
	"strings"
	"sync"
)

// hidden takes the place of a secret in a trace.
const hidden = "***"

// quotedPart is a text in quotes, as AT commands have it.
const quotedPart = `"[^"]*"`

// secretParts are what of a line is kept, with the secret behind it; the name of a command stands in its
// echo and in its answer, too. Commands are those of Quectel's AT commands, MQTT and SSL manuals. They are compiled
// when first used, as that took about a millisecond of every start.
var secretParts = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`(?i)(\+QMTCONN=\d+,` + quotedPart + `,` + quotedPart + `,")[^"\r\n]*`), // the password
		regexp.MustCompile(`(?i)(\+QMTCFG[=:] ?"(?:aliauth|hwauth|hwprodid|tencentauth|onenet|ctwing|will|willex)",)` +
			`[^\r\n]*`),
		regexp.MustCompile(`(?i)(\+QSSLCFG[=:] ?"[^"]*(?:pass|pwd|psk|key_?pass)[^"]*",\d+,)[^\r\n]*`),
		regexp.MustCompile(`(?i)(\+QICSGP[=:] ?\d+,(?:\d+,)?` + quotedPart + `,` + quotedPart + `,")[^"\r\n]*`),
		regexp.MustCompile(`(?i)(\+(?:CPIN2?|CLCK|CPWD|CGAUTH|QPWD)=)[^?\r\n][^\r\n]*`),
		regexp.MustCompile(`(_qs_MQTT\(` + pythonText + `,` + pythonText + `,\d+,(?:None|` + pythonText + `),)` + pythonText),
		regexp.MustCompile(`(MQTTClient\([^\r\n]*?password ?= ?)` + pythonText),
		regexp.MustCompile(`(MQTTClient\(` + pythonText + `, ?` + pythonText + `, ?\w+, ?` + pythonText + `, ?)` +
			pythonText),
		regexp.MustCompile(`(\.(?:verifyPin|enablePin|disablePin|changePin|unblockPin)\()[^)\r\n]*`),
		regexp.MustCompile(`(\.setPDPContext\(\d+, ?\d+, ?` + pythonText + `, ?` + pythonText + `, ?)` + pythonText),
	}
})

// pythonText is a literal of Python.
const pythonText = `b?(?:'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*")`

// digest is a password as Huawei IoTDA's devices have it, an HMAC-SHA256 in hex, whatever it stands in.
var digest = regexp.MustCompile(`[0-9A-Fa-f]{64}`)

// privateKey is a key in PEM, all of it or as far as it came.
var privateKey = regexp.MustCompile(`(?s)(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END [A-Z ]*PRIVATE KEY-----|$)`)

// uploaded is what the REPL client sends of a file.
var uploaded = regexp.MustCompile(`a2b_base64\('([A-Za-z0-9+/=]*)'\)`)

// HasSecret reports whether a line that is typed for a module has a secret in it: one that a trace would not show.
func HasSecret(line string) bool { return hide(line, nil) != line }

// Hide takes the secrets out of a line that a port carried, as a trace does: those of commands, and those that known
// takes out.
func Hide(line string, known func(string) string) string { return hide(line, known) }

// hide takes the secrets out of what a port carried. Known takes out those that the caller knows; nil is
// none.
func hide(text string, known func(string) string) string {
	text = uploaded.ReplaceAllStringFunc(text, func(s string) string {
		plain, err := base64.StdEncoding.DecodeString(uploaded.FindStringSubmatch(s)[1])
		if err != nil || hide(string(plain), known) == string(plain) {
			return s
		}
		return "a2b_base64('" + hidden + "')"
	})
	if known != nil {
		text = known(text)
	}
	if strings.Contains(text, "PRIVATE KEY") {
		text = privateKey.ReplaceAllString(text, "${1}"+hidden+"${2}")
	}
	for _, part := range secretParts() {
		text = part.ReplaceAllString(text, "${1}"+hidden)
	}
	return digest.ReplaceAllString(text, hidden)
}
