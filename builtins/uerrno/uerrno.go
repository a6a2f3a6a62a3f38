// Package uerrno is the script module uerrno, also called errno: the numbers of errors
// (docs.micropython.org, errno).
package uerrno

import "quecstar/harness/script"

// numbers are those that MicroPython names, in the order of the numbers.
var numbers = []script.Const{
	{Name: "EPERM", Value: 1}, {Name: "ENOENT", Value: 2}, {Name: "EIO", Value: 5}, {Name: "EBADF", Value: 9},
	{Name: "EAGAIN", Value: 11}, {Name: "ENOMEM", Value: 12}, {Name: "EACCES", Value: 13}, {Name: "EEXIST", Value: 17},
	{Name: "ENODEV", Value: 19}, {Name: "EISDIR", Value: 21}, {Name: "EINVAL", Value: 22}, {Name: "EOPNOTSUPP", Value: 95},
	{Name: "EADDRINUSE", Value: 98}, {Name: "ECONNABORTED", Value: 103}, {Name: "ECONNRESET", Value: 104},
	{Name: "ENOBUFS", Value: 105}, {Name: "ENOTCONN", Value: 107}, {Name: "ETIMEDOUT", Value: 110},
	{Name: "ECONNREFUSED", Value: 111}, {Name: "EHOSTUNREACH", Value: 113}, {Name: "EALREADY", Value: 114},
	{Name: "EINPROGRESS", Value: 115},
}

// Module is the table of uerrno.
func Module() *script.Module {
	codes := script.Dict{}
	for _, n := range numbers {
		codes = append(codes, script.Pair{Key: n.Value, Value: n.Name})
	}
	return &script.Module{Name: "uerrno", Aliases: []string{"errno"}, Lang: script.Python, Doc: "The numbers of errors.",
		Consts: append([]script.Const{{Name: "errorcode", Value: codes, Doc: "The names by number."}}, numbers...)}
}
