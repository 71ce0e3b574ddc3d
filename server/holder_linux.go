package server

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// portHolder names the process that listens on a TCP port of this machine; "" if that cannot be found out, as for another
// user's: https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
func portHolder(port int) string {
	sockets := map[string]bool{}
	for _, table := range []string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		listeningSockets(table, port, sockets)
	}
	if len(sockets) == 0 {
		return ""
	}
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && sockets[target] {
			pid := strings.Split(link, "/")[2]
			line, err := os.ReadFile("/proc/" + pid + "/cmdline")
			if program, _, _ := bytes.Cut(line, []byte{0}); err == nil && len(program) > 0 {
				return fmt.Sprintf("%s (pid %s)", printable(filepath.Base(string(program))), pid)
			}
			return "pid " + pid
		}
	}
	return ""
}

// listeningSockets adds the sockets of a table that listen on a port, as the links in /proc/PID/fd name them.
func listeningSockets(table string, port int, found map[string]bool) {
	f, err := os.Open(table)
	if err != nil {
		return
	}
	defer f.Close()
	const listen = "0A"
	suffix := fmt.Sprintf(":%04X", port)
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if fields := strings.Fields(lines.Text()); len(fields) > 9 && fields[3] == listen && strings.HasSuffix(fields[1], suffix) {
			found["socket:["+fields[9]+"]"] = true
		}
	}
}

// printable is a name that another program chose, without what a terminal would take for a command.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '?'
		}
		return r
	}, name)
}
