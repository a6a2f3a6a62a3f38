package report

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"sort"
	"strings"
	"unicode/utf16"

	"quecstar/harness/event"
)

// masked takes the place of a secret.
const masked = "***"

// Masker hides secrets in what is shown, also where they are written as JSON, in a URL, in hex, in
// UCS2 or in base64.
type Masker struct {
	forms []string // longest first
}

// shortest is the length of the shortest secret that is masked: hiding every "1" would hide
// everything.
const shortest = 4

// NewMasker hides these values.
func NewMasker(secrets []string) *Masker {
	seen := map[string]bool{}
	m := &Masker{}
	add := func(form string) {
		if len(form) >= shortest && !seen[form] {
			seen[form] = true
			m.forms = append(m.forms, form)
		}
	}
	for _, s := range secrets {
		if len(s) < shortest {
			continue
		}
		add(s)
		if b, err := json.Marshal(s); err == nil {
			add(strings.Trim(string(b), `"`))
		}
		add(url.QueryEscape(s))
		add(url.PathEscape(s))
		for _, digits := range []string{hex.EncodeToString([]byte(s)), ucs2(s)} {
			add(digits)
			add(strings.ToUpper(digits))
		}
		add(base64.StdEncoding.EncodeToString([]byte(s)))
	}
	sort.Slice(m.forms, func(i, j int) bool { return len(m.forms[i]) > len(m.forms[j]) })
	return m
}

// ucs2 is a text as AT commands have it behind AT+CSCS="UCS2": four hex digits for each unit of UTF-16 (3GPP
// TS 27.007, section 5.5).
func ucs2(s string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04x", unit)
	}
	return b.String()
}

// Text hides secrets in a text.
func (m *Masker) Text(s string) string {
	for _, f := range m.forms {
		s = strings.ReplaceAll(s, f, masked)
	}
	return s
}

// made is what scripts make of a secret, and then connect with: HMAC-SHA256 or HMAC-SHA1 in hex. Whether a
// digest is one of a secret cannot be known, as scripts have secrets that no bench knows.
var made = regexp.MustCompile(`\b(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{40})\b`)

// Event hides secrets in an event, and in calls what may have been made of one. Its payload is copied
// before it is changed.
func (m *Masker) Event(e event.Event) event.Event {
	if e.Kind == event.Call {
		e.Text = made.ReplaceAllString(e.Text, masked)
	}
	e.Text, e.Topic, e.Device, e.Traceback = m.Text(e.Text), m.Text(e.Topic), m.Text(e.Device), m.Text(e.Traceback)
	for _, f := range m.forms {
		if bytes.Contains(e.Payload, []byte(f)) {
			e.Payload = bytes.ReplaceAll(e.Payload, []byte(f), []byte(masked))
		}
	}
	return e
}
