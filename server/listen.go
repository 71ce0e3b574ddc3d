package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// DefaultPort is where the Worker is served unless something else is asked for.
const DefaultPort = 8787

// portsToTry is how many ports are tried, from the default one on, where none was asked for.
const portsToTry = 10

// Listening are the sockets that the Worker is served on.
type Listening struct {
	listeners []net.Listener
	// Port is the port of all of them.
	Port int
	// Moved says that the default port was taken, and another one is used.
	Moved bool
	// Everywhere says that other machines can connect.
	Everywhere bool
	host       string
}

// URL is what to type into a browser.
func (l *Listening) URL() string { return "http://" + net.JoinHostPort(l.host, strconv.Itoa(l.Port)) }

// Listen opens the sockets. An empty ip, or "localhost", means the loopback interface, by IPv4 and IPv6 where the
// machine has it. A nil port means [DefaultPort] or, if that is taken, the next one that is free; 0 means any.
func Listen(ip string, port *int) (*Listening, error) {
	addresses := []string{ip}
	l := &Listening{host: ip}
	switch ip {
	case "", "localhost":
		addresses = []string{"127.0.0.1", "::1"}
		l.host = "localhost"
	case "*":
		addresses = []string{""}
		l.host, l.Everywhere = "localhost", true
	default:
		if parsed := net.ParseIP(ip); parsed != nil && parsed.IsUnspecified() {
			l.host, l.Everywhere = "localhost", true
		} else if parsed != nil && !parsed.IsLoopback() {
			l.Everywhere = true
		}
	}
	if port != nil {
		return l, l.open(addresses, *port)
	}
	for p := DefaultPort; p < DefaultPort+portsToTry; p++ {
		err := l.open(addresses, p)
		if err == nil {
			l.Moved = p != DefaultPort
			return l, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return nil, err
		}
	}
	l.Moved = true
	return l, l.open(addresses, 0)
}

// open listens on one port of all addresses. A loopback address that the machine does not have is left out.
func (l *Listening) open(addresses []string, port int) error {
	var opened []net.Listener
	fail := func(err error) error {
		for _, o := range opened {
			o.Close()
		}
		return err
	}
	for i, address := range addresses {
		listener, err := net.Listen("tcp", net.JoinHostPort(address, strconv.Itoa(port)))
		if err != nil {
			if i > 0 && !errors.Is(err, syscall.EADDRINUSE) {
				continue
			}
			return fail(portError(address, port, err))
		}
		opened = append(opened, listener)
		port = listener.Addr().(*net.TCPAddr).Port
	}
	l.listeners, l.Port = opened, port
	return nil
}

func portError(address string, port int, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("port %d is already in use: stop the program that uses it, or choose another with --port (%w)", port, syscall.EADDRINUSE)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("port %d needs more rights than this user has: choose one above 1023 with --port (%w)", port, syscall.EACCES)
	}
	return fmt.Errorf("cannot listen on %s: %w", net.JoinHostPort(address, strconv.Itoa(port)), err)
}

// Serve answers requests until ctx ends, and then for a moment those in flight.
func (l *Listening) Serve(ctx context.Context, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    128 << 10, // the edge's limit
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	failed := make(chan error, len(l.listeners))
	for _, listener := range l.listeners {
		go func() { failed <- server.Serve(listener) }()
	}
	select {
	case err := <-failed:
		server.Close()
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), closingGrace)
	defer cancel()
	if server.Shutdown(grace) != nil {
		server.Close()
	}
	return nil
}

// Close closes the sockets, if Serve was never called.
func (l *Listening) Close() {
	for _, listener := range l.listeners {
		listener.Close()
	}
}
