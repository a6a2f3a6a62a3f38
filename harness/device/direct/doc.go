// Package direct is the device that is this host itself: identity, SIM card, registration and
// signal come from a Config, which a bench file fills in, and MQTT is spoken over this
// host's network by paho.mqtt.golang's client, between a connection that checks what comes and a store
// that gives packets the identifiers of their session.
//
// Tests change the state of a running device with the Set methods: take the SIM card out, lose the
// registration, end a data connection. Connections end and scripts are called back as on a module.
package direct
