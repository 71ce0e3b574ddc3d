package node

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/adler32"
	"hash/crc32"
	"io"
	"iter"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// zmode is what a zlib stream does, with the numbers of zlib.constants.
type zmode int

const (
	zDeflate      zmode = 1
	zInflate      zmode = 2
	zGzip         zmode = 3
	zGunzip       zmode = 4
	zDeflateRaw   zmode = 5
	zInflateRaw   zmode = 6
	zUnzip        zmode = 7
	brotliDecode  zmode = 8
	brotliEncode  zmode = 9
	zstdEncode    zmode = 10
	zstdDecode    zmode = 11
	zNoFlush            = 0
	zSyncFlush          = 2
	zFinish             = 4
	zNeedDict           = 2
	zDataError          = -3
	zBufError           = -5
	zStreamError        = -2
	zNoNumber           = -1
	zstdLevel           = 100 // ZSTD_c_compressionLevel
	brotliQuality       = 1   // BROTLI_PARAM_QUALITY
	brotliWindow        = 2   // BROTLI_PARAM_LGWIN
)

// zoptions are a zlib stream's options, checked.
type zoptions struct {
	level      int
	windowBits int
	strategy   int
	dictionary []byte
	params     map[int]int // of brotli and zstd
}

// zerror is an error with one of zlib's numbers.
type zerror struct {
	errno   int
	message string
	code    string // of a stream's error, if it is not the number's
}

func (e *zerror) Error() string { return e.message }

func dataError(message string) *zerror { return &zerror{errno: zDataError, message: message} }

var (
	errHeader      = dataError("incorrect header check")
	errMethod      = dataError("unknown compression method")
	errHeaderFlags = dataError("unknown header flags set")
	errWindow      = dataError("invalid window size")
	errHeaderCRC   = dataError("header crc mismatch")
	errBlockType   = dataError("invalid block type")
	errStored      = dataError("invalid stored block lengths")
	errDistance    = dataError("invalid distance too far back")
	errCheck       = dataError("incorrect data check")
	errLength      = dataError("incorrect length check")
	errEnd         = &zerror{errno: zBufError, message: "unexpected end of file"}
	errNoDict      = &zerror{errno: zNeedDict, message: "Missing dictionary"}
	errBadDict     = dataError("Bad dictionary")
	errBrotliEnd   = &zerror{zBufError, "Unexpected end of file", "ERR_BROTLI_COMPRESSION_FAILED"}
	errZstdEnd     = &zerror{zNoNumber, errEnd.message, zstdFailed}
	errParameter   = &zerror{errno: zStreamError, message: "Setting parameter failed"}
)

// brotliError is the error for one of the decompressor's, which names what is wrong.
func brotliError(err error) error {
	name := strings.TrimPrefix(err.Error(), "brotli: ")
	if name != "DICTIONARY_NOT_SET" && name != "INVALID_ARGUMENTS" && name != "UNREACHABLE" {
		name = "FORMAT_" + name
	}
	return &zerror{zNoNumber, "Compression failed", "ERR__ERROR_" + name}
}

// zstdFailed is the code of the errors of zstd's streams.
const zstdFailed = "ERR_ZSTD_DECOMPRESSION_FAILED"

// zcodec compresses or decompresses a stream of bytes.
type zcodec interface {
	// write takes src, of which it returns what it has left for the next call, and appends what comes of it to dst: no
	// more than room bytes beyond what one step makes. flush is one of zlib's; last says that
	// no more input comes, which is an error for data that is not complete only if flush says so, too.
	write(dst, src []byte, room, flush int, last bool) (out, rest []byte, err error)
	close()
}

func newZcodec(mode zmode, o zoptions) (zcodec, error) {
	switch mode {
	case zDeflate, zGzip, zDeflateRaw:
		return &deflater{mode: mode, options: o}, nil
	case brotliEncode:
		for key, value := range o.params {
			if key < 0 || key > 8 || key == brotliWindow && (value < 10 || value > 24) && value != 0 {
				return nil, errParameter
			}
		}
		return &encoder{start: func(w io.Writer) flusher { return brotli.NewWriterOptions(w, o.brotli()) }}, nil
	case zstdEncode:
		w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(o.params[201] != 0), zstd.WithEncoderLevel(zstd.EncoderLevelFromZstd(o.zstd())))
		if err != nil {
			return nil, err
		}
		return &encoder{start: func(out io.Writer) flusher {
			w.Reset(out)
			return w
		}}, nil
	}
	return &decoder{mode: mode, options: o}, nil
}

func (o zoptions) brotli() brotli.WriterOptions {
	quality, ok := o.params[brotliQuality]
	if !ok {
		quality = brotli.BestCompression
	}
	return brotli.WriterOptions{Quality: min(max(quality, 0), brotli.BestCompression), LGWin: o.params[brotliWindow]}
}

func (o zoptions) zstd() int {
	if level, ok := o.params[zstdLevel]; ok {
		return level
	}
	return 3 // ZSTD_CLEVEL_DEFAULT
}

// transcodeAll is all of it at once: what the functions that end in Sync do. It is an error if more than limit bytes come
// out.
func transcodeAll(mode zmode, o zoptions, data []byte, flush, limit int) ([]byte, error) {
	codec, err := newZcodec(mode, o)
	if err != nil {
		return nil, err
	}
	defer codec.close()
	var out []byte
	if _, ok := codec.(*decoder); !ok {
		out, _, err = codec.write(nil, data, 0, flush, true)
		return out, err
	}
	for {
		before := len(out)
		out, data, err = codec.write(out, data, zstep, flush, true)
		switch {
		case err != nil:
			return nil, err
		case len(out) > limit:
			return nil, errLimit
		case len(data) == 0 && len(out)-before < zstep:
			return out, nil
		}
	}
}

// zstep is how much room a write has when all that matters is the end.
const zstep = 64 << 10

//lint:ignore ST1005 scripts get it as it is
var errLimit = errors.New("Memory limit exceeded")

// deflater makes the formats of zlib. The compressor may be another one in the middle of the data.
type deflater struct {
	mode    zmode
	options zoptions
	w       *flate.Writer // made for the first bytes
	out     bytes.Buffer
	sum     uint32
	size    uint32
	pending bool // something may have been written since the last flush
	ended   bool
}

// flate is the package's level for one of zlib's.
func (o zoptions) flate() int {
	const huffmanOnly = 2
	switch {
	case o.strategy == huffmanOnly && o.level != 0:
		return flate.HuffmanOnly
	case o.level < 0:
		return 6
	}
	return o.level
}

func (d *deflater) start() {
	o := d.options
	switch d.mode {
	case zGzip:
		extra := byte(0)
		switch o.level {
		case 9:
			extra = 2
		case 1:
			extra = 4
		}
		d.out.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, extra, 3})
	case zDeflate:
		head := uint16(0x0800) | uint16(max(o.windowBits, 8)-8)<<12
		switch {
		case o.level == 0 || o.level == 1:
		case o.level > 1 && o.level < 6:
			head |= 1 << 6
		case o.level == 6 || o.level < 0:
			head |= 2 << 6
		default:
			head |= 3 << 6
		}
		if o.dictionary != nil {
			head |= 1 << 5
		}
		head += 31 - head%31
		d.out.Write(binary.BigEndian.AppendUint16(nil, head))
		if o.dictionary != nil {
			d.out.Write(binary.BigEndian.AppendUint32(nil, adler32.Checksum(o.dictionary)))
		}
		d.sum = 1
	}
	d.open(o.dictionary)
}

// open makes the compressor; the levels and windows have been checked.
func (d *deflater) open(dictionary []byte) {
	if window := 1 << d.options.windowBits; dictionary == nil && d.options.windowBits != 0 && window < flate.MaxCustomWindowSize && d.options.level != 0 {
		d.w, _ = flate.NewWriterWindow(&d.out, window)
		return
	}
	d.w, _ = flate.NewWriterDict(&d.out, d.options.flate(), dictionary)
}

func (d *deflater) write(dst, src []byte, _, flush int, _ bool) (out, rest []byte, err error) {
	if d.ended {
		return dst, nil, nil
	}
	if d.w == nil {
		d.start()
	}
	d.w.Write(src)
	d.pending = d.pending || len(src) > 0
	switch d.mode {
	case zGzip:
		d.sum = crc32.Update(d.sum, crc32.IEEETable, src)
		d.size += uint32(len(src))
	case zDeflate:
		d.sum = adler32Update(d.sum, src)
	}
	switch flush {
	case zNoFlush:
	case zFinish:
		d.ended = true
		d.w.Close()
		switch d.mode {
		case zGzip:
			d.out.Write(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, d.sum), d.size))
		case zDeflate:
			d.out.Write(binary.BigEndian.AppendUint32(nil, d.sum))
		}
	default:
		d.w.Flush()
		d.pending = false
	}
	dst = append(dst, d.out.Bytes()...)
	d.out.Reset()
	return dst, nil, nil
}

// adler32Update goes on with a checksum: https://www.rfc-editor.org/rfc/rfc1950#section-8.2
func adler32Update(sum uint32, data []byte) uint32 {
	const base, most = 65521, 5552 // as many bytes do not overflow
	a, b := sum&0xffff, sum>>16
	for len(data) > 0 {
		n := min(len(data), most)
		for _, x := range data[:n] {
			a += uint32(x)
			b += a
		}
		a, b = a%base, b%base
		data = data[n:]
	}
	return b<<16 | a
}

// params changes the level and the strategy for what is written from now on.
func (d *deflater) params(level, strategy int) {
	d.options.level, d.options.strategy = level, strategy
	if d.w == nil || d.ended {
		return
	}
	if d.pending {
		d.w.Flush()
	}
	d.pending = false
	d.open(nil)
}

func (d *deflater) close() { d.w, d.ended = nil, true }

// encoder is a compressor that has no other needs: brotli's and zstd's.
type encoder struct {
	start func(io.Writer) flusher
	w     flusher
	out   bytes.Buffer
	ended bool
}

type flusher interface {
	io.WriteCloser
	Flush() error
}

func (e *encoder) write(dst, src []byte, _, flush int, _ bool) (out, rest []byte, err error) {
	if e.ended {
		return dst, nil, nil
	}
	if e.w == nil {
		e.w = e.start(&e.out)
	}
	if _, err := e.w.Write(src); err != nil {
		return dst, nil, err
	}
	switch flush {
	case 0: // BROTLI_OPERATION_PROCESS, ZSTD_e_continue
	case 2: // BROTLI_OPERATION_FINISH, ZSTD_e_end
		e.ended = true
		err = e.w.Close()
	default:
		err = e.w.Flush()
	}
	dst = append(dst, e.out.Bytes()...)
	e.out.Reset()
	return dst, nil, err
}

func (e *encoder) close() {
	if e.w != nil && !e.ended {
		e.w.Close()
	}
	e.ended = true
}

// decoder decompresses. Go's decompressors ask for their input, and cannot go on after they were refused some; so they
// run as a coroutine, which is left where it asks for more, and where there is no room for what it has made.
type decoder struct {
	mode    zmode
	options zoptions

	resume func() (struct{}, bool) // nil before the first bytes
	stop   func()

	// What write was given, for the coroutine.
	in       []byte
	out      []byte
	room     int  // how much longer out may become
	last     bool // no more input comes
	complete bool // and the data must be complete
	over     int  // how much of what was written follows the end

	ended bool // the coroutine has returned
	err   error
}

func (d *decoder) write(dst, src []byte, room, flush int, last bool) (out, rest []byte, err error) {
	if d.ended && d.mode == zstdDecode && d.err == nil && len(src) > 0 {
		d.resume, d.ended = nil, false // another frame begins
	}
	if d.ended {
		d.over = len(src)
		return dst, nil, d.err
	}
	if d.resume == nil {
		d.resume, d.stop = iter.Pull(d.run)
	}
	d.in, d.out, d.room = src, dst, room
	d.complete = flush == d.finish()
	d.last = last || d.complete
	d.resume()
	out, rest = d.out, d.in
	d.in, d.out = nil, nil
	if d.ended {
		d.over += len(rest) // what follows the end is nobody's
		rest = nil
	}
	return out, rest, d.err
}

func (d *decoder) close() {
	if d.stop != nil {
		d.stop()
	}
	d.ended = true
}

var errClosed = errors.New("the decompressor has been closed")

// run is the coroutine.
func (d *decoder) run(yield func(struct{}) bool) {
	in := bufio.NewReaderSize(zfeed{d, yield}, 4096)
	err := d.decompress(in, yield)
	d.over += in.Buffered()
	switch {
	case err == errClosed:
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		if !d.complete {
			break
		}
		switch d.err = errEnd; d.mode {
		case brotliDecode:
			d.err = errBrotliEnd
		case zstdDecode:
			d.err = errZstdEnd
		}
	default:
		d.err = err
	}
	d.ended = true
}

// zfeed is what the coroutine reads from.
type zfeed struct {
	d     *decoder
	yield func(struct{}) bool
}

// Read implements io.Reader.
func (f zfeed) Read(p []byte) (int, error) {
	for len(f.d.in) == 0 {
		if f.d.last {
			return 0, io.EOF
		}
		if !f.yield(struct{}{}) {
			return 0, errClosed
		}
	}
	n := copy(p, f.d.in)
	f.d.in = f.d.in[n:]
	return n, nil
}

// brotliKept is how long a stream of brotli may be whose end is known exactly if something follows it.
const brotliKept = 1 << 20

// brotliFeed is what brotli's decompressor reads from.
type brotliFeed struct {
	in   *bufio.Reader
	kept []byte // what was read, up to a little more than brotliKept
	last int    // how much of it was read at last
}

// Read implements io.Reader.
func (f *brotliFeed) Read(p []byte) (n int, err error) {
	n, err = f.in.Read(p[:min(len(p), f.in.Size())])
	if f.last = n; len(f.kept) <= brotliKept {
		f.kept = append(f.kept, p[:n]...)
	}
	return n, err
}

// brotliEnd is the length of the stream that data begins with. The decompressor says only that the last of the bytes that
// it was given follow the end, so it is given them again, the last ones one by one.
func brotliEnd(data []byte, last int) int {
	feed := &bytewise{data: data, first: len(data) - last}
	z, scrap := brotli.NewReader(feed), make([]byte, 16<<10)
	for {
		if _, err := z.Read(scrap); err == io.EOF {
			return len(data)
		} else if err != nil {
			return len(data) - len(feed.data) - 1 // the byte that was refused
		}
	}
}

// bytewise is data of which only the first bytes are read at once.
type bytewise struct {
	data  []byte
	first int
}

// Read implements io.Reader.
func (b *bytewise) Read(p []byte) (int, error) {
	n := min(max(b.first, 1), len(b.data), len(p))
	if n == 0 {
		return 0, io.EOF
	}
	b.first = max(b.first-n, 0)
	copy(p, b.data[:n])
	b.data = b.data[n:]
	return n, nil
}

// finish is the flush that says that no more comes.
func (d *decoder) finish() int {
	if d.mode == brotliDecode || d.mode == zstdDecode {
		return 2
	}
	return zFinish
}

// copy takes all that a decompressor makes.
func (d *decoder) copy(z io.Reader, yield func(struct{}) bool, seen func([]byte)) error {
	chunk := make([]byte, 16<<10)
	for {
		n, err := z.Read(chunk)
		if seen != nil {
			seen(chunk[:n])
		}
		d.out = append(d.out, chunk[:n]...)
		d.room -= n
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case d.room <= 0 && !yield(struct{}{}):
			return errClosed
		}
	}
}

func (d *decoder) decompress(in *bufio.Reader, yield func(struct{}) bool) error {
	mode := d.mode
	switch mode {
	case brotliDecode:
		feed := &brotliFeed{in: in}
		err := d.copy(brotli.NewReader(feed), yield, nil)
		switch {
		case err != nil && err.Error() == "brotli: excessive input":
			if len(feed.kept) <= brotliKept {
				d.over = len(feed.kept) - brotliEnd(feed.kept, feed.last)
			}
			return nil // what follows the end is nobody's
		case err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, errClosed):
			return brotliError(err)
		}
		return err
	case zstdDecode:
		if head, err := in.Peek(4); err == errClosed {
			return err
		} else if len(head) > 0 && len(head) < 4 {
			return zstdError(zstd.ErrMagicMismatch)
		}
		z, err := zstd.NewReader(&zstdFrame{in: in}, zstd.WithDecoderConcurrency(1))
		if err == nil {
			defer z.Close()
			err = d.copy(z, yield, nil)
		}
		return zstdError(err)
	case zUnzip:
		head, err := in.Peek(2)
		if len(head) == 0 || err == errClosed {
			return err
		}
		if mode = zInflate; head[0] == 0x1f && (len(head) < 2 || head[1] == 0x8b) {
			mode = zGunzip
		}
	}
	switch mode {
	case zInflateRaw:
		return d.inflate(in, yield, nil)
	case zInflate:
		return d.zlib(in, yield)
	}
	for {
		if err := d.member(in, yield); err != nil {
			return err
		}
		// Another member may follow, and anything may after a zero.
		if next, err := in.Peek(1); err == errClosed {
			return err
		} else if len(next) == 0 || next[0] == 0 {
			return nil
		}
	}
}

// zstdFrame reads one frame, whatever follows it: https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1
type zstdFrame struct {
	in       *bufio.Reader
	piece    []byte // of the frame, to be read next
	content  int    // of a block, to be read after the piece
	begun    bool
	checksum bool
	last     bool // no block follows
	over     bool
}

// Read implements io.Reader.
func (f *zstdFrame) Read(p []byte) (int, error) {
	for len(f.piece) == 0 && f.content == 0 {
		if f.over {
			return 0, io.EOF
		}
		if err := f.next(); err != nil {
			return 0, err
		}
	}
	if len(f.piece) > 0 {
		n := copy(p, f.piece)
		f.piece = f.piece[n:]
		return n, nil
	}
	n, err := f.in.Read(p[:min(len(p), f.content)])
	f.content -= n
	return n, err
}

// next reads the frame's header, that of a block, or the checksum.
func (f *zstdFrame) next() error {
	switch {
	case !f.begun:
		f.begun = true
		return f.header()
	case f.last:
		f.over = true
		if f.checksum {
			return f.take(4)
		}
		return nil
	}
	if err := f.take(3); err != nil {
		return err
	}
	head := int(f.piece[0]) | int(f.piece[1])<<8 | int(f.piece[2])<<16
	f.last = head&1 != 0
	const repeated = 1
	if f.content = head >> 3; head>>1&3 == repeated {
		f.content = 1
	}
	return nil
}

func (f *zstdFrame) header() error {
	const magic = 0xFD2FB528
	if err := f.take(4); err != nil || binary.LittleEndian.Uint32(f.piece) != magic {
		f.over = err == nil
		return err
	}
	descriptor, err := f.in.Peek(1)
	if len(descriptor) == 0 {
		return noEOF(err)
	}
	single := descriptor[0] >> 5 & 1
	f.checksum = descriptor[0]&(1<<2) != 0
	rest := 1 + (1 - int(single)) + []int{0, 1, 2, 4}[descriptor[0]&3] + []int{int(single), 2, 4, 8}[descriptor[0]>>6]
	magicNumber := f.piece
	if err := f.take(rest); err != nil {
		return err
	}
	f.piece = append(magicNumber, f.piece...)
	return nil
}

// take makes the next n bytes the piece.
func (f *zstdFrame) take(n int) error {
	f.piece = make([]byte, n)
	n, err := io.ReadFull(f.in, f.piece)
	f.piece = f.piece[:n]
	return noEOF(err)
}

// noEOF is an error within something that has to be complete.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func zstdError(err error) error {
	switch {
	case errors.Is(err, zstd.ErrMagicMismatch):
		return &zerror{zNoNumber, "Zstd decompression failed: Unknown frame descriptor", zstdFailed}
	case errors.Is(err, zstd.ErrCRCMismatch):
		return &zerror{zNoNumber, "Zstd decompression failed: Restored data doesn't match checksum", zstdFailed}
	case err == nil || errors.Is(err, errClosed) || errors.Is(err, io.ErrUnexpectedEOF):
		return err
	}
	return &zerror{zNoNumber, "Zstd decompression failed: Data corruption detected", zstdFailed}
}

// inflate decompresses https://www.rfc-editor.org/rfc/rfc1951
func (d *decoder) inflate(in *bufio.Reader, yield func(struct{}) bool, seen func([]byte)) error {
	// The decompressor only says that something is wrong. What is, is known of the first block.
	wrong := errDistance
	if head, err := in.Peek(1); err == errClosed {
		return err
	} else if len(head) > 0 {
		switch head[0] >> 1 & 3 {
		case 0:
			wrong = errStored
		case 3:
			return errBlockType
		}
	}
	z := flate.NewReaderOpts(in, flate.WithDict(d.options.dictionary), flate.WithPartialBlock())
	err := d.copy(z, yield, seen)
	if corrupt := flate.CorruptInputError(0); errors.As(err, &corrupt) {
		return wrong
	}
	return err
}

// zlib decompresses https://www.rfc-editor.org/rfc/rfc1950
func (d *decoder) zlib(in *bufio.Reader, yield func(struct{}) bool) error {
	var b [4]byte
	if _, err := io.ReadFull(in, b[:2]); err != nil {
		return err
	}
	head := binary.BigEndian.Uint16(b[:])
	switch {
	case head%31 != 0:
		return errHeader
	case b[0]&15 != 8:
		return errMethod
	case int(b[0]>>4)+8 > max(d.options.windowBits, 8) && d.options.windowBits != 0:
		return errWindow
	}
	if head&(1<<5) != 0 {
		if _, err := io.ReadFull(in, b[:]); err != nil {
			return err
		}
		switch {
		case d.options.dictionary == nil:
			return errNoDict
		case adler32.Checksum(d.options.dictionary) != binary.BigEndian.Uint32(b[:]):
			return errBadDict
		}
	} else {
		d.options.dictionary = nil
	}
	sum := uint32(1)
	if err := d.inflate(in, yield, func(p []byte) { sum = adler32Update(sum, p) }); err != nil {
		return err
	}
	if _, err := io.ReadFull(in, b[:]); err != nil {
		return err
	}
	if binary.BigEndian.Uint32(b[:]) != sum {
		return errCheck
	}
	return nil
}

// member decompresses a member of https://www.rfc-editor.org/rfc/rfc1952
func (d *decoder) member(in *bufio.Reader, yield func(struct{}) bool) error {
	if err := gzipHeader(in); err != nil {
		return err
	}
	var sum, size uint32
	if err := d.inflate(in, yield, func(p []byte) {
		sum = crc32.Update(sum, crc32.IEEETable, p)
		size += uint32(len(p))
	}); err != nil {
		return err
	}
	var b [8]byte
	if _, err := io.ReadFull(in, b[:]); err != nil {
		return err
	}
	switch {
	case binary.LittleEndian.Uint32(b[:]) != sum:
		return errCheck
	case binary.LittleEndian.Uint32(b[4:]) != size:
		return errLength
	}
	return nil
}

func gzipHeader(in *bufio.Reader) error {
	var b [10]byte
	if _, err := io.ReadFull(in, b[:2]); err != nil {
		if err == io.ErrUnexpectedEOF && b[0] != 0x1f {
			return errHeader
		}
		return err
	}
	if b[0] != 0x1f || b[1] != 0x8b {
		return errHeader
	}
	if _, err := io.ReadFull(in, b[2:]); err != nil {
		return err
	}
	const hasCRC, hasExtra, hasName, hasComment = 1 << 1, 1 << 2, 1 << 3, 1 << 4
	flags := b[3]
	switch {
	case b[2] != 8:
		return errMethod
	case flags&0xe0 != 0:
		return errHeaderFlags
	}
	sum := crc32.ChecksumIEEE(b[:])
	take := func(n int) ([]byte, error) {
		p := make([]byte, n)
		_, err := io.ReadFull(in, p)
		sum = crc32.Update(sum, crc32.IEEETable, p)
		return p, err
	}
	if flags&hasExtra != 0 {
		n, err := take(2)
		if err == nil {
			_, err = take(int(binary.LittleEndian.Uint16(n)))
		}
		if err != nil {
			return err
		}
	}
	for _, flag := range []byte{hasName, hasComment} {
		for flags&flag != 0 {
			p, err := take(1)
			if err != nil {
				return err
			}
			if p[0] == 0 {
				break
			}
		}
	}
	if flags&hasCRC != 0 {
		want := uint16(sum)
		p, err := take(2)
		if err != nil {
			return err
		}
		if binary.LittleEndian.Uint16(p) != want {
			return errHeaderCRC
		}
	}
	return nil
}
