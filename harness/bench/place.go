package bench

import (
	"fmt"
	"regexp"
	"strings"
)

// anyIndex is the place in a list, as in command[2].
var anyIndex = regexp.MustCompile(`\[\d+\]`)

// where is the file and, where it is found, the line of a key such as command[2].paras or limits.steps.
func (b *Bench) where(path string) string {
	for ; path != ""; path = path[:max(0, strings.LastIndexAny(path, ".["))] {
		if line := b.lines[path]; line > 0 {
			return fmt.Sprintf("%s:%d", b.Path, line)
		}
	}
	return b.Path
}

// lineNamed is the first line of a key wherever in lists it stands; 0 where none is found.
func (b *Bench) lineNamed(key string) int {
	first := 0
	for path, line := range b.lines {
		if anyIndex.ReplaceAllString(path, "") == key && (first == 0 || line < first) {
			first = line
		}
	}
	return first
}

// keyLines finds the lines of the tables and keys of a TOML text. What stands within a value of several
// lines has no line of its own.
func keyLines(text string) map[string]int {
	lines := map[string]int{}
	counts := map[string]int{} // how many tables a list has up to here
	add := func(path string, line int) {
		if lines[path] == 0 {
			lines[path] = line
		}
	}
	table := ""
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if name, isTable := strings.CutPrefix(line, "["); isTable {
			name, isList := strings.CutPrefix(name, "[")
			name, _, closed := strings.Cut(name, "]")
			if !closed {
				continue
			}
			table = inLists(name, counts)
			if isList {
				counts[table]++
				table = fmt.Sprintf("%s[%d]", table, counts[table]-1)
			}
			add(table, i+1)
			continue
		}
		name, _, isKey := strings.Cut(line, "=")
		if name = keyName(name); isKey && name != "" {
			path := strings.TrimPrefix(table+"."+name, ".")
			for ; path != table && path != ""; path = path[:max(0, strings.LastIndexByte(path, '.'))] {
				add(path, i+1)
			}
		}
	}
	return lines
}

// inLists gives each name in front of the last, where it is that of a list of tables, the number of the
// newest of them, and the last none.
func inLists(name string, counts map[string]int) string {
	path := ""
	for _, part := range strings.Split(name, ".") {
		if n := counts[path]; n > 0 {
			path = fmt.Sprintf("%s[%d]", path, n-1)
		}
		path = strings.TrimPrefix(path+"."+keyName(part), ".")
	}
	return path
}

// keyName is a key without its quotation marks and the white space around it; "" for what is none.
func keyName(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "#") || strings.ContainsAny(text, "{}[],") {
		return ""
	}
	return strings.Trim(text, `"'`)
}
