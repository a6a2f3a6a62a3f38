package repl

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"path"

	"quecstar/harness/device"
)

// Bytes of a file that go with one piece of code, and how often what was written is committed, so
// that a module that restarts keeps it.
const (
	writeChunk  = 1024
	leastChunk  = 64
	commitEvery = 16 << 10
)

// Write puts a file on the module under a temporary name in the same folder, verifies it and renames
// it, so that there never is half a file under its name. A later Write of the same bytes continues
// one that broke off. ErrNoSpace comes before anything is sent. progress may be nil.
func (c *Client) Write(ctx context.Context, name string, data []byte, progress func(Progress)) error {
	return wrapPath("writing", name, c.again(ctx, func() error {
		return c.withFiles(ctx, func() error { return c.writeNow(ctx, name, data, progress) })
	}))
}

// mostReturns is how often a transfer goes on behind a loss of the port.
const mostReturns = 10

// again does what can be done twice again where the port went away and came back, or the module restarted.
func (c *Client) again(ctx context.Context, f func() error) error {
	for n := 0; ; n++ {
		err := f()
		lost := errors.Is(err, device.ErrLost) || errors.Is(err, ErrReset)
		if !lost || errors.Is(err, device.ErrGone) || c.s.losses() == 0 || ctx.Err() != nil || n == mostReturns {
			return err
		}
	}
}

func (c *Client) writeNow(ctx context.Context, name string, data []byte, progress func(Progress)) error {
	if !c.files.rename || !c.files.stat {
		return fmt.Errorf("%s: %w: the firmware's os has no rename or stat, without which no file is safe", c.opts.Name,
			device.ErrUnsupported)
	}
	part := partName(name, data)
	// A copy that broke off may have the file open still, with bytes that are not written yet.
	if _, err := c.values(ctx, "try:\n _f.close()\nexcept Exception:\n pass"); err != nil {
		return err
	}
	have, err := c.resume(ctx, part, data)
	if err != nil {
		return err
	}
	free, err := c.freeNow(ctx, path.Dir(name))
	if err == nil && free < int64(len(data)-have) {
		return fmt.Errorf("%s: %w: %d bytes, and %d are free; remove something first", c.opts.Name, ErrNoSpace,
			len(data)-have, free)
	}
	var remote *RemoteError
	if err != nil && !errors.As(err, &remote) && !errors.Is(err, device.ErrUnsupported) {
		return err
	}
	begun := Progress{Path: name, Done: int64(have), Total: int64(len(data)), Had: int64(have)}
	if err := c.writePart(ctx, part, begun, data, progress); err != nil {
		return err
	}
	if err := c.verify(ctx, part, data); err != nil {
		_, removing := c.values(ctx, "_qo.remove("+quote(part)+")")
		return errors.Join(err, removing)
	}
	from, to := quote(part), quote(name)
	// FAT does not rename onto a file that is there.
	_, err = c.values(ctx, "try:\n _qo.rename("+from+","+to+")\nexcept OSError:\n _qo.remove("+to+")\n "+
		"_qo.rename("+from+","+to+")")
	return err
}

// resume returns how many bytes of an earlier attempt are good.
func (c *Client) resume(ctx context.Context, part string, data []byte) (int, error) {
	e, err := c.statNow(ctx, part)
	var remote *RemoteError
	switch {
	case errors.As(err, &remote):
		return 0, nil // not there
	case err != nil:
		return 0, err
	case !c.files.sha256 && !c.files.crc32, e.Size <= 0, e.Size > int64(len(data)):
		return 0, nil
	}
	err = c.verify(ctx, part, data[:e.Size])
	if errors.Is(err, ErrVerify) {
		return 0, nil
	}
	return int(e.Size), err
}

func (c *Client) writePart(ctx context.Context, part string, p Progress, data []byte, progress func(Progress)) error {
	mode := "wb"
	if p.Done > 0 {
		mode = "ab"
	}
	open := "_f=open(" + quote(part) + ",%s)\n_w=_f.write"
	if err := c.exec(ctx, fmt.Sprintf(open, quote(mode)), nil, nil); err != nil {
		return err
	}
	chunk, since := writeChunk, 0
	for at := int(p.Done); at < len(data); {
		n := min(chunk, len(data)-at)
		err := c.exec(ctx, "_w("+c.encode(data[at:at+n])+")", nil, nil)
		var remote *RemoteError
		if errors.As(err, &remote) && remote.Type == "MemoryError" && chunk > leastChunk {
			chunk /= 2
			continue // the literal did not fit into memory, so nothing was written
		}
		if err != nil {
			return fmt.Errorf("after %d of %d bytes: %w", at, len(data), err)
		}
		at += n
		p.Done = int64(at)
		if progress != nil {
			progress(p)
		}
		if since += n; since >= commitEvery && at < len(data) {
			since = 0
			if err := c.exec(ctx, "_f.close()\n"+fmt.Sprintf(open, "'ab'"), nil, nil); err != nil {
				return err
			}
		}
	}
	return c.exec(ctx, "_f.close()", nil, nil)
}

// encode is the shorter of two ways to write bytes in code.
func (c *Client) encode(p []byte) string {
	literal := quoteBytes(p)
	if wire := base64.StdEncoding.EncodedLen(len(p)) + len("_qb.a2b_base64('')"); c.files.base64 && wire < len(literal) {
		return "_qb.a2b_base64('" + base64.StdEncoding.EncodeToString(p) + "')"
	}
	return literal
}

// partName is the temporary name of a file: short, as some file systems want it, and the same for
// the same bytes, so that another attempt finds it.
func partName(name string, data []byte) string { return path.Join(path.Dir(name), ".q"+hash8(data)) }

func hash8(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:4])
}
