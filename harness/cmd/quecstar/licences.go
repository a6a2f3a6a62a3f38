package main

import _ "embed" // the licences

// licences are the texts of what the program has in it, beside its own: written by go test -run Licences -update.
//
//go:embed licences.txt
var licences string
