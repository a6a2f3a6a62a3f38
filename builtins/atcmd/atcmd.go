// Package atcmd is the script module atcmd: AT commands of the module itself.
//
//	import atcmd
//	resp = bytearray(50)
//	atcmd.sendSync('AT+CSQ\r\n', resp, '', 20)     # 0
//	print(resp)
//
// The answers are made of what the device says in its roles; what this module does not know, and
// what the device has no role for, is ERROR (vendor's documentation, "atcmd - Send AT Command";
// 3GPP TS 27.007 and TS 27.005 for the commands).
package atcmd

import (
	"errors"
	"strings"

	"go.starlark.net/starlark"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

// The vendor's return codes.
const (
	respOK       = 0
	respError    = 1
	respCMEError = 2
	respInvalid  = 4
)

// cmeErrors are the numbers of +CME ERROR by the state of the SIM card, and cmeOther that for any
// other state (3GPP TS 27.007, section 9.2).
var cmeErrors = map[device.SIMStatus]string{device.SIMAbsent: "10", device.SIMPIN: "11", device.SIMPUK: "12", device.SIMBusy: "14"}

const cmeOther = "3"

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "atcmd", Simulated: true, Controls: controls(),
		Doc: "AT commands of the module itself.",
		Funcs: []script.Func{{Name: "sendSync", Params: "atcmd, resp, include_str, timeout",
			Doc:  "Sends a command that ends in '\\r\\n' and fills the bytearray resp with the lines of the answer that contain include_str; returns 0, 1 for ERROR, 2 for +CME ERROR, 4 for wrong arguments.",
			Call: sendSync}},
	}
}

func sendSync(c *script.Call) (any, error) {
	var command, include string
	var buf starlark.Value
	var timeout int
	if err := c.Unpack(&command, &buf, &include, &timeout); err != nil {
		return nil, err
	}
	memory, ok := object.AsBuffer(buf)
	if !ok || timeout <= 0 || !strings.HasSuffix(command, "\r\n") {
		return respInvalid, nil
	}
	lines, err := answer(c, strings.TrimSpace(command))
	if c.Context().Err() != nil {
		return nil, err
	}
	code := respOK
	if err != nil {
		var line string
		code, line = failure(c, err)
		lines, include = []string{line}, ""
	}
	fill(memory, lines, include)
	return code, nil
}

// fill writes the lines that contain a text, each in its frame; what does not fit is lost, and the
// rest of the memory becomes zero.
func fill(memory []byte, lines []string, include string) {
	var b strings.Builder
	for _, l := range lines {
		if strings.Contains(l, include) {
			b.WriteString("\r\n" + l + "\r\n")
		}
	}
	clear(memory[copy(memory, b.String()):])
}

// errUnknown is the error of a command that nobody knows.
var errUnknown = errors.New("ERROR")

// failure is the vendor's code and the line of an error.
func failure(c *script.Call, err error) (int, string) {
	if !errors.Is(err, device.ErrNotReady) {
		return respError, "ERROR"
	}
	cme := cmeOther
	if card, err := quectel.Ask(c, device.SIM.SIMStatus); err == nil && cmeErrors[card] != "" {
		cme = cmeErrors[card]
	}
	return respCMEError, "+CME ERROR: " + cme
}

// answer returns the lines of a command's answer, without the final OK.
func answer(c *script.Call, command string) ([]string, error) {
	name := strings.ToUpper(command)
	if !strings.HasPrefix(name, "AT") {
		return nil, errUnknown
	}
	f, ok := commands()[strings.TrimPrefix(name, "AT")]
	if !ok {
		return nil, errUnknown
	}
	return f(c)
}
