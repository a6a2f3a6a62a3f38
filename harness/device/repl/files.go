package repl

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash/crc32"
	"path"
	"strings"

	"quecstar/harness/device"
)

// Entry is one file or folder on the module.
type Entry struct {
	Name string
	Dir  bool
	Size int64 // bytes; -1 where the firmware does not tell
}

// Progress says how far a transfer is.
type Progress struct {
	Path        string // on the module
	Done, Total int64  // bytes of this file; a Total of -1 is not known
	Had         int64  // bytes of Done that were there before it
}

// fileSystem is what the module has for files.
type fileSystem struct{ rename, base64, sha256, crc32, stat, space bool }

// fileHelper imports under names that no script has; QuecPython calls the modules u….
const fileHelper = `try:
 import uos as _qo
except ImportError:
 import os as _qo
try:
 import ubinascii as _qb
except ImportError:
 try:
  import binascii as _qb
 except ImportError:
  _qb=None
try:
 import uhashlib as _qh
except ImportError:
 try:
  import hashlib as _qh
 except ImportError:
  _qh=None
`

// withFiles takes the turn and finds out what the module has for files.
func (c *Client) withFiles(ctx context.Context, f func() error) error {
	if err := c.take(ctx); err != nil {
		return err
	}
	defer c.give()
	return c.inFiles(ctx, f)
}

func (c *Client) inFiles(ctx context.Context, f func() error) error {
	if !c.raw || !c.helper || c.files == nil {
		v, err := c.values(ctx, fileHelper+"_qr(hasattr(_qo,'rename'))\n_qr(hasattr(_qb,'a2b_base64') and "+
			"hasattr(_qb,'b2a_base64'))\n"+
			"_qr(hasattr(_qh,'sha256'))\n_qr(hasattr(_qb,'crc32'))\n_qr(hasattr(_qo,'stat'))\n_qr(hasattr(_qo,'statvfs'))")
		if err != nil {
			var remote *RemoteError
			if errors.As(err, &remote) && remote.Type == "ImportError" {
				return fmt.Errorf("%s: files: %w: the firmware has no module os: %w", c.opts.Name, device.ErrUnsupported, err)
			}
			return fmt.Errorf("files on the module: %w", err)
		}
		fs := &fileSystem{}
		for i, p := range []*bool{&fs.rename, &fs.base64, &fs.sha256, &fs.crc32, &fs.stat, &fs.space} {
			if i < len(v) {
				*p, _ = v[i].(bool)
			}
		}
		c.files = fs
	}
	c.whole = true
	defer func() { c.whole = false }()
	return f()
}

// List lists a folder in the module's order.
func (c *Client) List(ctx context.Context, dir string) (entries []Entry, err error) {
	code := fmt.Sprintf("_d=%s\nif hasattr(_qo,'ilistdir'):\n for _e in "+
		"_qo.ilistdir(_d):_qr((_e[0],_e[1]&0x4000!=0,_e[3] if len(_e)>3 else -1))\nelse:\n for _e in _qo.listdir(_d) if _d "+
		"not in('','.') else _qo.listdir():_qr((_e,False,_qo.size(_e) if hasattr(_qo,'size') else -1))", quote(dir))
	err = c.withFiles(ctx, func() error {
		return c.eachValue(ctx, code, func(v any) {
			if t, ok := v.(Tuple); ok && len(t) == 3 {
				e := Entry{Size: -1}
				e.Name, _ = t[0].(string)
				e.Dir, _ = t[1].(bool)
				if n, ok := t[2].(int64); ok {
					e.Size = n
				}
				entries = append(entries, e)
			}
		})
	})
	return entries, wrapPath("listing", dir, err)
}

// Stat describes one file or folder.
func (c *Client) Stat(ctx context.Context, name string) (e Entry, err error) {
	err = c.withFiles(ctx, func() error { e, err = c.statNow(ctx, name); return err })
	return e, wrapPath("looking at", name, err)
}

func (c *Client) statNow(ctx context.Context, name string) (Entry, error) {
	v, err := c.values(ctx, fmt.Sprintf("_s=_qo.stat(%s)\n_qr((_s[0]&0x4000!=0,_s[6]))", quote(name)))
	if err != nil {
		return Entry{}, err
	}
	if len(v) == 1 {
		if t, ok := v[0].(Tuple); ok && len(t) == 2 {
			dir, ok := t[0].(bool)
			size, ok2 := t[1].(int64)
			if ok && ok2 {
				return Entry{Name: path.Base(name), Dir: dir, Size: size}, nil
			}
		}
	}
	return Entry{}, fmt.Errorf("%w: the module's answer makes no sense", device.ErrLost)
}

// Free returns how many bytes fit into the file system that holds dir.
func (c *Client) Free(ctx context.Context, dir string) (n int64, err error) {
	err = c.withFiles(ctx, func() error { n, err = c.freeNow(ctx, dir); return err })
	return n, wrapPath("free space of", dir, err)
}

func (c *Client) freeNow(ctx context.Context, dir string) (int64, error) {
	if !c.files.space {
		return 0, fmt.Errorf("%w: the firmware has no statvfs", device.ErrUnsupported)
	}
	v, err := c.values(ctx, fmt.Sprintf("_s=_qo.statvfs(%s)\n_qr(_s[1]*_s[4])", quote(dir)))
	if err != nil {
		return 0, err
	}
	if len(v) == 1 {
		if n, ok := v[0].(int64); ok {
			return n, nil
		}
	}
	return 0, fmt.Errorf("%w: the module's answer makes no sense", device.ErrLost)
}

// Remove removes a file or an empty folder.
func (c *Client) Remove(ctx context.Context, name string) error {
	q := quote(name)
	code := "try:\n _qo.remove(" + q + ")\nexcept OSError:\n if not hasattr(_qo,'stat') or not _qo.stat(" + q +
		")[0]&0x4000:raise\n _qo.rmdir(" + q + ")"
	return wrapPath("removing", name, c.withFiles(ctx, func() error { _, err := c.values(ctx, code); return err }))
}

// RemoveAll removes a folder with everything in it, or a file.
func (c *Client) RemoveAll(ctx context.Context, name string) error {
	e, err := c.Stat(ctx, name)
	if err != nil || !e.Dir {
		return errors.Join(err, func() error {
			if err != nil {
				return nil
			}
			return c.Remove(ctx, name)
		}())
	}
	entries, err := c.List(ctx, name)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := c.RemoveAll(ctx, path.Join(name, e.Name)); err != nil {
			return err
		}
	}
	return c.Remove(ctx, name)
}

// Mkdir makes a folder and those above it that are missing.
func (c *Client) Mkdir(ctx context.Context, dir string) error {
	var code strings.Builder
	at := ""
	if strings.HasPrefix(dir, "/") {
		at = "/"
	}
	for _, part := range strings.Split(strings.Trim(path.Clean(dir), "/"), "/") {
		at = path.Join(at, part)
		q := quote(at)
		fmt.Fprintf(&code, "try:\n _qo.mkdir(%s)\nexcept OSError:\n if not _qo.stat(%s)[0]&0x4000:raise\n", q, q)
	}
	return wrapPath("making the folder", dir, c.withFiles(ctx, func() error {
		_, err := c.values(ctx,
			code.String())
		return err
	}))
}

func wrapPath(what, name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", what, name, err)
}

// Read returns a file's bytes, verified by hash where the module can. progress may be nil.
func (c *Client) Read(ctx context.Context, name string, progress func(Progress)) (data []byte, err error) {
	err = c.again(ctx, func() error {
		return c.withFiles(ctx, func() error { data, err = c.readNow(ctx, name, progress); return err })
	})
	return data, wrapPath("reading", name, err)
}

func (c *Client) readNow(ctx context.Context, name string, progress func(Progress)) ([]byte, error) {
	p := Progress{Path: name, Total: -1}
	if c.files.stat {
		if e, err := c.statNow(ctx, name); err == nil {
			p.Total = e.Size
		}
	}
	show := "_qr(_b)"
	if c.files.base64 {
		show = "_qr(_qb.b2a_base64(_b))"
	}
	var data []byte
	var wrong error
	err := c.eachValue(ctx, fmt.Sprintf("_f=open(%s,'rb')\nwhile 1:\n _b=_f.read(384)\n if not _b:break\n %s\n_f.close()",
		quote(name), show), func(v any) {
		b, ok := v.([]byte)
		if !ok {
			wrong = fmt.Errorf("%w: the module's answer makes no sense", device.ErrLost)
			return
		}
		if c.files.base64 {
			n, err := base64.StdEncoding.Decode(b, []byte(strings.TrimSpace(string(b))))
			if err != nil {
				wrong = fmt.Errorf("%w: %w", ErrVerify, err)
			}
			b = b[:n]
		}
		data = append(data, b...)
		p.Done = int64(len(data))
		if progress != nil {
			progress(p)
		}
	})
	if err = errors.Join(err, wrong); err != nil {
		return nil, err
	}
	return data, c.verify(ctx, name, data)
}

// verify compares a file on the module with data, by the best means that the module has: SHA-256,
// CRC-32, or its length.
func (c *Client) verify(ctx context.Context, name string, data []byte) error {
	loop := "_f=open(" + quote(name) + ",'rb')\nwhile 1:\n _b=_f.read(512)\n if not _b:break\n %s\n_f.close()\n_qr(%s)"
	var code string
	var want any
	switch {
	case c.files.sha256:
		sum := sha256.Sum256(data)
		code, want = "_h=_qh.sha256()\n"+fmt.Sprintf(loop, "_h.update(_b)", "_h.digest()"), string(sum[:])
	case c.files.crc32:
		code, want = "_h=0\n"+fmt.Sprintf(loop, "_h=_qb.crc32(_b,_h)", "_h&0xffffffff"), int64(crc32.ChecksumIEEE(data))
	default:
		code, want = "_h=0\n"+fmt.Sprintf(loop, "_h+=len(_b)", "_h"), int64(len(data))
	}
	v, err := c.values(ctx, code)
	if err != nil {
		return err
	}
	if len(v) == 1 {
		got := v[0]
		if b, ok := got.([]byte); ok {
			got = string(b)
		}
		if got == want {
			return nil
		}
	}
	return fmt.Errorf("%s: %w: %s", c.opts.Name, ErrVerify, name)
}
