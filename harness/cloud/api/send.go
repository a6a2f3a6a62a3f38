package api

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

func (c *call) deleteMessage() error {
	err := c.cloud.DeleteMessage(c.r.PathValue("id"), c.r.PathValue("message"))
	if err == nil {
		reply(c.w, http.StatusNoContent, nil)
	}
	return err
}

func (c *call) changeGateway() error {
	o, err := c.object()
	if err == nil {
		err = checkObject([]field{needed(named("gateway_id", maxDeviceID))}, o)
	}
	if err == nil {
		_, err = c.hasDevice(o.Text("gateway_id"))
	}
	if err == nil {
		err = c.cloud.ChangeGateway(c.r.PathValue("id"), o.Text("gateway_id"))
	}
	if err == nil {
		reply(c.w, http.StatusNoContent, nil)
	}
	return err
}

func (s *server) sendRoutes() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"POST /broadcast-messages": s.handler((*call).broadcast),
		"POST /auth/accesscode":    s.handler((*call).accessCode),
	}
}

// Limits of broadcasts (SDK, DeviceBroadcastRequest).
const (
	maxBroadcast = 128 << 10 // bytes in base64
	maxTTL       = 1440      // minutes
	// keptBroadcasts are how many ids of broadcasts must differ.
	keptBroadcasts = 1000
)

func (c *call) broadcast() error {
	o, err := c.object()
	if err == nil {
		err = checkObject([]field{{name: "app_id"}, needed(field{name: "topic_full_name", most: 128}),
			needed(field{name: "message", most: maxBroadcast}), {name: "ttl", form: aNumber, most: maxTTL},
			named("message_id", maxMessageID)}, o)
	}
	if err != nil {
		return err
	}
	app, err := c.space(o.Text("app_id"))
	if err != nil {
		return err
	}
	topic := o.Text("topic_full_name")
	if rest, is := strings.CutPrefix(topic, "$oc/broadcast/"); !is || rest == "" || strings.ContainsAny(rest, "+#") {
		return errors.New("topic_full_name is below $oc/broadcast/, without wildcards")
	}
	payload, err := base64.StdEncoding.DecodeString(o.Text("message"))
	if err != nil {
		return errors.New("message is in base64")
	}
	ttl := o.Number("ttl")
	if ttl%5 != 0 {
		return errors.New("ttl is in steps of 5 minutes")
	}
	id := o.Text("message_id")
	if id == "" {
		id = c.cloud.NewRecordID()
	}
	r, err := c.cloud.Records().Add(record.Record{Kind: broadcastsKind, ID: id, Project: c.project(), App: app}, nil)
	if err != nil {
		return err
	}
	c.cloud.Records().Keep(broadcastsKind, c.project(), keptBroadcasts)
	c.cloud.Broadcast(c.project(), topic, payload, func(of string) bool { return cloud.SpaceOf(of) == app })
	reply(c.w, http.StatusCreated, record.Object{"app_id": app, "topic_full_name": topic, "message_id": id,
		"created_time": at(r.Created)})
	return nil
}

// accessCode makes the code by which programs get at the tenant's queues; the one before ends.
func (c *call) accessCode() error {
	o, err := c.object()
	if err == nil {
		err = checkObject([]field{{name: "type", oneOf: []string{"AMQP", "MQTT"}}, {name: "force_disconnect", form: aFlag}},
			o)
	}
	if err != nil {
		return err
	}
	kind := o.Text("type")
	if kind == "" {
		kind = "AMQP"
	}
	id := c.project() + "/" + kind
	key, code := cloud.NewSecret(), cloud.NewSecret()+cloud.NewSecret()
	book := c.cloud.Records()
	if err := book.Delete(accessCodesKind, c.project(), id); err != nil && !errors.Is(err, record.ErrNone) {
		return err
	}
	if _, err := book.Add(record.Record{Kind: accessCodesKind, ID: id, Project: c.project(),
		Object: record.Object{"type": kind, "access_key": key, "access_code": code}}, nil); err != nil {
		return fmt.Errorf("access code: %w", err)
	}
	if o.Flag("force_disconnect") {
		c.cloud.DropConsumers(c.project(), kind)
	}
	reply(c.w, http.StatusCreated, record.Object{"access_key": key, "access_code": code})
	return nil
}
