package suite

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestProto(t *testing.T) {
	for _, file := range strings.Fields(os.Getenv("PROTO")) {
		o := Options{Root: "/tmp/st", Env: func(string) string { return "" }}
		tests, err := Collect(context.Background(), file, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range tests {
			r := Run(context.Background(), one, 7, o, nil)
			fmt.Printf("%-8s %s checks=%d took=%v real=%v\n", r.Verdict, one.ID, r.Checks, r.Took, r.Real)
			for _, p := range r.Problems {
				fmt.Printf("   %s %s %s:%d %s\n", p.Class, p.Phase, p.File, p.Line, strings.ReplaceAll(p.Text, "\n", "\n      "))
				fmt.Printf("%s", p.Traceback)
			}
		}
	}
}
