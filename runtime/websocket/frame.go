package websocket

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// opcode says what a frame is: https://www.rfc-editor.org/rfc/rfc6455#section-11.8
type opcode byte

const (
	opContinuation opcode = 0
	opText         opcode = 1
	opBinary       opcode = 2
	opClose        opcode = 8
	opPing         opcode = 9
	opPong         opcode = 10
)

func (op opcode) isControl() bool { return op >= opClose }

// maxControl is how long the payload of a control frame may be.
const maxControl = 125

// frame is the header of a frame: https://www.rfc-editor.org/rfc/rfc6455#section-5.2
type frame struct {
	op         opcode
	final      bool
	compressed bool // the first reserved bit, as permessage-deflate uses it
	reserved   bool // one of the others
	masked     bool
	mask       [4]byte
	length     uint64
}

func readFrame(r *bufio.Reader) (frame, error) {
	var b [8]byte
	if _, err := io.ReadFull(r, b[:2]); err != nil {
		return frame{}, err
	}
	f := frame{
		op: opcode(b[0] & 0x0F), final: b[0]&0x80 != 0, compressed: b[0]&0x40 != 0, reserved: b[0]&0x30 != 0,
		masked: b[1]&0x80 != 0, length: uint64(b[1] & 0x7F),
	}
	switch f.length {
	case 126:
		if _, err := io.ReadFull(r, b[:2]); err != nil {
			return frame{}, err
		}
		f.length = uint64(binary.BigEndian.Uint16(b[:]))
	case 127:
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return frame{}, err
		}
		f.length = binary.BigEndian.Uint64(b[:])
	}
	if f.masked {
		if _, err := io.ReadFull(r, f.mask[:]); err != nil {
			return frame{}, err
		}
	}
	return f, nil
}

// appendTo appends the header as it goes on the wire.
func (f *frame) appendTo(b []byte) []byte {
	first, second := byte(f.op), byte(0)
	if f.final {
		first |= 0x80
	}
	if f.compressed {
		first |= 0x40
	}
	if f.masked {
		second = 0x80
	}
	switch {
	case f.length <= maxControl:
		b = append(b, first, second|byte(f.length))
	case f.length <= 0xFFFF:
		b = binary.BigEndian.AppendUint16(append(b, first, second|126), uint16(f.length))
	default:
		b = binary.BigEndian.AppendUint64(append(b, first, second|127), f.length)
	}
	if f.masked {
		b = append(b, f.mask[:]...)
	}
	return b
}

// applyMask masks or unmasks a payload: https://www.rfc-editor.org/rfc/rfc6455#section-5.3
func applyMask(mask [4]byte, p []byte) {
	key := binary.LittleEndian.Uint32(mask[:])
	wide := uint64(key)<<32 | uint64(key)
	for len(p) >= 8 {
		binary.LittleEndian.PutUint64(p, binary.LittleEndian.Uint64(p)^wide)
		p = p[8:]
	}
	for i := range p {
		p[i] ^= byte(key >> (8 * (i & 3)))
	}
}

// protocolError is a breach of the protocol by the peer. The connection ends with its code and text.
type protocolError struct {
	code uint16
	text string
}

func (e *protocolError) Error() string {
	return fmt.Sprintf("WebSocket protocol error; protocolError.statusCode = %d; protocolError.description = %s", e.code, e.text)
}

const (
	codeNone          = 1005 // stands for a close frame without a code
	codeAbnormal      = 1006 // stands for a connection that ended without a close frame
	codeProtocolError = 1002
	codeInvalidData   = 1007
	codeTooBig        = 1009
	codeInternalError = 1011
)

func breach(text string) error { return &protocolError{codeProtocolError, text} }
