package script

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"quecstar/harness/event"
)

// demoFolders are what repositories call the folder of the scripts that show their library, which
// lies in a folder beside that and together with them in /usr of a module.
var demoFolders = []string{"demo", "demos", "example", "examples", "sample", "samples", "test", "tests"}

// aside looks for a module in the folders beneath the script's, and for a demonstration in those
// beside it. The module must be in one of them alone.
func aside(dir string, parts []string) (Place, bool) {
	around := []string{dir}
	if slices.Contains(demoFolders, strings.ToLower(filepath.Base(dir))) {
		around = append(around, filepath.Dir(dir))
	}
	var found []Place
	for _, a := range around {
		entries, err := os.ReadDir(a)
		if err != nil {
			continue
		}
		for _, e := range entries {
			folder := filepath.Join(a, e.Name())
			if !e.IsDir() || strings.HasPrefix(e.Name(), ".") || folder == dir {
				continue
			}
			if p, ok := placeIn(folder, parts); ok && p.File != "" {
				p.Aside = folder
				found = append(found, p)
			}
		}
	}
	if len(found) != 1 {
		return Place{}, false
	}
	return found[0], true
}

// tellAside says once that modules of usr are taken from a folder that is not the script's.
func (in *Interp) tellAside(name, folder string) {
	if in.standIns[folder] {
		return
	}
	if in.standIns == nil {
		in.standIns = map[string]bool{}
	}
	in.standIns[folder] = true
	in.Emit(event.Event{Layer: event.Harness, Kind: event.Note, Text: name + " is not beside the script: it is taken from " + in.shown(folder)})
}
