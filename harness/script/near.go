package script

import "quecstar/harness/spell"

// nearModule returns the module whose name is the most like a wrong one, or "".
func (in *Interp) nearModule(name string) string {
	return spell.Nearest(name, in.catalog.Names(in.lang))
}
