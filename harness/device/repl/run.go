package repl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"quecstar/harness/device"
)

// File is one file to have on the module for a run.
type File struct {
	Local  string // its name here, for tracebacks
	Remote string // its name on the module, under Script.Dir unless absolute
	Data   []byte
}

// Script is what Run runs.
type Script struct {
	// Main is the script itself. It is not written to the module's flash.
	Main File
	// Files are what it imports or opens; they are uploaded, those that are there already skipped.
	Files []File
	// Dir is where relative names go, and is put in front of sys.path; "/usr" when empty.
	Dir string
	// Args become sys.argv[1:].
	Args []string
	// Remove removes the uploaded files when the script has ended.
	Remove bool
	// Fresh starts the interpreter anew first, so that no module of an earlier run stays loaded.
	Fresh bool
	// Started is called before the script's first statement, when all uploads are done; may be nil. An
	// error ends the run.
	Started func() error
	// Progress hears of uploads; may be nil.
	Progress func(Progress)
}

// Exit is how a script ended.
type Exit struct {
	// Code is the process status that SystemExit asked for, 0 to 255, 0 at a normal end, 1 after
	// an exception.
	Code int
	// Err is the script's exception, its traceback's file names being local; nil otherwise.
	Err *RemoteError
}

// Run uploads a script's files, runs the script as __main__, passes its output to stdout as it comes
// and returns how it ended. The error is for what prevented that. Any bytes may be printed.
func (c *Client) Run(ctx context.Context, s Script, stdout func([]byte)) (exit Exit, err error) {
	if s.Dir == "" {
		s.Dir = "/usr"
	}
	if s.Fresh {
		if err := c.SoftReset(ctx); err != nil {
			return Exit{}, err
		}
	}
	var sent []string
	defer func() {
		if !s.Remove || len(sent) == 0 {
			return
		}
		// Also after ctx has ended, within a time of its own.
		clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		for _, name := range sent {
			if rerr := c.Remove(clean, name); rerr != nil && !errors.Is(rerr, device.ErrClosed) {
				err = errors.Join(err, rerr)
			}
		}
	}()
	for _, f := range s.Files {
		name := s.remote(f)
		if err := c.Mkdir(ctx, path.Dir(name)); err != nil && path.Dir(name) != "/" && path.Dir(name) != "." {
			return Exit{}, err
		}
		written, err := c.put(ctx, name, f.Data, s.Progress)
		if err != nil {
			return Exit{}, err
		}
		if written { // what was there before the run stays
			sent = append(sent, name)
		}
	}
	if s.Started != nil {
		if err := s.Started(); err != nil {
			return Exit{}, err
		}
	}
	return c.start(ctx, s, stdout)
}

func (s Script) remote(f File) string {
	if path.IsAbs(f.Remote) {
		return path.Clean(f.Remote)
	}
	return path.Join(s.Dir, f.Remote)
}

// put writes a file unless the module has it already, and says whether it did.
func (c *Client) put(ctx context.Context, name string, data []byte, progress func(Progress)) (written bool, err error) {
	write := func() error {
		if c.files.stat && (c.files.sha256 || c.files.crc32) {
			if e, err := c.statNow(ctx, name); err == nil && !e.Dir && e.Size == int64(len(data)) && c.verify(ctx, name,
				data) == nil {
				if progress != nil {
					progress(Progress{Path: name, Done: e.Size, Total: e.Size, Had: e.Size})
				}
				return nil
			}
		}
		written = true
		return c.writeNow(ctx, name, data, progress)
	}
	err = c.again(ctx, func() error { return c.withFiles(ctx, write) })
	return written, wrapPath("writing", name, err)
}

// runner runs _src with exec, as firmware has no other way to run text as __main__. compile, where
// the firmware has it, gives tracebacks the right file name.
const runner = `import sys as _qs
def _qrun(n,src,m):
 r=None
 try:
  try:
   k=compile(src,n,'exec')
  except NameError:
   k=src
  exec(k,{'__name__':'__main__','__file__':n})
 except SystemExit as e:
  r=('exit',e.args[0] if e.args else None)
  if r[1] is not None and type(r[1]) is not int:r=('exit',str(r[1]))
 except BaseException as e:
  print(m+'E')
  (getattr(_qs,'print_exception',0) or print)(e)
  r=('error',)
 print(m+repr(r))
 print(m+'Z',end='')
`

func (c *Client) start(ctx context.Context, s Script, stdout func([]byte)) (Exit, error) {
	if err := c.take(ctx); err != nil {
		return Exit{}, err
	}
	defer c.give()
	nonce := newNonce()
	main := s.remote(s.Main)
	var code strings.Builder
	code.WriteString(runner)
	fmt.Fprintf(&code, "try:\n if %s not in _qs.path:_qs.path.insert(0,%s)\nexcept AttributeError:\n pass\n",
		quote(s.Dir), quote(s.Dir))
	code.WriteString("try:\n _qs.argv[:]=[" + quote(main))
	for _, a := range s.Args {
		code.WriteString("," + quote(a))
	}
	code.WriteString("]\nexcept (AttributeError,TypeError,NotImplementedError):\n pass\n_qp=[]\n")
	if err := c.exec(ctx, code.String(), nil, nil); err != nil {
		return Exit{}, fmt.Errorf("preparing the run: %w", err)
	}
	c.whole = true
	defer func() { c.whole = false }()
	for data := s.Main.Data; len(data) > 0; {
		n := min(writeChunk, len(data))
		if err := c.exec(ctx, "_qp.append("+quoteBytes(data[:n])+")", nil, nil); err != nil {
			return Exit{}, fmt.Errorf("sending the script: %w", err)
		}
		data = data[n:]
	}
	r := &runOutput{nonce: []byte(nonce), stdout: stdout}
	err := c.exec(ctx, "_qs=str(b''.join(_qp),'utf8')\ndel _qp\nimport gc\ngc.collect()\n_qn="+quote(nonce)+
		"\n_qm="+quote(main)+"\nimport sys\n_qsrc=_qs\n_qs=sys\n_qrun(_qm,_qsrc,_qn)", []byte(nonce+"Z"), r.feed)
	var remote *RemoteError
	switch {
	case errors.As(err, &remote):
		return Exit{Code: 1, Err: s.local(remote)}, nil
	case err != nil:
		return Exit{}, err
	}
	return s.exit(r)
}

// runOutput parts what the script prints from what the runner prints behind its nonce. It is fed by an
// output whose marker begins with the nonce, which holds back what may begin it: the nonce comes in one piece.
type runOutput struct {
	nonce  []byte
	stdout func([]byte)
	report []byte
	ours   bool
}

func (r *runOutput) feed(p []byte) {
	if r.ours {
		r.report = append(r.report, p...)
		return
	}
	i := bytes.Index(p, r.nonce)
	if r.ours = i >= 0; r.ours {
		r.report = append(r.report, p[i:]...)
		p = p[:i]
	}
	if len(p) > 0 && r.stdout != nil {
		r.stdout(p)
	}
}

// exit reads what the runner reported.
func (s Script) exit(r *runOutput) (Exit, error) {
	text := strings.ReplaceAll(string(r.report), "\r\n", "\n")
	nonce := string(r.nonce)
	if trace, ok := strings.CutPrefix(text, nonce+"E\n"); ok {
		trace, _, _ = strings.Cut(trace, nonce)
		return Exit{Code: 1, Err: s.local(newRemoteError(trace))}, nil
	}
	v, err := Parse(strings.TrimPrefix(strings.TrimSpace(text), nonce))
	if err != nil {
		return Exit{}, fmt.Errorf("how the script ended: %w", err)
	}
	t, _ := v.(Tuple)
	switch {
	case v == nil:
		return Exit{}, nil
	case len(t) == 2 && t[1] == nil:
		return Exit{}, nil
	case len(t) == 2:
		if n, ok := t[1].(int64); ok {
			return Exit{Code: int(n & 255)}, nil
		}
		message, _ := t[1].(string)
		return Exit{Code: 1, Err: &RemoteError{Type: "SystemExit", Message: message, Traceback: message}}, nil
	}
	return Exit{}, fmt.Errorf("how the script ended: %w: the module reports %q", device.ErrLost, text)
}

// local replaces the module's file names in a traceback and drops the runner's own frames.
func (s Script) local(e *RemoteError) *RemoteError {
	names := map[string]string{"<string>": s.Main.Local}
	for _, f := range append([]File{s.Main}, s.Files...) {
		full := s.remote(f)
		names[full] = f.Local
		names[strings.TrimPrefix(full, "/")] = f.Local
		if rel, ok := strings.CutPrefix(full, strings.TrimSuffix(s.Dir, "/")+"/"); ok {
			names[rel] = f.Local
		}
	}
	var lines []string
	for _, l := range strings.Split(e.Traceback, "\n") {
		rest, frame := strings.CutPrefix(l, `  File "`)
		name, after, ok := strings.Cut(rest, `"`)
		switch {
		case frame && ok && name == "<stdin>":
			continue
		case frame && ok && names[name] != "":
			l = `  File "` + names[name] + `"` + after
		}
		lines = append(lines, l)
	}
	return &RemoteError{Type: e.Type, Message: e.Message, Traceback: strings.Join(lines, "\n")}
}
