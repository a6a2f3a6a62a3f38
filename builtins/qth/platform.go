package qth

import (
	"fmt"

	"quecstar/harness/event"
	"quecstar/harness/script"
)

// Error codes of the platform ("Product Configuration API", Error Code List).
const (
	codeWrongSecret = -5900
	codeOffline     = -5904
)

// platform is the other side: it reads what the device sends and plays what a test wants to arrive.
type platform struct {
	refusal    int
	secrets    map[string]string
	generation map[string]int
	sent       []uplink
	plans      []plan
}

// uplink is one message that the platform has read.
type uplink struct {
	name  string
	value any
	id    uint16
}

// takeRefusal is the code that the next attempt to connect meets, 0 for none.
func (p *platform) takeRefusal() int {
	code := p.refusal
	p.refusal = 0
	return code
}

func (p *platform) secretOf(pk, dk string) string {
	key := pk + "/" + dk
	if p.secrets[key] == "" {
		p.secrets[key] = secret(pk, dk, p.generation[key])
	}
	return p.secrets[key]
}

func (p *platform) forget(pk, dk string) {
	if p.generation == nil {
		p.generation = map[string]int{}
	}
	key := pk + "/" + dk
	p.generation[key]++
	delete(p.secrets, key)
}

// uplinkNames name what a device sends, for qth_sent and the event stream.
var uplinkNames = map[command]string{
	cmdAckTSL: "ackTsl", cmdSendTSL: "tsl", cmdSendTrans: "trans", cmdAckStatus: "ackStatus", cmdSendStatus: "status",
	cmdAckInfo: "ackInfo", cmdSendInfo: "info", cmdOTAEvent: "ota", cmdOTARequest: "otaRequest", cmdLocation: "location",
}

// receive reads a frame of the device's and returns it in a line for people.
func (p *platform) receive(frame []byte) (string, error) {
	got, err := decodePacket(frame)
	if err != nil {
		return "", err
	}
	name := uplinkNames[got.cmd]
	if name == "" {
		name = fmt.Sprintf("0x%04x", uint16(got.cmd))
	}
	nodes, err := decodeTTLV(got.payload)
	if err != nil || got.cmd == cmdSendTrans {
		p.sent = append(p.sent, uplink{name: name, value: got.payload, id: got.id})
		return fmt.Sprintf("%s %q", name, got.payload), nil
	}
	p.sent = append(p.sent, uplink{name: name, value: dictOf(nodes), id: got.id})
	return name + " " + show(nodes), nil
}

// answer is what the platform says to a message at once.
func (x *client) answer(c *script.Call, p packet) error {
	switch p.cmd {
	case cmdOTARequest:
		if len(x.platform.plans) > 0 {
			return x.deliverTTLV(c, cmdOTANotify, planNodes(x.platform.plans))
		}
	case cmdOTAEvent:
		return x.answerOTA(c, p.payload)
	}
	return nil
}

// deliver brings a packet to the device, which must be connected.
func (x *client) deliver(c *script.Call, p packet) (int, error) {
	if !x.connected {
		return 0, script.Raise("OSError", "the device is not connected to the platform; Qth.start() connects it")
	}
	if p.id == 0 {
		p.id = x.nextID()
	}
	frame, err := p.encode()
	if err != nil {
		return 0, script.Raise("ValueError", "%w", err)
	}
	c.Emit(event.Event{Layer: event.Builtin, Kind: event.Receive, Device: x.clientID(), Topic: "q/1/d/" + x.clientID() + "/" + p.cmd.topic(),
		Payload: frame})
	got, err := decodePacket(frame)
	if err != nil {
		return 0, err
	}
	return int(p.id), x.dispatch(c, got)
}

func (x *client) deliverTTLV(c *script.Call, cmd command, nodes []node) error {
	payload, err := encodeTTLV(nil, nodes)
	if err != nil {
		return script.Raise("ValueError", "%w", err)
	}
	_, err = x.deliver(c, packet{cmd: cmd, payload: payload})
	return err
}

// dispatch hands what came to the script or, where that need not know, answers it.
func (x *client) dispatch(c *script.Call, p packet) error {
	switch p.cmd {
	case cmdWriteTrans:
		x.call("recvTrans", p.payload)
	case cmdReadTSL:
		x.call("readTsl", decodeIDs(p.payload), int(p.id))
	case cmdReadInfo:
		return x.sendValues(c, cmdAckInfo, p.id, decodeIDs(p.payload))
	case cmdReadStatus:
		return x.sendValues(c, cmdAckStatus, p.id, decodeIDs(p.payload))
	default:
		nodes, err := decodeTTLV(p.payload)
		if err != nil {
			return script.Raise("ValueError", "%w", err)
		}
		return x.dispatchTTLV(c, p, nodes)
	}
	return nil
}

func (x *client) dispatchTTLV(c *script.Call, p packet, nodes []node) error {
	switch p.cmd {
	case cmdWriteTSL:
		x.call("recvTsl", dictOf(nodes))
	case cmdService:
		for _, n := range nodes {
			x.call("readTslServer", n.id, goValue(n.value), int(p.id))
		}
	case cmdOTANotify:
		x.notify(nodes)
	case cmdOTAFirmware:
		return x.firmware(c, nodes)
	}
	return nil
}
