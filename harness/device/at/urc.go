package at

import (
	"strings"

	"quecstar/harness/atcmd"
)

// URC is an unsolicited result: a line that a module says unasked.
type URC struct {
	// Line is the line; of one with a payload by its length, what is before the payload.
	Line string
	// Data is the payload of +QMTRECV, or of +QIURC: "recv" in push mode.
	Data []byte
	// Doubt says that the payload may have ended elsewhere, as it told no length, or lost bytes.
	Doubt bool
	// Rest says that the line may be the rest of a message that ended too early.
	Rest bool
}

// String is what the module said.
func (u URC) String() string {
	if u.Data != nil && strings.HasPrefix(u.Line, receivedName) {
		return u.Line + string(u.Data) + `"`
	}
	return u.Line + string(u.Data)
}

// Params are the parameters of the line. A line that does not parse has those that it has.
func (u URC) Params() atcmd.Params {
	_, text, _ := atcmd.Cut(u.Line)
	params, err := atcmd.Parse(text)
	if err != nil {
		// An open quote is that of a payload: what is before it is whole.
		if i := strings.LastIndexByte(text, '"'); i >= 0 {
			params, err = atcmd.Parse(strings.TrimSuffix(text[:i], ","))
		}
		if err != nil {
			return nil
		}
	}
	return params
}

// urcPrefixes are the lines that no command answers with at once. Others, such as +CREG, are told
// from an answer by the command that is in flight.
var urcPrefixes = []string{
	"+QMTOPEN: ", "+QMTCONN: ", "+QMTSUB: ", "+QMTUNS: ", "+QMTPUB: ", "+QMTPUBEX: ", "+QMTDISC: ", "+QMTCLOSE: ",
	"+QMTRECV: ", "+QMTSTAT: ", "+QMTPING: ", "+QIURC: ", "+QSSLURC: ", "+QIOPEN: ", "+QSSLOPEN: ", "+QIND: ", "+QNTP: ",
	"+QPING: ", "+CMTI: ", "+CMT: ", "+CDSI: ", "+CUSD: ", "+CTZV: ", "+CTZE: ", "+QUSIM: ", "+CGEV: ", "+CLIP: ",
	"+CRING: ",
	"+CREG: ", "+CGREG: ", "+CEREG: ", "+CPIN: ", "+CFUN: ", "+QSIMSTAT: ",
}

// urcLines are URCs without parameters.
var urcLines = map[string]bool{"RDY": true, "APP RDY": true, "POWERED DOWN": true, "NORMAL POWER DOWN": true,
	"RING": true, "NO CARRIER": true}

// isURC reports whether a line may be a URC.
func isURC(line string) bool {
	if urcLines[line] {
		return true
	}
	if !strings.HasPrefix(line, "+") {
		return false
	}
	for _, p := range urcPrefixes {
		if strings.HasPrefix(line, p) {
			return true
		}
	}
	return false
}

// boots reports whether a line says that the module starts, or goes off.
func boots(line string) bool {
	return line == "RDY" || line == "APP RDY" || line == "POWERED DOWN" || line == "NORMAL POWER DOWN"
}

// registrationURC tells the URC of +CREG and its kin from the answer of a read: the answer has a
// number more in front, and so a number as its second parameter (3GPP TS 27.007, section 7.2).
func registrationURC(line string) bool {
	_, text, _ := atcmd.Cut(line)
	params, err := atcmd.Parse(text)
	if err != nil {
		return true
	}
	_, second := params.At(1).Int()
	return !second
}
