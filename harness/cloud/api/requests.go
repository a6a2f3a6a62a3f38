package api

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"quecstar/harness/cloud"
)

// message is a message as the API shows it.
type message struct {
	MessageID     string `json:"message_id"`
	Name          string `json:"name,omitempty"`
	Message       any    `json:"message,omitempty"`
	Encoding      string `json:"encoding,omitempty"`
	PayloadFormat string `json:"payload_format,omitempty"`
	Topic         string `json:"topic,omitempty"`

	Properties   *cloud.MessageProperties `json:"properties,omitempty"`
	Status       string                   `json:"status"`
	ErrorInfo    *errorInfo               `json:"error_info,omitempty"`
	CreatedTime  string                   `json:"created_time"`
	FinishedTime string                   `json:"finished_time,omitempty"`
}

// errorInfo is why a message was not delivered.
type errorInfo struct {
	Code string `json:"error_code"`
	Msg  string `json:"error_msg"`
}

func messageJSON(m cloud.Message) message {
	out := message{MessageID: m.ID, Name: m.Name, Message: m.Content, Topic: m.Topic, Properties: m.Properties,
		Status: m.Status, CreatedTime: at(m.Created), FinishedTime: at(m.Finished)}
	switch {
	case m.Bytes != nil:
		out.Message, out.Encoding = base64.StdEncoding.EncodeToString(m.Bytes), "base64"
	case m.Raw:
		out.PayloadFormat = "raw"
	}
	switch m.ErrorCode {
	case "":
	case codeOffline:
		out.ErrorInfo = &errorInfo{m.ErrorCode, "the device is not online"}
	default:
		out.ErrorInfo = &errorInfo{m.ErrorCode, "the device has not subscribed to the topic"}
	}
	return out
}

// messageBody is the body of CreateMessage.
type messageBody struct {
	MessageID     string          `json:"message_id"`
	Name          string          `json:"name"`
	Message       json.RawMessage `json:"message"`
	Encoding      string          `json:"encoding"`
	PayloadFormat string          `json:"payload_format"`
	Topic         string          `json:"topic"`
	TopicFullName string          `json:"topic_full_name"`
	TTL           *int            `json:"ttl"`

	Properties *cloud.MessageProperties `json:"properties"`
}

// Characters of the properties of MQTT 5. Of a response topic the platform takes # and + too, which MQTT does not
// (MQTT 5, 3.3.2.3.5).
var responseChars = regexp.MustCompile(`^[A-Za-z0-9_?=$/-]*$`)

// checkProperties says what of the properties of a message is not taken (SDK, PropertiesDto, UserPropDto).
func checkProperties(p *cloud.MessageProperties) error {
	if p == nil {
		return nil
	}
	if len(p.UserProperties) > 20 {
		return fmt.Errorf("properties.user_properties are %d, more than 20", len(p.UserProperties))
	}
	if err := named("properties.correlation_data", 128).checkText(p.CorrelationData); err != nil {
		return err
	}
	response := field{name: "properties.response_topic", most: 128, chars: responseChars}
	if err := response.checkText(p.ResponseTopic); err != nil {
		return err
	}
	key := field{name: "prop_key of a user property", least: 1, most: 128, chars: plainChars}
	value := field{name: "prop_value of a user property", most: 128, chars: nameChars}
	for _, u := range p.UserProperties {
		if err := errors.Join(key.checkText(u.Key), value.checkText(u.Value)); err != nil {
			return err
		}
	}
	return nil
}

// cloudMessage checks a body; its Topic is left to the caller.
func (b messageBody) cloudMessage() (cloud.Message, error) {
	m := cloud.Message{ID: b.MessageID, Name: b.Name, Content: b.Message, Raw: b.PayloadFormat == "raw",
		Topic: b.TopicFullName, TTL: 24 * time.Hour, Properties: b.Properties}
	if err := checkProperties(b.Properties); err != nil {
		return m, err
	}
	if err := checkTexts(text{"message_id", b.MessageID, maxMessageID, false}, text{"name", b.Name, maxMessageName, false},
		text{"topic", b.Topic, maxSuffix, false}); err != nil {
		return m, err
	}
	switch {
	case len(b.Message) == 0 || string(b.Message) == "null":
		return m, errors.New("message is wanted")
	case b.Message[0] != '"' && b.Message[0] != '{':
		return m, errors.New("message is a string or an object")
	case b.Topic != "" && b.TopicFullName != "":
		return m, errors.New("topic and topic_full_name exclude each other")
	case strings.ContainsAny(b.TopicFullName, "+#\x00"):
		return m, errors.New("topic_full_name has no wildcards")
	case b.PayloadFormat != "" && b.PayloadFormat != "standard" && b.PayloadFormat != "raw":
		return m, fmt.Errorf("payload_format is standard or raw, not %s", b.PayloadFormat)
	}
	if b.TTL != nil {
		if *b.TTL < 0 || *b.TTL > 1440 || *b.TTL%5 != 0 {
			return m, errors.New("ttl is 0 to 1440 minutes, in steps of 5")
		}
		m.TTL = time.Duration(*b.TTL) * time.Minute
	}
	switch b.Encoding {
	case "", "none":
		return m, nil
	case "base64":
		return decoded(m)
	}
	return m, fmt.Errorf("encoding is none or base64, not %s", b.Encoding)
}

// decoded is a message in base64 with its bytes, which travel as they are.
func decoded(m cloud.Message) (cloud.Message, error) {
	var text string
	if err := json.Unmarshal(m.Content, &text); err != nil {
		return m, errors.New("a message in base64 is a string")
	}
	var err error
	if m.Bytes, err = base64.StdEncoding.DecodeString(text); err != nil {
		return m, errors.New("the message is not base64")
	}
	m.Content = nil
	return m, nil
}

// customTopic is the topic of a device that a suffix means, which its product must declare when it
// declares any.
func (s *server) customTopic(deviceID, suffix string) (string, error) {
	if strings.Trim(suffix, suffixDigits) != "" || strings.Contains(suffix, "//") {
		return "", errors.New("topic has letters, digits, _ and single / only")
	}
	d, err := s.cloud.Device(deviceID)
	if err != nil {
		return "", err
	}
	if p, err := s.cloud.Product(d.ProductID); err == nil && len(p.Topics) > 0 && !slices.Contains(p.Topics, suffix) {
		return "", fmt.Errorf("the product %s does not declare the topic %s", d.ProductID, suffix)
	}
	if d.GatewayID != "" {
		deviceID = d.GatewayID
	}
	return "$oc/devices/" + deviceID + "/user/" + suffix, nil
}

// Limits of custom topics
// (https://support.huaweicloud.com/usermanual-iothub/iot_02_9998.html).
const (
	maxSuffix    = 64
	suffixDigits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/"
)

func (s *server) createMessage(w http.ResponseWriter, r *http.Request) {
	var body messageBody
	if !read(w, r, &body) {
		return
	}
	id := r.PathValue("id")
	m, err := body.cloudMessage()
	if err == nil && body.Topic != "" {
		m.Topic, err = s.customTopic(id, body.Topic)
	}
	if err == nil {
		m, err = s.cloud.SendMessage(id, m)
	}
	if err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusCreated, map[string]any{"message_id": m.ID, "result": map[string]string{
		"status": m.Status, "created_time": at(m.Created), "finished_time": at(m.Finished)}})
}

func (s *server) listMessages(w http.ResponseWriter, r *http.Request) {
	list, err := s.cloud.Messages(r.PathValue("id"))
	if err != nil {
		failed(w, err)
		return
	}
	out := []message{}
	for _, m := range list {
		out = append(out, messageJSON(m))
	}
	reply(w, http.StatusOK, map[string]any{"device_id": r.PathValue("id"), "messages": out})
}

func (s *server) showMessage(w http.ResponseWriter, r *http.Request) {
	list, err := s.cloud.Messages(r.PathValue("id"))
	if err != nil {
		failed(w, err)
		return
	}
	for _, m := range list {
		if m.ID == r.PathValue("message") {
			reply(w, http.StatusOK, messageJSON(m))
			return
		}
	}
	fail(w, http.StatusNotFound, codeNothing, "there is no such message")
}

func (s *server) createCommand(w http.ResponseWriter, r *http.Request) {
	var cmd cloud.Command
	if !read(w, r, &cmd) || !fits(w, text{"service_id", cmd.ServiceID, maxServiceID, true},
		text{"command_name", cmd.Name, maxCommand, true}) {
		return
	}
	if cmd.Paras == nil {
		invalid(w, "paras is wanted, {} for none")
		return
	}
	id, answer, err := s.cloud.SendCommand(r.Context(), r.PathValue("id"), cmd)
	answered(w, "command_id", id, answer, err)
}

// answered replies with a device's answer.
func answered(w http.ResponseWriter, key, id string, answer json.RawMessage, err error) {
	switch {
	case errors.Is(err, cloud.ErrTimeout):
		reply(w, http.StatusOK, map[string]string{key: id, "error_code": codeTimeout, "error_msg": err.Error()})
	case err != nil:
		failed(w, err)
	default:
		reply(w, http.StatusOK, map[string]any{key: id, "response": answer})
	}
}

func (s *server) getProperties(w http.ResponseWriter, r *http.Request) {
	service := r.URL.Query().Get("service_id")
	if !fits(w, text{"service_id", service, maxServiceID, false}) {
		return
	}
	id, answer, err := s.cloud.GetProperties(r.Context(), r.PathValue("id"), service)
	answered(w, "request_id", id, answer, err)
}

func (s *server) setProperties(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Services []struct {
			ServiceID  string         `json:"service_id"`
			Properties map[string]any `json:"properties"`
		} `json:"services"`
	}
	if !read(w, r, &body) {
		return
	}
	if len(body.Services) == 0 {
		invalid(w, "services are wanted")
		return
	}
	services := map[string]map[string]any{}
	for _, svc := range body.Services {
		if !fits(w, text{"service_id", svc.ServiceID, maxServiceID, true}) {
			return
		}
		if _, twice := services[svc.ServiceID]; twice || len(svc.Properties) == 0 {
			invalid(w, "service "+svc.ServiceID+": properties are wanted, once for each service")
			return
		}
		services[svc.ServiceID] = svc.Properties
	}
	id, answer, err := s.cloud.SetProperties(r.Context(), r.PathValue("id"), services)
	answered(w, "request_id", id, answer, err)
}
