// Package sheet reads and writes tables as files of spreadsheets, .xlsx (ECMA-376, part 1, chapter 18): the first
// sheet alone, and its texts alone. The libraries that were looked at are either large (excelize: ten modules), or end
// the program at a file that is made to hurt (xlsxreader indexes by what the file says, in a goroutine of its own).
package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// Limits of a file: what its parts have together when unpacked, in bytes, its cells that are not empty, and columns.
const (
	maxUnpacked = 32 << 20
	maxCells    = 1 << 20
	maxColumns  = 256
)

// ErrFormat is that a file is no .xlsx, or one beyond the limits.
var ErrFormat = errors.New("the file is no .xlsx that can be read")

// Read is the first sheet of a file: its rows that are not empty, each as long as its last cell that is not empty.
// Errors are ErrFormat.
func Read(file []byte) ([][]string, error) { return readUpTo(file, maxUnpacked) }

// readUpTo reads a file whose parts have so many bytes at most when unpacked.
func readUpTo(file []byte, most int64) ([][]string, error) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	r := &reader{parts: map[string]*zip.File{}, left: most}
	for _, f := range z.File {
		r.parts[f.Name] = f
	}
	rows, err := r.read()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return rows, nil
}

// reader reads one file.
type reader struct {
	parts map[string]*zip.File
	left  int64 // bytes that may yet be unpacked
	texts []string
	rows  [][]string
	cells int
	next  int // the column of a cell that does not say where it is
}

func (r *reader) read() ([][]string, error) {
	name, err := r.firstSheet()
	if err != nil {
		return nil, err
	}
	if r.parts[sharedTexts] != nil {
		if err := r.each(sharedTexts, r.shared); err != nil {
			return nil, err
		}
	}
	if err := r.each(name, r.cell); err != nil {
		return nil, err
	}
	full := r.rows[:0]
	for _, row := range r.rows {
		if len(row) > 0 {
			full = append(full, row)
		}
	}
	return full, nil
}

// The parts of a file.
const (
	workbookPart  = "xl/workbook.xml"
	relationsPart = "xl/_rels/workbook.xml.rels"
	sharedTexts   = "xl/sharedStrings.xml"
	sheetPart     = "xl/worksheets/sheet1.xml"
)

// firstSheet is the part that the first sheet is in.
func (r *reader) firstSheet() (string, error) {
	var id, name string
	err := r.each(workbookPart, func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "sheet" && id == "" {
			id = attribute(e, officeSpace, "id")
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	err = r.each(relationsPart, func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" && attribute(e, "", "Id") == id {
			name = attribute(e, "", "Target")
		}
		return nil
	})
	switch {
	case err != nil:
		return "", err
	case id == "" || name == "":
		return "", errors.New("it has no sheet")
	case strings.HasPrefix(name, "/"):
		return name[1:], nil
	}
	return path.Join("xl", name), nil
}

func attribute(e xml.StartElement, space, name string) string {
	for _, a := range e.Attr {
		if a.Name.Space == space && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// each goes through the elements of a part; what f decodes is not gone through.
func (r *reader) each(part string, f func(d *xml.Decoder, e xml.StartElement) error) error {
	file := r.parts[part]
	if file == nil {
		return fmt.Errorf("it has no %s", part)
	}
	in, err := file.Open()
	if err != nil {
		return fmt.Errorf("%s: %w", part, err)
	}
	defer func() { _ = in.Close() }() // of what was only read
	d := xml.NewDecoder(&bounded{in, &r.left})
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if e, is := token.(xml.StartElement); is && err == nil {
			err = f(d, e)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", part, err)
		}
	}
}

// bounded reads while there is something left to read.
type bounded struct {
	io.Reader
	left *int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if *b.left -= int64(n); *b.left < 0 {
		return 0, errors.New("it has too many bytes unpacked")
	}
	return n, err
}

// text is a text, of which parts may be formatted.
type text struct {
	Plain string `xml:"t"`
	Runs  []struct {
		Plain string `xml:"t"`
	} `xml:"r"`
}

func (t text) String() string {
	out := t.Plain
	for _, r := range t.Runs {
		out += r.Plain
	}
	return out
}

var errCells = fmt.Errorf("it has more than %d cells", maxCells)

// shared takes a text that cells share.
func (r *reader) shared(d *xml.Decoder, e xml.StartElement) error {
	if e.Name.Local != "si" {
		return nil
	}
	if len(r.texts) == maxCells {
		return errCells
	}
	var t text
	if err := d.DecodeElement(&t, &e); err != nil {
		return err
	}
	r.texts = append(r.texts, t.String())
	return nil
}

// cell takes a cell, or begins a row.
func (r *reader) cell(d *xml.Decoder, e xml.StartElement) error {
	switch e.Name.Local {
	case "row":
		if n := len(r.rows); n == 0 || len(r.rows[n-1]) > 0 { // an empty one is taken again
			r.rows = append(r.rows, nil)
		}
		r.next = 0
		return nil
	case "c":
	default:
		return nil
	}
	var c struct {
		At     string `xml:"r,attr"`
		Type   string `xml:"t,attr"`
		Value  string `xml:"v"`
		Inline text   `xml:"is"`
	}
	if err := d.DecodeElement(&c, &e); err != nil {
		return err
	}
	value := strings.TrimSpace(c.Value + c.Inline.String())
	if c.Type == "s" {
		i, err := strconv.Atoi(c.Value)
		if err != nil || i < 0 || i >= len(r.texts) {
			return fmt.Errorf("the cell %s is the text %q, of %d", c.At, c.Value, len(r.texts))
		}
		value = strings.TrimSpace(r.texts[i])
	}
	i := column(c.At)
	if i < 0 {
		i = r.next
	}
	if i >= maxColumns {
		return fmt.Errorf("the cell %s is beyond the %d columns that are read", c.At, maxColumns)
	}
	r.next = i + 1
	if value == "" {
		return nil
	}
	return r.put(c.At, i, value)
}

// put puts a text in a column of the last row.
func (r *reader) put(at string, i int, value string) error {
	if len(r.rows) == 0 {
		return fmt.Errorf("the cell %s is in no row", at)
	}
	row := &r.rows[len(r.rows)-1]
	if i < len(*row) {
		return fmt.Errorf("the cell %s is not in the order of columns", at)
	}
	if r.cells += i + 1 - len(*row); r.cells > maxCells {
		return errCells
	}
	for len(*row) < i {
		*row = append(*row, "")
	}
	*row = append(*row, value)
	return nil
}

// column is the number, from 0, of the column that a reference such as AB12 names; -1 for none.
func column(at string) int {
	n := 0
	for _, c := range strings.TrimRight(at, "0123456789") {
		if c < 'A' || c > 'Z' || n > maxColumns {
			return maxColumns
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1
}
