package uio

import (
	"strings"
	"testing"
	"time"
)

// TestLongRead: how long a read of n characters, or of a line of n, takes grows with n, not with its square.
func TestLongRead(t *testing.T) {
	text := strings.Repeat("é", 8<<20)
	const wanted = 8<<20 - 1
	for name, read := range map[string]func(s *stream) (any, error){
		"read":     func(s *stream) (any, error) { return s.read(wanted) },
		"readline": func(s *stream) (any, error) { return s.readline(wanted) },
	} {
		begin := time.Now()
		got, err := read(&stream{file: &memory{b: []byte(text)}, text: true})
		if err != nil || got != text[:2*wanted] {
			t.Errorf("%s: %d bytes, %v", name, len(got.(string)), err)
		}
		if took := time.Since(begin); took > 10*time.Second { // a minute and more, by the square
			t.Errorf("%s took %v", name, took)
		}
	}
}
