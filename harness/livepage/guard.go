package livepage

import (
	"crypto/rand"
	"crypto/subtle"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// guard lets in who has the token, from this machine's own page alone.
type guard struct {
	token string
	addr  *net.TCPAddr
}

func newGuard(addr *net.TCPAddr) guard { return guard{rand.Text(), addr} }

func (g guard) url() string { return "http://" + g.addr.String() + "/" + g.token + "/" }

// policy is what the page may do: run its own modules, use its own style, and call this server
// (Content Security Policy Level 3).
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; " +
	"img-src data:; form-action 'none'; frame-ancestors 'none'"

// keep has next answer what passes, with the token taken off the path.
func (g guard) keep(next http.Handler) http.Handler {
	inside := http.StripPrefix("/"+g.token, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{"Content-Security-Policy": policy,
			"X-Content-Type-Options": "nosniff",
			"Referrer-Policy":        "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store",
			"Cross-Origin-Resource-Policy": "same-origin"} {
			w.Header().Set(name, value)
		}
		if why := g.refuses(r); why != "" {
			http.Error(w, why, http.StatusForbidden)
			return
		}
		inside.ServeHTTP(w, r)
	})
}

// refuses says why a request is not let in; "" where it is.
func (g guard) refuses(r *http.Request) string {
	if !g.ownHost(r.Host) {
		// A web page could have its host name resolve to this machine.
		return "the host " + strconv.Quote(r.Host) + " is not this server"
	}
	origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
	if origin != "" && origin != "http://"+r.Host || site != "" && site != "same-origin" && site != "none" {
		return "pages of other sites may not call this server: put the link that quecstar printed into the address bar"
	}
	token, _, found := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if !found || subtle.ConstantTimeCompare([]byte(token), []byte(g.token)) != 1 {
		return "the link has no token, or that of an earlier run: take the one that quecstar printed"
	}
	return ""
}

// ownHost reports whether a request names this server, by an address of loopback or as localhost.
func (g guard) ownHost(host string) bool {
	name, port, err := net.SplitHostPort(host)
	return err == nil && port == strconv.Itoa(g.addr.Port) && (name == "localhost" || net.ParseIP(name).IsLoopback())
}
