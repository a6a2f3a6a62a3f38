// Package appfota is the script modules app_fota and app_fota_download: new files for the script.
//
//	import app_fota
//	fota = app_fota.new()
//	fota.download("http://example.org/main.py", "/usr/main.py")
//	fota.set_update_flag()
//
// Files are fetched by the module's own network, unless a test says with app_fota_serve what an address has, and lie
// under /usr/.updater until the next start puts them in their places (vendor's documentation, "app_fota - User File
// Upgrade"; the names in that folder are those of the vendor's app_fota_download.py).
package appfota

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/event"
	"quecstar/harness/flash"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// The kinds of event; Text is the file's name.
const (
	Downloaded event.Kind = "app_fota.download"
	Flagged    event.Kind = "app_fota.update"
)

// Where the vendor's firmware keeps what was downloaded.
const (
	updaterDir = flash.UpdaterDir
	statFile   = flash.UpdateList
	flagFile   = flash.UpdateFlag
)

// notByPieces is why _fetch fails.
const notByPieces = "pieces of a file are not fetched; download() fetches it whole"

// updater is what a script calls an upgrade: all that it knows is in the list of files.
type updater struct{}

// Module returns the table of app_fota.
func Module() *script.Module {
	return &script.Module{
		Name: "app_fota", Simulated: true,
		Controls: controls(),
		Doc:      "New files for the script.",
		Classes: []*script.Class{{
			Name: "new", Doc: "An upgrade of files.",
			Init: script.Func{Name: "new", Doc: "Makes an upgrade.", Call: func(*script.Call) (any, error) { return &updater{}, nil }},
			Methods: []script.Func{
				{Name: "download", Params: "url, file_name", Doc: "Fetches one file; returns 0 or -1.", Call: download},
				{Name: "bulk_download", Params: "info", Doc: "Fetches files, a list of dicts with url and file_name; returns the list of those that failed, or None.", Call: bulk},
				{Name: "set_update_flag", Doc: "Has the files replace the old ones at the next start.", Call: setFlag},
			},
		}},
	}
}

// DownloadModule returns the table of app_fota_download.
func DownloadModule() *script.Module {
	text := func(s string) func(*script.Call) (any, error) {
		return func(*script.Call) (any, error) { return s, nil }
	}
	return &script.Module{
		Name: "app_fota_download", Simulated: true,
		Doc: "The functions beneath app_fota.",
		Consts: []script.Const{{Name: "updater_dir", Value: updaterDir, Doc: "Where files are kept."},
			{Name: "download_stat_file", Value: statFile, Doc: "Where their list is."}, {Name: "update_flag_file", Value: flagFile, Doc: "What asks for the upgrade."}},
		Funcs: []script.Func{
			{Name: "get_updater_dir", Doc: "Returns updater_dir.", Call: text(updaterDir)},
			{Name: "get_download_stat_file", Doc: "Returns download_stat_file.", Call: text(statFile)},
			{Name: "get_update_flag_file", Doc: "Returns update_flag_file.", Call: text(flagFile)},
			{Name: "_get_download_stat_by_file", Params: "file_name", Doc: "Returns the entry of a file, or None.", Call: statByFile},
			{Name: "_get_download_stat", Doc: "Returns the list of files, or None.", Call: stat},
			{Name: "get_download_stat", Doc: "Returns the list of files, or None.", Call: stat},
			{Name: "_fetch", Params: "url, fetched_size, headers=None, ipvtype=0, username=None, password=None",
				Doc: "Not simulated: returns None.", Call: fetchPiece, Refused: true},
			{Name: "_update_download_stat", Params: "url, file_name, total_size, download_file_name=None", Doc: "Sets the entry of a file.", Call: updateStat},
			{Name: "update_download_stat", Params: "url, file_name, total_size", Doc: "Sets the entry of a file.", Call: updateStat},
			{Name: "delete_update_file", Params: "file_name", Doc: "Takes a file out of the list.", Call: deleteFile},
			{Name: "download", Params: "url, file_name, headers=None, ipvtype=0, username=None, password=None, ext_enable=False, spi_port=None, spi_clk=None, dl_location=None", Doc: "Fetches one file; returns 0 or -1.", Call: download},
			{Name: "bulk_download", Params: "info=None, headers=None", Doc: "Fetches files; returns the list of those that failed, or None.", Call: bulk},
			{Name: "set_update_flag", Doc: "Has the files replace the old ones at the next start.", Call: setFlag},
		},
	}
}

func fetchPiece(c *script.Call) (any, error) { return quectel.Refused(c, nil, notByPieces) }

// two unpacks the first two arguments.
func two(c *script.Call) (url, name string, err error) {
	err = c.Unpack(append([]any{&url, &name}, make([]any, len(c.Args)-2)...)...)
	return url, name, err
}

func download(c *script.Call) (any, error) {
	url, name, err := two(c)
	if err != nil {
		return nil, err
	}
	var header http.Header
	if len(c.Args) > 2 {
		if header, err = headerOf(c.Args[2]); err != nil {
			return nil, err
		}
	}
	return get(c, url, name, header)
}

// headerOf is a dict of headers.
func headerOf(v starlark.Value) (http.Header, error) {
	if v == nil || v == starlark.None {
		return nil, nil
	}
	dict, ok := v.(starlark.IterableMapping)
	if !ok {
		return nil, script.Raise("TypeError", "headers must be a dict")
	}
	header := http.Header{}
	for _, pair := range dict.Items() {
		name, ok1 := object.AsString(pair[0])
		text, ok2 := object.AsString(pair[1])
		if !ok1 || !ok2 {
			return nil, script.Raise("TypeError", "headers must be a dict of str")
		}
		header.Set(name, text)
	}
	return header, nil
}

// get fetches a file and keeps it for the next start; -1, and an event that says why, where that fails.
func get(c *script.Call, url, name string, header http.Header) (any, error) {
	data, err := fetchWhole(c, url, header)
	if err == nil {
		err = keep(c.Interp, name, data)
	}
	if err == nil {
		err = set(c.Interp, flash.Update{URL: url, Name: name, Size: len(data)})
	}
	if err != nil {
		c.Emit(event.Event{Layer: event.Builtin, Kind: event.Warning,
			Text: fmt.Sprintf("%s() returns -1: %s: %v", c.Name(), url, err)})
		return quectel.Failed, nil
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: Downloaded, Text: name, Payload: data})
	return quectel.OK, nil
}

func fetchWhole(c *script.Call, url string, header http.Header) ([]byte, error) {
	if data, ok := quectel.Served(c.Interp)[url]; ok {
		return data, nil
	}
	return quectel.Ask(c, func(d device.Sockets, ctx context.Context) ([]byte, error) {
		return quectel.Fetch(ctx, d, url, header, nil)
	})
}

func bulk(c *script.Call) (any, error) {
	all, ok := c.Args[0].(starlark.Iterable)
	if !ok {
		return nil, script.Raise("TypeError", "info must be a list of dicts with url and file_name")
	}
	failed := script.List{}
	it := all.Iterate()
	defer it.Done()
	for v := starlark.Value(nil); it.Next(&v); {
		url, okURL := item(c, v, "url")
		name, okName := item(c, v, "file_name")
		if !okURL || !okName {
			return nil, script.Raise("ValueError", "%s has no url or no file_name", object.Repr(v))
		}
		code, err := get(c, url, name, nil)
		if err != nil {
			return nil, err
		}
		if code != any(quectel.OK) {
			failed = append(failed, v)
		}
	}
	if len(failed) == 0 {
		return nil, nil
	}
	return failed, nil
}

// item is a text in a dict.
func item(c *script.Call, v starlark.Value, key string) (string, bool) {
	m, ok := v.(starlark.Mapping)
	if !ok {
		return "", false
	}
	x, found, err := m.Get(c.Interp.Value(key))
	if err != nil || !found {
		return "", false
	}
	return object.AsString(x)
}

func setFlag(c *script.Call) (any, error) {
	if err := writeFile(c.Interp, flash.UpdateFlag, nil); err != nil {
		return nil, raised(err)
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: Flagged, Text: "the next start takes the downloaded files"})
	return nil, nil
}

func dict(u flash.Update) script.Dict {
	return script.Dict{{Key: "url", Value: u.URL}, {Key: "file_name", Value: u.Name},
		{Key: "total_size", Value: u.Size}, {Key: "dl_location", Value: updaterDir + u.Name}}
}

func stat(c *script.Call) (any, error) {
	all, err := list(c.Interp)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	out := script.List{}
	for _, u := range all {
		out = append(out, dict(u))
	}
	return out, nil
}

func statByFile(c *script.Call) (any, error) {
	var name string
	if err := c.Unpack(&name); err != nil {
		return nil, err
	}
	all, err := list(c.Interp)
	for _, u := range all {
		if u.Name == name {
			return dict(u), err
		}
	}
	return nil, err
}

func updateStat(c *script.Call) (any, error) {
	url, name, err := two(c)
	if err != nil {
		return nil, err
	}
	var size any = object.Repr(c.Args[2])
	if n, err := starlark.AsInt32(c.Args[2]); err == nil {
		size = n
	} else if text, ok := object.AsString(c.Args[2]); ok {
		size = text
	}
	return nil, raised(set(c.Interp, flash.Update{URL: url, Name: name, Size: size}))
}

func deleteFile(c *script.Call) (any, error) {
	var name string
	if err := c.Unpack(&name); err != nil {
		return nil, err
	}
	all, err := list(c.Interp)
	if err != nil {
		return nil, err
	}
	left := slices.DeleteFunc(slices.Clone(all), func(u flash.Update) bool { return u.Name == name })
	if len(left) == len(all) {
		return nil, nil
	}
	return nil, raised(write(c.Interp, left))
}

// controls are what a test serves files with.
func controls() []script.Func {
	return []script.Func{{Name: "app_fota_serve", Params: "url, data",
		Doc: "Has an address give these bytes, to app_fota and fota, whatever the network has.", Call: serve}}
}

func serve(c *script.Call) (any, error) {
	var url string
	var data []byte
	if err := c.Unpack(&url, &data); err != nil {
		return nil, err
	}
	quectel.Served(c.Interp)[url] = bytes.Clone(data)
	return nil, nil
}
