package builtins_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"quecstar/builtins"
	"quecstar/harness/script"
	"quecstar/harness/session"
)

// Each module has an example in each language that sees it, and every example of the manual runs and
// prints what it says.
func TestExamples(t *testing.T) {
	bench := exampleHosts(t)
	shown := map[string]script.Lang{}
	t.Run("run", func(t *testing.T) {
		for _, e := range newManual(t).Examples() {
			shown[e.Module] |= e.Lang
			ext := map[script.Lang]string{script.Python: "py", script.Starlark: "star"}[e.Lang]
			t.Run(e.Name+"."+ext, func(t *testing.T) {
				t.Parallel()
				got, stderr, err := runExample(t, bench, "example."+ext, e.Text)
				if err != nil {
					t.Fatalf("%v\n%s\nit printed\n%s\n%s", err, e.Text, got, stderr)
				}
				if want := printedBy(e.Text); want != "" && !sameOutput(got, want) {
					t.Errorf("%s\nprinted\n%s\nand says that it prints\n%s\n%s", e.Text, got, want, stderr)
				}
			})
		}
	})
	for _, m := range builtins.All() {
		lang := m.Lang
		if lang == 0 {
			lang = script.Both
		}
		if missing := lang &^ shown[m.Name]; missing != 0 && !strings.HasPrefix(m.Name, "_") {
			t.Errorf("%s has no example for the languages %b", m.Name, missing)
		}
	}
}

// runExample runs a script as 'quecstar run' does.
func runExample(t *testing.T, bench, name, text string) (stdout, stderr string, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs locked
	s, err := session.New(t.Context(), session.Options{Script: path, Bench: bench, Timeout: time.Minute, Stdout: &out, Stderr: &errs,
		Stdin: strings.NewReader(""), Env: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Run(t.Context())
	if exit := new(script.Exit); errors.As(err, &exit) && exit.Code == 0 {
		err = nil
	}
	return out.String(), errs.String() + script.Traceback(err), err
}

// locked is a buffer that goroutines share.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// printedBy is what an example says that it prints, behind each "#>" of it.
func printedBy(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if _, out, ok := strings.Cut(line, "#>"); ok {
			b.WriteString(strings.TrimSpace(out) + "\n")
		}
	}
	return b.String()
}

// quotes are what Python and Starlark write differently around text and bytes.
var quotes = regexp.MustCompile(`\bb?["']|["']`)

// sameOutput compares an output with what is wanted, in which "..." stands for anything.
func sameOutput(got, want string) bool {
	clean := func(s string) string { return strings.TrimSpace(quotes.ReplaceAllString(s, "")) }
	pattern := strings.ReplaceAll(regexp.QuoteMeta(clean(want)), regexp.QuoteMeta("..."), ".*")
	return regexp.MustCompile(`(?s)^` + pattern + `$`).MatchString(clean(got))
}

// exampleHosts starts the servers that examples speak of, and returns the bench file that says where they
// are.
func exampleHosts(t *testing.T) string {
	t.Helper()
	plain, secure := httptest.NewServer(http.HandlerFunc(answer)), httptest.NewTLSServer(http.HandlerFunc(answer))
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	bench := filepath.Join(t.TempDir(), "bench.toml")
	text := fmt.Sprintf("[hosts]\n\"www.example.com\" = %q\n\"secure.example.com\" = %q\n\"ntp.example.com\" = %q\n\"echo.example.com\" = %q\n",
		plain.Listener.Addr(), secure.Listener.Addr(), timeServer(t), echoServer(t))
	if err := os.WriteFile(bench, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return bench
}

// answer says what it was asked, or echoes the messages of a web socket.
func answer(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/echo" {
		_, _ = fmt.Fprintf(w, "%s %s", r.Method, r.URL.Path)
		return
	}
	c, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = c.Close() }()
	for {
		kind, data, err := c.ReadMessage()
		if err != nil {
			return
		}
		if err := c.WriteMessage(kind, data); err != nil {
			return
		}
	}
}

// echoServer sends back what it is sent.
func echoServer(t *testing.T) net.Addr {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { _, _ = io.Copy(conn, conn); _ = conn.Close() })
		}
	})
	t.Cleanup(func() { _ = l.Close(); serving.Wait() })
	return l.Addr()
}

// timeServer tells any time that is asked of it by NTP (RFC 5905, section 7.3): 3 February 2031.
func timeServer(t *testing.T) net.Addr {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		b := make([]byte, 48)
		for {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			if n == len(b) {
				const since1900 = 2208988800 // seconds to 1970
				binary.BigEndian.PutUint32(b[40:], uint32(time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC).Unix()+since1900))
				_, _ = conn.WriteTo(b, from)
			}
		}
	})
	t.Cleanup(func() { _ = conn.Close(); serving.Wait() })
	return conn.LocalAddr()
}
