package qth

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// command says what a packet is for.
type command uint16

// The commands of packets (QuecPython/quecsdk, cloud/common/ql_iotDp.h); those of the platform are
// odd ones and 0x0112.
const (
	cmdReadTSL     command = 0x0011 // the platform asks for properties
	cmdAckTSL      command = 0x0012 // their values, and the result of a service
	cmdWriteTSL    command = 0x0013 // the platform sets properties
	cmdSendTSL     command = 0x0014 // the device reports properties
	cmdWriteTrans  command = 0x0023
	cmdSendTrans   command = 0x0024
	cmdReadStatus  command = 0x0031
	cmdAckStatus   command = 0x0032
	cmdSendStatus  command = 0x0034
	cmdReadInfo    command = 0x0041
	cmdAckInfo     command = 0x0042
	cmdSendInfo    command = 0x0044
	cmdOTANotify   command = 0x0111
	cmdOTAFirmware command = 0x0113
	cmdOTAEvent    command = 0x0114
	cmdOTARequest  command = 0x0115
	cmdLocation    command = 0x0122
)

// The bytes of a packet: AA AA, the length of what follows the length, a sum over what follows the
// sum, the packet's number, the command, the payload; 55 is put behind an AA that AA or 55 follows
// (ql_iotDp.c, Ql_iotDpFormat).
const (
	frameHead   = 0xAA
	frameEscape = 0x55
	headSize    = 4 // AA AA and the length
	innerSize   = 5 // sum, number and command
	maxPayload  = math.MaxUint16 - innerSize
)

// packet is what a frame carries.
type packet struct {
	id      uint16
	cmd     command
	payload []byte
}

func sum(data []byte) byte {
	var s byte
	for _, b := range data {
		s += b
	}
	return s
}

// encode makes the frame.
func (p packet) encode() ([]byte, error) {
	if len(p.payload) > maxPayload {
		return nil, fmt.Errorf("a payload of %d bytes; at most %d fit into a packet", len(p.payload), maxPayload)
	}
	inner := binary.BigEndian.AppendUint16(nil, p.id)
	inner = append(binary.BigEndian.AppendUint16(inner, uint16(p.cmd)), p.payload...)
	plain := binary.BigEndian.AppendUint16(nil, uint16(len(inner)+1))
	plain = append(append(plain, sum(inner)), inner...)
	// The second AA of the head counts too: a length of 55xx would else read as an escape.
	plain = append([]byte{frameHead}, plain...)
	out := []byte{frameHead}
	for i, b := range plain {
		out = append(out, b)
		last := i == len(plain)-1
		if b == frameHead && (last || plain[i+1] == frameHead || plain[i+1] == frameEscape) {
			out = append(out, frameEscape)
		}
	}
	return out, nil
}

// decodePacket reads one frame.
func decodePacket(frame []byte) (packet, error) {
	if len(frame) < headSize+innerSize || frame[0] != frameHead || frame[1] != frameHead {
		return packet{}, errors.New("not a packet: it does not begin with AA AA, or is cut short")
	}
	plain := make([]byte, 0, len(frame))
	for i := 2; i < len(frame); i++ {
		if frame[i] != frameEscape || frame[i-1] != frameHead {
			plain = append(plain, frame[i])
		}
	}
	if len(plain) < 2+innerSize || int(binary.BigEndian.Uint16(plain)) != len(plain)-2 {
		return packet{}, errors.New("not a packet: its length is another")
	}
	if sum(plain[3:]) != plain[2] {
		return packet{}, errors.New("not a packet: its sum is wrong")
	}
	p := packet{id: binary.BigEndian.Uint16(plain[3:]), cmd: command(binary.BigEndian.Uint16(plain[5:])), payload: plain[7:]}
	if p.id == 0 || p.id == math.MaxUint16 {
		return packet{}, fmt.Errorf("a packet has no number %d", p.id)
	}
	return p, nil
}
