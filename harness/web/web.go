// Package web is what a browser is shown of a run: modules of JavaScript, a style and a page, as they were written, and
// what a page's data need that Go knows better: which two events tell one message.
//
// The modules in static are the components of every page. One builds its page of these and nothing else:
//
//	dom.js      elements (h, svg), tabs; payloads become text, never markup
//	strings.js  all words in English and Chinese (t), the language, numbers and times for people
//	theme.js    light and dark, and the selects for theme and language
//	model.js    Model: events to the rows of a diagram, and the folding of like rows
//	diagram.js  Diagram: set(events), append(events), show(n); onSelect is told the row
//	columns.js  eventsOf(columns): the events of a page that is a file
//	overview.js Overview: the time of a long test in proportion
//	details.js  details(row, sources, fold): all that is known of a row
//	payload.js  JSON, text, hex; diffView(wanted, got)
//	source.js   lines of a file around a place; tracebacks
//	list.js     TestList: tests with counts, filter, search and order
//	test.js     testView: one test with its attempts
//	printed.js  Printed: what scripts printed
//	plots.js    series of a long test, by uPlot where the page has it
//	report.js   the page of a report
//
// feed.js is what happens, as it is streamed to a live page. Of the page of a cloud alone are:
//
//	cloudpage.js the page; words.js its words
//	runpage.js  the page of a script's run, which shows a device, too
//	devices.js  the list of devices; device.js one of them; shadow.js its shadow
//	forms.js, upgrade.js and faults.js the forms; call.js calls of the API
//
// fields.js has fields of forms by what is known of a value. Of the page of a virtual module alone are:
//
//	modulepage.js the page; modulewords.js its words
//	act.js      what a person does, and the cards that do it: desk.js the module, its network, card, messages and calls,
//	            place.js where it is, board.js its pins, display and keys
//	actions.js  a form for all that can happen, and the bench file of what did; port.js a console on a port
//
// Of the page of live tests alone are testpage.js, the page, and testwords.js, its words.
//
// Events are as results.jsonl has them (suite.Event), with "pair" of a Pairer added. A page that is served imports the
// modules as they are (Static); one that is a single file has them as one script (Script).
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

//go:embed static
var files embed.FS

// Static has the modules, the style and the page.
var Static = must(fs.Sub(files, "static"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // of what is embedded
	}
	return v
}

func read(name string) string { return string(must(fs.ReadFile(Static, name))) }

// imported is a line that imports names of another module. An import has one line, and renames nothing.
var imported = regexp.MustCompile(`(?m)^import \{[^{}\n]*\} from "\./([a-z]+\.js)";\n`)

// exported begins a declaration that other modules may import.
var exported = regexp.MustCompile(`(?m)^export `)

// Script is a module with all that it imports, as one script without imports: a page that is a file may import nothing.
// All modules share the names of their top levels then, of which each is there once.
func Script(module string) string {
	var b strings.Builder
	add(&b, module, map[string]bool{})
	return b.String()
}

func add(b *strings.Builder, module string, done map[string]bool) {
	if done[module] {
		return
	}
	done[module] = true
	text := read(module)
	for _, m := range imported.FindAllStringSubmatch(text, -1) {
		add(b, m[1], done)
	}
	b.WriteString(exported.ReplaceAllString(imported.ReplaceAllString(text, ""), ""))
}

// Page is a page that is a single file. Between its begin and its end stand its scripts and elements with its data.
type Page struct {
	script, plot string
}

// NewPage is the page that a module makes.
func NewPage(module string) *Page {
	return &Page{script: ascii("(() => {\n\"use strict\";\n" + Script(module) + "})();\n"), plot: read("uplot/uPlot.iife.min.js")}
}

// Begin is all in front of the data. The page's policy lets it run its own script and style, those of uPlot, and nothing
// else; it can load and send nothing.
func (p *Page) Begin() string {
	css := read("app.css") + read("uplot/uPlot.min.css")
	policy := fmt.Sprintf("default-src 'none'; script-src %s %s; style-src %s; base-uri 'none'; form-action 'none'",
		hash(p.script), hash(p.plot), hash(css))
	return strings.NewReplacer("{{CSP}}", policy, "{{CSS}}", css).Replace(read("page.html"))
}

// Scripts are the page's scripts, which run as soon as they are read: they wait for the data that come behind them. (A
// module would wait for the end of the page, though it is said to be async.) plots
// has uPlot among them, as text that plots.js has run for the first plot: it takes a browser 0.1 s.
func (p *Page) Scripts(plots bool) string {
	plot := ""
	if plots {
		plot = `<script type="text/plain" id="uplot">` + p.plot + "</script>\n"
	}
	return plot + "<script>" + p.script + "</script>\n"
}

// End is all behind the data.
func (*Page) End() string { return "</body>\n</html>\n" }

// ascii is a script without characters beyond ASCII, as escapes (ECMAScript, section 12.9.4): a browser reads a page of
// megabytes in half the time where it has none.
func ascii(script string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(script)) {
		if unit < utf8.RuneSelf {
			b.WriteByte(byte(unit))
		} else {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// hash is a script or style as a policy names it (Content Security Policy Level 3, section 2.3.1).
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
