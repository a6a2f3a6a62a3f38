package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"quecstar/harness/atcmd"
	"quecstar/harness/device/at"
	"quecstar/harness/script"
	"quecstar/harness/serial"
	"quecstar/harness/vmodule"
)

// atFlags are those of quecstar at.
type atFlags struct {
	wire wireFlags
	wait time.Duration
	slow time.Duration
}

func newAT(p *process) *cobra.Command {
	var o atFlags
	c := &cobra.Command{
		Use:   "at PORT [COMMAND...]",
		Short: "send AT commands, one by one or in a console",
		Long: `Send AT commands to a module and print what it answers; unasked results (URCs) are printed
as they come, behind a "<". Without commands it is a console: on a terminal with cursor keys, Tab, Ctrl-R and a
history that the next run has, too, but for lines with passwords, PINs and keys or a space in front; otherwise
one command a line from standard input. The end of input, or exit, ends it.

A command that asks for a payload gets it behind " > ", with Go's escapes; a payload whose length the
command does not name ends in Ctrl-Z, which is added:
  AT+CMGS="10086" > hello
  AT+QMTPUBEX=0,0,0,0,"a/b",5 > 12\r\n3`,
		Example: `  quecstar at auto ATI AT+CSQ
  quecstar at /dev/ttyUSB2
  quecstar at sim 'AT+QMTOPEN=0,"broker",1883' --wait 5s`,
		Args: exactly(1, "a port (quecstar ports lists them)"),
		RunE: func(c *cobra.Command, args []string) error { return runAT(p, c.Context(), o, args[0], args[1:]) },
	}
	o.wire.add(c.Flags())
	durationFlag(c.Flags(), &o.wait, "wait", "print URCs for this long behind the last command")
	durationFlag(c.Flags(), &o.slow, "timeout",
		"how long an answer may take; what the vendor's manual gives each command, when left out")
	return c
}

// errRefused is that the module refused a command; it is printed already.
var errRefused = errors.New("the module refused a command")

func runAT(p *process, ctx context.Context, o atFlags, port string, commands []string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := p.onSignal(func() { cancel(script.ErrInterrupted) }, cancel)
	defer stop()
	o.wire.connect = o.slow
	w, err := o.wire.open(p, ctx, port, serial.AT)
	if err != nil {
		return err
	}
	options := at.Options{Name: w.Name(), Patience: o.slow}
	if o.wire.baud == 0 && w.sim == nil {
		options.SetBaud = w.SetBaud
	}
	d, err := at.Open(ctx, w, options)
	if err != nil {
		return err
	}
	c := &console{p: p, e: d.Engine(), out: p.stdout, slow: o.slow}
	defer d.Engine().Subscribe("", func(u at.URC) { c.print("< " + u.String()) })()
	if len(commands) == 0 {
		err = c.interact(ctx)
	} else {
		err = c.all(ctx, commands)
	}
	if err == nil && o.wait > 0 {
		err = c.listen(ctx, o.wait)
	}
	return errors.Join(err, c.leave(), d.Close())
}

// console sends commands and prints answers.
type console struct {
	p    *process
	e    *at.Engine
	out  io.Writer
	slow time.Duration
	data bool // the last command began data mode
}

// leave ends data mode, in which the port would be of no use to the next program.
func (c *console) leave() error {
	if !c.data || c.e.Err() != nil {
		return nil
	}
	c.data = false
	ctx, cancel := context.WithTimeout(context.Background(), leaveTime)
	defer cancel()
	if err := c.e.LeaveData(ctx); err != nil {
		return fmt.Errorf("leaving data mode: %w", err)
	}
	return nil
}

// leaveTime bounds the end of data mode.
const leaveTime = 10 * time.Second

func (c *console) print(line string) { _, _ = fmt.Fprintln(c.out, line) }

// all sends commands until one is refused.
func (c *console) all(ctx context.Context, commands []string) error {
	for _, text := range commands {
		if err := c.send(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// send sends one command and prints its answer. A refusal is errRefused.
func (c *console) send(ctx context.Context, text string) error {
	cmd, err := parseCommand(text)
	if err != nil {
		return usageError{err}
	}
	if err := c.leave(); err != nil {
		return err
	}
	cmd.Timeout = c.slow
	r, err := c.e.Do(ctx, cmd)
	for _, line := range r.Lines {
		c.print(line)
	}
	if r.Data != nil {
		c.print(string(r.Data))
	}
	var refusal *atcmd.Error
	switch {
	case errors.As(err, &refusal):
		c.print(refusal.Error())
		return errRefused
	case errors.Is(err, at.ErrWantsPayload):
		return usageError{fmt.Errorf("%w; give it behind \" > \"", err)}
	case err != nil:
		return err
	}
	c.data = strings.HasPrefix(r.Result, "CONNECT")
	c.print(r.Result)
	return nil
}

// parseCommand splits a command from its payload.
func parseCommand(text string) (at.Command, error) {
	line, payload, has := strings.Cut(text, " > ")
	cmd := at.Command{Text: strings.TrimSpace(line), Own: true,
		Results: []string{"SEND OK", "SEND FAIL", "CONNECT", "NO CARRIER"},
		Restarts: strings.HasPrefix(strings.ToUpper(line), "AT+CFUN=1,1") ||
			strings.HasPrefix(strings.ToUpper(line), "AT+QPOWD")}
	if !has {
		cmd.Prompt, cmd.NoPayload = ">", true
		if n := payloadLength(cmd.Text); n > 0 {
			return cmd, fmt.Errorf("%s asks for %d bytes, and its entry cannot be cancelled: give them behind \" > \"",
				at.Shown(cmd.Text), n)
		}
		return cmd, nil
	}
	plain, err := strconv.Unquote(`"` + strings.ReplaceAll(payload, `"`, `\"`) + `"`)
	if err != nil {
		return cmd, fmt.Errorf("the payload %q: %w: want Go's escapes, such as \\r and \\x1a", payload, err)
	}
	cmd.Payload, cmd.Prompt = []byte(plain), ">"
	params, err := atcmd.Parse(line[strings.LastIndexByte(line, '=')+1:])
	length, sized := 0, false
	if err == nil && len(params) > 0 {
		length, sized = params[len(params)-1].Int()
	}
	if strings.HasPrefix(strings.ToUpper(line), "AT+QF") { // AT+QFUPL and its kin say CONNECT
		cmd.Prompt = "CONNECT"
	} else if !sized || length != len(plain) {
		cmd.Payload = append(cmd.Payload, 0x1a)
	}
	return cmd, nil
}

// sizedEntries are commands that ask for as many bytes as one of their parameters says (Quectel's TCP/IP,
// SSL, MQTT and file application notes), by the number of the parameter.
var sizedEntries = map[string]int{"+QISEND": 1, "+QSSLSEND": 1, "+QMTPUB": 5, "+QMTPUBEX": 5, "+QFUPL": 1,
	"+QFWRITE": 1}

// payloadLength is how many bytes a command asks for by its length; 0 for none.
func payloadLength(text string) int {
	name, params, ok := strings.Cut(strings.ToUpper(text), "=")
	i, sized := sizedEntries[strings.TrimPrefix(name, "AT")]
	if !ok || !sized {
		return 0
	}
	p, err := atcmd.Parse(params)
	if err != nil {
		return 0
	}
	n, ok := p.At(i).Int()
	if !ok {
		return 0 // of the form in quotes it is the payload
	}
	return n
}

func (c *console) listen(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-c.e.Ended():
		return c.e.Err()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// interact is the console.
func (c *console) interact(ctx context.Context) (failed error) {
	next, done, err := c.reader()
	if err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, done()) }()
	for {
		line, err := next(ctx)
		if errors.Is(err, errCleared) {
			c.print("exit, or Ctrl-D, leaves")
			continue
		}
		if errors.Is(err, io.EOF) || strings.TrimSpace(line) == "exit" {
			return nil
		}
		if err != nil {
			return err
		}
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		err = c.send(ctx, line)
		var usage usageError
		switch {
		case errors.Is(err, errRefused):
		case errors.As(err, &usage), err != nil && c.e.Err() == nil && ctx.Err() == nil:
			c.print(err.Error())
		case err != nil:
			return err
		}
	}
}

// reader returns what reads lines: on a terminal an editor, which URCs do not garble.
func (c *console) reader() (next func(context.Context) (string, error), done func() error, err error) {
	e, err := c.p.newEditor("at> ", "at", vmodule.Commands())
	if err != nil {
		return nil, nil, err
	}
	if e == nil {
		return lineReader(c.p.stdin), func() error { return nil }, nil
	}
	c.out = e
	return e.next, e.end, nil
}

// lineReader reads lines in a goroutine of its own, as a read of standard input cannot be cancelled.
func lineReader(r io.Reader) func(context.Context) (string, error) {
	lines := make(chan string)
	ended := make(chan error, 1)
	go func() {
		in := bufio.NewScanner(r)
		for in.Scan() {
			lines <- in.Text()
		}
		err := in.Err()
		if err == nil {
			err = io.EOF
		}
		ended <- err
	}()
	return func(ctx context.Context) (string, error) {
		select {
		case line := <-lines:
			return line, nil
		case err := <-ended:
			return "", err
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}
