package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// recipe is a CI recipe as Python's YAML reads it.
func recipe(t *testing.T, path string) (out map[string]any) {
	t.Helper()
	read := `import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))`
	text, err := exec.Command("python3", "-c", read, path).CombinedOutput()
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err == nil {
		return out
	}
	if strings.Contains(string(text), "No module named") && os.Getenv("QUECSTAR_NEED_PARTS") == "" {
		t.Skip("Python's yaml is not installed")
	}
	t.Fatalf("%s: %v: %s", path, err, text)
	return nil
}

// within follows keys and, written as numbers, places of lists.
func within(t *testing.T, v any, path ...string) any {
	t.Helper()
	for _, key := range path {
		switch in := v.(type) {
		case map[string]any:
			v = in[key]
		case []any:
			n, err := strconv.Atoi(key)
			if err != nil || n >= len(in) {
				t.Fatalf("%v: there is no %s", path, key)
			}
			v = in[n]
		}
		if v == nil {
			t.Fatalf("%v: there is no %s", path, key)
		}
	}
	return v
}

// sh runs a line of a recipe.
func sh(t *testing.T, dir, line string, env ...string) {
	t.Helper()
	c := exec.Command("sh", "-ec", line)
	c.Dir, c.Env = dir, append(os.Environ(), env...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", line, err, out)
	}
}

// whole fails where a folder does not have the results of all tests, as one run and as JUnit.
func whole(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "junit.xml"))
	if err != nil || !strings.Contains(string(text), `tests="12" failures="0" errors="0"`) {
		t.Errorf("%v: %.300s", err, text)
	}
}

// TestRecipes: what the recipes of a new project run is carried out, with the variables that the systems set.
func TestRecipes(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("quecstar", "init", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Run("GitLab", func(t *testing.T) {
		r := recipe(t, filepath.Join(dir, ".gitlab-ci.yml"))
		line := within(t, r, "suites", "script", "0").(string)
		of := int(within(t, r, "suites", "parallel").(float64))
		for n := range of {
			sh(t, dir, line, "CI_NODE_INDEX="+strconv.Itoa(n+1), "CI_NODE_TOTAL="+strconv.Itoa(of))
		}
		found, err := filepath.Glob(filepath.Join(dir, within(t, r, "suites", "artifacts", "reports", "junit").(string)))
		if err != nil || len(found) != of {
			t.Errorf("%v: the job's JUnit reports are %v", err, found)
		}
		sh(t, dir, within(t, r, "report", "script", "0").(string))
		whole(t, filepath.Join(dir, "results"))
	})
	t.Run("GitHub", func(t *testing.T) {
		r := recipe(t, filepath.Join(dir, ".github", "workflows", "test.yml"))
		line := within(t, r, "jobs", "suites", "steps", "3", "run").(string)
		shards := within(t, r, "jobs", "suites", "strategy", "matrix", "shard").([]any)
		artifacts := t.TempDir()
		for _, n := range shards {
			number := strconv.Itoa(int(n.(float64)))
			fill := strings.NewReplacer("${{ matrix.shard }}", number, "${{ strategy.job-total }}", strconv.Itoa(len(shards)))
			sh(t, dir, fill.Replace(line))
			name := fill.Replace(within(t, r, "jobs", "suites", "steps", "4", "with", "name").(string))
			from := within(t, r, "jobs", "suites", "steps", "4", "with", "path").(string)
			if err := os.Rename(filepath.Join(dir, from), filepath.Join(artifacts, name)); err != nil {
				t.Fatal(err)
			}
		}
		sh(t, artifacts, within(t, r, "jobs", "report", "steps", "3", "run").(string))
		whole(t, filepath.Join(artifacts, "results"))
	})
}
