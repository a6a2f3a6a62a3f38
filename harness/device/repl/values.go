package repl

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"quecstar/harness/device"
)

// reportHelper is a function on the module that prints a value between 0x02 and 0x03, neither of
// which a repr holds, so that what other threads of the module print is told from it.
const reportHelper = "def _qr(x):\n print('\\x02'+repr(x)+'\\x03')\n"

// Eval evaluates an expression on the module and returns its value as Parse does. Statements that
// go before it, such as an import, stand in front, one a line.
func (c *Client) Eval(ctx context.Context, expr string, before ...string) (any, error) {
	if err := c.take(ctx); err != nil {
		return nil, err
	}
	defer c.give()
	values, err := c.values(ctx, strings.Join(append(before, "_qr("+expr+")"), "\n"))
	if err != nil {
		return nil, err
	}
	if len(values) != 1 {
		return nil, fmt.Errorf("%s: %s: %w: the module gave %d values in place of one", c.opts.Name, expr, device.ErrLost,
			len(values))
	}
	return values[0], nil
}

// values runs code that reports by _qr.
func (c *Client) values(ctx context.Context, code string) ([]any, error) {
	var all []any
	err := c.eachValue(ctx, code, func(v any) { all = append(all, v) })
	return all, err
}

// eachValue calls f with each value as it comes. What is printed beside them is no part of it.
func (c *Client) eachValue(ctx context.Context, code string, f func(any)) error {
	if err := c.ready(ctx); err != nil {
		return err
	}
	if !c.helper {
		code = reportHelper + code
	}
	var line []byte
	var wrong error
	err := c.exec(ctx, code, nil, func(p []byte) {
		line = append(line, p...)
		for {
			begin := bytes.IndexByte(line, 2)
			if begin < 0 {
				line = nil
				return
			}
			end := bytes.IndexByte(line[begin:], 3)
			if end < 0 {
				line = line[begin:]
				return
			}
			v, err := Parse(string(line[begin+1 : begin+end]))
			line = line[begin+end+1:]
			if err != nil && wrong == nil {
				wrong = fmt.Errorf("%s: %w", c.opts.Name, err)
			}
			if err == nil && wrong == nil {
				f(v)
			}
		}
	})
	if err == nil {
		c.helper, err = true, wrong
	}
	return err
}

// quote is s as a Python str in ASCII.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, r := range s {
		switch {
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, "\\x%02x", r)
		case r < 0x7f:
			b.WriteRune(r)
		case r <= 0xffff:
			fmt.Fprintf(&b, "\\u%04x", r)
		default:
			fmt.Fprintf(&b, "\\U%08x", r)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// quoteBytes is p as a Python bytes literal in ASCII.
func quoteBytes(p []byte) string {
	const hex = "0123456789abcdef"
	b := append(make([]byte, 0, len(p)+len(p)/4+3), 'b', '\'')
	for _, x := range p {
		switch {
		case x == '\n':
			b = append(b, '\\', 'n')
		case x == '\'' || x == '\\':
			b = append(b, '\\', x)
		case x < ' ' || x >= 0x7f:
			b = append(b, '\\', 'x', hex[x>>4], hex[x&15])
		default:
			b = append(b, x)
		}
	}
	return string(append(b, '\''))
}
