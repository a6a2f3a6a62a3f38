package vmodule

import (
	"strconv"
	"strings"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
)

// intSetting is a number of AT+QMTCFG with its range.
type intSetting struct {
	at       func(*mqttSettings) []*int
	min, max int
}

var mqttNumbers = map[string]intSetting{
	"version":      {func(s *mqttSettings) []*int { return []*int{&s.version} }, 3, 4},
	"pdpcid":       {func(s *mqttSettings) []*int { return []*int{&s.pdp} }, 1, 15},
	"ssl":          {func(s *mqttSettings) []*int { return []*int{&s.tls, &s.tlsContext} }, 0, 5},
	"keepalive":    {func(s *mqttSettings) []*int { return []*int{&s.keepAlive} }, 0, 3600},
	"session":      {func(s *mqttSettings) []*int { return []*int{&s.clean} }, 0, 1},
	"timeout":      {func(s *mqttSettings) []*int { return []*int{&s.timeout, &s.tries, &s.notice} }, 0, 1200},
	"recv/mode":    {func(s *mqttSettings) []*int { return []*int{&s.receive, &s.length} }, 0, 1},
	"send/mode":    {func(s *mqttSettings) []*int { return []*int{&s.send} }, 0, 1},
	"edit/timeout": {func(s *mqttSettings) []*int { return []*int{&s.editOn, &s.edit} }, 0, 180},
}

func mqttConfig(c *call) error {
	q, err := c.client(1)
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	name := c.args.Text(0)
	if name == "will" {
		return c.setWill(q)
	}
	setting, ok := mqttNumbers[name]
	if !ok {
		return &atcmd.Error{}
	}
	if name == "send/mode" && c.m.opts.Behaviour.OpenPublish {
		return &atcmd.Error{}
	}
	values := setting.at(&q.set)
	if len(c.args) == 2 {
		var shown []string
		for i, v := range values {
			if name == "ssl" && i == 1 && q.set.tls == 0 {
				break
			}
			shown = append(shown, strconv.Itoa(*v))
		}
		c.info(`+QMTCFG: "%s",%s`, name, strings.Join(shown, ","))
		return nil
	}
	if len(c.args)-2 > len(values) || name == "recv/mode" && len(c.args) > 3 && c.m.opts.Behaviour.NoReceiveLength {
		return &atcmd.Error{}
	}
	for i := range c.args[2:] {
		n, ok := c.args.At(2 + i).Int()
		if !ok || n < setting.min || n > setting.max {
			return &atcmd.Error{}
		}
		*values[i] = n
	}
	return nil
}

func (c *call) setWill(q *mqttClient) error {
	switch {
	case len(c.args) == 2 && q.set.will == nil:
		c.info(`+QMTCFG: "will",0`)
	case len(c.args) == 2:
		c.info(`+QMTCFG: "will",1,%d,%d,"%s","%s"`, q.set.will.QoS, bit(q.set.will.Retain), q.set.will.Topic,
			q.set.will.Payload)
	case c.args.Int(2, 0) == 0:
		q.set.will = nil
	default:
		q.set.will = &device.Message{QoS: byte(c.args.Int(3, 0)), Retain: c.args.Int(4, 0) == 1, Topic: c.args.Text(5),
			Payload: []byte(c.args.Text(6))}
	}
	return nil
}
