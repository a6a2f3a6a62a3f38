// Package fota is the script module fota: new firmware for the module.
//
//	from fota import fota
//	f = fota()
//	f.httpDownload(url1="http://example.org/dfota.pack", callback=lambda args: print(args))
//
// A package is fetched by the module's own network, unless a test says with app_fota_serve what an address has, and is
// put into no flash: a host does not restart into new firmware. Events tell what the script asked for (vendor's
// documentation, "fota - Firmware Upgrade").
package fota

import (
	"context"
	"fmt"
	"slices"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// The kinds of event; Text is the address, or the package's size.
const (
	Downloaded event.Kind = "fota.download"
	Verified   event.Kind = "fota.verified"
)

// server is what a test sets about a run's upgrades. The interpreter lock guards it.
type server struct{ fails bool }

func shared(in *script.Interp) *server { return script.Shared(in, func() *server { return &server{} }) }

// upgrade is a fota. The interpreter lock guards it.
type upgrade struct {
	tell          script.Teller
	written, size int
	flushed       bool
}

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "fota", Simulated: true,
		Controls: controls(),
		Doc:      "New firmware for the module. Methods return 0, or -1 on failure.",
		Classes: []*script.Class{{
			Name: "fota", Doc: "An upgrade.",
			Init: script.Func{Name: "fota", Params: "reset_disable=1", Doc: "Makes an upgrade; a host restarts for none.", Call: newUpgrade},
			Methods: []script.Func{
				{Name: "httpDownload", Params: "url1='', url2='', callback=None", Doc: "Fetches the package; callback([state, progress]) hears 0, 1 and 2 with a percentage, or a negative state.", Call: download},
				{Name: "apn_set", Params: "fota_apn='', ip_type=0, fota_user='', fota_password=''", Doc: "Sets the APN of downloads.", Call: setAPN},
				{Name: "download_cancel", Doc: "Ends a download: -1, as none takes time.", Call: func(*script.Call) (any, error) { return quectel.Failed, nil }},
				{Name: "write", Params: "bytesData, file_size", Doc: "Takes the next bytes of a package of file_size bytes.", Call: write},
				{Name: "flush", Doc: "Ends writing.", Call: flush},
				{Name: "verify", Doc: "Checks that the whole package was written.", Call: verify},
			},
		}},
	}
}

func newUpgrade(c *script.Call) (any, error) {
	return &upgrade{tell: script.Teller{In: c.Interp, Name: "the FOTA callback"}}, nil
}

func download(c *script.Call) (any, error) {
	var first, second string
	var fn starlark.Callable
	if err := c.Unpack(&first, &second, &fn); err != nil {
		return nil, err
	}
	if first == "" {
		return quectel.Failed, nil
	}
	u := c.Self.(*upgrade)
	if shared(c.Interp).fails {
		u.tell.Tell(fn, script.List{failed, 0})
		return quectel.Failed, nil
	}
	d, err := quectel.Role[device.Sockets](c)
	if err != nil {
		return nil, err
	}
	_, err = c.Interp.Go("fota", false, func(t *script.Thread) error {
		u.fetch(t, d, fn, slices.DeleteFunc([]string{first, second}, func(s string) bool { return s == "" }))
		return nil
	})
	return quectel.OK, err
}

// The states that a callback hears.
const (
	failed   = -1
	begun    = 0
	underWay = 1
	over     = 2
)

// fetch gets the parts of a package, and tells of it as it goes.
func (u *upgrade) fetch(t *script.Thread, d device.Sockets, fn starlark.Callable, urls []string) {
	in := u.tell.In
	u.tell.Tell(fn, script.List{begun, 0})
	for i, url := range urls {
		data, served := quectel.Served(in)[url]
		if !served {
			last := 0
			err := t.Block(func(ctx context.Context) (err error) {
				data, err = quectel.Fetch(ctx, d, url, nil, func(came, all int64) {
					percent := (100*i + int(100*came/max(all, came))) / len(urls)
					if all > 0 && percent >= last+step && percent < 100 {
						last = percent
						u.tell.Tell(fn, script.List{underWay, percent})
					}
				})
				return err
			})
			if err != nil {
				in.Emit(event.Event{Layer: event.Builtin, Kind: event.Warning, Text: fmt.Sprintf("fota: %s: %v", url, err)})
				u.tell.Tell(fn, script.List{failed, 0})
				return
			}
		}
		in.Emit(event.Event{Layer: event.Builtin, Kind: Downloaded, Text: fmt.Sprintf("%s, %d bytes", url, len(data))})
	}
	u.tell.Tell(fn, script.List{over, 100})
}

// step is how many percent lie between two calls of a callback, at least.
const step = 10

func setAPN(c *script.Call) (any, error) {
	var apn string
	var ipType int
	if err := c.Unpack(&apn, &ipType, nil, nil); err != nil {
		return nil, err
	}
	if ipType != 0 && ipType != 1 {
		return quectel.Failed, nil
	}
	return quectel.OK, nil
}

func write(c *script.Call) (any, error) {
	var data []byte
	var size int
	if err := c.Unpack(&data, &size); err != nil {
		return nil, err
	}
	u := c.Self.(*upgrade)
	if size <= 0 || u.size != 0 && u.size != size || u.written+len(data) > size {
		return quectel.Failed, nil
	}
	u.size, u.flushed = size, false
	u.written += len(data)
	return quectel.OK, nil
}

func flush(c *script.Call) (any, error) {
	u := c.Self.(*upgrade)
	if u.written == 0 {
		return quectel.Failed, nil
	}
	u.flushed = true
	return quectel.OK, nil
}

func verify(c *script.Call) (any, error) {
	u := c.Self.(*upgrade)
	if !u.flushed || u.written != u.size || shared(c.Interp).fails {
		return quectel.Failed, nil
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: Verified, Text: fmt.Sprintf("%d bytes", u.size)})
	return quectel.OK, nil
}

// controls are what a test sets about upgrades.
func controls() []script.Func {
	return []script.Func{{Name: "fota_fails", Params: "on=True", Doc: "Has downloads and verifications fail, or succeed again.", Call: func(c *script.Call) (any, error) {
		on := true
		err := c.Unpack(&on)
		shared(c.Interp).fails = on
		return nil, err
	}}}
}
