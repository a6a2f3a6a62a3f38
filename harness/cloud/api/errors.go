package api

import (
	"errors"
	"fmt"
	"net/http"
	"unicode/utf8"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// Error codes (https://support.huaweicloud.com/api-iothub/ErrorCode.html). Those that begin with
// QUECSTAR are of this server alone, where the documents name none.
const (
	codeSignature      = "IOTDA.000002"
	codeInvalid        = "IOTDA.000006" // the input is invalid
	codeFormat         = "IOTDA.000008" // the body is no JSON, or is said to be something else
	codeTime           = "IOTDA.000009"
	codeTimeOrder      = "IOTDA.000010"
	codeLimit          = "IOTDA.000017"
	codeMarker         = "IOTDA.000018"
	codeNothing        = "IOTDA.000029" // there is no such thing to call
	codeNoDevice       = "IOTDA.014000"
	codeOffline        = "IOTDA.014016"
	codeGatewayOffline = "IOTDA.014028"
	codeNoRule         = "IOTDA.010002"
	codeVerification   = "IOTDA.014307"
	codeSQL            = "IOTDA.014900"
	codeExists         = "IOTDA.014031"
	codeTimeout        = "IOTDA.014111"
	codeAsync          = "IOTDA.014114"
	codeNoProduct      = "IOTDA.014204"
	codeMessageExists  = "QUECSTAR.000001"
	codeVersion        = "QUECSTAR.000002"
	codeQuota          = "QUECSTAR.000003"
	codeNoSpace        = "IOTDA.001006"
	codeState          = "QUECSTAR.000005"
	codeNotKept        = "QUECSTAR.000010" // the state file could not be written
	codeDefaultSpace   = "QUECSTAR.000004"
)

// Lengths in characters (SDK, models of services/iotda/v5).
const (
	maxDeviceID  = 128
	maxNodeID    = 64
	maxProductID = 36
	maxMessageID = 100
	maxServiceID = 64
	maxCommand   = 128
	maxName      = 64
	maxType      = 32
	maxPara      = 32

	maxDeviceName  = 256
	maxMessageName = 128
)

// text is a text of a request with its limits.
type text struct {
	name, value string
	most        int // characters
	needed      bool
}

// fits refuses a request when a text is missing or too long.
func fits(w http.ResponseWriter, texts ...text) bool {
	err := checkTexts(texts...)
	if err != nil {
		invalid(w, err.Error())
	}
	return err == nil
}

func checkTexts(texts ...text) error {
	for _, t := range texts {
		switch n := utf8.RuneCountInString(t.value); {
		case n == 0 && t.needed:
			return fmt.Errorf("%s is wanted", t.name)
		case n > t.most:
			return fmt.Errorf("%s has %d characters, more than %d", t.name, n, t.most)
		}
	}
	return nil
}

// invalid answers that the input is invalid.
func invalid(w http.ResponseWriter, msg string) { fail(w, http.StatusBadRequest, codeInvalid, msg) }

// failed answers for an error of the cloud.
func failed(w http.ResponseWriter, err error) {
	if errors.Is(err, errTold) {
		return
	}
	status, code := codeOf(err)
	fail(w, status, code, err.Error())
}

// codeOf is the status and the code of an error of the cloud.
func codeOf(err error) (status int, code string) {
	for _, e := range []struct {
		is     error
		status int
		code   string
	}{
		{cloud.ErrFault, http.StatusBadRequest, codeInvalid},
		{errSQL, http.StatusBadRequest, codeSQL},
		{errVerification, http.StatusBadRequest, codeVerification},
		{errNoRule, http.StatusNotFound, codeNoRule},
		{errLimit, http.StatusBadRequest, codeLimit},
		{errMarker, http.StatusBadRequest, codeMarker},
		{errNoSpace, http.StatusForbidden, codeNoSpace},
		{errDefault, http.StatusForbidden, codeDefaultSpace},
		{errQuota, http.StatusForbidden, codeQuota},
		{record.ErrNone, http.StatusNotFound, codeNothing},
		{record.ErrExists, http.StatusBadRequest, codeExists},
		{cloud.ErrNoDevice, http.StatusNotFound, codeNoDevice},
		{cloud.ErrNoProduct, http.StatusNotFound, codeNoProduct},
		{cloud.ErrNoMessage, http.StatusNotFound, codeNothing},
		{cloud.ErrNoObject, http.StatusNotFound, codeNothing},
		{cloud.ErrNoTask, http.StatusNotFound, codeNothing},
		{cloud.ErrTaskState, http.StatusConflict, codeState},
		{errAsync, http.StatusBadRequest, codeAsync},
		{cloud.ErrMessageExists, http.StatusBadRequest, codeMessageExists},
		{cloud.ErrExists, http.StatusBadRequest, codeExists},
		{cloud.ErrOffline, http.StatusForbidden, codeOffline},
		{cloud.ErrGatewayOffline, http.StatusBadRequest, codeGatewayOffline},
		// A command that is not answered is no failure of HTTP (error code table, IOTDA.014111).
		{cloud.ErrTimeout, http.StatusOK, codeTimeout},
		// Field reports name this code for a property that cannot be written; the table of errors does not.
		{cloud.ErrNotWritable, http.StatusBadRequest, codeNothing},
		{cloud.ErrVersion, http.StatusBadRequest, codeVersion},
	} {
		if errors.Is(err, e.is) {
			return e.status, e.code
		}
	}
	return http.StatusBadRequest, codeInvalid
}
