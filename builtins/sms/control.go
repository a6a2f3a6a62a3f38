package sms

import (
	"fmt"

	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/script"
)

// network is a device whose messages a test makes.
type network interface {
	ArriveSMS(number, text string) error
	SetSMSFailure(error)
}

// controls are what a test plays the network with.
func controls() []script.Func {
	return []script.Func{
		{Name: "sms_arrives", Params: "number, text", Doc: "Brings a message to the module.", Call: arrives},
		{Name: "sms_sent", Reads: true, Doc: "Returns the messages that the module sent, as (number, text).", Call: sent},
		{Name: "sms_fails", Params: "on=True", Doc: "Has the network refuse the module's messages, or take them again.", Call: fails},
	}
}

func arrives(c *script.Call) (any, error) {
	var number, text string
	if err := c.Unpack(&number, &text); err != nil {
		return nil, err
	}
	n, err := quectel.Controlled[network](c)
	if err != nil {
		return nil, err
	}
	if err := n.ArriveSMS(number, text); err != nil {
		return nil, script.Raise("OSError", "%w", err)
	}
	return nil, nil
}

func sent(c *script.Call) (any, error) {
	n, err := quectel.Controlled[interface{ SentSMS() []device.SMSMessage }](c)
	if err != nil {
		return nil, err
	}
	out := script.List{}
	for _, m := range n.SentSMS() {
		out = append(out, script.Tuple{m.Number, m.Text})
	}
	return out, nil
}

func fails(c *script.Call) (any, error) {
	on := true
	if err := c.Unpack(&on); err != nil {
		return nil, err
	}
	n, err := quectel.Controlled[network](c)
	if err != nil {
		return nil, err
	}
	var why error
	if on {
		why = fmt.Errorf("SMS: %w: by the test", device.ErrRefused)
	}
	n.SetSMSFailure(why)
	return nil, nil
}
