// Package compat knows compatibility dates and flags: which behaviours of the Workers runtime a Worker asked for.
package compat

import (
	"fmt"
	"iter"
	"slices"
)

// DefaultDate is the compatibility date of a Worker that names none: the newest one that devserver was compared with.
const DefaultDate = "2026-11-17"

// flag is one behaviour that changed. Its zero date means that it is never on by default.
type flag struct {
	date            string // on by default from this compatibility date (YYYY-MM-DD)
	enable, disable string // the flags that switch it on and off; disable may be missing
	experimental    bool
	impliedBy       []string // on with any of these, for dates from impliedFrom
	impliedFrom     string
}

// Flags that change what devserver does. Each is named here once, and looked up by this name.
const (
	AllowEvalDuringStartup          = "allow_eval_during_startup"
	CacheOptionEnabled              = "cache_option_enabled"
	CacheNoCacheEnabled             = "cache_no_cache_enabled"
	CryptoPreservePublicExponent    = "crypto_preserve_public_exponent"
	RPC                             = "rpc"
	RPCParamsDupStubs               = "rpc_params_dup_stubs"
	EnableRequestSignal             = "enable_request_signal"
	EnableCtxExports                = "enable_ctx_exports"
	EnableGlobalPerformanceClasses  = "enable_global_performance_classes"
	ExposeGlobalMessageChannel      = "expose_global_message_channel"
	IncreaseWebSocketMessageSize    = "increase_websocket_message_size"
	HTMLRewriterESI                 = "html_rewriter_treats_esi_include_as_void_tag"
	NodejsALS                       = "nodejs_als"
	NodejsCompat                    = "nodejs_compat"
	NodejsCompatV2                  = "nodejs_compat_v2"
	NodejsGlobalTimers              = "enable_nodejs_global_timers"
	NodejsPopulateProcessEnv        = "nodejs_compat_populate_process_env"
	QueueExposeErrorCodes           = "queue_expose_error_codes"
	QueueNoWaitForWaitUntil         = "queue_consumer_no_wait_for_wait_until"
	QueuesJSONMessages              = "queues_json_messages"
	StrictCryptoChecks              = "strict_crypto_checks"
	StripAuthorizationOnCrossOrigin = "strip_authorization_on_cross_origin_redirect"
	UpperCaseAllHTTPMethods         = "upper_case_all_http_methods"
	URLPatternStandard              = "urlpattern_standard"
	URLSearchParamsDeleteHasValue   = "urlsearchparams_delete_has_value_arg"
	GlobalNavigator                 = "global_navigator"
	WebSocketAutoReplyToClose       = "web_socket_auto_reply_to_close"
	WebSocketCloseReasonByteLimit   = "websocket_close_reason_byte_limit"
	WebSocketCompression            = "web_socket_compression"
	WebSocketStandardBinaryType     = "websocket_standard_binary_type"
	EnableNavigatorLanguage         = "enable_navigator_language"
)

// Set is what a Worker asked for.
type Set struct {
	Date string
	on   map[string]bool
}

// Enabled reports whether the behaviour that the enable flag stands for is on.
func (s Set) Enabled(enable string) bool { return s.on[enable] }

// All yields the enable flags of all behaviours there are, in the table's order, and whether they are on.
func (s Set) All() iter.Seq2[string, bool] {
	return func(yield func(string, bool) bool) {
		for _, f := range table {
			if f.enable != "" && !yield(f.enable, s.on[f.enable]) {
				return
			}
		}
	}
}

// Flags returns the enable flags of all behaviours that are on, sorted.
func (s Set) Flags() []string {
	names := make([]string, 0, len(s.on))
	for name := range s.on {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Knows reports whether a compatibility flag is known, in either of its directions.
func (Set) Knows(name string) bool {
	return slices.ContainsFunc(table, func(f flag) bool { return f.enable == name || f.disable == name && name != "" })
}

// Resolve works out what a compatibility date and flags switch on; an empty date is [DefaultDate]. Each problem is a
// sentence: a flag together with its opposite. None keeps a Worker from running, and nor does a flag that is not known.
func Resolve(date string, flags []string) (Set, []string) {
	if date == "" {
		date = DefaultDate
	}
	s := Set{Date: date, on: map[string]bool{}}
	var problems []string
	asked := map[string]bool{}
	for _, name := range flags {
		asked[name] = true
	}
	for _, f := range table {
		on := f.date != "" && f.date <= date
		switch {
		case asked[f.enable] && f.disable != "" && asked[f.disable]:
			problems = append(problems, fmt.Sprintf("compatibility flags %q and %q contradict each other", f.enable, f.disable))
		case asked[f.enable]:
			on = true
		case f.disable != "" && asked[f.disable]:
			on = false
		}
		if on {
			s.on[f.enable] = true
		}
	}
	s.imply(asked, date)
	return s, problems
}

// imply switches on what other flags imply, until nothing changes: an implied flag may imply another.
func (s Set) imply(asked map[string]bool, date string) {
	for changed := true; changed; {
		changed = false
		for _, f := range table {
			if s.on[f.enable] || len(f.impliedBy) == 0 || f.impliedFrom > date || asked[f.disable] && f.disable != "" {
				continue
			}
			if slices.ContainsFunc(f.impliedBy, func(name string) bool { return s.on[name] }) {
				s.on[f.enable] = true
				changed = true
			}
		}
	}
}
