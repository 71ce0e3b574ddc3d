package server

import (
	"context"
	"crypto/tls"
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
	// Holder is the program that has the default port then; "" if that is not known.
	Holder string
	// Everywhere says that other machines can connect.
	Everywhere  bool
	host        string
	addresses   []string         // that were asked for; "" is every one
	certificate *tls.Certificate // nil for http
}

// URL is what to type into a browser.
func (l *Listening) URL() string { return l.at(l.host) }

func (l *Listening) at(host string) string {
	scheme := "http"
	if l.certificate != nil {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, strconv.Itoa(l.Port))
}

// Host is the host of URL.
func (l *Listening) Host() string { return l.host }

// Addresses are the IP addresses of this machine, besides the loopback ones, at which other machines reach it.
func (l *Listening) Addresses() []string {
	if !l.Everywhere {
		return nil
	}
	var found []string
	for _, address := range l.addresses {
		ip := net.ParseIP(address)
		if address != "" && (ip == nil || !ip.IsUnspecified()) {
			found = append(found, address)
			continue
		}
		all, err := net.InterfaceAddrs()
		if err != nil {
			continue
		}
		for _, a := range all {
			if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() && (ip == nil || ip.To4() == nil || n.IP.To4() != nil) {
				found = append(found, n.IP.String())
			}
		}
	}
	return found
}

// Elsewhere are the URLs by which other machines reach it.
func (l *Listening) Elsewhere() []string {
	var urls []string
	for _, address := range l.Addresses() {
		urls = append(urls, l.at(address))
	}
	return urls
}

// Secure has it speak https, and HTTP/2 with clients that do. It comes before Serve.
func (l *Listening) Secure(certificate tls.Certificate) { l.certificate = &certificate }

// Listen opens the sockets. An empty ip, or "localhost", means the loopback interface, by IPv4 and IPv6 where the
// machine has it. A nil port means [DefaultPort] or, if that is taken, the next one that is free; 0 means any. Who holds a
// port that was asked for is said, where the system tells.
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
	l.addresses = addresses
	if port != nil {
		return l, l.open(addresses, *port)
	}
	for p := DefaultPort; p < DefaultPort+portsToTry; p++ {
		err := l.open(addresses, p)
		if err == nil {
			l.moved(p)
			return l, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return nil, err
		}
	}
	l.moved(0)
	return l, l.open(addresses, 0)
}

// moved notes that another port than the default one is used, if it is.
func (l *Listening) moved(port int) {
	if l.Moved = port != DefaultPort; l.Moved {
		l.Holder = portHolder(DefaultPort)
	}
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
		by := ""
		if holder := portHolder(port); holder != "" {
			by = " by " + holder
		}
		return fmt.Errorf("port %d is already in use%s: stop the program that uses it, or choose another with --port (%w)", port, by, syscall.EADDRINUSE)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("port %d needs more rights than this user has: choose one above 1023 with --port (%w)", port, syscall.EACCES)
	}
	return fmt.Errorf("cannot listen on %s: name an address of this machine with --ip, or leave that out (%w)", net.JoinHostPort(address, strconv.Itoa(port)), err)
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
	serve := func(listener net.Listener) error { return server.Serve(requestLineListener{listener}) }
	if l.certificate != nil {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*l.certificate}}
		serve = func(listener net.Listener) error { return server.ServeTLS(listener, "", "") }
	}
	for _, listener := range l.listeners {
		go func() { failed <- serve(listener) }()
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
