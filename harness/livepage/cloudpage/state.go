package cloudpage

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"quecstar/harness/cloud"
	"quecstar/harness/livepage"
)

// about is what the page must know once.
func (c *calls) about(w http.ResponseWriter, _ *http.Request) {
	type fault struct {
		Name  string             `json:"name"`
		Takes []cloud.FaultParam `json:"takes"`
	}
	faults := []fault{}
	for _, k := range cloud.FaultKinds {
		faults = append(faults, fault{k.Name, k.Takes()})
	}
	addr := ""
	if now := c.cloud(); now != nil {
		addr = now.Addr()
	}
	livepage.Reply(w, map[string]any{"mqtt": addr, "faults": faults})
}

// mostDevices is how many devices are shown at a time; a search finds the others.
const mostDevices = 200

// deviceRow is a device in the list.
type deviceRow struct {
	ID      string    `json:"id"`
	Name    string    `json:"name,omitempty"`
	Product string    `json:"product,omitempty"`
	Project string    `json:"project,omitempty"`
	App     string    `json:"app"`
	Gateway string    `json:"gateway,omitempty"`
	Status  string    `json:"status"`
	Since   time.Time `json:"since,omitzero"`
	// Software and Firmware are the versions that it told.
	Software string `json:"software,omitempty"`
	Firmware string `json:"firmware,omitempty"`
}

// devices lists the devices whose id, name or product has the text q, those that are online first; that of the id
// in "chosen" is among them in any case.
func (c *calls) devices(w http.ResponseWriter, r *http.Request) {
	words, chosen := strings.ToLower(r.FormValue("q")), r.FormValue("chosen")
	var all []cloud.Device
	if now := c.cloud(); now != nil {
		all = now.Devices()
	}
	online := 0
	rows := []deviceRow{} // JSON has null for none
	for _, d := range all {
		if d.Status == "ONLINE" {
			online++
		}
		if d.ID == chosen || strings.Contains(strings.ToLower(d.ID+" "+d.Name+" "+d.ProductID), words) {
			rows = append(rows, deviceRow{d.ID, d.Name, d.ProductID, d.Project, cloud.SpaceOf(d.App), d.GatewayID,
				d.Status,
				d.StatusSince, d.SoftwareVersion, d.FirmwareVersion})
		}
	}
	rank := func(d deviceRow) int {
		return slices.Index([]bool{d.ID == chosen && len(rows) > mostDevices, d.Status == "ONLINE", true}, true)
	}
	slices.SortFunc(rows, func(a, b deviceRow) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.ID, b.ID))
	})
	livepage.Reply(w, map[string]any{"total": len(all), "online": online, "fitting": len(rows),
		"devices": rows[:min(len(rows), mostDevices)]})
}
