package manual

import (
	"fmt"
	"slices"
	"strings"

	"quecstar/harness/dialect"
	"quecstar/harness/script"
)

// topic is a text about a language.
type topic struct {
	names []string    // the first is its own, the others lead to it
	lang  script.Lang // who is told of it
	about script.Lang // what it is about
	text  func() string
}

// title is what its first line says behind its name.
func (t *topic) title() string {
	line, _, _ := strings.Cut(t.text(), "\n")
	_, title, _ := strings.Cut(line, ": ")
	return title
}

func topicOf(name string) *topic {
	for _, t := range topics() {
		if slices.Contains(t.names, name) {
			return &t
		}
	}
	return nil
}

func topics() []topic {
	return []topic{
		{append([]string{"starlark"}, hintWords()...), script.Both, script.Starlark, starlarkText},
		{[]string{"python"}, script.Both, script.Python, func() string { return pythonText }},
	}
}

// hintWords are what people look up who write Python in a .star file.
func hintWords() []string {
	var out []string
	for _, h := range dialect.Hints() {
		out = append(out, h.Words...)
	}
	return out
}

func starlarkText() string {
	var b strings.Builder
	b.WriteString(starlarkHead)
	for _, h := range dialect.Hints() {
		fmt.Fprintf(&b, "  %-24s %s\n", strings.Join(h.Words, ", "), h.Use)
	}
	b.WriteString(starlarkTail)
	return b.String()
}

const starlarkHead = `starlark: the language of .star files

  A small Python: def, for, while, if, lambda, lists, dicts, sets and strings are as there.
  Modules are there without an import ('quecstar doc' lists them), and
  load("other.star", "name") takes names of a neighbouring file. Errors end the script, or are
  caught by attempt ('quecstar doc attempt'). print, fail, struct and sys.argv are there, too.

what Python has and Starlark has not
`

const starlarkTail = `
  A script that wants any of these is a Python script: name it .py. 'quecstar port' turns a .py
  file into a .star file.
`

const pythonText = `python: the language of .py files

  That of MicroPython as the modules have it, with f-strings, := and async. Modules are imported
  by the vendor's names ('quecstar doc' lists them). help(x), in a script or a prompt, prints the
  manual of a module, class or function, help("umqtt.MQTTClient") that of a name. 'quecstar check'
  lists what of a file would not run.
`
