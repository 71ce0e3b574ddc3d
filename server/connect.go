package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"

	"devserver/bindings"
	"devserver/config"
	"devserver/runtime"
)

// doors are where a project's Worker can be connected to (connect). One goroutine at a time may use them.
type doors struct {
	open  map[config.Door]net.Listener
	fresh []net.Listener // that nobody accepts from yet
}

// set has these doors open and no others. If one cannot be opened, those that were open stay as they are.
func (d *doors) set(wanted []config.Door) error {
	opened := map[config.Door]net.Listener{}
	for _, door := range wanted {
		if d.open[door] != nil {
			continue
		}
		listener, err := net.Listen("tcp", door.String())
		if err != nil {
			for _, l := range opened {
				l.Close()
			}
			return doorError(door, err)
		}
		opened[door] = listener
		d.fresh = append(d.fresh, listener)
	}
	for _, door := range wanted {
		if opened[door] == nil {
			opened[door] = d.open[door]
			delete(d.open, door)
		}
	}
	d.close()
	d.open = opened
	return nil
}

func (d *doors) close() {
	for _, l := range d.open {
		l.Close()
	}
	d.open = nil
}

func doorError(door config.Door, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		by := ""
		if holder := portHolder(door.Port); holder != "" {
			by = " by " + holder
		}
		return fmt.Errorf("connect: port %d is already in use%s: stop the program that uses it, or name another port (%w)", door.Port, by, syscall.EADDRINUSE)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("connect: port %d needs more rights than this user has: name one above 1023 (%w)", door.Port, syscall.EACCES)
	}
	return fmt.Errorf("connect: cannot listen on %s: %w", door, err)
}

// accept takes connections from the doors that were opened last. It does not wait.
func (p *project) accept() {
	for _, listener := range p.doors.fresh {
		go func() {
			for {
				conn, err := listener.Accept()
				switch {
				case err == nil:
					go p.connected(conn)
				case errors.Is(err, net.ErrClosed):
					return
				default: // too many files are open, perhaps: some will be closed
					time.Sleep(10 * time.Millisecond)
				}
			}
		}()
	}
	p.doors.fresh = nil
}

// connected has the Worker handle a connection.
func (p *project) connected(conn net.Conn) {
	defer conn.Close()
	g, _ := p.acquire()
	if g == nil {
		return // which was said when it could not be loaded
	}
	defer g.users.Done()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	defer g.connections.add(cancel)()
	started, where := time.Now(), conn.LocalAddr().String()
	handled := g.worker.Dispatch(ctx, "default", &runtime.Connect{Conn: conn, Local: where, Remote: conn.RemoteAddr().String()})
	p.session.options.Report(Handled{Name: p.label(), Event: "TCP", Which: where, Outcome: string(handled.Outcome), OK: handled.Outcome == runtime.OK, Took: time.Since(started)})
	p.failedToHandle(handled, fmt.Sprintf("connect(%s)", where))
}

// connections are those that a generation handles.
type connections struct {
	mu   sync.Mutex
	all  map[int]context.CancelFunc
	next int
}

// add notes a connection, until remove is called.
func (c *connections) add(cancel context.CancelFunc) (remove func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil {
		c.all = map[int]context.CancelFunc{}
	}
	n := c.next
	c.next++
	c.all[n] = cancel
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.all, n)
	}
}

// leave ends all connections after a moment of grace.
func (c *connections) leave(grace time.Duration) {
	end := func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, cancel := range c.all {
			cancel()
		}
	}
	if grace == 0 {
		end()
		return
	}
	time.AfterFunc(grace, end)
}

// doorRow is the line of the table of env for a door.
func doorRow(door config.Door) BindingRow {
	row := bindings.Row{Resource: "connect() at tcp " + door.String(), Mode: "local"}
	if ip := net.ParseIP(door.Address); ip == nil && door.Address != "localhost" || ip != nil && !ip.IsLoopback() {
		row.Resource += ", from other machines too"
	}
	return BindingRow{Row: row}
}
