// Package backup is the script modules backup_restore and bak_util: files of /usr that have a copy in
// /bak, from which they are restored. Both are Python modules, as on the vendor's firmware, and work
// on the script's own tree of files.
//
//	from bak_util import SecureStorage
//	SecureStorage.write({"id": 7})          # 0; -3 the second time: what is written once is kept
//	print(SecureStorage.read())             # {'id': 7}
//	SecureStorage.add("/usr/a.json", {})    # 0, or why not: see bak_update in the vendor's stubs
//
// Codes are those of the vendor's stubs; bak_file returns 1 for success, as the vendor's own source
// does. Backing up must be switched on by /bak/backup_restore.json, {"enable": 1}. On a module /bak can
// be written by these modules only; here every script can. Where the vendor keeps its list of sums is
// not public: it is /bak/checksum.json here.
package backup

import (
	_ "embed" // for the sources

	"quecstar/harness/script"
)

//go:embed backup_restore.py
var restoreSource string

//go:embed bak_util.py
var utilSource string

// Module is the table of backup_restore.
func Module() *script.Module {
	return &script.Module{Name: "backup_restore", Lang: script.Python, Doc: "Files of /usr that have a copy in /bak.", Source: restoreSource}
}

// UtilModule is the table of bak_util.
func UtilModule() *script.Module {
	return &script.Module{Name: "bak_util", Lang: script.Python, Doc: "A configuration that is kept in /bak too.", Source: utilSource}
}
