package main

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"strconv"

	"devserver/server"
)

// parent is the process that started devserver, if that was Node.js and wants to talk: as child_process.fork() does, or
// spawn() with "ipc" among stdio. It hears what wrangler says when it is ready, and by its end devserver ends, too:
// https://nodejs.org/api/child_process.html#advanced-serialization
type parent struct {
	channel  io.ReadWriteCloser
	advanced bool // messages are those of v8.serialize()
}

// newParent finds the channel in the environment; nil if there is none.
func newParent(getenv func(string) string) *parent {
	fd, err := strconv.Atoi(getenv("NODE_CHANNEL_FD"))
	if err != nil || fd < 3 {
		return nil
	}
	channel, err := openChannel(fd)
	if err != nil {
		return nil // another program's, which devserver has inherited the variable of
	}
	return &parent{channel, getenv("NODE_CHANNEL_SERIALIZATION_MODE") == "advanced"}
}

// ready tells the parent where the Worker is served. As from wrangler, the message is a string that holds JSON.
func (p *parent) ready(l *server.Listening) error {
	message, err := json.Marshal(struct {
		Event string `json:"event"`
		IP    string `json:"ip"`
		Port  int    `json:"port"`
	}{"DEV_SERVER_READY", l.Host(), l.Port})
	if err != nil {
		return err
	}
	return p.send(string(message))
}

// send sends a string, of ASCII.
func (p *parent) send(text string) error {
	var frame []byte
	if p.advanced {
		// The header of version 15, and a one-byte string.
		value := append(binary.AppendUvarint([]byte{0xff, 15, '"'}, uint64(len(text))), text...)
		frame = append(binary.BigEndian.AppendUint32(nil, uint32(len(value))), value...)
	} else {
		quoted, err := json.Marshal(text)
		if err != nil {
			return err
		}
		frame = append(quoted, '\n')
	}
	_, err := p.channel.Write(frame)
	return err
}

// gone waits until the parent has ended or has closed the channel, or Close is called. What the parent says is not for
// devserver.
func (p *parent) gone() { io.Copy(io.Discard, p.channel) }

// Close ends gone.
func (p *parent) Close() { p.channel.Close() }
