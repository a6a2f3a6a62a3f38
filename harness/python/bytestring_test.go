package python

import "testing"

// TestByteStrings: what firmware without Unicode lets scripts do (see object/bytestring.go), which
// MicroPython elsewhere does not.
func TestByteStrings(t *testing.T) {
	got, raised := execute(t, "bytes.py", `
s = b"\xab\xcd12".decode()
print(len(s), s.encode(), s[1:].encode(), bytearray(b"\xff!").decode("utf-8").encode())
print("text".decode(), "text".decode("utf-8") == "text", b"data".encode(), b"\xff".encode("utf-8"))
print(bytearray("é"), bytearray("é", "utf-8") == bytearray("é"))
try:
    b"x".decode(1)
except TypeError as e:
    print(e)
`)
	if raised != nil {
		t.Fatal(raised.Traceback())
	}
	compareLines(t, got, `4 b'\xab\xcd12' b'\xcd12' b'\xff!'
text True b'data' b'\xff'
bytearray(b'\xc3\xa9') True
can't convert 'int' object to str implicitly
`)
}
