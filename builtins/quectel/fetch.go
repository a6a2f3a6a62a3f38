package quectel

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"

	"quecstar/harness/device"
	"quecstar/harness/script"
)

// MostFetched is how many bytes Fetch takes: more than the flash of any module has.
const MostFetched = 64 << 20

// Fetch gets what lies at an http or https address by the device's own network. Of https the server is not verified,
// as on a module. told, which may be nil, hears how many bytes have come, and how many there are: -1 where the server
// does not say.
func Fetch(
	ctx context.Context, d device.Sockets, address string, header http.Header, told func(came, all int64),
) ([]byte, error) {
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	if header != nil {
		ask.Header = header
	}
	dial := func(ctx context.Context, network, to string) (net.Conn, error) {
		host, number, err := net.SplitHostPort(to)
		if err != nil {
			return nil, err
		}
		port, err := strconv.Atoi(number)
		if err != nil {
			return nil, err
		}
		return d.DialSocket(ctx, network, host, port)
	}
	client := http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	answer, err := client.Do(ask)
	if outer := (*url.Error)(nil); errors.As(err, &outer) {
		err = outer.Err // the caller names the address
	}
	if err != nil {
		return nil, err
	}
	data, err := read(answer, told)
	return data, errors.Join(err, answer.Body.Close())
}

func read(answer *http.Response, told func(came, all int64)) ([]byte, error) {
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answers %s", answer.Status)
	}
	if answer.ContentLength > MostFetched {
		return nil, fmt.Errorf("it has %d bytes; at most %d are taken", answer.ContentLength, MostFetched)
	}
	var data []byte
	piece := make([]byte, 32<<10)
	for {
		n, err := answer.Body.Read(piece)
		data = append(data, piece[:n]...)
		if told != nil && n > 0 {
			told(int64(len(data)), answer.ContentLength)
		}
		switch {
		case err == io.EOF:
			return data, nil
		case err != nil:
			return nil, err
		case len(data) > MostFetched:
			return nil, fmt.Errorf("it has more than the %d bytes that are taken", MostFetched)
		}
	}
}

// Served is what a test says that addresses have, whatever the network has. The interpreter lock guards it.
func Served(in *script.Interp) map[string][]byte {
	return script.Shared(in, func() *served { return &served{at: map[string][]byte{}} }).at
}

type served struct{ at map[string][]byte }
