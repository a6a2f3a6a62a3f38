package usocket

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"quecstar/builtins/scripttest"
	"quecstar/harness/device/direct"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// serve answers every connection of a listener until the test ends.
func serve(t *testing.T, l net.Listener, answer func(c net.Conn)) string {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			answer(c)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

func listenLocal(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// obey does what its lines say: "say X" sends X and a line feed, "bye" ends the connection.
func obey(c net.Conn) {
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		verb, rest, _ := strings.Cut(lines.Text(), " ")
		if verb == "bye" {
			return
		}
		_, _ = fmt.Fprintln(c, rest)
	}
}

// run runs a script with the ports of servers as its arguments.
func run(t *testing.T, text string, o scripttest.Options, want string) {
	t.Helper()
	o.Modules = []*script.Module{Module(), TLSModule(), {Name: "usys", Consts: []script.Const{{Name: "argv", Value: func(in *script.Interp) any { return in.Argv() }}}}}
	r := scripttest.Source(t, "s.py", "import usocket, ussl, usys\n"+
		"def error(f, *args):\n    try:\n        return f(*args)\n    except OSError as e:\n        return e.args[0]\n"+text, o)
	if r.Err != nil || r.Stdout != want {
		t.Errorf("printed\n%s\nwant\n%s\n%s", r.Stdout, want, script.Traceback(r.Err))
	}
}

func TestTCPStatesAndErrors(t *testing.T) {
	port := serve(t, listenLocal(t), obey)
	closed := listenLocal(t)
	nobody := strconv.Itoa(closed.Addr().(*net.TCPAddr).Port)
	_ = closed.Close()
	run(t, `
there, nobody = ("127.0.0.1", int(usys.argv[1])), ("127.0.0.1", int(usys.argv[2]))
s = usocket.socket(usocket.AF_INET, usocket.SOCK_STREAM, usocket.IPPROTO_TCP)
print(s.getsocketsta(), error(s.recv, 1), error(s.send, b"x"), error(s.connect, nobody), error(s.accept))
s.connect(there)
print(s.getsocketsta(), error(s.connect, there))
s.settimeout(0.02)
print(error(s.recv, 10), error(s.readline), error(s.readinto, bytearray(4)))
s.setblocking(False)
print(error(s.recv, 10), error(s.read, 3))
s.setblocking(True)
f = s.makefile("rwb")
print(f.write(b"say one two\n"), f.readline(), s.send("say äöü\n"), s.recv(2), s.read(5))
b = bytearray(6)
s.sendall(b"say abc\n")
print(s.readinto(b, 3), b, s.readline())
s.setblocking(False)
s.send(b"say later\n")
while True:
    got = error(s.recv, 100)
    if got != 11:
        break
print(got)
s.settimeout(None)
s.send(b"say last\nbye\n")
while s.getsocketsta() == 4:
    if s.recv(3) == b"":
        break
print(s.getsocketsta(), s.read())
s.close()
s.close()
print(s.getsocketsta(), error(s.recv, 1), error(s.send, b"x"), error(s.connect, there), error(s.bind, there))
for bad in (lambda: usocket.socket(usocket.AF_INET, 9), lambda: s.connect("x"), lambda: s.connect(("h", 70000)), lambda: usocket.socket().recv("x")):
    try:
        bad()
    except (OSError, TypeError) as e:
        print(type(e).__name__)
`, scripttest.Options{Args: []string{port, nobody}}, `0 107 107 111 22
4 106
110 110 110
11 11
12 b'one two\n' 11 b'\xc3\xa4' b'\xc3\xb6\xc3\xbc\n'
3 bytearray(b'abc\x00\x00\x00') b'\n'
b'later\n'
7 b''
-1 9 9 9 9
OSError
OSError
OSError
TypeError
`)
}

func TestUDPEcho(t *testing.T) {
	p, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b := make([]byte, 1500)
		for {
			n, from, err := p.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = p.WriteTo([]byte(strings.ToUpper(string(b[:n]))), from)
		}
	}()
	t.Cleanup(func() {
		_ = p.Close()
		<-done
	})
	run(t, `
there = ("127.0.0.1", int(usys.argv[1]))
u = usocket.socket(usocket.AF_INET, usocket.SOCK_DGRAM, usocket.IPPROTO_UDP)
u.settimeout(5)
print(u.sendto(b"hello", there))
data, where = u.recvfrom(100)
print(data, where == there)
u.sendto(b"a long one", there)
print(u.recvfrom(3)[0])
u.settimeout(0.02)
print(error(u.recvfrom, 10), error(u.recv, 10))
u.close()
c = usocket.socket(usocket.AF_INET, usocket.SOCK_DGRAM)
c.connect(there)
print(c.send(b"connected"), c.recv(20))
c.setblocking(False)
print(error(c.recv, 5))
`, scripttest.Options{Args: []string{strconv.Itoa(p.LocalAddr().(*net.UDPAddr).Port)}}, `5
b'HELLO' True
b'A L'
110 110
9 b'CONNECTED'
11
`)
}

// Names are looked up where the run says, and a host that the run does not let a script reach raises
// EACCES.
func TestNames(t *testing.T) {
	l := listenLocal(t)
	serve(t, l, obey)
	d, err := direct.New(direct.Config{}, direct.Options{Reach: func(host string) (string, error) {
		if host == "server.test" {
			return l.Addr().String(), nil
		}
		return "", errors.New("not in this run")
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	run(t, `
info = usocket.getaddrinfo("server.test", 80)
print(info)
s = usocket.socket(info[0][0], info[0][1])
s.connect(info[0][4])
s.send(b"say hi\n")
print(s.readline(), usocket.getaddrinfo("10.9.8.7", 5, 0, usocket.SOCK_DGRAM)[0][1:])
print(error(usocket.getaddrinfo, "elsewhere.test", 80), error(usocket.socket().connect, ("elsewhere.test", 80)))
`, scripttest.Options{Device: d}, `[(2, 1, 0, '', ('server.test', 80))]
b'hi\n' (2, 0, '', ('10.9.8.7', 5))
13 13
`)
}

// certificate makes a certificate that signs itself, in PEM form.
func certificate(t *testing.T, name string) (cert, key string, pair tls.Certificate) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	c := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	k := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	if pair, err = tls.X509KeyPair(c, k); err != nil {
		t.Fatal(err)
	}
	return string(c), string(k), pair
}

// A server that asks for the client's certificate gets the one that the script has, and knows by which
// name it was called.
func TestTLSWithACertificateOfEach(t *testing.T) {
	_, _, own := certificate(t, "server.test")
	cert, key, client := certificate(t, "client")
	pool := x509.NewCertPool()
	leaf, err := x509.ParseCertificate(client.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(leaf)
	secure := serve(t, tls.NewListener(listenLocal(t), &tls.Config{Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}), func(c net.Conn) {
		s := c.(*tls.Conn)
		if s.Handshake() != nil {
			return
		}
		state := s.ConnectionState()
		_, _ = fmt.Fprintf(c, "%s calls %s\n", state.PeerCertificates[0].Subject.CommonName, state.ServerName)
		obey(c)
	})
	plain := serve(t, listenLocal(t), func(c net.Conn) { _, _ = io.WriteString(c, "220 plain words\r\n") })
	silent := make(chan struct{})
	mute := serve(t, listenLocal(t), func(net.Conn) { <-silent })
	defer close(silent)
	run(t, `
def connected(port, timeout=None):
    s = usocket.socket()
    s.connect(("127.0.0.1", int(port)))
    if timeout:
        s.settimeout(timeout)
    return s
cert, key = usys.argv[4], usys.argv[5]
s = ussl.wrap_socket(connected(usys.argv[1]), server_hostname="server.test", cert=cert, key=key)
print(s.readline(), s.write(b"say secret\n"), s.read(3), s.readline())
s.settimeout(0.02)
print(error(s.recv, 1), s.getsocketsta())
s.settimeout(None)
s.write(b"say again\nbye\n")
print(s.readline(), s.read(), s.getsocketsta())
s.close()
bare = connected(usys.argv[1])
print(error(lambda: ussl.wrap_socket(bare, server_hostname="server.test").read(1)))
print(error(ussl.wrap_socket, connected(usys.argv[2])), error(ussl.wrap_socket, connected(usys.argv[3], 0.05)))
for bad in (lambda: ussl.wrap_socket(5), lambda: ussl.wrap_socket(usocket.socket()), lambda: ussl.wrap_socket(connected(usys.argv[1]), cert="x", key="y")):
    try:
        bad()
    except (OSError, TypeError, ValueError) as e:
        print(type(e).__name__)
`, scripttest.Options{Args: []string{secure, plain, mute, cert, key}}, `b'client calls server.test\n' 11 b'sec' b'ret\n'
110 4
b'again\n' b'' 7
5
5 110
TypeError
OSError
ValueError
`)
}

// A script that waits for data ends at once when the run does.
func TestWaitingEndsWithTheRun(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	over := errors.New("enough")
	port := serve(t, listenLocal(t), func(c net.Conn) {
		_, _ = bufio.NewReader(c).ReadString('\n')
		cancel(over)
	})
	r := scripttest.Source(t, "w.py", `
import usocket
s = usocket.socket()
s.connect(("127.0.0.1", `+port+`))
s.send(b"ready\n")
other = usocket.socket()
other.bind(("127.0.0.1", 0))
other.listen(1)
other.accept()
print("never")
`, scripttest.Options{Context: ctx, Modules: []*script.Module{Module()}})
	if !errors.Is(r.Err, over) || r.Stdout != "" {
		t.Errorf("ended with %v, printed %q", r.Err, r.Stdout)
	}
}

// TestTLSSaysThatNothingIsVerified: once a host; and a handshake that fails says why.
func TestTLSSaysThatNothingIsVerified(t *testing.T) {
	_, _, own := certificate(t, "server.test")
	secure := serve(t, tls.NewListener(listenLocal(t), &tls.Config{Certificates: []tls.Certificate{own}}), func(c net.Conn) { _, _ = io.WriteString(c, "hi\n") })
	old := serve(t, tls.NewListener(listenLocal(t), &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}),
		func(c net.Conn) { _, _ = c.Read(make([]byte, 1)) })
	r := scripttest.Source(t, "tls.py", `
import usocket, ussl, usys
def connected(port):
    s = usocket.socket()
    s.connect(("127.0.0.1", int(port)))
    return s
for name in ("server.test", "server.test", "other.test"):
    s = ussl.wrap_socket(connected(usys.argv[1]), server_hostname=name)
    print(s.readline())
    s.close()
try:
    ussl.wrap_socket(connected(usys.argv[2]), server_hostname="server.test")
except OSError as e:
    print(e)
`, scripttest.Options{Args: []string{secure, old}, Modules: []*script.Module{Module(), TLSModule(),
		{Name: "usys", Consts: []script.Const{{Name: "argv", Value: func(in *script.Interp) any { return in.Argv() }}}}}})
	if r.Err != nil || !strings.Contains(r.Stdout, "neither TLS 1.2 nor TLS 1.3") || strings.Contains(r.Stdout, "client certificate") {
		t.Errorf("printed %s, error %v", r.Stdout, r.Err)
	}
	var notes []string
	all, _ := r.Events.Since(0)
	for _, e := range all {
		if e.Kind == event.Note {
			notes = append(notes, e.Text)
		}
	}
	if len(notes) != 2 || !strings.Contains(notes[0], "TLS to server.test: the server is not verified") || !strings.Contains(notes[1], "other.test") {
		t.Errorf("notes %q", notes)
	}
}
