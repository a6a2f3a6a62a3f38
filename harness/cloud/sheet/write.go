package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
)

// fixedParts are the parts that are the same in every file that is written.
var fixedParts = [][2]string{
	{"[Content_Types].xml", xml.Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/` + workbookPart +
		`" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/` + sheetPart +
		`" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
	{"_rels/.rels", relations("officeDocument", workbookPart)},
	{workbookPart, xml.Header + `<workbook xmlns="` + mainSpace + `" xmlns:r="` + officeSpace + `">` +
		`<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{relationsPart, relations("worksheet", "worksheets/sheet1.xml")},
}

// Name spaces of the format.
const (
	mainSpace   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	officeSpace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)

// relations is a part that leads to one other.
func relations(kind, target string) string {
	return xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + officeSpace + `/` + kind + `" Target="` + target + `"/></Relationships>`
}

// Write is a file with rows of texts.
func Write(rows [][]string) ([]byte, error) {
	var file, sheet bytes.Buffer
	sheet.WriteString(xml.Header + `<worksheet xmlns="` + mainSpace + `"><sheetData>`)
	for _, row := range rows {
		sheet.WriteString("<row>")
		for _, cell := range row {
			sheet.WriteString(`<c t="inlineStr"><is><t xml:space="preserve">`)
			_ = xml.EscapeText(&sheet, []byte(cell)) // a buffer takes all
			sheet.WriteString("</t></is></c>")
		}
		sheet.WriteString("</row>")
	}
	sheet.WriteString("</sheetData></worksheet>")
	z := zip.NewWriter(&file)
	for _, p := range append(fixedParts[:len(fixedParts):len(fixedParts)], [2]string{sheetPart, sheet.String()}) {
		part, err := z.Create(p[0])
		if err == nil {
			_, err = part.Write([]byte(p[1]))
		}
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", p[0], err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("write an .xlsx: %w", err)
	}
	return file.Bytes(), nil
}
