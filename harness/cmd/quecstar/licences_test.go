package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"quecstar/harness/web"
)

var update = flag.Bool("update", false, "write the licences anew")

// licenceFile is what files with a licence, or with what one wants to be passed on, are called.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|edl|epl)[^/]*$`)

// TestLicences: version --licences has those of Go, of every module that is linked on some system, and of what pages have.
func TestLicences(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	section(t, &b, "Go's standard library", strings.TrimSpace(string(root)))
	for _, m := range linked(t) {
		name, dir, _ := strings.Cut(m, "\t")
		section(t, &b, name, dir)
	}
	text, err := fs.ReadFile(web.Static, "uplot/LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "== uPlot, in pages with plots\n\n%s\n", strings.TrimSpace(string(text)))
	if *update {
		if err := os.WriteFile("licences.txt", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if licences != b.String() {
		t.Error("licences.txt is not that of the modules that are linked: go test ./harness/cmd/quecstar -run Licences -update")
	}
}

// linked are the modules that the program has in it on some system, each with its folder behind a tab.
func linked(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, system := range []string{"linux", "windows", "darwin"} {
		c := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}", ".")
		c.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%s: %v", system, err)
		}
		all = append(all, strings.Fields(strings.ReplaceAll(string(out), "\t", "\x00"))...)
	}
	for i := range all {
		all[i] = strings.ReplaceAll(all[i], "\x00", "\t")
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// section adds the licence files of a folder, or of the one above where a module is a part of a repository.
func section(t *testing.T, b *strings.Builder, name, dir string) {
	t.Helper()
	for range 3 {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, e := range entries {
			if !licenceFile.MatchString(e.Name()) || e.IsDir() {
				continue
			}
			text, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			found = true
			fmt.Fprintf(b, "== %s, %s\n\n%s\n\n", name, e.Name(), strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
		}
		if found {
			return
		}
		dir = filepath.Dir(dir)
	}
	t.Errorf("%s has no licence", name)
}
