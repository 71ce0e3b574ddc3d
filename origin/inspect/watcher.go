package inspect

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"sync"
	"time"

	"devserver/origin"
)

// watcher collects what happens during one call. Everything it is told comes from other goroutines, and some of it late:
// of several addresses that are tried, the slower ones give up after the call.
type watcher struct {
	now func() time.Time

	mu      sync.Mutex
	sealed  bool // the call is over
	dns     *DNS
	tries   []Attempt
	started map[string]time.Time // tries, by address
	reached string               // the address of the last TCP connection that was made

	request  *tls.CertificateRequestInfo
	verified *tls.ConnectionState // as of when the origin's certificate was accepted
	state    *tls.ConnectionState // as of when the connection stood; nil with HTTP/2, which does not tell
	notices  []Notice

	explained *origin.Error // why the call failed, or got the response that it got

	dnsStart, tcpStart, tcpDone, verifiedAt, tlsDone, firstByte time.Time
	dnsTook                                                     time.Duration
}

func newWatcher(now func() time.Time) *watcher {
	return &watcher{now: now, started: map[string]time.Time{}}
}

// note runs do, unless the call is over.
func (w *watcher) note(do func(now time.Time)) {
	now := w.now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.sealed {
		do(now)
	}
}

// seal ends the watching. From then on the fields may be read without the lock.
func (w *watcher) seal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sealed = true
}

func (w *watcher) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart: func(info httptrace.DNSStartInfo) {
			w.note(func(now time.Time) { w.dns, w.dnsStart = &DNS{Name: info.Host}, now })
		},
		DNSDone: func(info httptrace.DNSDoneInfo) {
			w.note(func(now time.Time) { w.resolved(info, now) })
		},
		ConnectStart: func(_, address string) {
			w.note(func(now time.Time) {
				w.started[address] = now
				if w.tcpStart.IsZero() {
					w.tcpStart = now
				}
			})
		},
		ConnectDone: func(_, address string, err error) {
			w.note(func(now time.Time) { w.connected(address, err, now) })
		},
		GotConn: func(info httptrace.GotConnInfo) {
			w.note(func(now time.Time) {
				w.tlsDone = now
				if state, ok := origin.TLSState(info.Conn); ok {
					w.state = &state
				}
			})
		},
		GotFirstResponseByte: func() {
			w.note(func(now time.Time) { w.firstByte = now })
		},
	}
}

func (w *watcher) resolved(info httptrace.DNSDoneInfo, now time.Time) {
	if w.dns == nil {
		return
	}
	w.dnsTook = now.Sub(w.dnsStart)
	if info.Err != nil {
		w.dns.Error = info.Err.Error()
		if e, ok := errors.AsType[*net.DNSError](info.Err); ok {
			w.dns.Error = e.Err
		}
	}
	for _, address := range info.Addrs {
		w.dns.Addresses = append(w.dns.Addresses, address.String())
	}
}

func (w *watcher) connected(address string, err error, now time.Time) {
	try := Attempt{Address: address, Took: Duration(now.Sub(w.started[address]))}
	if err == nil {
		w.reached, w.tcpDone = address, now
	} else {
		try.Error = cause(err)
	}
	w.tries = append(w.tries, try)
}

// cause is an error of the network without what is known already: the operation and the address.
func cause(err error) string {
	for {
		op, ok := errors.AsType[*net.OpError](err)
		if !ok || op.Err == nil {
			break
		}
		err = op.Err
	}
	if inner := errors.Unwrap(err); inner != nil {
		err = inner // of os.SyscallError
	}
	return err.Error()
}

func (w *watcher) inspection(maxVersion uint16) origin.Inspection {
	return origin.Inspection{
		MaxVersion: maxVersion,
		Asked: func(request *tls.CertificateRequestInfo) {
			w.note(func(time.Time) { w.request = request })
		},
		Verified: func(state tls.ConnectionState) {
			w.note(func(now time.Time) { w.verified, w.verifiedAt = &state, now })
		},
	}
}

// tls is the latest that is known of the connection; nil if that is nothing.
func (w *watcher) tls() *tls.ConnectionState {
	if w.state != nil {
		return w.state
	}
	return w.verified
}

func (w *watcher) observe(e origin.Event) {
	w.note(func(time.Time) {
		if e.Err != nil {
			w.explained = e.Err
		} else {
			w.notices = append(w.notices, Notice{e.Code, e.Text})
		}
	})
}
