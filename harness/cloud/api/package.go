package api

import (
	"bytes"
	"net/http"
	"strings"
	"time"
)

// showPackage answers a device that fetches the package of its upgrade, also in parts
// (Huawei's IoTDA user guide, "OTA Upgrade": GET with "Authorization: Bearer {access_token}").
func (s *server) showPackage(w http.ResponseWriter, r *http.Request) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	p, ok := s.cloud.OpenPackage(token)
	if !ok {
		fail(w, http.StatusUnauthorized, codeSignature, "no upgrade that is under way has this access token")
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(w, r, p.Name, time.Time{}, bytes.NewReader(p.Data))
}
