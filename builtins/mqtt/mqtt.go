// Package mqtt is the Starlark module mqtt: an MQTT client for scripts written by hand.
//
//	c = mqtt.connect("broker.example", client_id = "meter-1", user = "u", password = "p")
//	c.subscribe("down/#")
//	c.publish("up/state", {"litres": 12})        # a dict goes out as JSON
//	msg = c.wait("down/+", timeout = 10)         # the next message that matches
//	print(msg.topic, msg.text, msg.json)
//	c.disconnect()
//
// With reconnect a lost connection comes back by itself, and what was in flight at QoS 1 is sent again,
// at QoS 2 if that cannot double it; with clean_session=False under its old identifier.
//
// Durations are in seconds. What fails ends the script with the reason. Messages wait in an inbox
// until wait, poll or messages takes them; those of a subscription with on_message go to that
// function instead, as they come.
package mqtt

import (
	"errors"
	"sync"

	"quecstar/harness/device/mqttclient"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	message := messageClass()
	st := func(*script.Interp) (any, error) { return &state{message: message}, nil }
	client := clientClass()
	return &script.Module{
		Name:    "mqtt",
		Lang:    script.Starlark,
		Doc:     "An MQTT client: connect(), then subscribe, publish and wait. Durations in seconds.",
		Classes: []*script.Class{client, message},
		Funcs: []script.Func{
			{Name: "connect",
				Params: "server, port=0, client_id='', user=None, password=None, keepalive=120, ssl=False, will=None, clean_session=True, reconnect=False, version=4, timeout=20",
				Doc:    "Connects and returns a Client. port 0 is 1883, or 8883 with ssl. ssl is True, or a dict of ca, cert, key (PEM text) and server_name. will is a dict of topic, payload, qos, retain. version 3 is MQTT 3.1, 4 is MQTT 3.1.1.",
				Call:   func(c *script.Call) (any, error) { return connect(c, client) }},
			{Name: "matches", Params: "filter, topic", Doc: "Returns whether a topic matches a filter with the wildcards + and #.", Call: matches},
		},
		New: st,
	}
}

func clientClass() *script.Class {
	return &script.Class{
		Name: "Client",
		Doc:  "One connection to an MQTT server, made by mqtt.connect.",
		Attrs: []script.Const{
			{Name: "client_id", Value: "", Doc: "What it is called to the server."},
			{Name: "connected", Value: false, Doc: "Whether the connection is there."},
		},
		Attr: attribute,
		Methods: []script.Func{
			{Name: "subscribe", Params: "topic, qos=0, on_message=None", Doc: "Asks for the messages that match a filter. With on_message, a function of one Message, they go there as they come.", Call: subscribe},
			{Name: "unsubscribe", Params: "topic", Doc: "Ends a subscription.", Call: unsubscribe},
			{Name: "publish", Params: "topic, payload, qos=0, retain=False, timeout=30", Doc: "Sends str or bytes as they are, None as nothing, anything else as JSON; returns when sent (qos 0) or acknowledged, and fails when the time is up.", Call: publish},
			{Name: "wait", Params: "topic=None, timeout=30", Doc: "Waits for a message, of a filter if given, and returns it; fails when the time is up.", Call: wait},
			{Name: "poll", Params: "topic=None", Doc: "Returns a message that is there already, or None.", Call: poll},
			{Name: "messages", Params: "topic=None", Doc: "Returns all messages that are there already, as a list.", Call: messages},
			{Name: "ping", Doc: "Asks the server for a sign of life and does not wait for it.", Call: ping},
			{Name: "disconnect", Doc: "Says goodbye and ends the connection.", Call: disconnect},
			{Name: "close", Doc: "Breaks the connection without a word, so that the server publishes the will.", Call: closeClient},
		},
	}
}

// state is what the module keeps for one run.
type state struct {
	message *script.Class

	mu  sync.Mutex
	all []*mqttclient.Client
}

func (s *state) add(c *mqttclient.Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, c)
}

// Close ends every connection.
func (s *state) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, c := range s.all {
		errs = append(errs, c.Close())
		c.Wait()
	}
	return errors.Join(errs...)
}

func matches(c *script.Call) (any, error) {
	var filter, topic string
	if err := c.Unpack(&filter, &topic); err != nil {
		return nil, err
	}
	return mqttclient.Match(filter, topic), nil
}
