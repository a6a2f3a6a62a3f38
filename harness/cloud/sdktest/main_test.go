package sdktest

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	iotda "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iotda/v5"
)

// TestMain says how many operations of the SDK the tests have seen work, and which not.
func TestMain(m *testing.M) {
	status := m.Run()
	var none []string
	all := 0
	client := reflect.TypeFor[*iotda.IoTDAClient]()
	for i := range client.NumMethod() {
		f := client.Method(i)
		if f.Type.NumIn() != 2 || strings.HasSuffix(f.Name, "Invoker") || !strings.HasSuffix(f.Type.In(1).String(), "Request") {
			continue
		}
		if all++; !worked[f.Name] {
			none = append(none, f.Name)
		}
	}
	fmt.Printf("%d of %d operations worked, %d were refused bad input; not seen to work: %s\n", all-len(none), all, len(refused),
		strings.Join(none, ", "))
	os.Exit(status)
}
