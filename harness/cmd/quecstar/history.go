package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"quecstar/harness/serial"
)

// historyLimit is how many lines a history keeps.
const historyLimit = 500

// secretName is what the name of a secret has in it, with what gives it a value behind it.
var secretName = regexp.MustCompile(`(?i)(pass|pwd|secret|token|psk|credential|private|\bpin|\bkey|_key)` +
	`\w*["']?\s*[=:,(]`)

// history is the lines that were typed at a prompt, in a file of the user's own that outlives the run.
type history struct {
	path  string // "" keeps none
	lines []string
}

// openHistory reads the history of a prompt, of which there is one for each kind. That it cannot be had is no reason
// not to begin.
func openHistory(kind string) *history {
	cache, err := os.UserCacheDir()
	if err != nil {
		return &history{}
	}
	h := &history{path: filepath.Join(cache, "quecstar", "history", kind)}
	text, err := os.ReadFile(h.path)
	if err == nil {
		h.lines = strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	}
	return h
}

// keep adds a line, unless it has a secret in it, begins with one space, as shells have it, or is the last one again.
func (h *history) keep(line string) {
	again := len(h.lines) > 0 && h.lines[len(h.lines)-1] == line
	hidden := strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "  ") // which is no line of a block
	if again || strings.TrimSpace(line) == "" || hidden || serial.HasSecret(line) || secretName.MatchString(line) {
		return
	}
	h.lines = append(h.lines, line)
	h.lines = h.lines[max(0, len(h.lines)-historyLimit):]
}

// save writes the history for the next run.
func (h *history) save() error {
	if h.path == "" || len(h.lines) == 0 {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return err
	}
	part := h.path + ".part"
	err := os.WriteFile(part, []byte(strings.Join(h.lines, "\n")+"\n"), 0o600)
	if err == nil {
		err = os.Rename(part, h.path)
	}
	return err
}
