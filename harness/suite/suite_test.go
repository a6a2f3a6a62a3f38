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

func BenchmarkEmpty(b *testing.B) {
	o := Options{Root: "/tmp/st", Env: func(string) string { return "" }}
	tests, err := Collect(context.Background(), "d_test.star", o)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if r := Run(context.Background(), tests[0], 1, o, nil); r.Verdict != Passed {
			b.Fatal(r)
		}
	}
}

func BenchmarkSample(b *testing.B) {
	o := Options{Root: "/tmp/st", Env: func(string) string { return "" }}
	tests, err := Collect(context.Background(), "c_test.star", o)
	if err != nil {
		b.Fatal(err)
	}
	for _, one := range tests {
		b.Run(one.Device, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if r := Run(context.Background(), one, 1, o, nil); r.Verdict != Passed {
					b.Fatal(r)
				}
			}
		})
	}
}
