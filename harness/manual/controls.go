package manual

// Control is what a test, a bench or a person can do to the simulated parts, or ask of them.
type Control struct {
	Name string `json:"name"`
	// Module is whose part it is about.
	Module string  `json:"module"`
	Doc    string  `json:"doc"`
	Params []Param `json:"params"`
}

// Param is a parameter of a Control.
type Param struct {
	Name string `json:"name"`
	// Type is in Python's notation; "" where it is not known.
	Type string `json:"type,omitempty"`
	// Default is what it is when it is left out, as Python has it; Optional says that it may be.
	Default  string `json:"default,omitempty"`
	Optional bool   `json:"optional,omitempty"`
	Doc      string `json:"doc,omitempty"`
}

// Controls lists the functions of the module quecstar, with what is known of their parameters.
func (m *Manual) Controls() []Control {
	var out []Control
	for _, p := range m.pages {
		for _, f := range p.controls {
			c := Control{Name: f.name, Module: p.name, Doc: f.doc, Params: []Param{}}
			for _, a := range f.given() {
				c.Params = append(c.Params, Param{a.name, a.typ, a.def, a.optional, a.doc})
			}
			out = append(out, c)
		}
	}
	return out
}
