package session

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestImported: what a script imports travels to where its names say, wherever it lies here.
func TestImported(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"cloned/main.py":          "import utime, helper\nfrom usr.modules.log import f\nfrom usr import shared\nimport pkg.inner\n",
		"cloned/helper.py":        "from usr.modules import more\n",
		"cloned/log.py":           "def f(): pass\n",
		"cloned/more.py":          "",
		"cloned/pkg/__init__.py":  "",
		"cloned/pkg/inner.py":     "",
		"cloned/pkg/untouched.py": "",
		"shared.py":               "",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	main := filepath.Join(root, "cloned", "main.py")
	text, err := os.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	files, err := imported(main, text)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, f.Remote)
	}
	want := "helper.py modules/log.py modules/more.py pkg/__init__.py pkg/inner.py shared.py"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("uploads %q, want %q", s, want)
	}
}
