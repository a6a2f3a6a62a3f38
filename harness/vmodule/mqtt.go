package vmodule

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"quecstar/harness/atcmd"
	"quecstar/harness/device"
	"quecstar/harness/device/direct"
	"quecstar/harness/hook"
)

const (
	mqttClients = 6
	mqttSlots   = 5 // messages that buffered mode holds
)

// The states of AT+QMTCONN?.
const (
	mqttInitial = iota + 1
	mqttConnecting
	mqttConnected
	mqttEnding
)

// mqttClient is one index of the MQTT commands.
type mqttClient struct {
	m     *Module
	index int
	lane  hook.Queue // what goes on behind OKs, in order

	mu      sync.Mutex
	set     mqttSettings
	open    bool
	host    string
	port    int
	wire    *direct.MQTTWire
	session device.MQTTSession
	state   int
	slots   [mqttSlots]string // lines of +QMTRECV, buffered
	nextMID int
}

// later does f behind what goes on already, unless the module ends before.
func (q *mqttClient) later(f func()) { q.lane.DoOn(q.m.spawn, f) }

// mqttSettings are those of AT+QMTCFG, with the defaults of an EC800.
type mqttSettings struct {
	version, pdp          int
	tls, tlsContext       int
	keepAlive             int
	clean                 int
	timeout, tries        int
	notice                int
	receive, length, send int
	will                  *device.Message
	editOn, edit          int
}

func newMQTTClient(m *Module, index int) *mqttClient {
	return &mqttClient{m: m, index: index, state: mqttInitial,
		set: mqttSettings{version: 3, pdp: 1, keepAlive: 120, clean: 1, timeout: 5, tries: 3, edit: 60}}
}

// What the test forms of AT+QMTPUB and AT+QMTPUBEX print, by dialect.
const (
	openPublishTest   = `(0-5),<msgid>,(0-2),(0,1),"topic"`
	sizedPublishTest  = openPublishTest + `,"length"`
	quotedPublishTest = openPublishTest + `,"msg"`
)

var mqttCommands = map[string]command{
	"QMTCFG":   {write: mqttConfig, test: `"version",(0-5),(3,4)`},
	"QMTOPEN":  {write: mqttOpen, read: mqttOpened, test: `(0-5),"hostname",(1-65535)`},
	"QMTCONN":  {write: mqttConnect, read: mqttStates, test: `(0-5),"clientid","username","password"`},
	"QMTSUB":   {write: mqttSubscribe, test: `(0-5),<msgid>,"topic",(0-2)`},
	"QMTUNS":   {write: mqttUnsubscribe, test: `(0-5),<msgid>,"topic"`},
	"QMTPUB":   {write: mqttPublish, test: openPublishTest},
	"QMTPUBEX": {write: mqttPublish, test: sizedPublishTest},
	"QMTRECV":  {write: mqttReceive, read: mqttSlotsFull},
	"QMTDISC":  {write: mqttDisconnect, test: "(0-5)"},
	"QMTCLOSE": {write: mqttClose, test: "(0-5)"},
}

// client is the index that a parameter names.
func (c *call) client(param int) (*mqttClient, error) {
	i := c.args.Int(param, -1)
	if i < 0 || i >= mqttClients {
		return nil, &atcmd.Error{}
	}
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	return c.m.mqtt[i], nil
}

func mqttOpen(c *call) error {
	q, err := c.client(0)
	if err != nil {
		return err
	}
	host, port := c.args.Text(1), c.args.Int(2, 0)
	if host == "" || len(host) > 100 || port < 1 || port > 65535 {
		return &atcmd.Error{}
	}
	c.later(func() { q.later(func() { c.m.urc("+QMTOPEN: %d,%d", q.index, q.dial(host, port)) }) })
	return nil
}

// dial opens the network for a client and returns the result of +QMTOPEN.
func (q *mqttClient) dial(host string, port int) int {
	q.mu.Lock()
	set, busy := q.set, q.open
	q.mu.Unlock()
	if busy {
		return 2
	}
	conf := device.MQTTConfig{Host: host, Port: port, ClientID: "client " + strconv.Itoa(q.index)}
	if set.tls == 1 {
		conf.TLS = q.m.tlsConfig(set.tlsContext)
	}
	ctx, cancel := context.WithTimeout(q.m.ctx, 75*time.Second)
	defer cancel()
	wire, err := q.m.dev.DialMQTT(ctx, conf)
	if err != nil {
		return openResult(err)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.open, q.host, q.port, q.wire, q.state = true, host, port, wire, mqttInitial
	return 0
}

// openResult is the number of +QMTOPEN for an error.
func openResult(err error) int {
	switch {
	case errors.Is(err, device.ErrTLS):
		return -1
	case errors.Is(err, device.ErrNotReady):
		return 3
	case strings.Contains(err.Error(), "does not resolve"):
		return 4
	case errors.Is(err, device.ErrUnreachable):
		return 5
	}
	return -1
}

func mqttOpened(c *call) error {
	for _, q := range c.m.clients() {
		q.mu.Lock()
		if q.open {
			c.info(`+QMTOPEN: %d,"%s",%d`, q.index, q.host, q.port)
		}
		q.mu.Unlock()
	}
	return nil
}

func (m *Module) clients() [mqttClients]*mqttClient {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mqtt
}

func mqttStates(c *call) error {
	for _, q := range c.m.clients() {
		q.mu.Lock()
		if q.open {
			c.info("+QMTCONN: %d,%d", q.index, q.state)
		}
		q.mu.Unlock()
	}
	return nil
}

func mqttConnect(c *call) error {
	q, err := c.client(0)
	if err != nil {
		return err
	}
	q.mu.Lock()
	ok := q.open && q.state == mqttInitial
	if ok {
		q.state = mqttConnecting
	}
	q.mu.Unlock()
	if !ok {
		return &atcmd.Error{}
	}
	id, user, password := c.args.Text(1), c.args.Text(2), c.args.Text(3)
	c.later(func() { q.later(func() { q.connect(id, user, password) }) })
	return nil
}

func (q *mqttClient) connect(id, user, password string) {
	q.mu.Lock()
	set, wire, host, port := q.set, q.wire, q.host, q.port
	q.wire = nil
	q.mu.Unlock()
	if wire == nil {
		return
	}
	conf := device.MQTTConfig{Host: host, Port: port, ClientID: id, User: user, Password: password, Protocol: set.version,
		KeepAlive: time.Duration(set.keepAlive) * time.Second, CleanSession: set.clean == 1, Will: set.will,
		Timeout: time.Duration(max(set.timeout, 1)*max(set.tries, 1)) * time.Second, OnMessage: q.message}
	session, err := wire.Open(q.m.ctx, conf)
	var refused *device.RefusedError
	switch {
	case errors.As(err, &refused):
		q.m.urc("+QMTCONN: %d,0,%d", q.index, refused.Code)
		q.end(1)
	case err != nil:
		q.m.urc("+QMTCONN: %d,2", q.index)
		q.end(1)
	default:
		q.mu.Lock()
		q.session, q.state = session, mqttConnected
		q.mu.Unlock()
		q.m.urc("+QMTCONN: %d,0,0", q.index)
		q.m.spawn(func() { q.watch(session) })
	}
}

// end frees the index and says with which number of +QMTSTAT.
func (q *mqttClient) end(stat int) {
	q.mu.Lock()
	wire := q.wire
	was := q.open
	q.open, q.session, q.wire, q.state = false, nil, nil, mqttInitial
	q.mu.Unlock()
	if wire != nil {
		_ = wire.Close()
	}
	if was && stat > 0 {
		q.m.urc("+QMTSTAT: %d,%d", q.index, stat)
	}
}

// Numbers of +QMTSTAT (Quectel MQTT application notes, "AT+QMTSTAT").
const (
	statClosed   = 1 // the server closed or reset the connection
	statNoAnswer = 2 // PINGREQ was not answered
)

// watch tells when the other side ends the connection.
func (q *mqttClient) watch(s device.MQTTSession) {
	select {
	case <-s.Lost():
	case <-q.m.ctx.Done():
		return
	}
	q.mu.Lock()
	ours := q.session != s // ended from this side
	q.mu.Unlock()
	switch {
	case ours:
	case errors.Is(s.Err(), device.ErrTimeout):
		q.end(statNoAnswer)
	default:
		q.end(statClosed)
	}
}

// drop ends the connection without a word, as switching off does.
func (q *mqttClient) drop() {
	q.mu.Lock()
	s := q.session
	q.mu.Unlock()
	q.end(0)
	if s != nil {
		_ = s.Close()
	}
}

// message is a message that came.
func (q *mqttClient) message(msg device.Message) {
	q.mu.Lock()
	mid := 0
	if msg.QoS > 0 {
		q.nextMID = q.nextMID%65535 + 1
		mid = q.nextMID
	}
	payload := string(msg.Payload)
	line := fmt.Sprintf(`+QMTRECV: %d,%d,"%s","%s"`, q.index, mid, msg.Topic, payload)
	if q.set.length == 1 {
		line = fmt.Sprintf(`+QMTRECV: %d,%d,"%s",%d,"%s"`, q.index, mid, msg.Topic, len(payload), payload)
	}
	slot := -1
	if q.set.receive == 1 {
		for i := range q.slots {
			if q.slots[i] == "" {
				slot, q.slots[i] = i, line
				break
			}
		}
	}
	buffered := q.set.receive == 1
	q.mu.Unlock()
	switch {
	case !buffered:
		q.m.urc("%s", line)
	case slot >= 0:
		q.m.urc("+QMTRECV: %d,%d", q.index, slot)
	}
}

func mqttReceive(c *call) error {
	q, err := c.client(0)
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := range q.slots {
		if (len(c.args) == 1 || c.args.Int(1, -1) == i) && q.slots[i] != "" {
			c.info("%s", q.slots[i])
			q.slots[i] = ""
		}
	}
	return nil
}

func mqttSlotsFull(c *call) error {
	for _, q := range c.m.clients() {
		q.mu.Lock()
		flags := make([]string, mqttSlots)
		for i := range q.slots {
			flags[i] = strconv.Itoa(bit(q.slots[i] != ""))
		}
		if q.open {
			c.info("+QMTRECV: %d,%s", q.index, strings.Join(flags, ","))
		}
		q.mu.Unlock()
	}
	return nil
}

// connected is the client of a command that needs a connection, with its session.
func (c *call) connected() (*mqttClient, device.MQTTSession, error) {
	q, err := c.client(0)
	if err != nil {
		return nil, nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.session == nil {
		return nil, nil, &atcmd.Error{}
	}
	return q, q.session, nil
}

func mqttSubscribe(c *call) error {
	q, s, err := c.connected()
	if err != nil {
		return err
	}
	mid := c.args.Int(1, 0)
	topics := c.args[min(2, len(c.args)):]
	if mid < 1 || mid > 65535 || len(topics) < 2 || len(topics)%2 != 0 || len(topics) > 10 {
		return &atcmd.Error{}
	}
	c.later(func() {
		q.later(func() {
			var granted []string
			for i := 0; i < len(topics); i += 2 {
				qos := topics.Int(i+1, 0)
				err := s.Subscribe(c.m.ctx, topics[i].Text, byte(qos))
				if errors.Is(err, device.ErrRefused) {
					qos = 128
				} else if err != nil {
					c.m.urc("+QMTSUB: %d,%d,2", q.index, mid)
					return
				}
				granted = append(granted, strconv.Itoa(qos))
			}
			c.m.urc("+QMTSUB: %d,%d,0,%s", q.index, mid, strings.Join(granted, ","))
		})
	})
	return nil
}

func mqttUnsubscribe(c *call) error {
	q, s, err := c.connected()
	if err != nil {
		return err
	}
	mid, topics := c.args.Int(1, 0), c.args[min(2, len(c.args)):]
	if mid < 1 || len(topics) == 0 {
		return &atcmd.Error{}
	}
	c.later(func() {
		q.later(func() {
			result := 0
			for _, topic := range topics {
				if s.Unsubscribe(c.m.ctx, topic.Text) != nil {
					result = 2
				}
			}
			c.m.urc("+QMTUNS: %d,%d,%d", q.index, mid, result)
		})
	})
	return nil
}

// maxPayload is how much one publication of a module carries (BGD).
const maxPayload = 4096

func mqttPublish(c *call) error {
	q, s, err := c.connected()
	if err != nil {
		return err
	}
	mid, qos := c.args.Int(1, -1), c.args.Int(2, -1)
	msg := device.Message{Topic: c.args.Text(4), QoS: byte(qos), Retain: c.args.Int(3, 0) == 1}
	if qos < 0 || qos > 2 || mid < 0 || mid > 65535 || (mid == 0) != (qos == 0) || msg.Topic == "" ||
		len(msg.Topic) > 256 {
		return &atcmd.Error{}
	}
	name := c.name
	if name == "+QMTPUBEX" && c.m.opts.Behaviour.QuotedPublish {
		name = "+QMTPUB"
		if !c.args.At(5).Quoted {
			return &atcmd.Error{}
		}
		msg.Payload = []byte(c.args.Text(5))
	} else if msg.Payload, err = c.enterPayload(q); err != nil {
		return err
	}
	q.mu.Lock()
	asHex := q.set.send == 1
	q.mu.Unlock()
	if asHex {
		if msg.Payload, err = hex.DecodeString(string(msg.Payload)); err != nil {
			return &atcmd.Error{}
		}
	}
	c.later(func() {
		q.later(func() {
			result := 0
			if s.Publish(c.m.ctx, msg) != nil {
				result = 2
			}
			c.m.urc("%s: %d,%d,%d", name, q.index, mid, result)
		})
	})
	return nil
}

// enterPayload takes the payload behind a prompt, by its length or up to Ctrl-Z.
func (c *call) enterPayload(q *mqttClient) ([]byte, error) {
	n, sized := c.args.At(5).Int()
	// Only BG95 and its kin give AT+QMTPUB a length, only others AT+QMTPUBEX.
	takesLength := (c.name == "+QMTPUB") == c.m.opts.Behaviour.QuotedPublish
	if len(c.args) > 6 || c.args.At(5).Quoted || len(c.args) == 6 && !takesLength || sized && (n < 1 || n > maxPayload) ||
		!sized && c.name == "+QMTPUBEX" {
		return nil, &atcmd.Error{}
	}
	q.mu.Lock()
	limit := time.Duration(max(q.set.edit, 1)) * time.Second
	q.mu.Unlock()
	c.p.enter("\r\n> ")
	var data []byte
	var err error
	cancelled := false
	if sized {
		data, err = c.p.payload(n, limit, c.p.echoes())
	} else {
		data, cancelled, err = c.p.openText(limit, maxPayload, c.p.echoes())
	}
	switch {
	case errors.Is(err, errLate), cancelled:
		return nil, &atcmd.Error{}
	case err != nil:
		return nil, err
	}
	return data, nil
}

func mqttDisconnect(c *call) error {
	q, s, err := c.connected()
	if err != nil {
		return err
	}
	c.later(func() {
		q.later(func() {
			q.end(0)
			result := 0
			if s.Disconnect(c.m.ctx) != nil {
				result = -1
			}
			c.m.urc("+QMTDISC: %d,%d", q.index, result)
			if c.m.opts.Behaviour.StatAfterDisconnect {
				c.m.urc("+QMTSTAT: %d,5", q.index)
			}
		})
	})
	return nil
}

func mqttClose(c *call) error {
	q, err := c.client(0)
	if err != nil {
		return err
	}
	q.mu.Lock()
	open := q.open
	q.mu.Unlock()
	if !open {
		return &atcmd.Error{}
	}
	c.later(func() {
		q.later(func() {
			q.drop()
			c.m.urc("+QMTCLOSE: %d,0", q.index)
		})
	})
	return nil
}
