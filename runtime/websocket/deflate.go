package websocket

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"
)

// extension is what was agreed on about compression: https://www.rfc-editor.org/rfc/rfc7692#section-7
//
// We compress each message by itself, which needs no memory between messages, and which a peer need not agree to. What a
// peer compresses may refer back to earlier messages, unless it agreed not to.
type extension struct {
	on           bool
	peerTakeover bool
	uncompressed bool // we send as it is, because the peer has a smaller window than our compressor
}

const deflateName = "permessage-deflate"

// acceptOffer chooses among a client's offers, and returns what to answer; "" if none will do.
func acceptOffer(header http.Header) (answer string, x extension) {
	for _, offer := range strings.Split(strings.Join(header["Sec-Websocket-Extensions"], ","), ",") {
		name, params := parseExtension(offer)
		if name != deflateName || !acceptable(params) {
			continue
		}
		return deflateName + "; server_no_context_takeover; client_no_context_takeover", extension{on: true}
	}
	return "", extension{}
}

// acceptable reports whether we, the server, can do what an offer asks for.
func acceptable(params map[string]string) bool {
	for name, value := range params {
		switch name {
		case "client_no_context_takeover", "server_no_context_takeover", "client_max_window_bits":
		case "server_max_window_bits":
			if value != "15" {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// agreed reads a server's answer to what we, the client, offered.
func agreed(header http.Header) (extension, error) {
	answer := strings.Join(header["Sec-Websocket-Extensions"], ",")
	if strings.TrimSpace(answer) == "" {
		return extension{}, nil
	}
	name, params := parseExtension(answer)
	if name != deflateName || strings.Contains(answer, ",") {
		return extension{}, fmt.Errorf("the server chose the extension %q, which is not supported", answer)
	}
	x := extension{on: true, peerTakeover: true}
	for name, value := range params {
		switch name {
		case "server_no_context_takeover":
			x.peerTakeover = false
		case "client_max_window_bits":
			n, err := strconv.Atoi(value)
			x.uncompressed = err != nil || n < 15
		case "client_no_context_takeover", "server_max_window_bits":
		default:
			return extension{}, fmt.Errorf("the server chose the extension parameter %q, which is not supported", name)
		}
	}
	return x, nil
}

func parseExtension(text string) (name string, params map[string]string) {
	name, rest, more := strings.Cut(text, ";")
	params = map[string]string{}
	for more {
		var param string
		param, rest, more = strings.Cut(rest, ";")
		key, value, _ := strings.Cut(param, "=")
		params[strings.TrimSpace(key)] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	return strings.TrimSpace(name), params
}

// worthCompressing is how many bytes a message has at least that is compressed.
const worthCompressing = 256

var compressors = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestSpeed)
	return w
}}

// compress returns p as the payload of a compressed frame.
func compress(p []byte) []byte {
	w := compressors.Get().(*flate.Writer)
	defer compressors.Put(w)
	var b bytes.Buffer
	b.Grow(len(p)/2 + 64)
	w.Reset(&b)
	w.Write(p)
	w.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte("\x00\x00\xFF\xFF"))
}

// inflater decompresses messages.
type inflater struct {
	reader   io.ReadCloser // made for the first message
	takeover bool
	window   []byte // the end of what came before; nil without takeover
}

const windowSize = 32 << 10

// inflateTail is what a sender leaves out at the end of a message, and an empty last block.
const inflateTail = "\x00\x00\xFF\xFF\x01\x00\x00\xFF\xFF"

// message decompresses a message that is at most limit bytes long.
func (f *inflater) message(p []byte, limit int) ([]byte, error) {
	source := bytes.NewReader(append(p, inflateTail...))
	if f.reader == nil {
		f.reader = flate.NewReaderDict(source, f.window)
	} else {
		f.reader.(flate.Resetter).Reset(source, f.window)
	}
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(f.reader, int64(limit)+1))
	if err != nil {
		return nil, &protocolError{codeInvalidData, "Received a compressed message that cannot be decompressed"}
	}
	if n > int64(limit) {
		return nil, &protocolError{codeTooBig, fmt.Sprintf("Message is too large: more than %d bytes decompressed", limit)}
	}
	data := b.Bytes()
	if f.takeover {
		f.window = append(f.window, data[max(0, len(data)-windowSize):]...)
		f.window = append(f.window[:0], f.window[max(0, len(f.window)-windowSize):]...)
	}
	return data, nil
}
