package umqtt

import (
	"bytes"

	"go.starlark.net/starlark"

	"quecstar/harness/device"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// tlsParams reads ssl_params. The vendor documents cert and key, the client's (ussl.wrap_socket);
// a cert without a key can only be the certificate to trust. Further names that firmware and
// MicroPython have for that are understood too.
func tlsParams(v starlark.Value) (*device.TLSConfig, error) {
	conf := &device.TLSConfig{}
	if v == nil || v == starlark.None {
		return conf, nil
	}
	items, ok := v.(starlark.IterableMapping)
	if !ok {
		return nil, script.Raise("TypeError", "ssl_params should be a dict, not %s", object.TypeName(v))
	}
	for _, kv := range items.Items() {
		name, _ := object.AsString(kv[0])
		if err := setParam(conf, name, kv[1]); err != nil {
			return nil, err
		}
	}
	if len(conf.Key) == 0 && len(conf.Cert) > 0 && len(conf.CA) == 0 {
		conf.CA, conf.Cert = conf.Cert, nil
	}
	return conf, nil
}

func setParam(conf *device.TLSConfig, name string, v starlark.Value) error {
	if v == starlark.None {
		return nil
	}
	if name == "server_side" || name == "do_handshake" {
		return nil
	}
	text, ok := object.AsBytes(v)
	if !ok {
		return script.Raise("TypeError", "ssl_params['%s'] should be str or bytes, not %s", name, object.TypeName(v))
	}
	switch name {
	case "server_hostname":
		conf.ServerName = string(text)
	case "cert":
		conf.Cert = text
	case "key":
		conf.Key = text
	case "ca", "ca_cert", "ca_certs", "cacert", "cadata":
		conf.CA = text
	default:
		return script.Raise("TypeError", "ssl_params has no '%s': known are cert, key, ca and server_hostname", name)
	}
	return checkPEM(name, text)
}

// checkPEM refuses what is a path or nothing: the text itself is wanted, as on a module.
func checkPEM(name string, text []byte) error {
	if name == "server_hostname" || bytes.Contains(text, []byte("-----BEGIN ")) {
		return nil
	}
	return script.Raise("ValueError", "ssl_params['%s'] is not PEM text: it should hold the text of the file, from -----BEGIN on", name)
}
