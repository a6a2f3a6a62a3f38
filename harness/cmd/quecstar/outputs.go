package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"quecstar/harness/results"
)

// outputs are the forms in which results are written.
type outputs struct {
	folder, html, trace, junit, strict, tap, ctrf string
	json                                          string
	slowest                                       int
	quiet, verbose                                bool
	expected                                      map[string]time.Duration // how long tests took the last time
	total                                         time.Duration            // and all of them

	files []*os.File
	// read is the folder of results that are shown; of those that are written it is folder.
	read string
	// store keeps attachments; nil without a folder.
	store *results.Store
}

// jsonForms are the values of --json.
const jsonLines, jsonGoTest = "lines", "test2json"

func (o *outputs) add(f *pflag.FlagSet) {
	f.StringVar(&o.html, "html", "", "write a page for a browser that needs nothing else to this `file`")
	f.StringVar(&o.trace, "trace-json", "", "write what happened for ui.perfetto.dev to this `file`")
	f.StringVar(&o.junit, "junit", "", "write JUnit XML as GitLab and Jenkins read it to this `file`")
	f.StringVar(&o.strict, "junit-strict", "", "write JUnit XML that is valid by Jenkins' junit-10.xsd to this `file`")
	f.StringVar(&o.tap, "tap", "", "write TAP 14 to this `file`; - is standard output")
	f.StringVar(&o.ctrf, "ctrf", "", "write CTRF, one JSON document, to this `file`; - is standard output")
	f.StringVar(&o.json, "json", "", "write the results to standard output as JSON lines (quecstar schema results), "+
		"or with =test2json as go test does")
	f.Lookup("json").NoOptDefVal = jsonLines
	f.BoolVarP(&o.quiet, "quiet", "q", false, "print failures and the total alone")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print a line for each test, on a terminal, too")
	f.IntVar(&o.slowest, "slowest", 0, "list the `N` slowest tests at the end")
}

// printsOn reports whether standard output is taken by a form for programs.
func (o *outputs) printsOn() bool { return o.json != "" || o.tap == "-" || o.ctrf == "-" }

// open makes the files and the stream that fills them. What cannot be written is an error of the command line: it is
// found before the first test.
func (o *outputs) open(p *process) (*results.Stream, error) {
	s := &results.Stream{}
	if err := o.fill(p, s); err != nil {
		return nil, errors.Join(usageError{err}, o.close())
	}
	if !o.printsOn() {
		width := p.page()
		s.Views = append(s.Views, &results.Console{W: p.stdout, Width: width, Slowest: o.slowest, Folder: o.attached(),
			Color: p.colours(width), Quiet: o.quiet, Verbose: o.verbose, Expected: o.expected, Total: o.total})
	}
	return s, nil
}

// attached is the folder that the paths of attachments begin from.
func (o *outputs) attached() string {
	if o.folder != "" {
		return o.folder
	}
	return o.read
}

// check is an error where two forms would be written into each other.
func (o *outputs) check() error {
	if o.junit == "-" || o.strict == "-" {
		return errors.New("JUnit XML is written to a file, not to standard output")
	}
	if o.html == "-" {
		return errors.New("HTML is written to a file, not to standard output")
	}
	taken := map[string]string{}
	if o.folder != "" {
		taken[filepath.Join(o.folder, results.Name)] = "--output"
		taken[filepath.Join(o.folder, "junit.xml")] = "--output"
		taken[filepath.Join(o.folder, pageName)] = "--output"
	}
	if o.json != "" {
		taken["-"] = "--json"
	}
	for _, f := range []struct{ flag, path string }{{"--junit", o.junit}, {"--junit-strict", o.strict}, {"--tap", o.tap},
		{"--ctrf", o.ctrf}, {"--html", o.html}, {"--trace-json", o.trace}} {
		if f.path == "" {
			continue
		}
		path := filepath.Clean(f.path)
		if other := taken[path]; other != "" {
			return fmt.Errorf("%s %s: %s is written there", f.flag, f.path, other)
		}
		taken[path] = f.flag
	}
	return nil
}

func (o *outputs) fill(p *process, s *results.Stream) error {
	if err := o.check(); err != nil {
		return err
	}
	switch o.json {
	case "":
	case jsonLines:
		s.Lines = append(s.Lines, p.stdout)
	case jsonGoTest:
		s.Views = append(s.Views, &results.Test2JSON{W: p.stdout})
	default:
		return fmt.Errorf("--json=%s: the forms are %s and %s", o.json, jsonLines, jsonGoTest)
	}
	if o.folder != "" {
		if err := os.MkdirAll(o.folder, 0o755); err != nil {
			return fmt.Errorf("--output: %w", err)
		}
		o.store = &results.Store{Folder: o.folder}
		f, err := o.create("--output", filepath.Join(o.folder, results.Name))
		if err != nil {
			return err
		}
		s.Lines = append(s.Lines, f)
	}
	for _, j := range []struct {
		flag, path string
		strict     bool
	}{{"--output", o.folder, false}, {"--junit", o.junit, false}, {"--junit-strict", o.strict, true}} {
		if j.path == "" {
			continue
		}
		path := j.path
		if j.flag == "--output" {
			path = filepath.Join(path, "junit.xml")
		}
		f, err := o.create(j.flag, path)
		if err != nil {
			return err
		}
		s.Views = append(s.Views, &results.JUnit{F: f, Strict: j.strict, Folder: o.attached()})
	}
	if o.folder != "" {
		if err := o.htmlPage(s, "--output", filepath.Join(o.folder, pageName)); err != nil {
			return err
		}
	}
	if o.html != "" {
		if err := o.htmlPage(s, "--html", o.html); err != nil {
			return err
		}
	}
	if o.trace != "" {
		f, err := o.create("--trace-json", o.trace)
		if err != nil {
			return err
		}
		s.Views = append(s.Views, &results.TraceJSON{W: f})
	}
	return o.texts(p, s)
}

// pageName is the page in a folder of results.
const pageName = "report.html"

// htmlPage adds a page, which links to attachments from where it lies.
func (o *outputs) htmlPage(s *results.Stream, flag, path string) error {
	f, err := o.create(flag, path)
	if err != nil {
		return err
	}
	page := &results.HTML{W: f}
	if folder := o.attached(); folder != "" {
		if page.Folder, err = filepath.Rel(filepath.Dir(path), folder); err != nil {
			page.Folder = folder // on another drive
		}
	}
	s.Views = append(s.Views, page)
	return nil
}

// texts opens what is written from its begin to its end.
func (o *outputs) texts(p *process, s *results.Stream) error {
	file := func(flag, path string) (io.Writer, error) {
		if path == "-" {
			return p.stdout, nil
		}
		return o.create(flag, path)
	}
	if o.tap != "" {
		w, err := file("--tap", o.tap)
		if err != nil {
			return err
		}
		s.Views = append(s.Views, &results.TAP{W: w})
	}
	if o.ctrf != "" {
		w, err := file("--ctrf", o.ctrf)
		if err != nil {
			return err
		}
		s.Views = append(s.Views, &results.CTRF{W: w, Folder: o.attached()})
	}
	return nil
}

// github adds what GitHub Actions shows of a run.
func (o *outputs) github(p *process, s *results.Stream) error {
	g := &results.GitHub{}
	if p.env("GITHUB_ACTIONS") == "true" {
		if g.Annotations = p.stdout; o.printsOn() {
			g.Annotations = p.stderr
		}
	}
	if path := p.env("GITHUB_STEP_SUMMARY"); path != "" {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			return usageError{fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)}
		}
		o.files = append(o.files, f)
		g.Summary = f
	}
	if g.Annotations != nil || g.Summary != nil {
		s.Views = append(s.Views, g)
	}
	return nil
}

func (o *outputs) create(flag, path string) (*os.File, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	o.files = append(o.files, f)
	return f, nil
}

func (o *outputs) close() error {
	var errs []error
	for _, f := range o.files {
		errs = append(errs, f.Close())
	}
	o.files = nil
	return errors.Join(errs...)
}

// finish ends the views and closes the files; an error is of what was not written.
func (o *outputs) finish(s *results.Stream) error {
	errs := append(s.Close(), o.store.Err(), o.close())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("results are not complete: %w", err)
	}
	return nil
}
