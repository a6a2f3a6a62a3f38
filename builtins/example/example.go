// Package example is the script module example: running another script.
//
//	import example
//	example.exec("/usr/test.py")
//
// The script runs as "__main__" with names of its own, on the thread that calls (vendor's
// documentation, "example - Executes a Python Script").
package example

import (
	"quecstar/harness/python"
	"quecstar/harness/script"
)

// Module returns the table of the module.
func Module() *script.Module {
	return &script.Module{
		Name: "example", Lang: script.Python,
		Doc:   "Running another script.",
		Funcs: []script.Func{{Name: "exec", Params: "filePath", Doc: "Runs the script at an absolute path to its end; what it raises reaches the caller.", Call: exec}},
	}
}

func exec(c *script.Call) (any, error) {
	var path string
	if err := c.Unpack(&path); err != nil {
		return nil, err
	}
	text, err := c.Interp.ReadFile(path)
	if err != nil && c.Interp.Settings().SilentExec {
		return nil, nil
	}
	if err != nil {
		return nil, script.Raise("OSError", "%s cannot be read: %w", path, err)
	}
	prog, err := python.Compile(python.Source{Filename: path, Text: text})
	if err != nil {
		return nil, script.Raise("SyntaxError", "%w", err)
	}
	rt := c.Interp.Runtime()
	return nil, prog.Run(rt.Thread(), rt, rt.NewModule("__main__", path))
}
