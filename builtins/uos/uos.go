// Package uos is the script module uos, also called os: the script's files and a few words about the
// module, as QuecPython documents them (python.quectel.com, API reference, uos).
//
// The files lie in a tree of the script's own, with /usr and /bak; what lies beside the script shines
// through beneath /usr. An SD card, a NOR flash and an eMMC, empty at first, can be mounted beside.
package uos

import (
	"io/fs"
	"slices"

	"go.starlark.net/starlark"
	"quecstar/builtins/quectel"
	"quecstar/harness/device"
	"quecstar/harness/flash"
	"quecstar/harness/python/object"
	"quecstar/harness/script"
)

const (
	// modeDir and modeFile are what stat and ilistdir say of a directory and of a file.
	modeDir  = 0x4000
	modeFile = 0x8000
	// blockSize is what statvfs counts in.
	blockSize = 4096
	// mostRandom bounds urandom.
	mostRandom = 1 << 20
)

// Module is the table of uos.
func Module() *script.Module {
	return &script.Module{
		Name: "uos", Aliases: []string{"os"}, Lang: script.Python, Doc: "The script's files.",
		Controls: controls(),
		Classes:  volumeClasses(),
		Funcs: slices.Concat(slotFuncs(), mountFuncs(), []script.Func{
			{Name: "remove", Params: "path, /", Doc: "Removes a file.", Call: on(func(f *flash.FS, p string) error { return f.Remove(p, false) })},
			{Name: "unlink", Params: "path, /", Doc: "remove.", Call: on(func(f *flash.FS, p string) error { return f.Remove(p, false) })},
			{Name: "rmdir", Params: "path, /", Doc: "Removes an empty directory.", Call: on(func(f *flash.FS, p string) error { return f.Remove(p, true) })},
			{Name: "mkdir", Params: "path, /", Doc: "Makes a directory.", Call: on((*flash.FS).Mkdir)},
			{Name: "chdir", Params: "path, /", Doc: "Changes the current directory.", Call: on((*flash.FS).Chdir)},
			{Name: "getcwd", Params: "/", Doc: "The current directory.", Call: getcwd},
			{Name: "listdir", Params: "dir='', /", Doc: "The names in a directory.", Call: listdir},
			{Name: "ilistdir", Params: "dir='', /", Doc: "Yields (name, type, inode, size) of what is in a directory.", Call: ilistdir},
			{Name: "rename", Params: "old_path, new_path, /", Doc: "Moves a file or directory.", Call: rename},
			{Name: "stat", Params: "path, /", Doc: "A tuple of ten: the type first, the size the seventh, the last the time of change.", Call: stat},
			{Name: "statvfs", Params: "path", Doc: "A tuple of ten: block size, fragment size, blocks, free, free to all …", Call: statvfs},
			{Name: "uname", Params: "/", Doc: "A tuple of texts about the module.", Call: uname(false)},
			{Name: "uname2", Params: "/", Doc: "A tuple of plain values about the module.", Call: uname(true)},
			{Name: "urandom", Params: "n, /", Doc: "n random bytes.", Call: urandom},
			{Name: "sync", Params: "/", Doc: "Does nothing: nothing is held back.", Call: func(*script.Call) (any, error) { return nil, nil }},
		}),
		Consts: []script.Const{{Name: "sep", Value: "/", Doc: "What stands between the parts of a path."}},
	}
}

func osError(err error) error {
	if err == nil {
		return nil
	}
	return script.RaiseArgs("OSError", err, flash.Errno(err))
}

func files(c *script.Call) (*flash.FS, error) {
	f, err := c.Interp.Files()
	if err != nil {
		return nil, script.Raise("OSError", "%w", err)
	}
	return f, nil
}

// on makes a builtin of what takes a path.
func on(do func(f *flash.FS, path string) error) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		var path string
		if err := c.Unpack(&path); err != nil {
			return nil, err
		}
		f, err := files(c)
		if err != nil {
			return nil, err
		}
		return nil, osError(do(f, path))
	}
}

func getcwd(c *script.Call) (any, error) {
	f, err := files(c)
	if err != nil {
		return nil, err
	}
	return f.Getcwd(), nil
}

func entries(c *script.Call) ([]fs.FileInfo, error) {
	dir := ""
	if err := c.Unpack(&dir); err != nil {
		return nil, err
	}
	f, err := files(c)
	if err != nil {
		return nil, err
	}
	if dir == "" {
		dir = f.Getcwd()
	}
	list, err := f.List(dir)
	return list, osError(err)
}

func listdir(c *script.Call) (any, error) {
	list, err := entries(c)
	names := make([]string, len(list))
	for i, info := range list {
		names[i] = info.Name()
	}
	return names, err
}

func ilistdir(c *script.Call) (any, error) {
	list, err := entries(c)
	out := script.List{}
	for _, info := range list {
		out = append(out, script.Tuple{info.Name(), kind(info), 0, size(info)})
	}
	if err != nil {
		return nil, err
	}
	iter, _ := c.Interp.Runtime().Builtin("iter")
	v, err := c.Invoke(iter, out)
	if err != nil {
		return nil, err
	}
	return v, nil
}

func kind(info fs.FileInfo) int {
	if info.IsDir() {
		return modeDir
	}
	return modeFile
}

func size(info fs.FileInfo) int64 {
	if info.IsDir() {
		return 0
	}
	return info.Size()
}

func rename(c *script.Call) (any, error) {
	var from, to string
	if err := c.Unpack(&from, &to); err != nil {
		return nil, err
	}
	f, err := files(c)
	if err != nil {
		return nil, err
	}
	return nil, osError(f.Rename(from, to))
}

func stat(c *script.Call) (any, error) {
	var path string
	if err := c.Unpack(&path); err != nil {
		return nil, err
	}
	f, err := files(c)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat(path)
	if err != nil {
		return nil, osError(err)
	}
	t := info.ModTime().Unix()
	return script.Tuple{kind(info), 0, 0, 0, 0, 0, size(info), t, t, t}, nil
}

func statvfs(c *script.Call) (any, error) {
	f, err := files(c)
	if err != nil {
		return nil, err
	}
	free := f.Free() / blockSize
	return script.Tuple{blockSize, blockSize, flash.Capacity / blockSize, free, free, 0, 0, 0, 0, 255}, nil
}

// uname tells, like a module, sysname, nodename, release, version, machine and qpyver; uname gives each
// as name=value, uname2 a tuple with these names (python.quectel.com, API reference, uos).
func uname(plain bool) func(*script.Call) (any, error) {
	return func(c *script.Call) (any, error) {
		id, err := quectel.Role[device.Identity](c)
		if err != nil {
			return nil, err
		}
		model, err := id.Model(c.Context())
		if err != nil {
			return nil, err
		}
		firmware, err := id.Firmware(c.Context())
		if err != nil {
			return nil, err
		}
		var names []string
		var values starlark.Tuple
		for _, kv := range [][2]string{{"sysname", model}, {"nodename", model}, {"release", "1.13.0"}, {"version", firmware},
			{"machine", model + " with QUECTEL"}, {"qpyver", "V0001"}} {
			text := kv[1]
			if !plain {
				text = kv[0] + "=" + text
			}
			names, values = append(names, kv[0]), append(values, object.NewStr(text))
		}
		if plain {
			return object.NewAttrTuple(names, values), nil
		}
		return values, nil
	}
}

func urandom(c *script.Call) (any, error) {
	n := 0
	if err := c.Unpack(&n); err != nil {
		return nil, err
	}
	if n < 0 || n > mostRandom {
		return nil, script.RaiseArgs("ValueError", nil)
	}
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(c.Interp.Rand().Uint32())
	}
	return b, nil
}
