// Package brokertest gives tests MQTT servers to talk to: a real mosquitto in a process of its own,
// and mochi-mqtt in this process, with certificates made for the test.
package brokertest
