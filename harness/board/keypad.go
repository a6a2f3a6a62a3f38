package board

import (
	"fmt"
	"sync"
)

// Keypad is a matrix of keys. Its methods may be called by several goroutines; its zero value is none.
type Keypad struct {
	mu         sync.Mutex
	rows, cols int
	down       map[[2]int]bool
}

// Setup gives the keypad its size, with no key down; 0 rows take it away.
func (k *Keypad) Setup(rows, cols int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.rows, k.cols, k.down = rows, cols, map[[2]int]bool{}
}

// Keys are the size of the keypad, 0 and 0 where none is in use, and the keys that are down, by row and column.
func (k *Keypad) Keys() (rows, cols int, down [][2]int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for row := range k.rows {
		for col := range k.cols {
			if key := [2]int{row, col}; k.down[key] {
				down = append(down, key)
			}
		}
	}
	return k.rows, k.cols, down
}

// Key presses a key or releases it; changed is false when it was so already.
func (k *Keypad) Key(row, col int, pressed bool) (changed bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.rows == 0 {
		return false, fmt.Errorf("no keypad is in use: the script must call KeyPad.init()")
	}
	if row < 0 || row >= k.rows || col < 0 || col >= k.cols {
		return false, fmt.Errorf("there is no key %d, %d: the keypad has %d rows and %d columns", row, col, k.rows, k.cols)
	}
	key := [2]int{row, col}
	changed = k.down[key] != pressed
	k.down[key] = pressed
	return changed, nil
}
