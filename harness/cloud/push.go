package cloud

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"quecstar/harness/broker"
	"quecstar/harness/broker/packet"
	"quecstar/harness/cloud/record"
)

// pushes are consumers by MQTT: programs that log in with an access code, at the address of MQTTS, and subscribe to the
// topics of actions MQTT_FORWARDING (https://support.huaweicloud.com/usermanual-iothub/iot_01_00111.html: MQTT 3.1.1,
// QoS 0, nothing published, a keepalive of 30 to 1200 s, 10 connections a second).
type pushes struct {
	cloud *Cloud

	mu       sync.Mutex
	clients  map[*broker.Client]bool
	connects map[string]*bucket // by project
	changed  chan struct{}      // closed when one has subscribed
}

func newPushes(c *Cloud) *pushes {
	return &pushes{cloud: c, clients: map[*broker.Client]bool{}, connects: map[string]*bucket{}, changed: make(chan struct{})}
}

// consumerKey begins the key of a consumer's link; the project and the client id follow.
const consumerKey = "consumer/"

// isConsumer reports whether a user name is a consumer's.
func isConsumer(user string) bool { return strings.HasPrefix(user, "accessKey=") }

// consumerProject is the project of a consumer's link; false for any other link.
func consumerProject(key string) (project string, is bool) {
	rest, is := strings.CutPrefix(key, consumerKey)
	project, _, _ = strings.Cut(rest, "/")
	return project, is
}

// connectConsumer decides about the CONNECT of a consumer.
func (c *Cloud) connectConsumer(cl *broker.Client, p *packet.Connect) *broker.Refusal {
	project, no := c.admitConsumer(cl, string(p.Password))
	if no != nil {
		return c.refuse(cl, "", no)
	}
	cl.Key, p.Will, p.Clean = consumerKey+project+"/"+cl.ID, nil, true
	return nil
}

// connectsOfConsumers is how many consumers of a project may connect in a second, where the policy limits connections.
const connectsOfConsumers = 10

func (c *Cloud) admitConsumer(cl *broker.Client, password string) (project string, no *refusal) {
	switch {
	case cl.Version != packet.V311:
		return "", &refusal{packet.RefusedVersion, "consumers by MQTT speak MQTT 3.1.1"}
	case cl.KeepAlive < minKeepalive || cl.KeepAlive > maxKeepalive:
		return "", &refusal{packet.RefusedClientID, fmt.Sprintf("the keepalive of the consumer is %d s; IoTDA takes %d to %d",
			cl.KeepAlive, minKeepalive, maxKeepalive)}
	case cl.TLS() == nil:
		return "", &refusal{packet.RefusedNotAllowed, "consumers by MQTT connect by MQTTS alone"}
	}
	project, err := c.consumer("MQTT", cl.User, password)
	if err != nil {
		return "", &refusal{packet.RefusedPassword, "a consumer by MQTT: " + err.Error()}
	}
	if !c.pushes.fast(project) {
		return "", &refusal{packet.RefusedUnavailable,
			fmt.Sprintf("consumers ask for more than %d connections in a second", connectsOfConsumers)}
	}
	return project, nil
}

// fast reports whether one more consumer of a project may connect in this second.
func (ps *pushes) fast(project string) bool {
	if ps.cloud.policy.ConnectRate == 0 {
		return true
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	b := ps.connects[project]
	if b == nil {
		b = &bucket{}
		ps.connects[project] = b
	}
	return b.take(ps.cloud.opts.Now(), 1, connectsOfConsumers)
}

// consumerSubscribe grants what a consumer subscribes to, at QoS 0.
func consumerSubscribe(filters []packet.Filter, refused byte) []byte {
	codes := make([]byte, len(filters))
	for i, f := range filters {
		if strings.HasPrefix(f.Topic, "$") {
			codes[i] = refused
		}
	}
	return codes
}

// online books a consumer; false for any other link.
func (ps *pushes) online(cl *broker.Client) bool {
	_, is := consumerProject(cl.Key)
	if is {
		ps.mu.Lock()
		defer ps.mu.Unlock()
		ps.clients[cl] = true
	}
	return is
}

// offline forgets a consumer; false for any other link.
func (ps *pushes) offline(cl *broker.Client) bool {
	_, is := consumerProject(cl.Key)
	if is {
		ps.mu.Lock()
		defer ps.mu.Unlock()
		delete(ps.clients, cl)
	}
	return is
}

// subscribed sends on what waits for a consumer that has subscribed; false for any other link.
func (ps *pushes) subscribed(cl *broker.Client) bool {
	_, is := consumerProject(cl.Key)
	if is {
		ps.mu.Lock()
		defer ps.mu.Unlock()
		close(ps.changed)
		ps.changed = make(chan struct{})
	}
	return is
}

// drop ends the connections of a project's consumers.
func (ps *pushes) drop(project string) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	for cl := range ps.clients {
		if of, _ := consumerProject(cl.Key); of == project {
			cl.Close(errors.New("the access code is replaced"), packet.NotAuthorized)
		}
	}
}

// errNoConsumer is that nobody came to take a notice while it waited.
var errNoConsumer = errors.New("no consumer by MQTT is subscribed")

// send gives a notice to all consumers that are subscribed to its topic, and waits for one as long as a backlog of the
// project does.
func (ps *pushes) send(ctx context.Context, project, topic string, w waiting) error {
	of := func(key string) bool {
		p, is := consumerProject(key)
		return is && record.Visible(p, project)
	}
	_, most := ps.cloud.backlogLimits(project)
	late := time.NewTimer(max(0, most-ps.cloud.opts.Now().Sub(w.at)))
	defer late.Stop()
	for {
		ps.mu.Lock()
		changed := ps.changed
		ps.mu.Unlock()
		if ps.cloud.broker.Publish(broker.Message{Topic: topic, Payload: w.text, For: of}) > 0 {
			return nil
		}
		select {
		case <-changed:
		case <-late.C:
			return fmt.Errorf("topic %s: %w", topic, errNoConsumer)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
