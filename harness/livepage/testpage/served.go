package testpage

import (
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"

	"quecstar/harness/livepage"
)

// serveTest serves what happened in a test.
func (p *Page) serveTest(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	text := p.records.get(r.FormValue("key"))
	p.mu.Unlock()
	if text == nil {
		http.Error(w, "nothing is kept of this test", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Encoding", "gzip") // which every browser takes
	_, _ = w.Write(text)                       // a reader that is gone needs it no more
}

// serveSources serves the files that a round read, as they were.
func (p *Page) serveSources(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.FormValue("round"))
	p.mu.Lock()
	sources := p.sources[n]
	p.mu.Unlock()
	if err != nil || sources == nil {
		livepage.Reply(w, struct{}{})
		return
	}
	livepage.Reply(w, sources.Texts())
}

// serveAttachment serves what a test attached, to be saved: shown, it would be a page of this server.
func (p *Page) serveAttachment(w http.ResponseWriter, r *http.Request) {
	name := "attachments/" + r.PathValue("path")
	root, err := os.OpenRoot(p.opts.Folder)
	if err != nil {
		http.Error(w, "no attachments are kept", http.StatusNotFound)
		return
	}
	defer root.Close() //nolint:errcheck // it was read
	info, err := root.Stat(name)
	if err != nil || !info.Mode().IsRegular() || !fs.ValidPath(name) {
		http.Error(w, "there is no such attachment any more", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(path.Base(name)))
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeFileFS(w, r, root.FS(), name)
}
