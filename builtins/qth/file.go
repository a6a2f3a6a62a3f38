package qth

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"go.starlark.net/starlark"

	"quecstar/harness/event"
	"quecstar/harness/flash"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// Where the vendor's SDK keeps what it must not forget, with a copy.
const (
	configFile = "/usr/qth_config.ini"
	backupFile = "/usr/qth_config_bak.ini"
)

// kept is what a configuration file holds; the names are the vendor's.
type kept struct {
	PK   string `json:"pk"`
	PS   string `json:"ps"`
	DS   string `json:"ds"`
	URL  string `json:"svr"`
	MCC  string `json:"mcc"`
	Life int    `json:"lifetime"`
}

// sealed is a file: a value and the SHA-256 of its text.
type sealed struct {
	File json.RawMessage `json:"file"`
	SHA  string          `json:"sha256"`
}

func seal(value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	h := sha256.Sum256(text)
	return json.Marshal(sealed{File: text, SHA: hex.EncodeToString(h[:])})
}

// unseal returns the text of the value in a file.
func unseal(data []byte) (json.RawMessage, error) {
	var s sealed
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("not a file of qth_file: %w", err)
	}
	if h := sha256.Sum256(s.File); hex.EncodeToString(h[:]) != s.SHA {
		return nil, errors.New("its SHA-256 is another")
	}
	return s.File, nil
}

// save writes the configuration and its copy.
func (x *client) save(in *script.Interp) error {
	data, err := seal(kept{PK: x.cfg.pk, PS: x.cfg.ps, DS: x.cfg.ds, URL: x.cfg.url, MCC: x.cfg.mcc, Life: x.cfg.lifetime})
	if err != nil {
		return err
	}
	files, err := in.Files()
	if err != nil {
		return err
	}
	for _, name := range []string{configFile, backupFile} {
		if err := writeFile(files, name, data); err != nil {
			return script.Raise("OSError", "%w", err)
		}
	}
	return nil
}

// load reads the configuration, or the copy where that is broken or gone.
func (x *client) load(in *script.Interp) error {
	files, err := in.Files()
	if err != nil {
		return err
	}
	for _, name := range []string{configFile, backupFile} {
		data, err := readFile(files, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var k kept
		if err == nil {
			var text json.RawMessage
			if text, err = unseal(data); err == nil {
				err = json.Unmarshal(text, &k)
			}
		}
		if err != nil {
			in.Emit(event.Event{Layer: event.Builtin, Kind: event.Warning, Text: name + " is not read: " + err.Error()})
			continue
		}
		x.cfg.pk, x.cfg.ps, x.cfg.ds, x.cfg.url, x.cfg.mcc = k.PK, k.PS, k.DS, k.URL, k.MCC
		if k.Life != 0 {
			x.cfg.lifetime = k.Life
		}
		return nil
	}
	return nil
}

func saveConfig(c *script.Call) (any, error) { return nil, shared(c.Interp).save(c.Interp) }

// readJSON is qth_file.read_file: the value of a file, or None.
func readJSON(c *script.Call) (any, error) {
	var name string
	if err := c.Unpack(&name); err != nil {
		return nil, err
	}
	files, err := c.Interp.Files()
	if err != nil {
		return nil, err
	}
	data, err := readFile(files, name)
	var text json.RawMessage
	if err == nil {
		text, err = unseal(data)
	}
	var v any
	if err == nil {
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		err = d.Decode(&v)
	}
	if err != nil {
		c.Emit(event.Event{Layer: event.Builtin, Kind: event.Note, Text: fmt.Sprintf("%s() returns None: %s: %v", c.Name(), name, err)})
		return nil, nil
	}
	return fromJSON(v), nil
}

// writeJSON is qth_file.write_file.
func writeJSON(c *script.Call) (any, error) {
	var name string
	if err := c.Unpack(&name, nil); err != nil {
		return nil, err
	}
	v, err := toJSON(c.Args[1], 0)
	if err != nil {
		return nil, script.Raise("TypeError", "%w", err)
	}
	data, err := seal(v)
	if err != nil {
		return nil, script.Raise("ValueError", "%w", err)
	}
	files, err := c.Interp.Files()
	if err != nil {
		return nil, err
	}
	if err := writeFile(files, name, data); err != nil {
		return shared(c.Interp).fail(c, err.Error()), nil
	}
	return true, nil
}

// fromJSON is a decoded value for script.Interp.Value.
func fromJSON(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
	case []any:
		out := script.List{}
		for _, e := range v {
			out = append(out, fromJSON(e))
		}
		return out
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		out := script.Dict{}
		for _, k := range keys {
			out = append(out, script.Pair{Key: k, Value: fromJSON(v[k])})
		}
		return out
	}
	return v
}

// toJSON is a script's value for encoding/json.
func toJSON(v starlark.Value, depth int) (any, error) {
	native := object.Native(v)
	if depth > maxDepth {
		return nil, fmt.Errorf("more than %d values within each other", maxDepth)
	}
	if native == starlark.None {
		return nil, nil
	}
	if b, ok := object.AsBool(native); ok {
		return b, nil
	}
	if f, ok := native.(starlark.Float); ok {
		return float64(f), nil
	}
	if n, ok := object.AsInt(native); ok {
		return json.Number(n.String()), nil
	}
	if s, ok := object.AsString(native); ok {
		return s, nil
	}
	switch c := native.(type) {
	case starlark.IterableMapping:
		out := map[string]any{}
		for _, kv := range c.Items() {
			inner, err := toJSON(kv[1], depth+1)
			if err != nil {
				return nil, err
			}
			out[plain(kv[0])] = inner
		}
		return out, nil
	case starlark.Indexable:
		out := []any{}
		for i := range c.Len() {
			inner, err := toJSON(c.Index(i), depth+1)
			if err != nil {
				return nil, err
			}
			out = append(out, inner)
		}
		return out, nil
	}
	return nil, fmt.Errorf("%s has no JSON form", object.TypeName(v))
}

func readFile(files *flash.FS, name string) ([]byte, error) {
	f, err := files.Open(name, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(f)
	return data, errors.Join(err, f.Close())
}

func writeFile(files *flash.FS, name string, data []byte) error {
	f, err := files.Open(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
