package urlpattern

import "fmt"

// SyntaxError says why something is not a URL pattern.
type SyntaxError struct {
	Component string // "pathname", or another of the eight; "" if it is none of them
	Reason    string
}

func (e *SyntaxError) Error() string {
	if e.Component == "" {
		return e.Reason
	}
	return e.Component + ": " + e.Reason
}

func syntaxErrorf(format string, args ...any) error {
	return &SyntaxError{Reason: fmt.Sprintf(format, args...)}
}
