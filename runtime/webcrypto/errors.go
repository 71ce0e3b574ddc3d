package webcrypto

import "devserver/runtime/webidl"

// The errors of the standard by their names.

func dataErrorf(format string, args ...any) error {
	return webidl.DOMErrorf("DataError", format, args...)
}

func invalidAccessErrorf(format string, args ...any) error {
	return webidl.DOMErrorf("InvalidAccessError", format, args...)
}

func notSupportedErrorf(format string, args ...any) error {
	return webidl.DOMErrorf("NotSupportedError", format, args...)
}

func operationErrorf(format string, args ...any) error {
	return webidl.DOMErrorf("OperationError", format, args...)
}

func syntaxErrorf(format string, args ...any) error {
	return webidl.DOMErrorf("SyntaxError", format, args...)
}

func errImportFormat(format string) error {
	return notSupportedErrorf("Unrecognized key import format %q.", format)
}
