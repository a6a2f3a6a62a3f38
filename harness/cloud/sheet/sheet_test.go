package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// packed is a file of parts, in the place of those that Write makes.
func packed(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range fixedParts {
		if _, other := parts[p[0]]; !other {
			parts[p[0]] = p[1]
		}
	}
	for name, content := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRead(t *testing.T) {
	rows := [][]string{{"node_id", "product_id"}, {"a&b<c>", "水表"}, {" ", "x"}}
	file, err := Write(rows)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Read(file)
	if rows[2][0] = ""; err != nil || !reflect.DeepEqual(got, rows) {
		t.Errorf("%q, %v, want %q", got, err, rows)
	}
	// As Excel writes it: shared texts, some of several runs, numbers, and cells that are left out.
	got, err = Read(packed(t, map[string]string{sharedTexts: `<sst><si><t>node</t></si><si><r><t>two </t></r><r><t>runs</t></r></si></sst>`,
		sheetPart: `<worksheet><sheetData><row r="1"/><row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>
			<row r="5"><c r="B5"><v>42</v></c><c r="C5" s="3"/></row></sheetData></worksheet>`}))
	if want := [][]string{{"node", "", "two runs"}, {"", "42"}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

func TestReadRefuses(t *testing.T) {
	sheet := func(cells string) map[string]string {
		return map[string]string{sheetPart: `<worksheet><sheetData>` + cells + `</sheetData></worksheet>`}
	}
	for name, file := range map[string][]byte{
		"no zip":             []byte("hello"),
		"no sheet":           packed(t, map[string]string{workbookPart: "<workbook/>"}),
		"a sheet that lacks": packed(t, map[string]string{}),
		"no xml":             packed(t, sheet("<row")),
		"a text before all":  packed(t, sheet(`<row><c r="A1" t="s"><v>-1</v></c></row>`)),
		"a text behind all":  packed(t, sheet(`<row><c r="A1" t="s"><v>9</v></c></row>`)),
		"out of order":       packed(t, sheet(`<row><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>`)),
		"a far column":       packed(t, sheet(`<row><c r="ZZZZZZZZZZZZZZZZZ1"><v>1</v></c></row>`)),
		"many cells":         packed(t, sheet(strings.Repeat(`<row><c r="IV1"><v>1</v></c></row>`, maxCells/maxColumns+1))),
		"no row":             packed(t, sheet(`<c r="A1"><v>1</v></c>`)),
	} {
		if rows, err := Read(file); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
	}
	bomb := packed(t, sheet(strings.Repeat(" ", 100_000)))
	if rows, err := readUpTo(bomb, 100_000); !errors.Is(err, ErrFormat) {
		t.Errorf("a bomb: %d rows, %v", len(rows), err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`<sst><si><t>a</t></si></sst>`, `<worksheet><row><c r="A1" t="s"><v>0</v></c></row></worksheet>`)
	f.Fuzz(func(t *testing.T, shared, sheet string) {
		rows, err := Read(packed(t, map[string]string{sharedTexts: shared, sheetPart: sheet}))
		if err == nil {
			_ = fmt.Sprint(rows)
		}
	})
}
