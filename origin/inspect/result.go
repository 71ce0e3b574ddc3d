package inspect

import (
	"fmt"
	"net/http"
	"slices"

	"devserver/origin"
)

// Codes of results beside those of package origin.
const (
	CodeOK           = "OK"
	CodeNotRequested = origin.NoticeNotRequested
	CodeHTTPStatus   = "HTTP_STATUS" // an answer with a status of 400 or more, for whatever reason
)

// exitCodes are by the code of a result. As far as curl has one for it, it is curl's; what an origin may have against a
// certificate, for all of which curl has 35 or 56, begins at 110.
var exitCodes = []struct {
	exit  int
	codes []string
	what  string // for the help
}{
	{0, []string{CodeOK}, "the origin asked for the certificate, and answered"},
	{6, []string{origin.DNSFailed}, "the name cannot be resolved"},
	{7, []string{origin.ConnectionRefused, origin.NetworkUnreachable}, "no TCP connection"},
	{8, []string{origin.BadResponse, origin.HTTP2Only, origin.HTTP1Required}, "the answer is not HTTP"},
	{18, []string{origin.ResponseTruncated}, "the answer is not complete"},
	{22, []string{origin.HTTPReject, CodeHTTPStatus, origin.ProxiedZone}, "the answer is an error: HTTP 400 or more, or what makes 520 of it"},
	{28, []string{origin.ConnectTimeout, origin.TLSTimeout, origin.ResponseTimeout}, "it took too long"},
	{35, []string{origin.NotTLS, origin.TLSVersion, origin.TLSClosed, origin.TLSFailed, origin.NameUnknown}, "no TLS"},
	{52, []string{origin.OriginClosed, origin.ResetAfterHandshake}, "the origin hung up without an answer"},
	{56, []string{origin.RequestFailed, origin.ClientClosed}, "anything else"},
	{60, []string{origin.ServerUntrusted, origin.ServerNameMismatch, origin.ServerCertExpired, origin.ServerCertInvalid}, "the origin's own certificate is not accepted"},
	{110, []string{origin.ClientCertRejected}, "the origin refuses the certificate without a reason"},
	{111, []string{origin.ClientCAUnknown}, "... it does not trust the issuer"},
	{112, []string{origin.ChainIncomplete}, "... an intermediate is missing"},
	{113, []string{origin.ClientCertExpired}, "... it has expired"},
	{114, []string{origin.ClientCertTooEarly}, "... it is not valid yet"},
	{115, []string{origin.ClientCertUsage}, "... it is not meant for clients"},
	{116, []string{origin.CertRequired}, "... it says that it got none"},
	{117, []string{origin.ClientCertSignature}, "... no signature algorithm in common"},
	{118, []string{origin.ClientCertWeak}, "... its key or signature is too weak"},
	{119, []string{origin.ClientCertRevoked}, "... it was revoked"},
	{120, []string{origin.KeyMismatch}, "... its private key is another's"},
	{121, []string{origin.CertAskedLate}, "the origin asked only after the request"},
	{122, []string{CodeNotRequested}, "the origin answered and never asked for a certificate"},
}

// exitOf is the exit code for a result; by the status of the edge if its code is none of the known.
func exitOf(code string, status int) int {
	for _, e := range exitCodes {
		if slices.Contains(e.codes, code) {
			return e.exit
		}
	}
	switch status {
	case 525:
		return 35
	case 526:
		return 60
	}
	return 56
}

// An ExitCode is a line of the table of exit codes.
type ExitCode struct {
	Exit int
	What string
}

// ExitCodes is the table of exit codes, for the help.
func ExitCodes() []ExitCode {
	var list []ExitCode
	for _, e := range exitCodes {
		list = append(list, ExitCode{e.exit, e.what})
	}
	return list
}

// result is the verdict.
func (r *run) result(failure *origin.Error) Result {
	result := Result{Code: CodeOK, What: "the origin asked for the certificate, and answered"}
	status := 0
	switch {
	case failure != nil:
		status = failure.Status
		result = Result{Code: failure.Code, What: failure.What, Why: failure.Why, Fix: failure.Fix}
		if failure.Err != nil {
			result.Error = failure.Err.Error()
		}
	case r.watch.explained != nil:
		e := r.watch.explained
		result = Result{Code: e.Code, What: e.What, Why: e.Why, Fix: e.Fix}
	case r.report.Request.Asked == No:
		result = Result{
			Code: CodeNotRequested, What: "the origin answered, but never asked for a certificate",
			Why: "it has not authenticated this request by one",
			Fix: "have it ask: ssl_verify_client on (nginx), SSLVerifyClient require (Apache), verify required (HAProxy), for this name and port",
		}
	case r.report.Response.Status >= http.StatusBadRequest:
		result = Result{
			Code: CodeHTTPStatus, What: fmt.Sprintf("the handshake succeeded, and the answer is %s", r.report.Response.Text),
			Why: "TLS and the certificate are in order; the origin refuses the request itself",
			Fix: "the origin's log says why",
		}
	}
	result.Exit = exitOf(result.Code, status)
	return result
}
