package cloud

import "quecstar/harness/broker/packet"

// MessageProperties are what a message has beside its payload, in MQTT 5 alone (SDK, PropertiesDto), in both
// directions. The platform documents them for the enterprise edition.
type MessageProperties struct {
	CorrelationData string         `json:"correlation_data,omitempty"`
	ResponseTopic   string         `json:"response_topic,omitempty"`
	UserProperties  []UserProperty `json:"user_properties,omitempty"`
}

// UserProperty is a property that the application gives a meaning (SDK, UserPropDto).
type UserProperty struct {
	Key   string `json:"prop_key"`
	Value string `json:"prop_value"`
}

// packet is how they travel; nil for none.
func (p *MessageProperties) packet() packet.Properties {
	if p == nil {
		return nil
	}
	var out packet.Properties
	if p.ResponseTopic != "" {
		out = append(out, packet.Property{ID: packet.ResponseTopic, Text: p.ResponseTopic})
	}
	if p.CorrelationData != "" {
		out = append(out, packet.Property{ID: packet.CorrelationData, Text: p.CorrelationData})
	}
	for _, u := range p.UserProperties {
		out = append(out, packet.Property{ID: packet.UserProperty, Name: u.Key, Text: u.Value})
	}
	return out
}

// propertiesOf are those of a message that came; nil for none.
func propertiesOf(p packet.Properties) *MessageProperties {
	p = p.Only(packet.ResponseTopic, packet.CorrelationData, packet.UserProperty)
	if len(p) == 0 {
		return nil
	}
	out := &MessageProperties{CorrelationData: p.Text(packet.CorrelationData), ResponseTopic: p.Text(packet.ResponseTopic)}
	for _, u := range p.Only(packet.UserProperty) {
		out.UserProperties = append(out.UserProperties, UserProperty{u.Name, u.Text})
	}
	return out
}
