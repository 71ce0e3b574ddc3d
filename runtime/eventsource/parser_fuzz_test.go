package eventsource

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"devserver/runtime/textcodec"
)

// FuzzEventStream parses a stream as a whole, cut into pieces, and as the standard's grammar has it: all at once.
func FuzzEventStream(f *testing.F) {
	for _, seed := range []string{
		"data:a\n\n", "\uFEFFdata: a\r\n\r\nid:1\rdata\r\r", "event:x\ndata:a\ndata:b\n\nretry:10\n:c\n\n", "id:a\x00b\nid\ndata:\xFF\n\n", "data:a\n\ndata:b",
	} {
		f.Add([]byte(seed), uint8(1))
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, stream []byte, piece uint8) {
		run := func(pieces ...[]byte) (messages []message, retries []int64) {
			p := &parser{message: func(m message) { messages = append(messages, m) }, retry: func(n int64) { retries = append(retries, n) }}
			for _, piece := range pieces {
				p.feed(piece)
			}
			return messages, retries
		}
		whole, retries := run(stream)
		pieces, retriesOfPieces := run(slices.Collect(slices.Chunk(slices.Clone(stream), int(piece)+1))...)
		if !slices.Equal(whole, pieces) || !slices.Equal(retries, retriesOfPieces) {
			t.Fatalf("whole %q %v, in pieces %q %v", whole, retries, pieces, retriesOfPieces)
		}
		if want := byGrammar(textcodec.DecodeUTF8(stream)); !slices.Equal(whole, want) {
			t.Fatalf("got %q, want %q", whole, want)
		}
	})
}

var lineEnd = regexp.MustCompile("\r\n|\n|\r")

// byGrammar reads a stream as https://html.spec.whatwg.org/#event-stream-interpretation does, in one piece.
func byGrammar(text string) []message {
	lines := lineEnd.Split(text, -1)
	var messages []message
	var data []string
	var kind, id string
	for _, line := range lines[:len(lines)-1] {
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "":
			m := message{lastEventID: id}
			if data != nil {
				m.kind, m.data = "message", strings.Join(data, "\n")
				if kind != "" {
					m.kind = kind
				}
			}
			messages = append(messages, m)
			data, kind = nil, ""
		case field == "data":
			data = append(data, value)
		case field == "event":
			kind = value
		case field == "id" && !strings.Contains(value, "\x00"):
			id = value
		}
	}
	return messages
}
