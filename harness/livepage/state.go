package livepage

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"quecstar/harness/cloud"
	"quecstar/harness/web"
)

// kinds are the files of a page by their ends: what the host's own table says of them may differ.
var kinds = map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8"}

func serveFile(w http.ResponseWriter, name string) {
	text, err := fs.ReadFile(web.Static, name)
	kind := kinds[path.Ext(name)]
	if err != nil || kind == "" {
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(text) // a reader that is gone needs it no more
}

// about is what the page must know once.
func (s *Server) about(w http.ResponseWriter, _ *http.Request) {
	type fault struct {
		Name  string             `json:"name"`
		Takes []cloud.FaultParam `json:"takes"`
	}
	faults := []fault{}
	for _, k := range cloud.FaultKinds {
		faults = append(faults, fault{k.Name, k.Takes()})
	}
	reply(w, map[string]any{"mqtt": s.opts.Cloud.Addr(), "began": s.began, "faults": faults})
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
func (s *Server) devices(w http.ResponseWriter, r *http.Request) {
	words, chosen := strings.ToLower(r.FormValue("q")), r.FormValue("chosen")
	all := s.opts.Cloud.Devices()
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
	reply(w, map[string]any{"total": len(all), "online": online, "fitting": len(rows),
		"devices": rows[:min(len(rows), mostDevices)]})
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a reader that is gone needs it no more
}
