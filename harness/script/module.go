package script

import "go.starlark.net/starlark"

// Lang is a set of languages.
type Lang uint8

// The languages of scripts.
const (
	Starlark Lang = 1 << iota // .star files
	Python                    // .py files
	Both     = Starlark | Python
)

// Module is one table of what a script module offers: its functions, constants and classes. The
// interpreter makes script values of it; help texts, editor stubs and coverage are read from it.
type Module struct {
	// Name is how scripts name the module, in the vendor's spelling.
	Name string
	// Aliases are other names of the same module, such as "json" for "ujson".
	Aliases []string
	// Lang says which scripts see the module; zero means Both. A Python script imports it, a
	// Starlark script has it predeclared.
	Lang Lang
	// Flat makes the functions of the module predeclared names themselves, for Starlark, as in
	// sleep(1).
	Flat bool
	// Source is the text of a module that is written in Python; it has no table then.
	Source string
	// Builtins are the functions that a Python script has without an import, such as open.
	Builtins []string
	// Usr says that the vendor ships the module also as files for /usr: where those are not there,
	// usr.Name, in whatever folder of usr, is this module.
	Usr bool
	// Simulated says that a module of hardware is not what answers.
	Simulated bool
	// Doc is the manual of the module in a few lines.
	Doc string
	// Manual is what the manual says beside the docs of the table: what scripts should know, and then
	// sections of indented lines, which package manual reads:
	//
	//	args [of NAME, ...]       "qos int: 0 or 1", of each parameter of that name; the type may be left out
	//	types                     "bool: publish, connected": what functions return, attributes are, classes derive from
	//	overloads                 "value() -> int", in stubs for editors, of what returns several types
	//	errors [of NAME, ...]     how calls fail
	//	example [of NAME, ...] [in python|starlark]
	//
	// NAME may be a method's with its class in front, and controls for all of them. An example needs no
	// imports, which the manual adds for Python; behind each "#>" stands what it prints, "..." being anything.
	// A test runs it in each language that sees the module.
	Manual string

	Funcs   []Func
	Consts  []Const
	Classes []*Class
	// Controls are what a test, or an action of a bench, can do to the simulated part and ask of it. Scripts
	// call those of all modules as functions of the module quecstar.
	Controls []Func

	// New makes the state that the module keeps for one interpreter; Call.State returns it. It is
	// called once, on the first use of the module. State that has a method Close() error is closed
	// when the run ends. May be nil.
	New func(in *Interp) (any, error)
}

// Const is a named value of a module or class. Value is converted like a function's result; a
// func(*Interp) any is called once an interpreter.
type Const struct {
	Name  string
	Value any
	Doc   string
}

// Func is one function or method that scripts call.
type Func struct {
	// Name in the vendor's spelling.
	Name string
	// Params is the parameter list as a script's author reads it, such as
	// "topic, msg, retain=False, qos=0". A parameter with a default may be left out; "*args"
	// takes the rest, "**kw" at the end the keywords that are left; parameters behind a lone "*" go by keyword only. Those before a "/" go by
	// position only; a "/" at the end says that the function takes no keywords at all, as most of
	// MicroPython's own.
	Params string
	// Doc is a line or two: what it does and returns.
	Doc string
	// Reads says of a control that it only tells a test something: no action of a bench calls it.
	Reads bool
	// Call does the work. Its result is converted with Interp.Value.
	Call func(c *Call) (any, error)
	// Returns is the name of the module's class that the result is an instance of, "" for any other
	// result.
	Returns string
	// Refused says that the function always fails, as nothing stands behind it.
	Refused bool
	// Simulated says so of one function of a module that is not simulated as a whole.
	Simulated bool
}

// Class is a type that scripts make instances of.
type Class struct {
	Name string
	Doc  string
	// Hidden says that the module does not offer the class by its name: only functions make its
	// instances.
	Hidden bool
	// Init makes an instance: what its Call returns is Call.Self in the methods. An Init without
	// Call means that scripts cannot make instances themselves.
	Init Func
	// Methods take Call.Self. The names __enter__, __exit__, __iter__, __next__, __len__,
	// __str__ and __call__ have Python's meaning.
	Methods []Func
	Consts  []Const
	// Attr answers for attributes that are neither methods nor constants; ok is false for an
	// unknown name. May be nil.
	Attr func(self any, name string) (value any, ok bool)
	// Set takes a new value for an attribute; ok is false for an unknown name. May be nil: nothing
	// can be set then.
	Set func(in *Interp, self any, name string, v starlark.Value) (ok bool, err error)
	// Attrs documents the names that Attr and Set know, for help texts and coverage.
	Attrs []Const
	// Show is how an instance is printed; nil for the name of its class.
	Show func(self any) string
}

// ControlName is the module that has the controls of all modules.
const ControlName = "quecstar"

// ControlModule is the module quecstar with the controls of these modules: by it a script that tests does
// what happens to a module on a desk by hand, such as an SMS that arrives.
func ControlModule(of ...*Module) *Module {
	m := &Module{Name: ControlName, Doc: "The simulated parts from outside: what arrives, what is pressed, what a sensor sees."}
	for _, part := range of {
		m.Funcs = append(m.Funcs, part.Controls...)
	}
	return m
}

func (m *Module) lang() Lang {
	if m.Lang == 0 {
		return Both
	}
	return m.Lang
}

// NewInstance returns a script value of the class around self, for functions that return objects.
func (c *Class) NewInstance(in *Interp, self any) starlark.Value {
	return instance(&Object{class: in.class(c), self: self})
}
