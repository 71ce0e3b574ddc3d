package mtls

import (
	"bytes"
	"errors"
	"fmt"

	"devserver/bindings"
)

// A Passphrase returns the passphrase of an encrypted file. It is only called for one that is encrypted, once for each
// file; nil means that there is no passphrase to be had. Its error ends the loading of the file.
type Passphrase func(file string) (string, error)

// LoadPassphrase reads a passphrase from a file: its first line, of which blanks are a part. An error is a *Problem.
func LoadPassphrase(path string) (Passphrase, error) {
	file, err := LoadFile(path)
	if err != nil {
		return nil, err
	}
	line, _, _ := bytes.Cut(decodeText(file.Data), []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) == 0 {
		return nil, &Problem{Code: CodeFileUnreadable, Where: path, What: "the first line, which should be the passphrase, is empty", Fix: "write the passphrase into it"}
	}
	return known(string(line)), nil
}

// known is a passphrase that is known already.
func known(passphrase string) Passphrase {
	return func(string) (string, error) { return passphrase, nil }
}

// once asks only once for each file.
func (p Passphrase) once() Passphrase {
	if p == nil {
		return nil
	}
	asked := map[string]string{}
	return func(file string) (string, error) {
		if passphrase, ok := asked[file]; ok {
			return passphrase, nil
		}
		passphrase, err := p(file)
		if err == nil {
			asked[file] = passphrase
		}
		return passphrase, err
	}
}

// unlock asks for the passphrase of what stands in the file where, and decrypts with it. what is "the private key", or
// another thing that is encrypted. An error is a *Problem, or that of ask.
func unlock[T any](ask Passphrase, what string, c contents, where string, decrypt func(*unlocker) (T, error)) (T, error) {
	var none T
	if ask == nil {
		return none, &Problem{
			Code: CodeKeyEncrypted, Where: where, What: what + " is encrypted, and needs a passphrase",
			Fix: "name a file that holds the passphrase",
		}
	}
	passphrase, err := ask(c.name)
	if err != nil {
		return none, err
	}
	value, err := decrypt(newUnlocker(passphrase))
	if err != nil {
		return none, undecryptable(err, what, c.name, where)
	}
	return value, nil
}

// undecryptable words why what is encrypted cannot be read.
func undecryptable(err error, what, name, where string) *Problem {
	again := fmt.Sprintf("encrypt it anew: openssl pkcs8 -topk8 -in %s -out new-key.pem", name)
	if what != thePrivateKey {
		again = fmt.Sprintf("take it apart: openssl pkcs12 -legacy -in %s -out client.pem; that asks for a new passphrase too", name)
	}
	problem := &Problem{Where: where}
	if scheme, ok := errors.AsType[unsupportedEncryption](err); ok {
		problem.Code, problem.What, problem.Fix = CodeKeyEncryption, fmt.Sprintf("%s is encrypted with %s, which is not supported", what, string(scheme)), again
		return problem
	}
	if cost, ok := errors.AsType[costlyEncryption](err); ok {
		problem.Code, problem.Fix = CodeKeyEncryption, again
		problem.What = fmt.Sprintf("%s is encrypted so that its passphrase takes %s, which is more than devserver spends", what, string(cost))
		return problem
	}
	switch err {
	case errWrongPassphrase:
		problem.Code, problem.What = CodePassphraseWrong, "the passphrase of "+what+" is wrong"
		problem.Fix = "give the one that it was encrypted with; upper and lower case count, and so do blanks"
	case errPKCS12Damaged:
		problem.Code, problem.What, problem.Fix = CodeCertFormat, "the PKCS#12 file is damaged", "export it again"
	default:
		problem.Code, problem.What, problem.Fix = CodeKeyParse, what+" is damaged: its encryption cannot be read", "export it again"
	}
	return problem
}

// passphrase is what the binding unlocks its private key with, nil if nothing is configured. Nobody is asked: a
// binding is opened by a reload too.
func (b *binding) passphrase(host bindings.Host) (Passphrase, error) {
	local := b.settings.local
	switch {
	case local.passphraseFile != "":
		b.files = append(b.files, local.passphraseFile)
		return LoadPassphrase(local.passphraseFile)
	case local.passphraseEnv != "":
		value := host.Getenv(local.passphraseEnv)
		if value == "" {
			return nil, &Problem{
				Code: CodeFileUnreadable, Where: "$" + local.passphraseEnv,
				What: "this environment variable is not set",
				Fix:  "set it to the passphrase of the private key",
			}
		}
		return known(value), nil
	}
	return nil, nil
}

// unlockFix says how the binding is given its passphrase, if that is what it lacks.
func (b *binding) unlockFix(err error) error {
	problem, ok := errors.AsType[*Problem](err)
	if !ok || problem.Code != CodeKeyEncrypted {
		return err
	}
	explained := *problem
	explained.Fix = fmt.Sprintf("set passphrase_file or passphrase_env under [mtls_certificates.%s] in devserver.toml", b.settings.binding)
	return &explained
}
