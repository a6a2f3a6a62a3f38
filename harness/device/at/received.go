package at

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"

	"quecstar/harness/atcmd"
)

// A message comes as
//
//	+QMTRECV: <index>,<id>,"<topic>",<length>,"<payload>"
//
// or, from firmware that cannot tell it or was not asked to, without the length (MQTT application notes,
// "AT+QMTRECV"). Nothing in a payload is escaped. With a length it may hold anything; without one it ends
// at a quote and a line end that are followed by what a module says next, or by silence. A payload that
// holds just that is ambiguous: it is handed out with a doubt.

const receivedName = "+QMTRECV: "

const (
	openEnd = "\"\r\n" // of a payload without a length
	// maxReceived is how long a message without a length may be.
	maxReceived = 64 << 10
)

// message is the beginning of a message: where its payload begins, and its length; -1 is none.
type message struct{ head, length int }

// received recognizes the beginning of a message; more says that it is not there whole yet.
func received(buf []byte) (m message, is, more bool) {
	rest, ok := bytes.CutPrefix(buf, []byte(receivedName))
	if !ok {
		return m, false, false
	}
	for range 2 { // the index and the id
		digits := len(rest) - len(bytes.TrimLeft(rest, "0123456789"))
		if digits == 0 || digits == len(rest) || rest[digits] != ',' {
			return m, false, false
		}
		rest = rest[digits+1:]
	}
	if !bytes.HasPrefix(rest, []byte(`"`)) {
		return m, false, false
	}
	// The first `",` behind which a payload may begin ends the topic.
	for from := len(buf) - len(rest) + 1; ; {
		i := bytes.Index(buf[from:], []byte(`",`))
		if i < 0 {
			return m, false, bytes.IndexAny(buf[from:], "\r\n") < 0
		}
		if bytes.ContainsAny(buf[from:from+i], "\r\n") {
			return m, false, false
		}
		from += i + len(`",`)
		digits := len(buf[from:]) - len(bytes.TrimLeft(buf[from:], "0123456789"))
		behind := buf[from+digits:]
		switch {
		case len(behind) == 0 || digits > 0 && string(behind) == ",":
			return m, false, true
		case digits == 0 && behind[0] == '"':
			return message{from + 1, -1}, true, false
		case digits > 0 && digits <= 7 && bytes.HasPrefix(behind, []byte(`,"`)):
			n, _ := strconv.Atoi(string(buf[from : from+digits])) // digits, few of them
			return message{from + digits + len(`,"`), n}, true, false
		}
	}
}

// message makes a token of a message when it is there whole.
func (l *lexer) message(m message) bool {
	if m.length < 0 {
		return l.openMessage(m.head, false)
	}
	end := m.head + m.length
	if len(l.buf) <= end {
		l.waits = forBytes
		return false
	}
	l.emit(m.head, end, l.buf[end] != '"')
	l.buf = bytes.TrimPrefix(l.buf, []byte(`"`))
	return true
}

// emit makes a token of a message and drops it from the buffer, without what ends it.
func (l *lexer) emit(head, end int, doubt bool) {
	l.queue = append(l.queue, token{text: string(l.buf[:head]), data: bytes.Clone(l.buf[head:end]), doubt: doubt})
	l.drop(end)
	l.open = false
}

// openMessage looks for the end of a message without a length. After silence what came is all of it.
func (l *lexer) openMessage(head int, silence bool) bool {
	ends := l.ends(head)
	end, sure := -1, false
	for _, e := range ends {
		if e.follows == no {
			continue
		}
		state := jsonState(l.buf[head:e.at])
		switch {
		case e.follows == unknown && !silence:
			l.waits = forSilence
			return false
		case state == torn && end < 0: // it should go on, but may not
			end = e.at
			continue
		case end < 0 || state == whole:
			end, sure = e.at, state == whole || e.at == ends[0].at
		case state == torn:
			continue
		}
		return l.emitOpen(head, end, !sure)
	}
	switch {
	case !silence && len(l.buf) < maxReceived:
		l.waits = forBytes
		if end >= 0 {
			l.waits = forSilence
		}
		return false
	case end < 0 && len(ends) > 0:
		end = ends[len(ends)-1].at
	case end < 0: // its end is lost
		end = head + bytes.IndexAny(append(l.buf[head:len(l.buf):len(l.buf)], '\r'), "\r\n")
		l.emit(head, end, true)
		return true
	}
	return l.emitOpen(head, end, len(ends) > 1 || jsonState(l.buf[head:end]) == torn)
}

// end is where a message without a length could end, and whether that makes sense by what follows.
type end struct {
	at      int
	follows answer
}

// ends lists where a message could end.
func (l *lexer) ends(head int) (all []end) {
	for from := head; ; {
		i := bytes.Index(l.buf[from:], []byte(openEnd))
		if i < 0 {
			return all
		}
		at := from + i
		all = append(all, end{at, l.saysNext(l.buf[at+len(openEnd):])})
		from = at + 1
	}
}

// emitOpen makes a token of a message without a length. The line end behind it stays, as behind a line.
func (l *lexer) emitOpen(head, end int, doubt bool) bool {
	l.emit(head, end, doubt)
	l.drop(len(`"`))
	l.open = true
	return true
}

// state is what a payload is as JSON.
type state int

const (
	other state = iota
	torn        // the beginning of an object or a list: it goes on
	whole
)

func jsonState(payload []byte) state {
	text := bytes.TrimSpace(payload)
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return other
	}
	if json.Valid(text) {
		return whole
	}
	var value json.RawMessage
	if errors.Is(json.NewDecoder(bytes.NewReader(text)).Decode(&value), io.ErrUnexpectedEOF) {
		return torn
	}
	return other
}

// answer is yes, no or not known yet.
type answer int

const (
	no answer = iota
	unknown
	yes
)

// saysNext tells whether what is behind a line is what a module says next: an empty line and then a line
// that makes sense now, or a URC without the empty line.
func (l *lexer) saysNext(rest []byte) answer {
	if len(rest) == 0 || string(rest) == "\r" || string(rest) == "\r\n" {
		return unknown
	}
	next, framed := bytes.CutPrefix(rest, []byte("\r\n"))
	if !framed && l.frames {
		return no
	}
	if framed && next[0] == '>' && l.prompt == ">" {
		return yes
	}
	end := bytes.IndexAny(next, "\r\n")
	if end < 0 {
		if framed || next[0] == '+' || next[0] == '^' {
			return unknown
		}
		end = len(next)
	}
	line := string(next[:end])
	_, _, named := atcmd.Cut(line)
	switch {
	case isURC(line), framed && named, l.busy && line == l.echo:
		return yes
	case framed && l.busy && (isResult(line) || l.any):
		return yes
	}
	return no
}

// wanting is what the lexer waits for with something in hand.
type wanting int

const (
	nothing    wanting = iota
	forBytes           // the rest of a message
	forSilence         // a message is whole if nothing more comes
)

// silence hands out a message that may be whole, or whose rest does not come any more.
func (l *lexer) silence() {
	m, is, _ := received(l.buf)
	if !is || l.waits == nothing {
		return
	}
	l.waits = nothing
	if m.length < 0 {
		l.openMessage(m.head, true)
		return
	}
	l.emit(m.head, len(l.buf), true)
}
