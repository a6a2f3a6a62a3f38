package api

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
)

// pageInfo tells a caller how to go on.
type pageInfo struct {
	Count  int    `json:"count"`
	Marker string `json:"marker"`
}

// paged cuts the page that limit, marker and offset name out of a list, newest first.
func paged[T any](w http.ResponseWriter, r *http.Request, all []T, sequence func(T) uint64) ([]T, pageInfo, bool) {
	q := r.URL.Query()
	limit, ok := within(q.Get("limit"), 10, 1, 50)
	if !ok {
		fail(w, http.StatusBadRequest, codeLimit, "limit is 1 to 50")
		return nil, pageInfo{}, false
	}
	offset, ok := within(q.Get("offset"), 0, 0, 500)
	if !ok {
		invalid(w, "offset is 0 to 500; to go on behind that, give the marker of the last page")
		return nil, pageInfo{}, false
	}
	before, ok := parseMarker(q.Get("marker"))
	if !ok {
		fail(w, http.StatusBadRequest, codeMarker, "marker is 24 hex digits, as page.marker of the page before")
		return nil, pageInfo{}, false
	}
	page := pageInfo{Count: len(all)}
	first := slices.IndexFunc(all, func(e T) bool { return sequence(e) < before })
	if first < 0 {
		first = len(all)
	}
	all = all[min(first+offset, len(all)):]
	all = all[:min(limit, len(all))]
	if len(all) > 0 {
		page.Marker = fmt.Sprintf("%0*x", markerLength, sequence(all[len(all)-1]))
	}
	return append([]T{}, all...), page, true
}

// markerLength is how many hex digits a marker has.
const markerLength = 24

// parseMarker reads the marker that all of the next page are before; without one, and with all f, that is
// everything.
func parseMarker(s string) (before uint64, ok bool) {
	if s == "" {
		return math.MaxUint64, true
	}
	b, err := hex.DecodeString(s)
	if err != nil || len(s) != markerLength {
		return 0, false
	}
	if !bytes.Equal(b[:4], make([]byte, 4)) {
		return math.MaxUint64, true
	}
	return binary.BigEndian.Uint64(b[4:]), true
}

func within(s string, def, least, most int) (int, bool) {
	if s == "" {
		return def, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= least && n <= most
}
