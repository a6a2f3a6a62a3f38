// Package packet reads and writes the packets of MQTT 3.1, 3.1.1 and 5 as a server does: it reads what
// clients send and refuses all that the specifications call malformed, and writes what servers send.
//
// Numbers such as [MQTT-3.1.2-2] are the specification's own for its rules: OASIS, MQTT Version 3.1.1
// and MQTT Version 5.0.
package packet

import "fmt"

// Type is the type of a packet.
type Type byte

// The types of packets.
const (
	CONNECT Type = iota + 1
	CONNACK
	PUBLISH
	PUBACK
	PUBREC
	PUBREL
	PUBCOMP
	SUBSCRIBE
	SUBACK
	UNSUBSCRIBE
	UNSUBACK
	PINGREQ
	PINGRESP
	DISCONNECT
	AUTH
)

// Levels of the protocol, as CONNECT says them.
const (
	V31  byte = 3
	V311 byte = 4
	V5   byte = 5
)

// Reason codes of MQTT 5 that a server says.
const (
	Success              byte = 0x00
	DisconnectWithWill   byte = 0x04
	NoMatchingSubscriber byte = 0x10
	NoSubscription       byte = 0x11
	Unspecified          byte = 0x80
	Malformed            byte = 0x81
	ProtocolError        byte = 0x82
	UnsupportedVersion   byte = 0x84
	InvalidClientID      byte = 0x85
	BadUserOrPassword    byte = 0x86
	NotAuthorized        byte = 0x87
	ServerUnavailable    byte = 0x88
	ServerShuttingDown   byte = 0x8B
	BadAuthMethod        byte = 0x8C
	KeepAliveTimeout     byte = 0x8D
	SessionTakenOver     byte = 0x8E
	InvalidFilter        byte = 0x8F
	InvalidTopic         byte = 0x90
	IDInUse              byte = 0x91
	IDNotFound           byte = 0x92
	ReceiveMaximum       byte = 0x93
	InvalidAlias         byte = 0x94
	TooLarge             byte = 0x95
	QuotaExceeded        byte = 0x97
)

// Return codes of CONNACK in MQTT 3.
const (
	RefusedVersion     byte = 1
	RefusedClientID    byte = 2
	RefusedUnavailable byte = 3
	RefusedPassword    byte = 4
	RefusedNotAllowed  byte = 5
)

// Version5 are the reason codes of MQTT 5 that say what the return codes of MQTT 3 do.
var Version5 = map[byte]byte{RefusedVersion: UnsupportedVersion, RefusedClientID: InvalidClientID,
	RefusedUnavailable: ServerUnavailable, RefusedPassword: BadUserOrPassword, RefusedNotAllowed: NotAuthorized}

// Failure is SUBACK's refusal of a filter in MQTT 3.1.1, and the least code of MQTT 5 that is a failure.
const Failure byte = 0x80

// Packet is one packet. Which fields apply depends on its type; the others are zero.
type Packet struct {
	Type   Type
	Dup    bool
	QoS    byte
	Retain bool
	// ID is the packet identifier.
	ID      uint16
	Topic   string
	Payload []byte
	// Code is the reason code, or the return code of a CONNACK of MQTT 3.
	Code byte
	// Codes are those of SUBACK and UNSUBACK, one for each filter.
	Codes []byte
	// SessionPresent is that of CONNACK.
	SessionPresent bool
	// Filters are those of SUBSCRIBE and UNSUBSCRIBE.
	Filters []Filter
	// Props are the properties, of MQTT 5 alone.
	Props Properties
	// Connect is what only CONNECT has.
	Connect *Connect
}

// Connect is the rest of a CONNECT packet.
type Connect struct {
	Version   byte
	Clean     bool // clean session of MQTT 3, clean start of MQTT 5
	KeepAlive uint16
	ClientID  string
	Will      *Will
	// User and Password are there when HasUser and HasPassword say so.
	User                 string
	Password             []byte
	HasUser, HasPassword bool
}

// Will is a last will.
type Will struct {
	Topic   string
	Payload []byte
	QoS     byte
	Retain  bool
	Props   Properties
}

// Filter is one topic filter of SUBSCRIBE or UNSUBSCRIBE with its options.
type Filter struct {
	Topic             string
	QoS               byte
	NoLocal           bool
	RetainAsPublished bool
	RetainHandling    byte
}

// Error is a packet that breaks a rule.
type Error struct {
	// Code is the reason code of MQTT 5.
	Code byte
	// Reply is a return code of MQTT 3 that a CONNACK can say before the connection is closed; 0 for none.
	Reply byte
	Text  string
}

// Error says which rule.
func (e *Error) Error() string { return e.Text }

func malformed(format string, args ...any) error {
	return &Error{Code: Malformed, Text: fmt.Sprintf(format, args...)}
}

func violation(format string, args ...any) error {
	return &Error{Code: ProtocolError, Text: fmt.Sprintf(format, args...)}
}
