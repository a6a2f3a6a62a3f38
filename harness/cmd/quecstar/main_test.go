package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts of TestCommandLine run this program as "quecstar".
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"quecstar": main})
}

// TestCommandLine runs the scripts in testdata: what a user types, sees and gets as exit status.
func TestCommandLine(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                "testdata",
		UpdateScripts:      os.Getenv("QUECSTAR_UPDATE") != "",
		RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": checkStatus,
		},
		Setup: func(e *testscript.Env) error {
			e.Setenv("SAMPLES", filepath.Join(root, "scripts", "samples"))
			return nil
		},
	})
}
