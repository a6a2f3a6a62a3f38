package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// The columns of the file that Huawei Cloud's console gives who makes an access key. UNCONFIRMED: its manual
// (https://support.huaweicloud.com/intl/en-us/usermanual-ca/ca_01_0003.html) names the file and not the columns, which
// are written here as other clouds' consoles write them.
const (
	keyColumn    = "Access Key Id"
	secretColumn = "Secret Access Key"
)

// readKeys reads the secret keys by access key of a credentials.csv.
func readKeys(name string) (map[string]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	reader := csv.NewReader(f)
	reader.LazyQuotes = true // of what is no such file the columns are told, not a quote
	rows, err := reader.ReadAll()
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s has no line", name)
	}
	head := rows[0]
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	id, secret := slices.Index(head, keyColumn), slices.Index(head, secretColumn)
	if id < 0 || secret < 0 {
		return nil, fmt.Errorf("%s: its first line names no columns %q and %q", name, keyColumn, secretColumn)
	}
	out := map[string]string{}
	for i, row := range rows[1:] {
		if row[id] == "" || row[secret] == "" {
			return nil, fmt.Errorf("%s:%d: an access key and its secret are wanted", name, i+2)
		}
		out[row[id]] = row[secret]
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s has no access key", name)
	}
	return out, nil
}
