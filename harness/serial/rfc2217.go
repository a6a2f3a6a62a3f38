package serial

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"sync"

	"quecstar/harness/device"
)

// remote is a port behind RFC 2217, such as ser2net's.
type remote struct {
	stream
	telnet telnet
	data   []byte // decoded, not read yet

	writing sync.Mutex
}

func openRFC2217(ctx context.Context, name, address, query string, o Options) (Port, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("%w: port %s: %w", device.ErrConfig, name, err)
	}
	baud := o.speed()
	if text := values.Get("baud"); text != "" {
		if baud, err = strconv.Atoi(text); err != nil || baud <= 0 {
			return nil, fmt.Errorf("%w: port %s: baud=%s: want a number", device.ErrConfig, name, text)
		}
	}
	conn, err := dial(ctx, name, address, o)
	if err != nil {
		return nil, err
	}
	r := &remote{stream: stream{name: name, conn: conn}}
	if err := r.send(append(hello(), lineSettings(baud)...)); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return r, nil
}

// send writes bytes that are escaped already.
func (r *remote) send(p []byte) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	_, err := r.stream.Write(p)
	return err
}

// Read waits for data; commands of the server in between are answered.
func (r *remote) Read(p []byte) (int, error) {
	buf := make([]byte, max(len(p), 512))
	for len(r.data) == 0 {
		n, err := r.stream.Read(buf)
		r.data = r.telnet.decode(r.data[:0], buf[:n])
		if r.telnet.refused {
			return 0, fmt.Errorf("%s: %w: the server has no RFC 2217 on this port; try tcp://", r.name, device.ErrLost)
		}
		if reply := r.telnet.reply; len(reply) > 0 {
			r.telnet.reply = nil
			if err := r.send(reply); err != nil {
				return 0, err
			}
		}
		if err != nil && len(r.data) == 0 {
			return 0, err
		}
	}
	n := copy(p, r.data)
	r.data = r.data[n:]
	return n, nil
}

// Write sends all of p.
func (r *remote) Write(p []byte) (int, error) {
	if err := r.send(escape(make([]byte, 0, len(p)+8), p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// SetBaud asks the server for another speed.
func (r *remote) SetBaud(baud int) error { return r.send(lineSettings(baud)) }

// SetDTR asks the server to set the line.
func (r *remote) SetDTR(on bool) error {
	if on {
		return r.send(comPort(comSetControl, controlDTROn))
	}
	return r.send(comPort(comSetControl, controlDTROff))
}

// SetRTS asks the server to set the line.
func (r *remote) SetRTS(on bool) error {
	if on {
		return r.send(comPort(comSetControl, controlRTSOn))
	}
	return r.send(comPort(comSetControl, controlRTSOff))
}
