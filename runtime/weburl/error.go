package weburl

import "fmt"

// SyntaxError says that a string is not a URL.
type SyntaxError struct {
	Input string // the string that was parsed
	Base  string // the serialised base URL, or "" if there was none
	Err   error  // what is wrong with it
}

func (e *SyntaxError) Error() string {
	if e.Base == "" {
		return fmt.Sprintf("invalid URL %q: %v", e.Input, e.Err)
	}
	return fmt.Sprintf("invalid URL %q with base %q: %v", e.Input, e.Base, e.Err)
}

func (e *SyntaxError) Unwrap() error { return e.Err }

// A violation is a reason for failure, worded for people. The standard's name
// of the validation error stands behind each.
//
// https://url.spec.whatwg.org/#validation-error
type violation string

func (v violation) Error() string { return string(v) }

const (
	errDomainToASCII      violation = "the domain is not valid under IDNA"                   // domain-to-ASCII
	errDomainTooLong      violation = "the domain is too long for an internationalised one"  // ours
	errDomainCodePoint    violation = "the domain contains a forbidden character"            // domain-invalid-code-point
	errHostCodePoint      violation = "the host contains a forbidden character"              // host-invalid-code-point
	errHostMissing        violation = "the host is missing"                                  // host-missing
	errIPv4TooManyParts   violation = "the IPv4 address has more than four parts"            // IPv4-too-many-parts
	errIPv4NonNumericPart violation = "the host ends in a number but is not an IPv4 address" // IPv4-non-numeric-part
	errIPv4OutOfRange     violation = "a part of the IPv4 address is too large"              // IPv4-out-of-range-part
	errIPv6Unclosed       violation = "the IPv6 address lacks its closing bracket"           // IPv6-unclosed
	errIPv6               violation = "the host in brackets is not an IPv6 address"          // IPv6-*
	errMissingScheme      violation = "it is relative and there is no base to resolve it"    // missing-scheme-non-relative-URL
	errScheme             violation = "the scheme is not one"                                // ours, for a scheme on its own
	errPortInvalid        violation = "the port is not a number"                             // port-invalid
	errPortOutOfRange     violation = "the port is greater than 65535"                       // port-out-of-range
)
