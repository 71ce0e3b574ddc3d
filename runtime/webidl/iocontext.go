package webidl

// SetIOContext says whether scripts may do I/O now, set timers, make bodies and take random values. It is true of a new realm; the
// runtime makes it false while it evaluates modules, which happens before there is a request.
func (r *Realm) SetIOContext(allowed bool) { r.noIO = !allowed }

// CheckIO returns the error of an operation that is allowed within handlers only, or nil within one.
func (r *Realm) CheckIO() error {
	if !r.noIO {
		return nil
	}
	return Errorf("Disallowed operation called within global scope. Asynchronous I/O (ex: fetch() or connect()), setting a timeout, and generating random values are not allowed within global scope. To fix this error, perform this operation within a handler. https://developers.cloudflare.com/workers/runtime-apis/handlers/")
}
