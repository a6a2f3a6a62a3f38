// Package umqtt is the script module umqtt: the vendor's MQTT client.
//
//	from umqtt import MQTTClient
//	c = MQTTClient("id", "host", 1883, user="u", password="p", keepalive=60)
//	c.set_callback(lambda topic, msg: print(topic, msg))
//	c.connect()
//	c.subscribe("down/#")
//	c.publish("up", "hello")
//	while True:
//	    c.wait_msg()
//
// What it does follows the vendor's documentation ("umqtt - MQTT Protocol") and, where that is
// silent, the vendor's published Python source of the module (umqtt.py, 2021 to 2023): the callback
// takes bytes and runs inside wait_msg and check_msg; connect raises ValueError; publish does not
// raise; a lost connection comes back by itself unless reconn is False.
//
// A message at QoS 1 that is in flight when the connection is lost is sent again when it comes back:
// with reconn by itself, else by the script's connect(False). The documentation promises that such a
// message arrives, and says nothing of a loss.
//
// Where the firmware would hang or fail for reasons of its own, this module is plain: wait_msg
// after a connect that failed raises, where a module tries on for ever, and an exception of the
// callback ends wait_msg, where a module takes it for a broken connection.
package umqtt

import (
	"errors"
	"sync"

	"quecstar/harness/device/mqttclient"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name:    "umqtt",
		Doc:     "The vendor's MQTT client, for MQTT 3.1 and 3.1.1 at QoS 0 and 1.",
		Classes: []*script.Class{clientClass()},
		New:     func(*script.Interp) (any, error) { return &clients{}, nil },
	}
}

func clientClass() *script.Class {
	return &script.Class{
		Name: "MQTTClient",
		Doc:  "One connection to an MQTT server.",
		Init: script.Func{
			Name:   "MQTTClient",
			Params: "client_id, server, port=0, user=None, password=None, keepalive=0, ssl=False, ssl_params=None, reconn=True, version=4, pingmaxnum=0",
			Doc:    "port 0 is 1883, or 8883 with ssl; keepalive in seconds, 0 or at least 5; ssl_params: cert, key, ca, server_hostname; version 3 is MQTT 3.1, 4 is MQTT 3.1.1.",
			Call:   newClient,
		},
		Methods: []script.Func{
			{Name: "set_callback", Params: "callback", Doc: "Has callback(topic, msg), both bytes, called for each message, inside wait_msg and check_msg.", Call: setCallback},
			{Name: "error_register_cb", Params: "callback", Doc: "Has callback(text) called when the connection is lost: why, or with reconn=True 'reconnect_start' and 'reconnect_success'.", Call: setErrorCallback},
			{Name: "set_last_will", Params: "topic, msg, retain=False, qos=0", Doc: "Sets what the server publishes when the connection breaks; before connect.", Call: setLastWill},
			{Name: "connect", Params: "clean_session=True", Doc: "Connects; returns 0, raises ValueError with the reason when it fails.", Call: connect},
			{Name: "disconnect", Doc: "Says goodbye and ends the connection; wait_msg returns.", Call: disconnect},
			{Name: "close", Doc: "Closes the socket without a word, before another connect.", Call: closeClient},
			{Name: "ping", Doc: "Sends a PINGREQ; does nothing when keepalive is 0.", Call: ping},
			{Name: "publish", Params: "topic, msg, retain=False, qos=0", Doc: "Sends a message, str or bytes; at QoS 1 waits 5 seconds at most for the server to acknowledge it. Returns True, or False when it is not sent or not acknowledged yet: a warning says why.", Call: publish},
			{Name: "subscribe", Params: "topic, qos=0", Doc: "Asks for the messages that match a filter; needs a callback first.", Call: subscribe},
			{Name: "check_msg", Doc: "Hands one message to the callback if there is one, and returns at once.", Call: checkMsg},
			{Name: "wait_msg", Doc: "Waits for one message and hands it to the callback.", Call: waitMsg},
			{Name: "get_mqttsta", Doc: "Returns 0 connected, 1 connecting, 2 the server closed the connection, -1 otherwise.", Call: status},
		},
	}
}

// clients are the clients of one run, which end with it.
type clients struct {
	mu  sync.Mutex
	all []*mqttclient.Client
}

func (s *clients) add(c *mqttclient.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, c)
}

// Close ends the connections as a module does that goes off: without a word.
func (s *clients) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, c := range s.all {
		errs = append(errs, c.Close())
	}
	for _, c := range s.all {
		c.Wait()
	}
	return errors.Join(errs...)
}
