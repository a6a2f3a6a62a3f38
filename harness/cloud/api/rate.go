package api

import (
	"net/http"
	"strings"
)

// callRates are how many calls of a project are taken in a second where the platform's limits are kept (SDK, client
// comments of SearchDevices and AddDeviceProxy; the documents name no rate of other calls).
var callRates = map[string]int{"POST /search/query-devices": 1, "POST /device-proxies": 1}

// calls count what a project called in one second.
type calls struct {
	second int64
	taken  map[string]int
}

// tooMany reports whether a call comes too soon after others.
func (s *server) tooMany(r *http.Request) bool {
	project, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v5/iot/"), "/")
	call := r.Method + " /" + path
	most := callRates[call]
	if !s.opts.Limits || most == 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.opts.Now().Unix(); now != s.calls.second {
		s.calls = calls{now, map[string]int{}}
	}
	s.calls.taken[project+" "+call]++
	return s.calls.taken[project+" "+call] > most
}
