// Package at is a device behind AT commands: it turns what a builtin asks for into commands of a
// Quectel module's standard firmware, MQTT and sockets over the module's own stack included.
//
// An Engine owns a port. It takes one command at a time, tells its answer from what the module says
// unasked (URCs), and gives URCs to who subscribed, in order. A Device is the roles on it. Facts on
// commands are Quectel's manuals' (AT commands manual of EC2x/EG9x, MQTT, TCP/IP, SSL and file
// application notes); differences between families are asked of the module, never guessed from its
// name.
package at
