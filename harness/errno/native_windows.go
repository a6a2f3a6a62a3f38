package errno

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// native are Windows' own errors (Microsoft, "System Error Codes" and "Windows Sockets Error Codes") by the names
// that package syscall invents numbers for.
var native = map[syscall.Errno]syscall.Errno{
	windows.ERROR_FILE_NOT_FOUND: syscall.ENOENT, windows.ERROR_PATH_NOT_FOUND: syscall.ENOENT,
	windows.ERROR_INVALID_NAME: syscall.ENOENT, windows.ERROR_TOO_MANY_OPEN_FILES: syscall.EMFILE,
	windows.ERROR_ACCESS_DENIED: syscall.EACCES, windows.ERROR_SHARING_VIOLATION: syscall.EBUSY,
	windows.ERROR_LOCK_VIOLATION: syscall.EBUSY, windows.ERROR_INVALID_HANDLE: syscall.EBADF,
	windows.ERROR_NOT_ENOUGH_MEMORY: syscall.ENOMEM, windows.ERROR_NOT_SAME_DEVICE: syscall.EXDEV,
	windows.ERROR_WRITE_PROTECT: syscall.EROFS, windows.ERROR_FILE_EXISTS: syscall.EEXIST,
	windows.ERROR_ALREADY_EXISTS: syscall.EEXIST, windows.ERROR_INVALID_PARAMETER: syscall.EINVAL,
	windows.ERROR_BROKEN_PIPE: syscall.EPIPE, windows.ERROR_DISK_FULL: syscall.ENOSPC,
	windows.ERROR_HANDLE_DISK_FULL: syscall.ENOSPC, windows.ERROR_DIR_NOT_EMPTY: syscall.ENOTEMPTY,
	windows.ERROR_FILENAME_EXCED_RANGE: syscall.ENAMETOOLONG, windows.ERROR_DIRECTORY: syscall.ENOTDIR,
	windows.ERROR_NOT_SUPPORTED: syscall.EOPNOTSUPP, windows.ERROR_NEGATIVE_SEEK: syscall.EINVAL,
	windows.WSAEACCES: syscall.EACCES, windows.WSAEINVAL: syscall.EINVAL, windows.WSAEMFILE: syscall.EMFILE,
	windows.WSAEWOULDBLOCK: syscall.EAGAIN, windows.WSAEINPROGRESS: syscall.EINPROGRESS,
	windows.WSAEALREADY: syscall.EALREADY, windows.WSAEMSGSIZE: syscall.EMSGSIZE,
	windows.WSAEADDRINUSE: syscall.EADDRINUSE, windows.WSAEADDRNOTAVAIL: syscall.EADDRNOTAVAIL,
	windows.WSAENETDOWN: syscall.ENETDOWN, windows.WSAENETUNREACH: syscall.ENETUNREACH,
	windows.WSAECONNABORTED: syscall.ECONNABORTED, windows.WSAECONNRESET: syscall.ECONNRESET,
	windows.WSAENOBUFS: syscall.ENOBUFS, windows.WSAEISCONN: syscall.EISCONN, windows.WSAENOTCONN: syscall.ENOTCONN,
	windows.WSAETIMEDOUT: syscall.ETIMEDOUT, windows.WSAECONNREFUSED: syscall.ECONNREFUSED,
	windows.WSAEHOSTUNREACH: syscall.EHOSTUNREACH,
}

func portable(no syscall.Errno) syscall.Errno {
	if p, ok := native[no]; ok {
		return p
	}
	return no
}
