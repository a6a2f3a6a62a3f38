package check

import (
	"net"
	"net/url"
	"strings"

	"quecstar/harness/python/ast"
	"quecstar/harness/python/names"
)

// host tells of a host that the script names and reaches by request or a socket: no run does without
// --live, or an address in [hosts] of the bench. Brokers of MQTT are embedded and need neither.
func (v *visitor) host(sc *names.Scope, call *ast.Call) {
	host := v.reaches(sc, call)
	if host == "" || v.said["host "+host] || local(host) {
		return
	}
	v.said["host "+host] = true
	v.add(call.Pos, Warning, "host", "the host "+host+" is reached with --live alone",
		"or give it an address in [hosts] of the bench file")
}

// reaches is the host that a call reaches, "" for none or one that only the run knows.
func (v *visitor) reaches(sc *names.Scope, call *ast.Call) string {
	f, ok := call.Func.(*ast.Attribute)
	if !ok || len(call.Args) == 0 {
		return ""
	}
	module := ""
	if k := v.kindOf(sc, f.Value); k != nil && k.of != nil && k.name == "" {
		module = k.of.name
	}
	switch module {
	case "request":
		at := 0
		if f.Attr == "request" {
			at = 1
		}
		if at >= len(call.Args) {
			return ""
		}
		u, err := url.Parse(v.textOf(sc, call.Args[at]))
		if err != nil {
			return ""
		}
		return u.Hostname()
	case "usocket", "socket":
		if f.Attr == "getaddrinfo" {
			return v.textOf(sc, call.Args[0])
		}
	}
	if pair, ok := call.Args[0].(*ast.Tuple); ok && len(pair.Elts) == 2 && f.Attr == "connect" {
		return v.textOf(sc, pair.Elts[0])
	}
	return ""
}

// textOf is a text that stands there, or in a variable that is bound to nothing else.
func (v *visitor) textOf(sc *names.Scope, e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Str:
		return e.S
	case *ast.Name:
		if b := v.s.find(sc, e.ID); b != nil && !b.unclear && len(b.values) == 1 {
			if s, ok := b.values[0].(*ast.Str); ok {
				return s.S
			}
		}
	}
	return ""
}

// local reports whether a host is this machine.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}
