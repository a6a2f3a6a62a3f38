package script

import (
	"strings"

	"quecstar/harness/spell"
)

// nearModule returns the module whose name is the most like a wrong one, or "".
func (in *Interp) nearModule(name string) string {
	var names []string
	for key, st := range in.modules {
		if st.module.lang()&in.lang != 0 {
			names = append(names, trimLang(key))
		}
	}
	return spell.Nearest(name, names)
}

func trimLang(key string) string { return strings.TrimPrefix(key, "star:") }
