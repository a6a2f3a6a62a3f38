package results

import (
	"reflect"
	"testing"
	"time"

	"quecstar/harness/suite"
)

// TestHTMLEvents: each field of an event is in the columns, and the two ends of a message share their texts.
func TestHTMLEvents(t *testing.T) {
	var e suite.Event
	fields := reflect.ValueOf(&e).Elem()
	for i := range fields.NumField() {
		switch f := fields.Field(i); f.Kind() {
		case reflect.String:
			f.SetString(fields.Type().Field(i).Name)
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Slice: // Extra, which no page shows
		case reflect.Uint8:
			f.SetUint(1)
		default:
			f.SetInt(int64(i + 1))
		}
	}
	other := e
	other.N, other.At, other.Layer, other.Source = 7, e.At+time.Second, "cloud", "cloud"
	c := packEvents([]suite.Event{{}, e, other})
	if got, want := len(c.Numbers)+len(c.Places), fields.NumField()-1; got != want {
		t.Errorf("%d columns, want %d", got, want)
	}
	if len(c.Texts) != 1+10+1 { // "", those of the event, "cloud"
		t.Errorf("%q", c.Texts)
	}
	for name, list := range c.Places {
		if c.Texts[list[0]] != "" || list[1] == 0 {
			t.Errorf("%s: %v", name, list)
		}
	}
	if at := c.Numbers["at"]; at[0] != 0 || at[1] != int64(e.At) || at[2] != int64(time.Second) {
		t.Errorf("at: %v", at)
	}
	if n := c.Numbers["n"]; n[0] != 1 || n[2] != 7 {
		t.Errorf("n: %v", n)
	}
	if packEvents(nil) != nil {
		t.Error("no events have columns")
	}
}

// TestFullPage: what happens in tests beyond a page's bound is left out, which the page says.
func TestFullPage(t *testing.T) {
	c := &Case{Attempts: []Attempt{{Events: happened()}}}
	h := &HTML{size: pageBytes}
	if got := h.shown(c).Attempts[0]; got.Full || got.Events == nil {
		t.Errorf("%+v", got)
	}
	h.size++
	if got := h.shown(c).Attempts[0]; !got.Full || got.Events != nil {
		t.Errorf("%+v", got)
	}
}
