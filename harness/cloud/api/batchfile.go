package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
	"quecstar/harness/cloud/sheet"
)

// Files of devices that batch tasks are about. They are read as .xlsx; the platform takes .xls as well.

// batchFilesPath is where they are, and filesBucket what they lie in.
const (
	batchFilesPath = "/batchtask-files"
	filesBucket    = "batchtask-files"
)

// Limits of the files: bytes of a body, rows of devices (SDK, UploadBatchTaskFile), and files of a project.
const (
	maxBatchFile  = 10 << 20
	maxFileRows   = 30_000
	maxBatchFiles = 100
)

func (s *server) batchFileRoutes() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"POST " + batchFilesPath:             s.handler((*call).uploadFile),
		"GET " + batchFilesPath:              s.handler((*call).listFiles),
		"DELETE " + batchFilesPath + "/{id}": s.handler((*call).deleteFile),
	}
}

// isForm reports whether a body of this Content-Type is a form with files.
func isForm(kind string) bool {
	media, _, err := mime.ParseMediaType(kind)
	return err == nil && media == "multipart/form-data"
}

func (c *call) uploadFile() error {
	form, err := c.r.MultipartReader()
	if err != nil {
		return fmt.Errorf("the body is no form with a file: %w", err)
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return errors.New("file is wanted, a part of the form with a file name")
		}
		if err != nil {
			return fmt.Errorf("the body is no form with a file: %w", err)
		}
		if part.FormName() != "file" {
			continue
		}
		content, err := io.ReadAll(part) // the body is not larger than maxBatchFile
		if err != nil {
			return fmt.Errorf("the file cannot be read: %w", err)
		}
		return c.keepFile(part.FileName(), content)
	}
}

func (c *call) keepFile(name string, content []byte) error {
	if !strings.HasSuffix(strings.ToLower(name), ".xlsx") {
		return fmt.Errorf("the file %q is no .xlsx; an .xls is not read here: save it as .xlsx", name)
	}
	rows, err := sheet.Read(content)
	switch {
	case err != nil:
		return fmt.Errorf("the file %s: %w", name, err)
	case len(rows) > maxFileRows+1:
		return fmt.Errorf("the file %s has more than %d rows", name, maxFileRows)
	}
	r := record.Record{Kind: batchFilesKind, ID: c.cloud.NewRecordID(), Project: c.project(),
		Object: record.Object{"file_name": name}}
	if err := c.cloud.PutObject(filesBucket, r.ID, content); err != nil {
		return err
	}
	r, err = c.cloud.Records().Add(r, func(others []record.Record) error {
		if len(others) >= maxBatchFiles {
			return fmt.Errorf("%w: %d batch files", errQuota, len(others))
		}
		return nil
	})
	if err != nil {
		c.cloud.DeleteObject(filesBucket, r.ID)
		return err
	}
	reply(c.w, http.StatusCreated, fileJSON(r))
	return nil
}

func fileJSON(r record.Record) record.Object {
	return record.Object{"file_id": r.ID, "file_name": r.Text("file_name"), "upload_time": at(r.Created)}
}

func (c *call) listFiles() error {
	out := []record.Object{}
	for _, r := range c.cloud.Records().List(batchFilesKind, c.project(), nil) {
		out = append(out, fileJSON(r))
	}
	reply(c.w, http.StatusOK, record.Object{"files": out})
	return nil
}

func (c *call) deleteFile() error {
	id := c.r.PathValue("id")
	err := c.cloud.Records().Delete(batchFilesKind, c.project(), id)
	if err == nil {
		c.cloud.DeleteObject(filesBucket, id)
		reply(c.w, http.StatusNoContent, nil)
	}
	return err
}

// fileRow is a device of a file: what its columns say, by the names of the API's fields.
type fileRow map[string]string

// fileRows are the devices of a file, by id.
func (c *call) fileRows(id string) (map[string]fileRow, error) {
	r, err := c.cloud.Records().Get(batchFilesKind, c.project(), id)
	if err != nil {
		return nil, err
	}
	content, err := c.cloud.Object(filesBucket, id)
	if err != nil {
		return nil, err
	}
	rows, err := sheet.Read(content)
	if err != nil {
		return nil, err
	}
	out, err := devicesOf(rows)
	if err != nil {
		return nil, fmt.Errorf("the file %s: %w", r.Text("file_name"), err)
	}
	return out, nil
}

// devicesOf reads the rows of a file, whose first says what the columns are; rows before it are explanations.
func devicesOf(rows [][]string) (map[string]fileRow, error) {
	out := map[string]fileRow{}
	var head []string
	for i, cells := range rows {
		if head == nil {
			head = columns(cells)
			continue
		}
		row := fileRow{}
		for j, cell := range cells {
			if j < len(head) && head[j] != "" && cell != "" {
				row[head[j]] = cell
			}
		}
		id := row["device_id"]
		if id == "" && row["node_id"] != "" {
			id = row["product_id"] + "_" + row["node_id"]
		}
		switch {
		case id == "":
			return nil, fmt.Errorf("row %d has neither device_id nor product_id and node_id", i+1)
		case out[id] != nil:
			return nil, fmt.Errorf("the device %s is there twice", id)
		}
		out[id] = row
	}
	if len(out) == 0 {
		return nil, errors.New("it has no row of column names, among them device_id or node_id, with devices behind it")
	}
	return out, nil
}

// columnNames are the columns that are read. UNCONFIRMED: what they are called in the platform's templates; the
// documents say that they are the fields of AddDevice.
var columnNames = map[string]string{"device_id": "device_id", "node_id": "node_id", "product_id": "product_id",
	"device_name": "device_name", "gateway_id": "gateway_id", "description": "description", "app_id": "app_id",
	"auth_type": "auth_type", "secret": "secret", "fingerprint": "fingerprint", "secure_access": "secure_access",
	"timeout": "timeout", "extension_info": "extension_info",
	"设备id": "device_id", "设备标识码": "node_id", "产品id": "product_id", "设备名称": "device_name", "网关id": "gateway_id",
	"设备描述": "description", "密钥": "secret", "证书指纹": "fingerprint"}

// columns are the fields that the cells of a row name; nil where that is not the row that names them.
func columns(cells []string) []string {
	out, known := make([]string, len(cells)), false
	for i, cell := range cells {
		name, _, _ := strings.Cut(strings.NewReplacer("（", "(", "*", "").Replace(cell), "(")
		name = strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(name)))
		out[i] = columnNames[name]
		known = known || out[i] == "device_id" || out[i] == "node_id"
	}
	if !known {
		return nil
	}
	return out
}

// body reads a row as a body of the API.
func (r fileRow) body(to any) error {
	top, authInfo := map[string]any{}, map[string]any{}
	for name, cell := range r {
		switch name {
		case "auth_type", "secret", "fingerprint":
			authInfo[name] = cell
		case "timeout":
			authInfo[name] = json.Number(cell)
		case "secure_access":
			on, err := strconv.ParseBool(strings.ToLower(cell))
			if err != nil {
				return fmt.Errorf("secure_access is true or false, not %s", cell)
			}
			authInfo[name] = on
		case "extension_info":
			top[name] = json.RawMessage(cell)
		default:
			top[name] = cell
		}
	}
	top["auth_info"] = authInfo
	text, err := json.Marshal(top)
	if err == nil {
		err = cloud.DecodeJSON(text, to)
	}
	if err != nil {
		return fmt.Errorf("timeout is a number and extension_info JSON: %w", err)
	}
	return nil
}

// rowDeed does something by the row of a file.
func rowDeed(c *call, o record.Object, do func(id string, row fileRow) error) (deed, error) {
	rows, err := c.fileRows(o.Text("document_source"))
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, id string) (string, error) { return "", do(id, maps.Clone(rows[id])) }, nil
}

func createDeed(c *call, o record.Object) (deed, error) {
	return rowDeed(c, o, func(_ string, row fileRow) error {
		var body deviceBody
		if err := row.body(&body); err != nil {
			return err
		}
		if err := body.check(); err != nil {
			return err
		}
		_, err := c.addDevice(body)
		return err
	})
}

func updateDeed(c *call, o record.Object) (deed, error) {
	return rowDeed(c, o, func(id string, row fileRow) error {
		var body deviceChange
		if err := row.body(&body); err != nil {
			return err
		}
		if err := body.check(); err != nil {
			return err
		}
		_, err := c.cloud.UpdateDevice(id, body.apply)
		return err
	})
}
