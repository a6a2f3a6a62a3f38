// Package errno is the numbers by which scripts tell errors: those of Linux and lwIP, which modules have, whatever the
// numbers of this system are.
package errno

import (
	"errors"
	"syscall"
)

// numbers are Linux's (errno-base.h, errno.h), which lwIP and MicroPython have taken over.
var numbers = map[syscall.Errno]int{
	syscall.EPERM: 1, syscall.ENOENT: 2, syscall.EINTR: 4, syscall.EIO: 5, syscall.EBADF: 9, syscall.EAGAIN: 11,
	syscall.ENOMEM: 12, syscall.EACCES: 13, syscall.EBUSY: 16, syscall.EEXIST: 17, syscall.EXDEV: 18,
	syscall.ENODEV: 19, syscall.ENOTDIR: 20, syscall.EISDIR: 21, syscall.EINVAL: 22, syscall.ENFILE: 23,
	syscall.EMFILE: 24, syscall.EFBIG: 27, syscall.ENOSPC: 28, syscall.ESPIPE: 29, syscall.EROFS: 30, syscall.EPIPE: 32,
	syscall.ENAMETOOLONG: 36, syscall.ENOSYS: 38, syscall.ENOTEMPTY: 39, syscall.ELOOP: 40, syscall.EMSGSIZE: 90,
	syscall.EPROTOTYPE: 91, syscall.EOPNOTSUPP: 95, syscall.EAFNOSUPPORT: 97, syscall.EADDRINUSE: 98,
	syscall.EADDRNOTAVAIL: 99, syscall.ENETDOWN: 100, syscall.ENETUNREACH: 101, syscall.ECONNABORTED: 103,
	syscall.ECONNRESET: 104, syscall.ENOBUFS: 105, syscall.EISCONN: 106, syscall.ENOTCONN: 107, syscall.ETIMEDOUT: 110,
	syscall.ECONNREFUSED: 111, syscall.EHOSTUNREACH: 113, syscall.EALREADY: 114, syscall.EINPROGRESS: 115,
}

// Number is the number of an error of this system; what has none there is EIO.
func Number(no syscall.Errno) int {
	if n, ok := numbers[portable(no)]; ok {
		return n
	}
	return numbers[syscall.EIO]
}

// Of is the number of the error of this system that err wraps, if it does.
func Of(err error) (number int, ok bool) {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return 0, false
	}
	return Number(no), true
}

// Is reports whether err wraps the error no in any of the forms that this system has for it: on Windows a refused
// connection is not syscall.ECONNREFUSED.
func Is(err error, no syscall.Errno) bool {
	var is syscall.Errno
	return errors.As(err, &is) && portable(is) == no
}
