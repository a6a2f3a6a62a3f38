package harness

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestREADMEInChinese: README.md and its Chinese form have the same headings by depth, blocks of code, and words of the
// program: what is changed in one is changed in the other.
func TestREADMEInChinese(t *testing.T) {
	block := regexp.MustCompile("(?s)```.*?```")
	parts := map[string]*regexp.Regexp{"headings": regexp.MustCompile(`(?m)^#+ `),
		"rows of tables": regexp.MustCompile(`(?m)^\|`), "words in code": regexp.MustCompile("`[^`\n]+`")}
	found := map[string]map[string][]string{}
	for _, path := range []string{"../README.md", "../.github/README.zh-CN.md"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		of := map[string][]string{"blocks of code": block.FindAllString(string(text), -1)}
		for name, re := range parts {
			of[name] = re.FindAllString(block.ReplaceAllString(string(text), ""), -1)
		}
		slices.Sort(of["words in code"])
		of["words in code"] = slices.Compact(of["words in code"])
		found[path] = of
	}
	for name, want := range found["../README.md"] {
		if got := found["../.github/README.zh-CN.md"][name]; !slices.Equal(got, want) || len(want) == 0 {
			t.Errorf("%s: %q; in README.md %q", name, got, want)
		}
	}
}
