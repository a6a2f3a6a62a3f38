package vendor

import (
	"strconv"
	"strings"

	"quecstar/harness/script"
)

// parseConsts reads "NAME=1 NAME=2"; "NAME#=1..3" stands for NAME1=1, NAME2=2 and NAME3=3.
func parseConsts(text string) []script.Const {
	var out []script.Const
	for field := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(field, "=")
		stem, numbered := strings.CutSuffix(name, "#")
		if !numbered {
			out = append(out, script.Const{Name: name, Value: number(value), Doc: "Constant of the vendor."})
			continue
		}
		from, to, _ := strings.Cut(value, "..")
		for i := number(from); i <= number(to); i++ {
			out = append(out, script.Const{Name: stem + strconv.Itoa(i), Value: i, Doc: "Constant of the vendor."})
		}
	}
	return out
}

// number is the value of a constant that this program itself writes down; tests read them all.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
