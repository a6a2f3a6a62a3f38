package dlms

// What the vendor's stubs leave open stands here alone: choices of this program's own, to be corrected
// when a module shows better.
const (
	// defaultConformance is what the server negotiates for an association without a context.
	defaultConformance = get | set | action | blockGet | multipleReferences
	// defaultPDU is the largest message for an association without a context.
	defaultPDU = 1024
	// defaultSAP is the client of an association that sets none: the public client of IEC 62056-46.
	defaultSAP = 16
	// defaultPort is the port that uart_open takes ("defaults to UART2").
	defaultPort = 2
	// lastPort is the highest number of a port.
	lastPort = 4
)

// Beyond these: an int is sent as a double-long, or a long64 where it does not fit, a str as a
// visible-string, or as UTF-8 where it is not ASCII; a register's scaler is sent as it is set, as the
// exponent of ten; an association whose objects are not set sees all; what a script can set a client
// can set too, except names and the setup of lines and security; the logical device name, 0.0.42.0.0.255,
// is there by itself, made of the flag id and 13 digits of the serial number. The authentications High
// and HighGMac, and ciphered messages, are refused.
