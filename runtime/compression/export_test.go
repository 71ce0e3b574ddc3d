package compression

import "devserver/runtime/streams"

// Compressor is the codec of a CompressionStream.
func Compressor(f string) streams.Codec { return &compressor{format: format(f)} }

// Decompressor is the codec of a DecompressionStream.
func Decompressor(f string) streams.Codec { return &decompressor{format: format(f), strict: true} }
