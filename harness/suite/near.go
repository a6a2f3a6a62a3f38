package suite

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"quecstar/builtins"
	"quecstar/harness/spell"
)

// noAttribute is how the two languages say that an object of a test has no such attribute.
var noAttribute = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:(?:\w+: )?'(\w+)' object has no attribute '(\w+)'|` +
		`(\w+) has no \.(\w+) field or method)$`)
})

// meant is a hint at the attribute that was meant where an error is that an object of a test has none of a name; ""
// where nothing is near. What scripts under test see of their own objects is the firmware's wording.
func meant(text string) string {
	m := noAttribute().FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	class, name := m[1]+m[3], m[2]+m[4]
	for _, c := range Module().Classes {
		if c.Name != class {
			continue
		}
		var names []string
		for _, f := range c.Methods {
			names = append(names, f.Name)
		}
		for _, a := range c.Attrs {
			names = append(names, a.Name)
		}
		if c == classes.module {
			names = slices.AppendSeq(names, maps.Keys(builtins.Controls()))
		}
		return didYouMean(name, names)
	}
	return ""
}

// hint adds what was meant to an error.
func (p *Problem) hint() {
	if near := meant(p.Text); near != "" {
		p.Text += near
		p.Traceback = strings.TrimRight(p.Traceback, "\n") + near
	}
}

func didYouMean(wrong string, names []string) string {
	if near := spell.Nearest(wrong, names); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return ""
}

// nearFile is a hint at a file beside one that is not there.
func nearFile(path string) string {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return didYouMean(filepath.Base(path), names)
}
