package script

import "quecstar/harness/flash"

// SettingFiles names the setting that says which folder of the host holds the script's files, a
// string; without it they lie in a new folder that is removed behind the run.
const SettingFiles = "files"

// Files returns the tree of files that the script sees, which is made on first use. What lies beside
// the script shines through beneath /usr. The interpreter lock must be held.
func (in *Interp) Files() (*flash.FS, error) {
	if in.files != nil {
		return in.files, nil
	}
	dir, _ := in.Setting(SettingFiles).(string)
	f, err := flash.New(dir, in.dir)
	if err != nil {
		return nil, err
	}
	in.files = f
	in.OnClose(f)
	return f, nil
}
