package appfota

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quecstar/builtins/scripttest"
	"quecstar/builtins/uos"
	"quecstar/harness/event"
	"quecstar/harness/script"
)

// TestFilesAreFetched: they come by http and https, wait beside the old ones, and the next start puts them in place.
func TestFilesAreFetched(t *testing.T) {
	serve := func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/secret.py" && r.Header.Get("Authorization") != "Bearer t0ken":
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/none.py":
			w.WriteHeader(http.StatusNotFound)
		default:
			_, _ = io.WriteString(w, "print('new')\n")
		}
	}
	plain, secure := httptest.NewServer(http.HandlerFunc(serve)), httptest.NewTLSServer(http.HandlerFunc(serve))
	defer plain.Close()
	defer secure.Close()
	dir := t.TempDir()
	options := scripttest.Options{Modules: []*script.Module{Module(), DownloadModule()}, Settings: script.Settings{Files: dir}}
	r := scripttest.Source(t, "update.py", strings.NewReplacer("PLAIN", plain.URL, "SECURE", secure.URL).Replace(`
import app_fota, app_fota_download
f = app_fota.new()
print(f.download("PLAIN/main.py", "/usr/main.py"), f.download("SECURE/lib.py", "/usr/lib/deep/lib.py"))
print(f.bulk_download([{"url": "PLAIN/none.py", "file_name": "/usr/none.py"}]), f.download("PLAIN/secret.py", "/usr/s.py"))
print(app_fota_download.download("PLAIN/secret.py", "/usr/s.py", {"Authorization": "Bearer t0ken"}))
`), options)
	want := "0 0\n[{'url': '" + plain.URL + "/none.py', 'file_name': '/usr/none.py'}] -1\n0\n"
	if r.Err != nil || r.Stdout != want {
		t.Fatalf("printed %q, error %v", r.Stdout, r.Err)
	}
	why := ""
	all, _ := r.Events.Since(0)
	for _, e := range all {
		if e.Kind == event.Warning {
			why += e.Text + "\n"
		}
	}
	if !strings.Contains(why, "404 Not Found") || !strings.Contains(why, "401 Unauthorized") {
		t.Errorf("the reasons are %q", why)
	}
	r = scripttest.Source(t, "asks.py", `
import app_fota_download as d
print([(f["file_name"], f["total_size"]) for f in d.get_download_stat()], d._get_download_stat_by_file("/usr/s.py")["dl_location"])
d.delete_update_file("/usr/s.py")
d.update_download_stat("http://x/y", "/usr/s.py", "much")
print([(f["file_name"], f["total_size"]) for f in d.get_download_stat()])
`, options)
	if want := "[('/usr/main.py', 13), ('/usr/lib/deep/lib.py', 13), ('/usr/s.py', 13)] /usr/.updater/usr/s.py\n" +
		"[('/usr/main.py', 13), ('/usr/lib/deep/lib.py', 13), ('/usr/s.py', 'much')]\n"; r.Err != nil || r.Stdout != want {
		t.Errorf("a later run that was not flagged for says %q, %v", r.Stdout, r.Err)
	}
	r = scripttest.Source(t, "flag.py", "import app_fota\napp_fota.new().set_update_flag()\n", options)
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	if _, err := os.Stat(filepath.Join(dir, "usr", "main.py")); !os.IsNotExist(err) {
		t.Errorf("main.py is there before the next start: %v", err)
	}
	r = scripttest.Source(t, "next.py", `
import uos
print(uos.listdir('/usr'), uos.listdir('/usr/lib/deep'), uos.listdir('/usr/.updater'))
`, scripttest.Options{Modules: []*script.Module{uos.Module()}, Settings: script.Settings{Files: dir}})
	if r.Err != nil || !strings.Contains(r.Stdout, "'main.py'") || !strings.Contains(r.Stdout, "['lib.py'] ") || strings.Contains(r.Stdout, "update.flag") {
		t.Errorf("printed %q, error %v", r.Stdout, r.Err)
	}
}
