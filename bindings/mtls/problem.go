package mtls

import "strings"

// The codes of problems are stable: scripts, tests and the documentation refer to them.
const (
	// What makes a certificate or key unusable; LoadKeyPair refuses it.
	CodeFileUnreadable  = "FILE_UNREADABLE" // no such file, no permission, far too large
	CodeFilesSwapped    = "FILES_SWAPPED"   // the key was given as the certificate and the other way round
	CodeCertMissing     = "CERT_MISSING"    // no certificate in the file
	CodeCertIsRequest   = "CERT_IS_REQUEST" // a CSR, which nobody has signed yet
	CodeCertFormat      = "CERT_FORMAT"     // PKCS#7, or a damaged PKCS#12 file
	CodeCertParse       = "CERT_PARSE"      // a damaged certificate
	CodeKeyMissing      = "KEY_MISSING"     // no private key in the file
	CodeKeyAmbiguous    = "KEY_AMBIGUOUS"   // more than one private key in the file
	CodeKeyParse        = "KEY_PARSE"       // a damaged private key
	CodeKeyEncrypted    = "KEY_ENCRYPTED"   // the private key needs a passphrase, and there is none
	CodeKeyEncryption   = "KEY_ENCRYPTION"  // encrypted with an algorithm, or at a cost, that is not supported
	CodePassphraseWrong = "PASSPHRASE_WRONG"
	CodeKeyUnsupported  = "KEY_UNSUPPORTED" // an algorithm, curve or size that TLS here cannot use
	CodeChainTooLarge   = "CHAIN_TOO_LARGE"
	CodeKeyMismatch     = "KEY_MISMATCH" // the private key belongs to another certificate

	// What an origin may well refuse; reported as a warning, as production accepts the upload.
	CodeExpired         = "CLIENT_CERT_EXPIRED"
	CodeExpiresSoon     = "CLIENT_CERT_EXPIRES_SOON"
	CodeNotYetValid     = "CLIENT_CERT_NOT_YET_VALID"
	CodeEKU             = "CLIENT_CERT_EKU"
	CodeKeyUsage        = "CLIENT_CERT_KEY_USAGE"
	CodeKeyWeak         = "KEY_WEAK"
	CodeSignatureWeak   = "SIGNATURE_WEAK"
	CodeCertVersion     = "CERT_VERSION"     // X.509 version 1
	CodeChainIncomplete = "CHAIN_INCOMPLETE" // an intermediate is missing
	CodeChainOrder      = "CHAIN_ORDER"
	CodeChainStray      = "CHAIN_STRAY"
	CodeKeyReadable     = "KEY_FILE_READABLE"

	// What the store and its commands refuse or report.
	CodeUsage         = "USAGE"
	CodeBadID         = "CERTIFICATE_ID_INVALID"
	CodeBadName       = "CERTIFICATE_NAME_INVALID"
	CodeIDTaken       = "CERTIFICATE_ID_TAKEN"
	CodeNotFound      = "CERTIFICATE_NOT_FOUND"
	CodeNameAmbiguous = "CERTIFICATE_NAME_AMBIGUOUS"
	CodeStoreUnsafe   = "STORE_UNSAFE"   // a symbolic link or a special file where the store keeps its own
	CodeStoreDamaged  = "STORE_DAMAGED"  // an entry that cannot be read
	CodeStoreReadable = "STORE_READABLE" // other users could read what the store holds
	CodeStoreLeftover = "STORE_LEFTOVER" // what an interrupted command left could not be removed
)

// A Problem is one thing that is wrong with a certificate, a key or the store, worded for the person who can mend it.
// It never holds a byte of a private key.
type Problem struct {
	Code  string // one of the Code constants
	What  string // what is wrong: lower case, no full stop
	Where string // the file (with a line where that helps), environment variable or certificate; may be empty
	Fix   string // what to do about it, usually a command to type; may be empty
}

// Error puts the whole problem on one line. A user interface lays out the fields instead.
func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.located() + " (" + p.Code + ")")
	if p.Fix != "" {
		b.WriteString("; " + p.Fix)
	}
	return b.String()
}

// located is what is wrong, behind where it is.
func (p *Problem) located() string {
	if p.Where == "" {
		return p.What
	}
	return p.Where + ": " + p.What
}
