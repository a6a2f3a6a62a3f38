package serial

import (
	"encoding/binary"
)

// The bytes of Telnet (RFC 854, RFC 855) and of its options for binary data (RFC 856), for lines
// without go-ahead (RFC 858) and for serial ports (RFC 2217).
const (
	telnetIAC  = 255
	telnetDONT = 254
	telnetDO   = 253
	telnetWONT = 252
	telnetWILL = 251
	telnetSB   = 250
	telnetSE   = 240

	optionBinary   = 0
	optionGoAhead  = 3
	optionComPort  = 44
	comSetBaud     = 1
	comSetDataSize = 2
	comSetParity   = 3
	comSetStopSize = 4
	comSetControl  = 5

	controlDTROn  = 8
	controlDTROff = 9
	controlRTSOn  = 11
	controlRTSOff = 12
)

// maxSubnegotiation is how long the parameters of an option may be; longer ones are cut.
const maxSubnegotiation = 1024

// telnet tells the data of a Telnet connection from its commands, however the bytes are cut. What
// must be said in answer is in reply.
type telnet struct {
	state  int
	option byte
	sub    []byte
	reply  []byte
	// agreed are the options that were settled, so that no answer is answered for ever (RFC 854).
	agreed map[[2]byte]bool
	// refused says that the server has no RFC 2217.
	refused bool
}

// The states of the decoder.
const (
	inData = iota
	inCommand
	inOption
	inSub
	inSubCommand
)

// decode appends the data in p to out.
func (t *telnet) decode(out, p []byte) []byte {
	for _, b := range p {
		switch t.state {
		case inData:
			if b == telnetIAC {
				t.state = inCommand
				continue
			}
			out = append(out, b)
		case inCommand:
			out = t.command(out, b)
		case inOption:
			t.negotiate(t.option, b)
			t.state = inData
		case inSub:
			if b == telnetIAC {
				t.state = inSubCommand
			} else if len(t.sub) < maxSubnegotiation {
				t.sub = append(t.sub, b)
			}
		case inSubCommand:
			t.subCommand(b)
		}
	}
	return out
}

// command takes the byte behind an IAC.
func (t *telnet) command(out []byte, b byte) []byte {
	t.state = inData
	switch b {
	case telnetIAC:
		return append(out, telnetIAC)
	case telnetWILL, telnetWONT, telnetDO, telnetDONT:
		t.option, t.state = b, inOption
	case telnetSB:
		t.sub, t.state = t.sub[:0], inSub
	}
	return out
}

// subCommand takes the byte behind an IAC within the parameters of an option.
func (t *telnet) subCommand(b byte) {
	switch b {
	case telnetSE:
		t.state = inData // what the server tells of its port changes nothing here
	case telnetIAC:
		t.state = inSub
		if len(t.sub) < maxSubnegotiation {
			t.sub = append(t.sub, b)
		}
	default:
		t.state = inSub
	}
}

// known are the options that both sides may use here.
func known(option byte) bool {
	return option == optionBinary || option == optionGoAhead || option == optionComPort
}

// negotiate answers WILL, WONT, DO and DONT (RFC 855): agreement to what is known here, refusal of
// all else, and no answer to an answer.
func (t *telnet) negotiate(verb, option byte) {
	if option == optionComPort && (verb == telnetDONT || verb == telnetWONT) {
		t.refused = true
	}
	key := [2]byte{verb, option}
	if t.agreed == nil {
		t.agreed = map[[2]byte]bool{}
	}
	if t.agreed[key] {
		return
	}
	t.agreed[key] = true
	switch {
	case verb == telnetWILL && !known(option):
		t.reply = append(t.reply, telnetIAC, telnetDONT, option)
	case verb == telnetDO && !known(option):
		t.reply = append(t.reply, telnetIAC, telnetWONT, option)
	case verb == telnetWONT && known(option):
		t.reply = append(t.reply, telnetIAC, telnetDONT, option)
	case verb == telnetDONT && known(option):
		t.reply = append(t.reply, telnetIAC, telnetWONT, option)
	}
}

// hello asks for what the client needs; the server's agreement needs no answer then.
func hello() []byte {
	var out []byte
	for _, option := range []byte{optionBinary, optionGoAhead} {
		out = append(out, telnetIAC, telnetWILL, option, telnetIAC, telnetDO, option)
	}
	return append(out, telnetIAC, telnetWILL, optionComPort)
}

// escape appends data with every IAC doubled.
func escape(out, p []byte) []byte {
	for _, b := range p {
		if b == telnetIAC {
			out = append(out, telnetIAC)
		}
		out = append(out, b)
	}
	return out
}

// comPort is a command of RFC 2217 with its value.
func comPort(command byte, value ...byte) []byte {
	out := []byte{telnetIAC, telnetSB, optionComPort, command}
	return append(escape(out, value), telnetIAC, telnetSE)
}

// lineSettings set speed and frame: 8 bits, no parity, one stop bit.
func lineSettings(baud int) []byte {
	out := comPort(comSetBaud, binary.BigEndian.AppendUint32(nil, uint32(baud))...)
	out = append(out, comPort(comSetDataSize, 8)...)
	out = append(out, comPort(comSetParity, 1)...)
	return append(out, comPort(comSetStopSize, 1)...)
}
