package main

import (
	"strings"

	"quecstar/harness/cloud"
)

// parseDevice reads ID or ID:SECRET.
func parseDevice(text string) cloud.Device {
	id, secret, _ := strings.Cut(text, ":")
	d := cloud.Device{ID: id, NodeID: id, Secret: secret}
	if product, node, ok := strings.Cut(id, "_"); ok {
		d.ProductID, d.NodeID = product, node
	}
	return d
}
