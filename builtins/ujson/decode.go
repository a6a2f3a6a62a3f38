package ujson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"strconv"
	"strings"

	"quecstar/harness/script"
)

// errSyntax is what MicroPython says of anything that is no JSON.
func errSyntax(cause error) error {
	return script.RaiseArgs("ValueError", cause, "syntax error in JSON")
}

// decode reads one JSON value.
func decode(text string) (any, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	v, err := value(d, 0)
	if err != nil {
		return nil, errSyntax(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errSyntax(errors.New("there is more behind the value"))
	}
	return v, nil
}

func value(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("it nests too deep")
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		switch t {
		case '{':
			return mapping(d, depth)
		case '[':
			return array(d, depth)
		}
		return nil, errors.New("a bracket too many")
	case json.Number:
		return number(t.String())
	}
	return t, nil
}

func mapping(d *json.Decoder, depth int) (any, error) {
	out := script.Dict{}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := value(d, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, script.Pair{Key: k, Value: v})
	}
	_, err := d.Token()
	return out, err
}

func array(d *json.Decoder, depth int) (any, error) {
	out := script.List{}
	for d.More() {
		v, err := value(d, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	_, err := d.Token()
	return out, err
}

func number(s string) (any, error) {
	if strings.ContainsAny(s, ".eE") {
		f, err := strconv.ParseFloat(s, 64)
		if errors.Is(err, strconv.ErrRange) {
			err = nil
		}
		return f, err
	}
	n, ok := new(big.Int).SetString(s, 10)
	if !ok {
		return nil, errors.New("no number")
	}
	return n, nil
}
