package textcodec

import (
	"encoding/base64"
	"strings"
)

const asciiWhitespace = "\t\n\f\r "

// DecodeBase64 is forgiving-base64 decode: white space does not count, and the padding may be left out. It returns
// false if text is not base64: https://infra.spec.whatwg.org/#forgiving-base64-decode
func DecodeBase64(text string) ([]byte, bool) {
	if strings.ContainsAny(text, asciiWhitespace) {
		text = strings.Map(func(r rune) rune {
			if strings.ContainsRune(asciiWhitespace, r) {
				return -1
			}
			return r
		}, text)
	}
	if len(text)%4 == 0 {
		text = strings.TrimSuffix(strings.TrimSuffix(text, "="), "=")
	}
	data, err := base64.RawStdEncoding.DecodeString(text)
	return data, err == nil
}
