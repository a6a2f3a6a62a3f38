package appfota

import (
	_ "embed" // for the source

	"quecstar/harness/script"
)

//go:embed app_fota_mount.py
var mountSource string

// MountModule is the table of app_fota_mount, which the vendor's upgrades of files use to mount where
// packages are kept; a Python module, as on the vendor's firmware. The place is the folder /fota among
// the script's files; app_fota and app_fota_download keep their files in memory and do not need it.
func MountModule() *script.Module {
	return &script.Module{Name: "app_fota_mount", Lang: script.Python, Simulated: true, Doc: "Where upgrades of files are kept.", Source: mountSource}
}
