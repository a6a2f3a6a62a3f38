package atcmd

import (
	"fmt"
	"strconv"
	"strings"
)

// Error is the refusal of a command.
type Error struct {
	// Kind is "CME", "CMS", or "" for a plain ERROR.
	Kind string
	// Code is the number of a CME or CMS error, -1 when only its text is known.
	Code int
	// Text is what the module said in words, or what the number means.
	Text string
}

// Error is what the module printed, and what it means.
func (e *Error) Error() string {
	switch {
	case e.Kind == "":
		return "ERROR"
	case e.Code < 0:
		return fmt.Sprintf("+%s ERROR: %s", e.Kind, e.Text)
	case e.Text == "":
		return fmt.Sprintf("+%s ERROR: %d", e.Kind, e.Code)
	}
	return fmt.Sprintf("+%s ERROR: %d (%s)", e.Kind, e.Code, e.Text)
}

// Line is how a module prints the error, as a number or in words.
func (e *Error) Line(words bool) string {
	switch {
	case e.Kind == "":
		return "ERROR"
	case words && e.Text != "" || e.Code < 0:
		return fmt.Sprintf("+%s ERROR: %s", e.Kind, e.Text)
	}
	return fmt.Sprintf("+%s ERROR: %d", e.Kind, e.Code)
}

// CME is a "+CME ERROR" with a number (3GPP TS 27.007, section 9.2; above 400, Quectel's own).
func CME(code int) *Error { return &Error{Kind: "CME", Code: code, Text: cmeTexts[code]} }

// CMS is a "+CMS ERROR" with a number (3GPP TS 27.005, section 3.2.5).
func CMS(code int) *Error { return &Error{Kind: "CMS", Code: code, Text: cmsTexts[code]} }

// ParseError reads a line that refuses a command; nil when it is none.
func ParseError(line string) *Error {
	if line == "ERROR" {
		return &Error{}
	}
	for kind, texts := range map[string]map[int]string{"CME": cmeTexts, "CMS": cmsTexts} {
		rest, ok := strings.CutPrefix(line, "+"+kind+" ERROR:")
		if !ok {
			continue
		}
		rest = strings.TrimSpace(rest)
		if n, err := strconv.Atoi(rest); err == nil {
			return &Error{Kind: kind, Code: n, Text: texts[n]}
		}
		return &Error{Kind: kind, Code: codeOf(texts, rest), Text: rest}
	}
	return nil
}

// codeOf finds the number of a text; -1 when none has it. Modules differ in the case of letters.
func codeOf(texts map[int]string, text string) int {
	for n, t := range texts {
		if strings.EqualFold(t, text) {
			return n
		}
	}
	return -1
}

var cmeTexts = map[int]string{
	0: "Phone failure", 1: "No connection to phone", 2: "Phone-adaptor link reserved", 3: "Operation not allowed",
	4: "Operation not supported", 5: "PH-SIM PIN required", 6: "PH-FSIM PIN required", 7: "PH-FSIM PUK required",
	10: "SIM not inserted", 11: "SIM PIN required", 12: "SIM PUK required", 13: "SIM failure", 14: "SIM busy",
	15: "SIM wrong", 16: "Incorrect password", 17: "SIM PIN2 required", 18: "SIM PUK2 required", 20: "Memory full",
	21: "Invalid index", 22: "Not found", 23: "Memory failure", 24: "Text string too long",
	25: "Invalid characters in text string", 26: "Dial string too long", 27: "Invalid characters in dial string",
	30: "No network service", 31: "Network timeout", 32: "Network not allowed - emergency calls only",
	40: "Network personalization PIN required", 41: "Network personalization PUK required",
	42: "Network subset personalization PIN required", 43: "Network subset personalization PUK required",
	44: "Service provider personalization PIN required", 45: "Service provider personalization PUK required",
	46: "Corporate personalization PIN required", 47: "Corporate personalization PUK required",
	50: "Incorrect parameters", 100: "Unknown error",
	400: "Invalid input value", 401: "Larger than the size of the file", 402: "Read zero byte", 403: "Drive full",
	405: "File not found", 406: "Invalid file name", 407: "File already exists", 409: "Fail to create file",
	410: "Fail to read the file", 411: "Fail to write the file", 413: "Invalid file handle", 417: "File is opened",
	421: "File operation timeout", 426: "File path does not exist",
}

var cmsTexts = map[int]string{
	300: "ME failure", 301: "SMS ME reserved", 302: "Operation not allowed", 303: "Operation not supported",
	304: "Invalid PDU mode parameter", 305: "Invalid text mode parameter", 310: "SIM not inserted", 311: "SIM pin necessary",
	312: "PH SIM pin necessary", 313: "SIM failure", 314: "SIM busy", 315: "SIM wrong", 316: "SIM PUK required",
	317: "SIM PIN2 required", 318: "SIM PUK2 required", 320: "Memory failure", 321: "Invalid memory index",
	322: "Memory full", 330: "SMSC address unknown", 331: "No network", 332: "Network timeout", 350: "Unknown",
	500: "Unknown error",
}

// SocketText says what an error number of the TCP/IP commands means (Quectel TCP/IP application
// notes, "Summary of Error Codes").
func SocketText(code int) string {
	if t, ok := socketTexts[code]; ok {
		return t
	}
	return "unknown error"
}

var socketTexts = map[int]string{
	0: "operate successfully", 550: "unknown error", 551: "operation blocked", 552: "invalid parameters", 553: "memory not enough",
	554: "create socket failed", 555: "operation not supported", 556: "socket bind failed", 557: "socket listen failed",
	558: "socket write failed", 559: "socket read failed", 560: "socket accept failed", 561: "open PDP context failed",
	562: "close PDP context failed", 563: "socket identity has been used", 564: "DNS busy", 565: "DNS parse failed",
	566: "socket connect failed", 567: "socket has been closed", 568: "operation busy", 569: "operation timeout",
	570: "PDP context broken down", 571: "cancel send", 572: "operation not allowed", 573: "APN not configured", 574: "port busy",
}
