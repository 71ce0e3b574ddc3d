package config

import (
	"fmt"
	"math"
	"net"
	"strconv"
)

// Cron is a schedule on which the Worker is to be run. Whether it is one at all is not for config to say.
type Cron struct {
	Schedule string
	Node     *Node
}

// triggers decodes what runs the Worker besides requests.
func (l *loader) triggers(triggers *Node) {
	crons := triggers.Get("crons")
	if crons.Kind() != Array {
		return
	}
	for _, n := range crons.Items() {
		if schedule, ok := n.AsString(); ok {
			l.config.Crons = append(l.config.Crons, Cron{schedule, n})
		}
	}
}

// Door is where the Worker can be connected to by TCP, in connect.
type Door struct {
	Address string // of the machine that listens
	Port    int
}

func (d Door) String() string { return net.JoinHostPort(d.Address, strconv.Itoa(d.Port)) }

// doors decodes connect.
func doors(list *Node) (all []Door) {
	if list.Kind() != Array {
		return nil
	}
	for _, n := range list.Items() {
		protocol, _ := n.Get("protocol").AsString()
		address, ok := n.Get("address").AsString()
		if !ok || address == "" {
			address = "127.0.0.1"
		}
		if port, ok := n.Get("port").AsNumber(); ok && protocol == "tcp" {
			all = append(all, Door{address, int(port)})
		}
	}
	return all
}

// checkDoor wants what goes with the protocol.
func checkDoor(n *Node, report func(...Diagnostic)) {
	integer := func(name string, least, most float64) {
		value := n.Get(name)
		if x, ok := value.AsNumber(); ok && (x != math.Trunc(x) || x < least || x > most) {
			report(value.Diagnostic(Error, CodeValue, fmt.Sprintf("should be an integer between %.0f and %.0f", least, most), ""))
		}
	}
	integer("port", 1, 65535)
	protocol := n.Get("protocol")
	switch name, ok := protocol.AsString(); {
	case !ok:
	case name == "udp":
		integer("idle_timeout_ms", 0, math.MaxUint32)
		integer("max_pending_bytes", 0, math.MaxUint32)
		report(protocol.Diagnostic(Warning, CodeUnsupported, "UDP is not supported by devserver yet: nothing listens here", `protocol "tcp" is`))
	default:
		for _, only := range []string{"idle_timeout_ms", "max_pending_bytes"} {
			if value := n.Get(only); value != nil {
				report(value.Diagnostic(Warning, CodeUnknownKey, `is for protocol "udp" only`, "delete it"))
			}
		}
	}
}

// checkDoors wants no two of them to be the same.
func checkDoors(list *Node, report func(...Diagnostic)) {
	seen := map[string]bool{}
	for _, n := range list.Items() {
		protocol, ok := n.Get("protocol").AsString()
		port, is := n.Get("port").AsNumber()
		if key := fmt.Sprint(protocol, port); ok && is {
			if seen[key] {
				report(n.Diagnostic(Error, CodeConflict, "has the same protocol and port as another one", "name another port"))
			}
			seen[key] = true
		}
	}
}

// TailConsumer is a Worker that is told of what this one does.
type TailConsumer struct {
	Service     string
	Environment string // "" if none is named
}

func tailConsumers(list *Node) (consumers []TailConsumer) {
	if list.Kind() != Array {
		return nil
	}
	for _, n := range list.Items() {
		service, _ := n.Get("service").AsString()
		environment, _ := n.Get("environment").AsString()
		if service != "" {
			consumers = append(consumers, TailConsumer{service, environment})
		}
	}
	return consumers
}
