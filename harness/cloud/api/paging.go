package api

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"

	"quecstar/harness/cloud/record"
)

// pageInfo tells a caller how to go on.
type pageInfo struct {
	Count  int    `json:"count"`
	Marker string `json:"marker"`
}

// paged cuts the page that limit, marker and offset of a query name out of a list, newest first.
func paged[T any](w http.ResponseWriter, r *http.Request, all []T, sequence func(T) uint64) ([]T, pageInfo, bool) {
	q := r.URL.Query()
	some, page, err := cutPage(q.Get, all, sequence)
	if err != nil {
		failed(w, err)
	}
	return some, page, err == nil
}

// Errors of paging.
var (
	errLimit  = errors.New("limit is 1 to 50")
	errMarker = errors.New("marker is 24 hex digits, as page.marker of the page before")
	errOffset = errors.New("offset is 0 to 500; to go on behind that, give the marker of the last page")
)

// cutPage cuts a page out of a list.
func cutPage[T any](get func(string) string, all []T, sequence func(T) uint64) ([]T, pageInfo, error) {
	limit, ok := within(get("limit"), 10, 1, 50)
	if !ok {
		return nil, pageInfo{}, errLimit
	}
	offset, ok := within(get("offset"), 0, 0, 500)
	if !ok {
		return nil, pageInfo{}, errOffset
	}
	before, ok := parseMarker(get("marker"))
	if !ok {
		return nil, pageInfo{}, errMarker
	}
	page := pageInfo{Count: len(all)}
	first := slices.IndexFunc(all, func(e T) bool { return sequence(e) < before })
	if first < 0 {
		first = len(all)
	}
	all = all[min(first+offset, len(all)):]
	all = all[:min(limit, len(all))]
	if len(all) > 0 {
		page.Marker = marker(sequence(all[len(all)-1]))
	}
	return append([]T{}, all...), page, nil
}

func marker(sequence uint64) string { return fmt.Sprintf("%0*x", markerLength, sequence) }

// numbered is something in a list that has no number of its own.
type numbered[T any] struct {
	what   T
	number uint64
}

// listBody answers with the page that the body of a call names.
func listBody[T any](c *call, o record.Object, name string, all []numbered[T]) error {
	get := func(key string) string {
		if o[key] == nil {
			return ""
		}
		return fmt.Sprint(o[key])
	}
	some, page, err := cutPage(get, all, func(e numbered[T]) uint64 { return e.number })
	if err != nil {
		return err
	}
	list := []T{}
	for _, e := range some {
		list = append(list, e.what)
	}
	reply(c.w, http.StatusOK, record.Object{name: list, "page": page})
	return nil
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
