// Package serial is the ports that modules hang on: it lists them, says what each interface of a
// Quectel module is for, and opens them, be they a path, a pseudo-terminal, a host's TCP port, or a
// port behind RFC 2217.
//
// A port that goes away says so with device.ErrLost, within a second, also when nothing is being
// said on it; with Options.Reconnect it is opened again when it is back, under whatever name.
package serial
