package backup

import (
	"testing"

	"go.uber.org/goleak"

	"quecstar/builtins/qlfs"
	"quecstar/builtins/scripttest"
	"quecstar/builtins/ubinascii"
	"quecstar/builtins/uio"
	"quecstar/builtins/ujson"
	"quecstar/builtins/uos"
	"quecstar/harness/script"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A broken file is restored when the module is imported, as at the start of a module.
func TestRestoreAtStart(t *testing.T) {
	const prepare = `
import ql_fs
ql_fs.touch("/bak/backup_restore.json", {"enable": 1})
import backup_restore
backup_restore.bak_update("/usr/a.json", {"n": 1})
with open("/usr/a.json", "w") as f:
    f.write("broken")
`
	const start = `
import bak_util
with open("/usr/a.json") as f:
    print(f.read())
`
	modules := []*script.Module{Module(), UtilModule(), qlfs.Module(), ubinascii.Module(), uio.Module(), ujson.Module(), uos.Module()}
	o := scripttest.Options{Modules: modules, Settings: script.Settings{Files: t.TempDir()}}
	if r := scripttest.Source(t, "prepare.py", prepare, o); r.Err != nil {
		t.Fatal(r.Err)
	}
	const want = "- restoring /usr/a.json\n- updating checksum\n- done\n{\"n\": 1}\n"
	if r := scripttest.Source(t, "start.py", start, o); r.Err != nil || r.Stdout != want {
		t.Errorf("printed %q, error %v", r.Stdout, r.Err)
	}
}
