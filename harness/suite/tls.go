package suite

import "quecstar/harness/script"

func cloudCA(c *script.Call) (any, error) {
	cl, err := runOf(c).world.cloud()
	if err != nil {
		return nil, err
	}
	text, err := cl.Authority()
	return string(text), err
}

// cloudClientCertificate is cloud.client_certificate(name).
func cloudClientCertificate(c *script.Call) (any, error) {
	var name string
	if err := c.Unpack(&name); err != nil {
		return nil, err
	}
	cl, err := runOf(c).world.cloud()
	if err != nil {
		return nil, err
	}
	cert, key, err := cl.ClientCertificate(name)
	if err != nil {
		return nil, err
	}
	runOf(c).world.hide(string(key))
	return script.Dict{{Key: "cert", Value: string(cert)}, {Key: "key", Value: string(key)}}, nil
}
