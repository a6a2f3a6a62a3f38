package api

import (
	"io"
	"net/http"
	"strings"

	"quecstar/harness/cloud"
	"quecstar/harness/cloud/record"
)

// objectsPath is where what lies in the object store is put and got: OBS's own API is none of IoTDA's.
const objectsPath = "/quecstar/objects/"

// objectKind is what an object is sent as. It may be put as anything: no web page of another site can PUT without
// being asked to show that it may.
const objectKind = "application/octet-stream"

func (s *server) objectRoutes(mux *http.ServeMux) {
	mux.HandleFunc("PUT "+objectsPath+"{bucket}/{key...}", s.handler(func(c *call) error {
		content, err := io.ReadAll(c.r.Body)
		if err == nil {
			err = c.cloud.PutObject(c.r.PathValue("bucket"), c.r.PathValue("key"), content)
		}
		if err == nil {
			reply(c.w, http.StatusCreated, record.Object{"size": len(content), "sha256": cloud.Object(content).SHA256()})
		}
		return err
	}))
	mux.HandleFunc("GET "+objectsPath+"{bucket}/{key...}", s.handler(func(c *call) error {
		o, err := c.cloud.Object(c.r.PathValue("bucket"), c.r.PathValue("key"))
		if err == nil {
			c.w.Header().Set("Content-Type", objectKind)
			_, err = c.w.Write(o)
		}
		return err
	}))
}

// bodyLimits are how many bytes a body may have, and what it may be sent as.
func bodyLimits(r *http.Request) (most int64, taken func(kind string) bool) {
	if strings.HasPrefix(r.URL.Path, objectsPath) {
		return cloud.MaxStored, func(string) bool { return true }
	}
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, batchFilesPath) {
		return maxBatchFile, isForm
	}
	return maxBody, isJSON
}
