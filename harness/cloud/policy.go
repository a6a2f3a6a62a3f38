package cloud

import (
	"net/http"
	"time"

	"quecstar/harness/broker"
)

// Policy holds what Huawei's documents leave open: the one place for guesses.
type Policy struct {
	// StampWindow is how far the time stamp of a client id of sign type 1 may be from the
	// platform's hour. The documents only say that the two must agree.
	StampWindow time.Duration
	// UnknownDevice, BadSecret, StaleStamp and Frozen are the CONNACK codes of these refusals.
	UnknownDevice, BadSecret, StaleStamp, Frozen byte
	// DropQoS2 ends the connection of a device that publishes with QoS 2, which is not supported.
	DropQoS2 bool
	// MaxPayload is the largest publish that is taken; a larger one is dropped.
	MaxPayload int
	// MaxSubscriptions is how many filters a connection may hold.
	MaxSubscriptions int
	// FailUnsubscribed fails a message to a custom topic that the device, online, has not subscribed to.
	// Otherwise it waits for the subscription, as QoS 1 says that messages do ("subscribes again",
	// https://support.huaweicloud.com/usermanual-iothub/iot_01_0331.html).
	FailUnsubscribed bool
	// Retry is how messages of QoS 1 that a device does not acknowledge are sent again; the numbers are those
	// of https://support.huaweicloud.com/usermanual-iothub/iot_01_0331.html.
	Retry broker.Retry
	// SignPush signs a notice that is pushed to a receiver with a token. UNCONFIRMED: the documents say that there is
	// a signature, and not how it is made.
	SignPush func(h http.Header, token, stamp, nonce string)
	// NoDefaultTopics has devices use those topics alone, of what does not begin with $oc, that a device policy allows
	// them: as where system_default_policy was deleted.
	NoDefaultTopics bool
	// MessageRate and ByteRate are how many messages and bytes of payload a connection publishes in a second at most,
	// ConnectRate how many connections all devices together ask for in one, and MaxDevices and MaxProducts how many
	// there are; 0 is any. UNCONFIRMED: what is beyond is lost and not acknowledged, or refused as by a server that is
	// not available.
	MessageRate, ByteRate, ConnectRate, MaxDevices, MaxProducts int
	// CacheTime is how long a message waits for its device.
	CacheTime time.Duration
}

// DefaultPolicy is what the embedded cloud does unless told otherwise. Limits are those of
// https://support.huaweicloud.com/productdesc-iothub/iot_04_0010.html.
func DefaultPolicy() Policy {
	return Policy{
		StampWindow:      time.Hour,
		UnknownDevice:    5,
		BadSecret:        4,
		StaleStamp:       4,
		Frozen:           5,
		DropQoS2:         true,
		MaxPayload:       1 << 20,
		MaxSubscriptions: 100,
		Retry:            broker.Retry{Wait: 2 * time.Second, Sends: 3, Round: 10 * time.Second, Rounds: 5},
		CacheTime:        24 * time.Hour,
		SignPush:         signPush,
	}
}

// Limited is the policy with the rates and quotas of the limits page, those of the basic edition.
func (p Policy) Limited() Policy {
	p.MessageRate, p.ByteRate, p.ConnectRate, p.MaxDevices, p.MaxProducts = 50, 1<<20, 100, 50_000, 1_000
	return p
}

// Keepalive that a device may ask for, in seconds (limits page, section MQTT).
const (
	minKeepalive = 30
	maxKeepalive = 1200
)
