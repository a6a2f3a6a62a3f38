package suite

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestPlacesOfWhatCannotBeListed: a problem of a file says in which line it is, whatever it is.
func TestPlacesOfWhatCannotBeListed(t *testing.T) {
	for name, x := range map[string]struct {
		text string
		line int
	}{
		"syntax_test.star":  {"def test_a():\n    check(True)\n\ndef test_b(:\n    pass\n", 4},
		"bracket_test.star": {"def test_a():\n    check(True)\n\nx = [1,\n", 5},
		"syntax_test.py":    {"def test_a(t):\n    assert True\nx = = 1\n", 3},
		"indent_test.py":    {"def test_a(t):\n    assert True\n      x = 1\n", 3},
		"name_test.star":    {"def test_a():\n    check(True)\n\nnosuch()\n", 4},
		"fixture_test.star": {"def test_a():\n    check(True)\n\ndef test_b(clok):\n    pass\n", 4},
		"fixture_test.py":   {"def test_a(t):\n    assert True\n\ndef test_b(clok):\n    pass\n", 4},
		"raises_test.py":    {"def test_a(t):\n    assert True\n\nraise ValueError('no')\n", 4},
		"mark_test.star":    {"def test_a():\n    check(True)\n\nmark(test_a, tag = 'x')\n", 4},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(x.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Collect(t.Context(), name, Options{Root: dir})
		var bad *CollectError
		if !errors.As(err, &bad) || bad.Problem.Line != x.line || filepath.Base(bad.Problem.File) != name {
			t.Errorf("%s: %+v", name, err)
			if bad != nil {
				t.Errorf("%#v", bad.Problem)
			}
		}
	}
}
