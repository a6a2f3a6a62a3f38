// Package faultproxy gives tests a TCP proxy in front of an MQTT server that breaks connections on
// cue: which packet is cut, dropped or followed by garbage is decided packet by packet, so that a
// test fails the same way each time. Its referee counts by number what scripts send and are sent
// through it.
package faultproxy
