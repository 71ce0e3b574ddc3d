package server

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"devserver/runtime"
	"devserver/runtime/email"
)

// mailbox is where what Workers send goes: files in a folder of the session's own, which is made when it is needed and
// stays when devserver ends, for whoever wants to look.
type mailbox struct {
	report func(Event)
	folder func() (string, error)
}

func newMailbox(report func(Event)) *mailbox {
	return &mailbox{report: report, folder: sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "devserver-email-") })}
}

// Put implements email.Outbox.
func (m *mailbox) Put(sent email.Sent) error {
	dir, err := m.folder()
	if err != nil {
		return fmt.Errorf("the email cannot be kept: %w", err)
	}
	id, _, _ := strings.Cut(strings.Trim(sent.ID, "<>"), "@") // of letters and digits: it is our own
	path := filepath.Join(dir, sent.What+"-"+id+".eml")
	if err := os.WriteFile(path, sent.Raw, 0o600); err != nil {
		return fmt.Errorf("the email cannot be kept: %w", err)
	}
	m.report(Handled{Event: "EMAIL", Which: sent.What + " to " + strings.Join(sent.To, ", "), Outcome: "written", OK: true, Note: path})
	return nil
}

// maxEmail is how large a message may be that arrives: https://developers.cloudflare.com/email-routing/limits/
const maxEmail = 25 << 20

// serveEmail has the Worker handle the message in the request's body: ?from= and ?to= are the envelope's addresses. The answer
// says what came of it, with ?format=json in detail.
func (s *Session) serveEmail(w http.ResponseWriter, r *http.Request) {
	p := s.asked(w, r)
	if p == nil {
		return
	}
	query := r.URL.Query()
	from, to := query.Get("from"), query.Get("to")
	refuse := func(text string) { http.Error(w, text, http.StatusBadRequest) }
	if from == "" || to == "" || r.ContentLength == 0 {
		refuse("Invalid email. Your request must include URL parameters specifying the `from` and `to` addresses, as well as an email in the body")
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEmail))
	if err != nil {
		refuse("Email message size is bigger than the production size limit of 25 MiB.")
		return
	}
	message, err := email.Receive(from, to, raw)
	if err != nil {
		refuse("Email could not be parsed: invalid or no message id provided")
		return
	}
	message.Outbox = s.mail
	s.doubts(message)
	started := time.Now()
	handled, failure := p.dispatch(r.Context(), runtime.Email{Incoming: message})
	if failure != nil {
		s.failed(w, r, failure)
		return
	}
	outcome := string(handled.Outcome)
	if message.Reject != nil {
		outcome = "rejected: " + *message.Reject
	}
	var notes []string
	for _, f := range message.Forwards {
		notes = append(notes, "forwarded to "+f.To)
	}
	s.options.Report(Handled{Name: p.label(), Event: "EMAIL", Which: from + " → " + to, Outcome: outcome, OK: handled.Outcome == runtime.OK && message.Reject == nil,
		Took: time.Since(started), Note: strings.Join(notes, ", ")})
	p.failedToHandle(handled, fmt.Sprintf("email(%s → %s)", from, to))
	s.answerEmail(w, query.Get("format") == "json", message, handled)
}

// doubts says where the envelope and the message differ.
func (s *Session) doubts(m *email.Incoming) {
	if header := m.Header.Addresses("from"); !slices.Contains(header, m.From) {
		s.options.Report(Notice{fmt.Sprintf("the email's envelope is from %s, and its From header says %s", m.From, strings.Join(header, ", "))})
	}
	if header := m.Header.Addresses("to"); !slices.Contains(header, m.To) {
		s.options.Report(Notice{fmt.Sprintf("the email's envelope is to %s, and its To header says %s", m.To, strings.Join(header, ", "))})
	}
}

func (s *Session) answerEmail(w http.ResponseWriter, structured bool, m *email.Incoming, handled runtime.Handled) {
	status := http.StatusOK
	if handled.Outcome != runtime.OK {
		status = http.StatusInternalServerError
	}
	if structured {
		type forward struct {
			Recipient string      `json:"recipient"`
			Headers   [][2]string `json:"headers"`
			ID        string      `json:"messageId"`
		}
		type reply struct {
			ID     string `json:"messageId"`
			Sender string `json:"sender"`
			Raw    string `json:"raw"`
		}
		forwards, replies := []forward{}, []reply{}
		for _, f := range m.Forwards {
			headers := [][2]string{}
			for _, h := range f.Headers {
				headers = append(headers, [2]string{h.Name, h.Value})
			}
			forwards = append(forwards, forward{f.To, headers, f.ID})
		}
		for _, sent := range m.Replies {
			replies = append(replies, reply{sent.ID, sent.From, string(sent.Raw)})
		}
		answer := map[string]any{"outcome": handled.Outcome, "forwards": forwards, "replies": replies}
		if m.Reject != nil {
			answer["rejectReason"] = *m.Reject
		}
		writeJSON(w, status, answer)
		return
	}
	switch {
	case handled.Err != nil && handled.Err.Kind == runtime.NoHandler:
		writeText(w, status, "Worker does not export an email() handler.")
	case status != http.StatusOK:
		writeText(w, status, string(handled.Outcome)+": see the terminal")
	case m.Reject != nil:
		writeText(w, http.StatusBadRequest, "Worker rejected email with the following reason: "+*m.Reject)
	default:
		writeText(w, status, "Worker successfully processed email")
	}
}
