package memory

import "testing"

// TestRoom: what waits to be collected leaves room, what is held does not.
func TestRoom(t *testing.T) {
	const part = 32 << 20
	limit := Held() + 2*part
	garbage := make([]byte, part)
	garbage[0] = 1
	if !Room(part+part/2, limit) {
		t.Error("no room beside garbage")
	}
	kept := make([]byte, part)
	if Room(part+part/2, limit) {
		t.Errorf("room for more than %d bytes with %d held", limit, Held())
	}
	if kept[0] != 0 || !Room(Much-1, 0) { // little is not looked at
		t.Error("no room for little")
	}
}
