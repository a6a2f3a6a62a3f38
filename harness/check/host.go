package check

import (
	"net"
	"net/url"
	"strings"

	"quecstar/harness/python/ast"
)

// hosts tells of hosts that the script names and reaches by request or a socket: no run does without
// --live, or an address in [hosts] of the bench. Brokers of MQTT are embedded and need neither.
func (v *visitor) hosts(mod *ast.Module) {
	texts := constants(mod)
	told := map[string]bool{}
	ast.Walk(mod, func(n ast.Node) bool {
		call, ok := n.(*ast.Call)
		if !ok {
			return true
		}
		if host := v.reaches(call, texts); host != "" && !told[host] && !local(host) {
			told[host] = true
			v.add(call.Pos, Warning, "host", "the host "+host+" is reached with --live alone",
				"or give it an address in [hosts] of the bench file")
		}
		return true
	})
}

// constants are the texts of variables that the file assigns once.
func constants(mod *ast.Module) map[string]string {
	texts, times := map[string]string{}, map[string]int{}
	ast.Walk(mod, func(n ast.Node) bool {
		for _, t := range targets(n) {
			namesIn(t, func(name string) { times[name]++ })
		}
		if a, ok := n.(*ast.Assign); ok && len(a.Targets) == 1 {
			name, isName := a.Targets[0].(*ast.Name)
			text, isText := a.Value.(*ast.Str)
			if isName && isText {
				texts[name.ID] = text.S
			}
		}
		return true
	})
	for name := range texts {
		if times[name] > 1 {
			delete(texts, name)
		}
	}
	return texts
}

// reaches is the host that a call reaches, "" for none or one that only the run knows.
func (v *visitor) reaches(call *ast.Call, texts map[string]string) string {
	f, ok := call.Func.(*ast.Attribute)
	if !ok || len(call.Args) == 0 {
		return ""
	}
	if of, ok := f.Value.(*ast.Name); ok {
		module := ""
		if k := v.kindOf(v.s.top, of); k != nil && k.of != nil && k.name == "" {
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
			u, err := url.Parse(textOf(call.Args[at], texts))
			if err != nil {
				return ""
			}
			return u.Hostname()
		case "usocket", "socket":
			if f.Attr == "getaddrinfo" {
				return textOf(call.Args[0], texts)
			}
		}
	}
	if pair, ok := call.Args[0].(*ast.Tuple); ok && len(pair.Elts) == 2 && f.Attr == "connect" {
		return textOf(pair.Elts[0], texts)
	}
	return ""
}

func textOf(e ast.Expr, texts map[string]string) string {
	switch e := e.(type) {
	case *ast.Str:
		return e.S
	case *ast.Name:
		return texts[e.ID]
	}
	return ""
}

// local reports whether a host is this machine.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}
