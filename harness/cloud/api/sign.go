package api

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"time"
)

// authenticate checks the signature of a request when the server has access keys, and leaves its
// body to be read again (SDK core/auth/signer).
func (s *server) authenticate(r *http.Request, body io.Reader) error {
	if len(s.opts.AccessKeys) == 0 {
		r.Body = io.NopCloser(body)
		return nil
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("the body cannot be read: %w", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(text))
	sig, err := parseAuthorization(r.Header.Get("Authorization"))
	if err != nil {
		return err
	}
	secret, ok := s.opts.AccessKeys[sig.access]
	if !ok {
		return errors.New("the access key is unknown")
	}
	want, err := sig.compute(r, text, secret)
	if err != nil {
		return err
	}
	if !hmac.Equal([]byte(want), []byte(sig.signature)) {
		return errors.New("the signature is wrong")
	}
	return checkDigest(r, text)
}

// checkDigest compares the body with the digest that was signed in its place. Only bodies that are no JSON may go
// unsigned.
func checkDigest(r *http.Request, body []byte) error {
	sum := sha256.Sum256(body)
	switch digest := r.Header.Get("X-Sdk-Content-Sha256"); {
	case digest == "" || strings.EqualFold(digest, hex.EncodeToString(sum[:])):
		return nil
	case digest == "UNSIGNED-PAYLOAD" && (len(body) == 0 || !isJSON(r.Header.Get("Content-Type"))):
		return nil
	}
	return errors.New("the body is not the one that was signed: X-Sdk-Content-Sha256 is not its SHA-256")
}

// maxSkew is how far the date of a signed call may be from the server's clock. Huawei's documents say
// that the two must agree; 15 minutes is what its API gateway allows.
const maxSkew = 15 * time.Minute

// checkDate checks the date that a signature is of.
func (s *server) checkDate(r *http.Request) error {
	if len(s.opts.AccessKeys) == 0 {
		return nil
	}
	text := r.Header.Get("X-Sdk-Date")
	date, err := time.Parse(timeForm, text)
	if err != nil {
		return fmt.Errorf("X-Sdk-Date is %q and not of the form YYYYMMDDTHHMMSSZ", text)
	}
	now := s.opts.Now().UTC()
	if skew := now.Sub(date); skew > maxSkew || skew < -maxSkew {
		return fmt.Errorf("the call was signed at %s and it is %s: the two may be %v apart", text, now.Format(timeForm),
			maxSkew)
	}
	return nil
}

// signature is a parsed Authorization header.
type signature struct {
	algorithm, access, scope, signature string
	headers                             []string
}

func parseAuthorization(header string) (signature, error) {
	algorithm, rest, _ := strings.Cut(header, " ")
	s := signature{algorithm: algorithm}
	if algorithm != "SDK-HMAC-SHA256" && algorithm != "V11-HMAC-SHA256" {
		return s, errors.New("the request is not signed with SDK-HMAC-SHA256 or V11-HMAC-SHA256")
	}
	for _, part := range strings.Split(rest, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch key {
		case "Access":
			s.access = value
		case "Credential":
			s.access, s.scope, _ = strings.Cut(value, "/")
		case "SignedHeaders":
			s.headers = strings.Split(value, ";")
		case "Signature":
			s.signature = value
		}
	}
	return s, nil
}

// compute is the signature that the request should have.
func (s signature) compute(r *http.Request, body []byte, secret string) (string, error) {
	canonical := sha256.Sum256([]byte(canonicalRequest(r, body, s.headers)))
	text := s.algorithm + "\n" + r.Header.Get("X-Sdk-Date") + "\n"
	key := []byte(secret)
	if s.algorithm == "V11-HMAC-SHA256" {
		if day, _, _ := strings.Cut(s.scope, "/"); !strings.HasPrefix(r.Header.Get("X-Sdk-Date"), day) ||
			!strings.HasSuffix(s.scope, "/iotdm") {
			return "", fmt.Errorf("the scope %q is not {day of X-Sdk-Date}/{region}/iotdm", s.scope)
		}
		text += s.scope + "\n"
		derived, err := hkdf.Key(sha256.New, []byte(secret), []byte(s.access), s.scope, 32)
		if err != nil {
			return "", fmt.Errorf("derive a key: %w", err)
		}
		key = []byte(hex.EncodeToString(derived))
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text + hex.EncodeToString(canonical[:])))
	return hex.EncodeToString(mac.Sum(nil)), nil
}

func canonicalRequest(r *http.Request, body []byte, headers []string) string {
	var b strings.Builder
	path := escapePath(r.URL.Path)
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	fmt.Fprintf(&b, "%s\n%s\n%s\n", r.Method, path, canonicalQuery(r.URL.Query()))
	for _, h := range headers {
		value := r.Header.Get(h)
		if strings.EqualFold(h, "host") {
			value = r.Host
		}
		fmt.Fprintf(&b, "%s:%s\n", strings.ToLower(h), strings.TrimSpace(value))
	}
	digest := r.Header.Get("X-Sdk-Content-Sha256")
	if digest == "" {
		sum := sha256.Sum256(body)
		digest = hex.EncodeToString(sum[:])
	}
	fmt.Fprintf(&b, "\n%s\n%s", strings.Join(headers, ";"), digest)
	return b.String()
}

func canonicalQuery(q url.Values) string {
	var parts []string
	for k, values := range q {
		for _, v := range values {
			parts = append(parts, escape(k)+"="+escape(v))
		}
	}
	sort.Strings(parts)
	return strings.Join(parts, "&")
}

func escapePath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = escape(p)
	}
	return strings.Join(parts, "/")
}

// escape keeps only the unreserved characters of RFC 3986.
func escape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
