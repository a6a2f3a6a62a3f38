// Package uping is the script module uping: echo requests to a host as QuecPython has them
// (python.quectel.com, API reference, uping).
//
//	import uping
//	uping.ping("127.0.0.1", COUNT=2, INTERVAL=100)
//
// It reaches what sockets reach: this machine, the hosts that the bench names by number, and with
// --live every host. Where the system lets no user send echo requests (Linux:
// net.ipv4.ping_group_range), ping raises OSError and says so.
package uping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/errno"
	"quecstar/harness/pause"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{Name: "uping", Lang: script.Python, Doc: "Echo requests.",
		Funcs: []script.Func{{Name: "ping", Params: "HOST, SOURCE=None, COUNT=4, INTERVAL=1000, SIZE=64, TIMEOUT=5000, quiet=False",
			Doc: "Sends COUNT echo requests, one every INTERVAL ms, prints each answer and returns (sent, received).", Call: ping}}}
}

// job is one call of ping.
type job struct {
	host, addr        string
	count, size       int
	interval, timeout time.Duration
	out               io.Writer
	sent, received    int
	least, most, sum  time.Duration
	conn              *icmp.PacketConn
	to                net.Addr
	id                int
}

// maxSize keeps a request within an Ethernet frame.
const maxSize = 1400

func ping(c *script.Call) (any, error) {
	j := &job{count: 4, size: 64}
	interval, timeout, quiet := 1000, 5000, false
	if err := c.Unpack(&j.host, nil, &j.count, &interval, &j.size, &timeout, &quiet); err != nil {
		return nil, err
	}
	if j.count < 1 || interval < 0 || timeout < 1 || j.size < 16 || j.size > maxSize {
		return nil, script.Raise("ValueError", "want a COUNT from 1, a SIZE of 16 to %d and times in ms", maxSize)
	}
	j.interval, j.timeout = time.Duration(interval)*time.Millisecond, time.Duration(timeout)*time.Millisecond
	if j.out = c.Interp.Stdout(); quiet || j.out == nil {
		j.out = io.Discard
	}
	_, err := quectel.Ask(c, func(d device.Sockets, ctx context.Context) (struct{}, error) { return struct{}{}, j.run(ctx, d) })
	if err != nil && c.Context().Err() == nil {
		return nil, script.RaiseArgs("OSError", err, number(err), err.Error())
	}
	return script.Tuple{j.sent, j.received}, err
}

// number is the error number of a failure.
func number(err error) int {
	if errors.Is(err, device.ErrNotAllowed) {
		return errno.Number(syscall.EACCES)
	}
	if n, ok := errno.Of(err); ok {
		return n
	}
	return errno.Number(syscall.EHOSTUNREACH)
}

func (j *job) run(ctx context.Context, d device.Sockets) error {
	var err error
	if j.addr, err = d.Lookup(ctx, j.host); err != nil {
		return err
	}
	if j.addr == "localhost" {
		j.addr = "127.0.0.1"
	}
	ip := net.ParseIP(j.addr)
	if ip == nil || ip.To4() == nil {
		return fmt.Errorf("%s: %w: the bench answers for it, and not to echo requests", j.host, device.ErrNotAllowed)
	}
	if ip, err = j.reached(ctx, d, ip); err != nil {
		return err
	}
	if j.conn, err = icmp.ListenPacket("udp4", "0.0.0.0"); err != nil {
		return fmt.Errorf("echo requests are not allowed to this user (Linux: sysctl net.ipv4.ping_group_range): %w", err)
	}
	defer func() { _ = j.conn.Close() }() // a socket of datagrams has nothing left to say
	j.to, j.id = &net.UDPAddr{IP: ip}, os.Getpid()&0xffff
	_, _ = fmt.Fprintf(j.out, "PING %s (%s): %d data bytes\n", j.host, j.addr, j.size)
	for seq := 1; seq <= j.count; seq++ {
		if err := j.one(ctx, seq); err != nil {
			return err
		}
		if seq < j.count {
			if err := pause.For(ctx, j.interval); err != nil {
				return err
			}
		}
	}
	j.summary()
	return nil
}

// discard is the port of the discard protocol (RFC 863): a connection by UDP to it sends nothing.
const discard = 9

// reached is the address at which a socket of the script reaches the host, or why it does not: echo requests
// go nowhere else.
func (j *job) reached(ctx context.Context, d device.Sockets, ip net.IP) (net.IP, error) {
	conn, err := d.DialSocket(ctx, "udp", j.host, discard)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }() // nothing was sent
	if at, ok := conn.RemoteAddr().(*net.UDPAddr); ok && at.IP.To4() != nil {
		return at.IP, nil
	}
	return ip, nil
}

// one sends a request and waits for its answer.
func (j *job) one(ctx context.Context, seq int) error {
	body := make([]byte, j.size-8)
	request, err := (&icmp.Message{Type: ipv4.ICMPTypeEcho, Body: &icmp.Echo{ID: j.id, Seq: seq, Data: body}}).Marshal(nil)
	if err != nil {
		return err
	}
	begin := time.Now()
	if err := j.conn.SetReadDeadline(begin.Add(j.timeout)); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = j.conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := j.conn.WriteTo(request, j.to); err != nil {
		return err
	}
	j.sent++
	buf := make([]byte, maxSize+100)
	for {
		n, _, err := j.conn.ReadFrom(buf)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil // lost: the summary counts it
		}
		if err != nil {
			return err
		}
		answer, err := icmp.ParseMessage(1, buf[:n])
		if err != nil || answer.Type != ipv4.ICMPTypeEchoReply {
			continue
		}
		if echo, ok := answer.Body.(*icmp.Echo); ok && echo.Seq == seq {
			j.answered(n, seq, time.Since(begin))
			return nil
		}
	}
}

func (j *job) answered(n, seq int, took time.Duration) {
	j.received++
	j.sum += took
	if j.received == 1 || took < j.least {
		j.least = took
	}
	j.most = max(j.most, took)
	_, _ = fmt.Fprintf(j.out, "%d bytes from %s: icmp_seq=%d, time=%.6f ms\n", n, j.addr, seq, milliseconds(took))
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func (j *job) summary() {
	_, _ = fmt.Fprintf(j.out, "%d packets transmitted, %d packets received, %d packet loss\n", j.sent, j.received, j.sent-j.received)
	if j.received > 0 {
		_, _ = fmt.Fprintf(j.out, "round-trip min/avg/max = %.5f/%.5f/%.5f ms\n", milliseconds(j.least), milliseconds(j.sum/time.Duration(j.received)), milliseconds(j.most))
	}
}
