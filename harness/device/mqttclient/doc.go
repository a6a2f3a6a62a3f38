// Package mqttclient is an MQTT client as scripts want one, over any device's MQTT stack: messages
// wait in an inbox until the script takes them, a lost connection comes back by itself when that is
// wanted, the subscriptions with it, and what was in flight is sent again.
package mqttclient
