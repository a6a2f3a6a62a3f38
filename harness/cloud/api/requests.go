package api

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"quecstar/harness/cloud"
)

// message is a message as the API shows it.
type message struct {
	MessageID    string `json:"message_id"`
	Name         string `json:"name,omitempty"`
	Message      any    `json:"message,omitempty"`
	Topic        string `json:"topic,omitempty"`
	Status       string `json:"status"`
	CreatedTime  string `json:"created_time"`
	FinishedTime string `json:"finished_time,omitempty"`
}

func messageJSON(m cloud.Message) message {
	return message{MessageID: m.ID, Name: m.Name, Message: m.Content, Topic: m.Topic, Status: m.Status,
		CreatedTime: at(m.Created), FinishedTime: at(m.Finished)}
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
}

// cloudMessage checks a body; deviceID is whose custom topics are meant.
func (b messageBody) cloudMessage(deviceID string) (cloud.Message, error) {
	m := cloud.Message{ID: b.MessageID, Name: b.Name, Content: b.Message, Raw: b.PayloadFormat == "raw", Topic: b.TopicFullName, TTL: 24 * time.Hour}
	if len(b.Message) == 0 || string(b.Message) == "null" {
		return m, errors.New("message is wanted")
	}
	if b.Topic != "" && b.TopicFullName != "" {
		return m, errors.New("topic and topic_full_name exclude each other")
	}
	if b.Topic != "" {
		m.Topic = "$oc/devices/" + deviceID + "/user/" + b.Topic
	}
	if b.TTL != nil {
		if *b.TTL < 0 || *b.TTL > 1440 {
			return m, errors.New("ttl is 0 to 1440 minutes")
		}
		m.TTL = time.Duration(*b.TTL) * time.Minute
	}
	if b.Encoding == "base64" {
		var text string
		if err := json.Unmarshal(b.Message, &text); err != nil {
			return m, errors.New("a message in base64 is a string")
		}
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return m, errors.New("the message is not base64")
		}
		m.Raw = true
		if m.Content, err = json.Marshal(string(raw)); err != nil {
			return m, err
		}
	}
	return m, nil
}

func (s *server) createMessage(w http.ResponseWriter, r *http.Request) {
	var body messageBody
	if !read(w, r, &body) {
		return
	}
	id := r.PathValue("id")
	m, err := body.cloudMessage(id)
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
	fail(w, http.StatusNotFound, "IOTDA.000029", "there is no such message")
}

func (s *server) createCommand(w http.ResponseWriter, r *http.Request) {
	var cmd cloud.Command
	if !read(w, r, &cmd) {
		return
	}
	id, answer, err := s.cloud.SendCommand(r.Context(), r.PathValue("id"), cmd)
	answered(w, "command_id", id, answer, err)
}

// answered replies with a device's answer.
func answered(w http.ResponseWriter, key, id string, answer json.RawMessage, err error) {
	switch {
	case errors.Is(err, cloud.ErrTimeout):
		reply(w, http.StatusOK, map[string]string{key: id, "error_code": "IOTDA.014111", "error_msg": err.Error()})
	case err != nil:
		failed(w, err)
	default:
		reply(w, http.StatusOK, map[string]any{key: id, "response": answer})
	}
}

func (s *server) getProperties(w http.ResponseWriter, r *http.Request) {
	id, answer, err := s.cloud.GetProperties(r.Context(), r.PathValue("id"), r.URL.Query().Get("service_id"))
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
	services := map[string]map[string]any{}
	for _, svc := range body.Services {
		services[svc.ServiceID] = svc.Properties
	}
	if len(services) == 0 {
		fail(w, http.StatusBadRequest, "IOTDA.000006", "services are wanted")
		return
	}
	id, answer, err := s.cloud.SetProperties(r.Context(), r.PathValue("id"), services)
	answered(w, "request_id", id, answer, err)
}

func (s *server) showShadow(w http.ResponseWriter, r *http.Request) {
	shadow, err := s.cloud.Shadow(r.PathValue("id"))
	if err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusOK, map[string]any{"device_id": r.PathValue("id"), "shadow": shadow})
}

func (s *server) updateShadow(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Shadow []struct {
			ServiceID string         `json:"service_id"`
			Desired   map[string]any `json:"desired"`
			Version   *int           `json:"version"`
		} `json:"shadow"`
	}
	if !read(w, r, &body) {
		return
	}
	for _, part := range body.Shadow {
		if err := s.cloud.UpdateDesired(r.PathValue("id"), part.ServiceID, part.Desired, part.Version); err != nil {
			failed(w, err)
			return
		}
	}
	s.showShadow(w, r)
}

func (s *server) deleteShadow(w http.ResponseWriter, r *http.Request) {
	if err := s.cloud.DeleteShadow(r.PathValue("id")); err != nil {
		failed(w, err)
		return
	}
	reply(w, http.StatusNoContent, nil)
}
