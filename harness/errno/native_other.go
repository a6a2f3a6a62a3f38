//go:build !windows

package errno

import "syscall"

func portable(no syscall.Errno) syscall.Errno { return no }
