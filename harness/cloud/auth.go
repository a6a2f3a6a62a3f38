package cloud

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// stampLayout is the time stamp of a client id: the hour in UTC.
const stampLayout = "2006010215"

// SignType says how a password is made and checked.
type SignType int

// The sign types (https://support.huaweicloud.com/api-iothub/iot_06_v5_3009.html).
const (
	SignAnyTime SignType = 0 // HMAC-SHA256; the time stamp is not checked
	SignTime    SignType = 1 // HMAC-SHA256; the time stamp is checked first
)

// Connection is what a device needs to connect.
type Connection struct {
	ClientID, Username, Password string
}

// ConnectInfo makes what a device needs to connect: what Huawei's connection information tool makes.
func ConnectInfo(deviceID, secret string, sign SignType, now time.Time) Connection {
	stamp := now.UTC().Format(stampLayout)
	return Connection{
		ClientID: fmt.Sprintf("%s_0_%d_%s", deviceID, sign, stamp),
		Username: deviceID,
		Password: Password(secret, stamp),
	}
}

// Password is HMAC-SHA256 of the device's secret, keyed by the time stamp, in lower-case hex.
func Password(secret, stamp string) string {
	mac := hmac.New(sha256.New, []byte(stamp))
	mac.Write([]byte(secret))
	return hex.EncodeToString(mac.Sum(nil))
}

// clientID is a parsed client id: {device id}_{type}_{sign type}_{time stamp}, or that of a device of a registration
// group at the provisioning service, {device id}_0_{scope}_{sign type}_{time stamp} or {device id}_0_{scope}.
type clientID struct {
	deviceID string
	idType   string
	scope    string
	sign     string
	stamp    string // "" for one of the last form
}

// maxClientID is the longest client id.
const maxClientID = 256

// parseClientID parses from the right, as device ids have underscores of their own.
func parseClientID(s string) (clientID, error) {
	if len(s) > maxClientID {
		return clientID{}, fmt.Errorf("the client id has %d characters, more than %d", len(s), maxClientID)
	}
	parts := strings.Split(s, "_")
	n := len(parts)
	if n < 4 {
		return clientID{}, errors.New("the client id is not {device_id}_{type}_{sign type}_{YYYYMMDDHH}")
	}
	id := clientID{deviceID: strings.Join(parts[:n-3], "_"), idType: parts[n-3], sign: parts[n-2], stamp: parts[n-1]}
	switch {
	case id.deviceID == "":
		return id, errors.New("the client id has no device id")
	case id.idType != "0":
		return id, fmt.Errorf("the client id has the type %q; only 0, a device, is known", id.idType)
	case !isSign(id.sign):
		return id, fmt.Errorf("the client id has the sign type %q; 0 and 1 are known", id.sign)
	}
	if !isStamp(id.stamp) {
		return id, fmt.Errorf("the client id ends in %q, which is no time stamp YYYYMMDDHH", id.stamp)
	}
	return id, nil
}

// isSign reports whether a text is a sign type, isStamp whether it is a time stamp.
func isSign(s string) bool { return s == "0" || s == "1" }
func isStamp(s string) bool {
	_, err := time.Parse(stampLayout, s)
	return err == nil && len(s) == len(stampLayout)
}

// fresh reports whether the stamp agrees with the platform's clock.
func (id clientID) fresh(now time.Time, window time.Duration) bool {
	stamp, err := time.Parse(stampLayout, id.stamp)
	if err != nil {
		return false
	}
	apart := now.UTC().Truncate(time.Hour).Sub(stamp)
	return apart <= window && apart >= -window
}

// passwordForm reports whether a password could be one: 64 lower-case hex digits.
func passwordForm(p string) bool {
	return len(p) == 64 && strings.Trim(p, "0123456789abcdef") == ""
}

// checkPassword compares in constant time.
func checkPassword(password, secret, stamp string) bool {
	return secret != "" && hmac.Equal([]byte(password), []byte(Password(secret, stamp)))
}
