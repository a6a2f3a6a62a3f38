// Package amqp is the server's side of AMQP 1.0 as consumers of an IoTDA need it (OASIS AMQP 1.0): SASL PLAIN,
// sessions, and links on which they receive from queues by credit. They send nothing. No library has this side: go-amqp is a
// client, and proton's Go binding wants its C.
package amqp

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"sync"
	"time"
)

// Options say who may connect, and what to.
type Options struct {
	// Login is the account of a user, or says why there is none.
	Login func(user, password string) (account string, err error)
	// Queue is what an address names for an account, or says why it is nothing.
	Queue func(account, address string) (Queue, error)
	// Told hears why a client was refused, or its connection ended; nil for nobody.
	Told func(text string)
	// FirstLink is how long a connection may be without a link, from its beginning; 15 s when 0.
	FirstLink time.Duration
}

// Queue is what messages wait in. Several links may take from one.
type Queue interface {
	// Take takes the oldest that nobody has; false where there is none.
	Take() (Message, bool)
	// Changed is closed when there may be more to take.
	Changed() <-chan struct{}
	// Settle says what became of one that was taken, in the order in which they were.
	Settle(m Message, o Outcome)
}

// Message is one message.
type Message struct {
	// ID is the queue's.
	ID   uint64
	Text string
	// Failures is how often it was given to a consumer that did not accept it.
	Failures uint32
}

// Outcome is what became of a message.
type Outcome int

// The outcomes: a consumer has it, did not want it now, or never wants it.
const (
	Accepted Outcome = iota
	Released
	Rejected
)

// Limits of connections (https://support.huaweicloud.com/usermanual-iothub/iot_01_00100_2.html).
const (
	maxClients = 32 // of an account
	maxLinks   = 10 // of a connection
	firstLink  = 15 * time.Second
)

// Server serves consumers.
type Server struct {
	opts Options
	ctx  context.Context
	end  context.CancelFunc
	work sync.WaitGroup

	mu       sync.Mutex
	accounts map[string]map[*conn]bool
}

// New makes a server.
func New(o Options) *Server {
	if o.FirstLink == 0 {
		o.FirstLink = firstLink
	}
	if o.Told == nil {
		o.Told = func(string) {}
	}
	ctx, end := context.WithCancel(context.Background())
	return &Server{opts: o, ctx: ctx, end: end, accounts: map[string]map[*conn]bool{}}
}

// Serve serves what connects to l, which Close closes.
func (s *Server) Serve(l net.Listener) {
	s.work.Go(func() {
		<-s.ctx.Done()
		_ = l.Close() // nothing can be done about it
	})
	s.work.Go(func() {
		for {
			n, err := l.Accept()
			if err != nil {
				return // it is closed
			}
			s.work.Go(func() { s.serve(n) })
		}
	})
}

// Close ends the listeners and the connections.
func (s *Server) Close() {
	s.end()
	s.work.Wait()
}

// Drop ends the connections of an account.
func (s *Server) Drop(account string) {
	s.mu.Lock()
	all := slices.Collect(maps.Keys(s.accounts[account]))
	s.mu.Unlock()
	for _, c := range all {
		c.stop(faultf(condForced, "the access code was changed"))
	}
}

// join counts a connection to its account.
func (s *Server) join(c *conn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	of := s.accounts[c.account]
	if len(of) >= maxClients {
		return faultf(condLimit, "the access key has %d clients", maxClients)
	}
	if of == nil {
		of = map[*conn]bool{}
		s.accounts[c.account] = of
	}
	of[c] = true
	return nil
}

func (s *Server) leave(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.accounts[c.account], c)
	if len(s.accounts[c.account]) == 0 {
		delete(s.accounts, c.account)
	}
}

// serve serves one connection.
func (s *Server) serve(n net.Conn) {
	ctx, end := context.WithCancel(s.ctx)
	defer end()
	c := &conn{Conn: n, server: s, ctx: ctx, sessions: map[uint16]*session{}, peerFrame: minFrame}
	stop := context.AfterFunc(ctx, func() { _ = n.Close() }) // which ends what waits for it
	err := c.run()
	c.finish(err)
	end()
	stop()
	_ = n.Close() // it is over
	c.work.Wait()
	if err != nil && s.ctx.Err() == nil && !errors.Is(err, net.ErrClosed) {
		s.opts.Told("the connection of an AMQP consumer ended: " + err.Error())
	}
}
