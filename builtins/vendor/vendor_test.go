package vendor

import (
	"fmt"
	"testing"
)

func TestConsts(t *testing.T) {
	got := fmt.Sprint(parseConsts(" A=1 GPIO#=1..3 B=7 "))
	want := "[{A 1 Constant of the vendor.} {GPIO1 1 Constant of the vendor.} {GPIO2 2 Constant of the vendor.} {GPIO3 3 Constant of the vendor.} {B 7 Constant of the vendor.}]"
	if got != want {
		t.Errorf("got %s", got)
	}
	if len(parseConsts("")) != 0 {
		t.Error("constants out of nothing")
	}
}

func TestLater(t *testing.T) {
	classes := Later("Pin: IN=0 OUT=1", "RTC")
	if len(classes) != 2 || classes[0].Name != "Pin" || len(classes[0].Consts) != 2 || classes[1].Name != "RTC" || classes[1].Consts != nil {
		t.Errorf("classes %+v", classes)
	}
	funcs := LaterFuncs("a(x, y)", "b")
	if funcs[0].Name != "a" || funcs[0].Params != "x, y" || funcs[1].Params != "*args" {
		t.Errorf("functions %+v", funcs)
	}
}
