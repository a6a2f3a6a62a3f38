package session

import "crypto/tls"

// insecure is for the tests' own client, which is not what is tested.
func insecure() *tls.Config { return &tls.Config{InsecureSkipVerify: true} }
