package umqtt

import (
	"errors"
	"strconv"

	"quecstar/harness/device"
	"quecstar/harness/device/mqttclient"
	"quecstar/harness/script"
)

// The error numbers that the vendor's client names in its messages (lwIP's, as in errno.h).
const (
	econnreset = 104
	enotconn   = 107
	etimedout  = 110
)

// subackFailure is the return code of a refused subscription (MQTT 3.1.1, section 3.9.3).
const subackFailure = 0x80

// connectError is what connect raises: ValueError, whose text begins as the vendor's does, with the
// CONNACK code or the error number in quotes, and goes on with our reason.
func connectError(c *script.Call, err error) error {
	if over := runError(c, err); over != nil {
		return over
	}
	code := strconv.Itoa(errorNumber(err))
	var refused *device.RefusedError
	if errors.As(err, &refused) {
		code = strconv.Itoa(int(refused.Code))
	}
	return script.Raise("ValueError", "MQTT Connect error='%s' FAIL: %w", code, err)
}

func errorNumber(err error) int {
	switch {
	case errors.Is(err, device.ErrTimeout):
		return etimedout
	case errors.Is(err, device.ErrClosed), errors.Is(err, device.ErrNotReady), errors.Is(err, device.ErrRefused):
		return enotconn
	case errors.Is(err, device.ErrUnreachable), errors.Is(err, device.ErrLost):
		return econnreset
	}
	return -1
}

// socketError is what the other methods raise: ValueError for what makes no sense, Exception for a
// refused subscription, whose text begins with the code, and OSError with a number for the rest.
func socketError(c *script.Call, err error) error {
	var refused *device.RefusedError
	switch {
	case err == nil:
		return nil
	case runError(c, err) != nil:
		return runError(c, err)
	case errors.As(err, &refused) && refused.Code == subackFailure:
		return script.Raise("Exception", "%d: %w", refused.Code, err)
	case errors.Is(err, device.ErrConfig):
		return script.Raise("ValueError", "%w", err)
	}
	return script.RaiseArgs("OSError", err, errorNumber(err), err.Error())
}

// runError returns err if it ends the run or was raised already; nil for a failure of the network.
func runError(c *script.Call, err error) error {
	var raised *script.Error
	if err != nil && (errors.As(err, &raised) || c.Context().Err() != nil) {
		return err
	}
	return nil
}

func isLost(err error) bool { return errors.Is(err, device.ErrLost) }

// ended reports whether the script ended the connection with disconnect().
func (cl *client) ended() bool { return cl.mq.State() == mqttclient.Closed }
