package mtls

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The store's layout: HOME/mtls-certificates/ID/ with three files, of which the private key's may hold a whole PKCS#12 file, as
// PEM. An entry is written under a name that starts with
// unfinished and then renamed to its ID; it is renamed to one that starts with discarded before it is erased. So a folder
// with an ID for name is always whole, other processes need no lock, and what a crash leaves behind is known by its name.
const (
	storeFolder     = "mtls-certificates"
	certificateFile = "certificate.pem"
	privateKeyFile  = "private-key.pem"
	metaFile        = "meta.json"

	unfinished = ".upload-"
	discarded  = ".deleted-"

	// abandoned is the age from which an unfinished entry is taken for a crashed process's. An upload takes milliseconds.
	abandoned = time.Minute
)

// DefaultHome is the folder of the user's devserver files: the environment variable DEVSERVER_HOME, or else devserver in
// os.UserConfigDir.
func DefaultHome(getenv func(string) string) (string, error) {
	if home := getenv("DEVSERVER_HOME"); home != "" {
		return filepath.Abs(home)
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("no folder for certificates: %w (set DEVSERVER_HOME)", err)
	}
	return filepath.Join(config, "devserver"), nil
}

// A Store keeps a user's client certificates and their private keys on disk. Any number of processes and goroutines may use
// it at once.
type Store struct {
	home string
	now  func() time.Time
	warn func(*Problem)
}

// NewStore is the store in the folder home, which is made by the first upload. warn is told what was found wrong with the
// store and mended, or left out; it is called on the goroutine that uses the store.
func NewStore(home string, now func() time.Time, warn func(*Problem)) *Store {
	return &Store{home: home, now: now, warn: warn}
}

// UploadParams is what Upload stores.
type UploadParams struct {
	Cert File
	Key  File   // zero: the key is in Cert
	Name string // optional
	ID   string // optional: the ID that the certificate has in production; default a random UUID

	Passphrase Passphrase // of encrypted files; optional
}

// Upload checks a certificate and its key, as LoadEncryptedKeyPair does, and stores them. The key is stored as it was given: if
// it was encrypted, it is only ever decrypted in memory, and the passphrase is not stored. To upload the same chain under the same ID
// again is no error, as scripts do it; another one is refused.
func (s *Store) Upload(p UploadParams) (*Certificate, Entry, error) {
	if !validName(p.Name) {
		return nil, Entry{}, &Problem{
			Code: CodeBadName, What: fmt.Sprintf("the name %q cannot be used", p.Name),
			Fix: "use up to 255 bytes of printable text",
		}
	}
	if p.ID != "" && !validID(p.ID) {
		return nil, Entry{}, &Problem{
			Code: CodeBadID, What: fmt.Sprintf("%q is not a certificate ID", p.ID),
			Fix: "give the ID that production shows, usually a UUID: letters, digits and hyphens, at most 64",
		}
	}
	pair, err := loadKeyPair(p.Cert, p.Key, p.Passphrase)
	if err != nil {
		return nil, Entry{}, err
	}
	certificate := pair.certificate
	key := pem.EncodeToMemory(pair.given)
	if key == nil || len(key) > maxFileSize {
		return nil, Entry{}, &Problem{
			Code: CodeFileUnreadable, Where: cmp.Or(p.Key.Name, p.Cert.Name), What: "the private key's file is too large to be stored",
			Fix: "give a file that holds the private key alone",
		}
	}
	root, err := s.open(true)
	if err != nil {
		return nil, Entry{}, err
	}
	defer root.Close()
	s.sweep(root)

	entry := Entry{ID: cmp.Or(p.ID, newID()), Name: p.Name, UploadedOn: s.now().UTC().Round(0), Chain: certificate.Chain}
	if _, err := root.Lstat(entry.ID); err == nil {
		return s.again(root, pair, entry, p.Passphrase)
	}
	folder := unfinished + newID()
	if err := s.write(root, folder, entry, key); err != nil {
		return nil, Entry{}, errors.Join(fmt.Errorf("store certificate: %w", err), erase(root, folder))
	}
	if err := root.Rename(folder, entry.ID); err != nil {
		cleanup := erase(root, folder)
		if _, statErr := root.Lstat(entry.ID); statErr == nil { // another process was faster
			return s.again(root, pair, entry, p.Passphrase)
		}
		return nil, Entry{}, errors.Join(fmt.Errorf("store certificate: %w", err), cleanup)
	}
	if err := syncFolder(root); err != nil {
		return nil, Entry{}, fmt.Errorf("store certificate: %w", err)
	}
	return certificate, entry, nil
}

// again is an upload under an ID that is in the store already.
func (s *Store) again(root *os.Root, pair *keyPair, entry Entry, passphrase Passphrase) (*Certificate, Entry, error) {
	existing, err := s.read(root, entry.ID)
	var stored *keyPair
	if err == nil {
		stored, err = s.load(root, existing, passphrase)
	}
	same := err == nil && existing.Chain.equal(entry.Chain)
	if same && (entry.Name == "" || entry.Name == existing.Name) && encrypted(stored.given) == encrypted(pair.given) {
		return pair.certificate, existing, nil
	}
	what := "a damaged certificate"
	if problem, ok := errors.AsType[*Problem](err); ok && (problem.Code == CodeKeyEncrypted || problem.Code == CodePassphraseWrong) {
		what = "a certificate whose private key is encrypted with another passphrase"
	}
	if err == nil {
		what = fmt.Sprintf("another certificate: %s (SHA-256 %s)", existing.Chain.Subject(), existing.Chain.Fingerprint())
		switch {
		case same && encrypted(stored.given) != encrypted(pair.given):
			what = "the same certificate, whose private key is stored without a passphrase"
			if encrypted(stored.given) {
				what = "the same certificate, whose private key is stored encrypted"
			}
		case existing.Name != "":
			what += fmt.Sprintf(", named %q", existing.Name)
		}
	}
	return nil, Entry{}, &Problem{
		Code: CodeIDTaken, Where: s.path(entry.ID),
		What: fmt.Sprintf("the ID %s is that of %s", entry.ID, what),
		Fix:  fmt.Sprintf("delete that first: devserver mtls-certificate delete --id %s", entry.ID),
	}
}

// List returns the entries in the order of their upload. Damaged ones are left out with a warning.
func (s *Store) List() ([]Entry, error) {
	root, err := s.open(false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer root.Close()
	names, err := readNames(root)
	if err != nil {
		return nil, fmt.Errorf("list certificates: %w", err)
	}
	var entries []Entry
	for _, name := range names {
		if strings.HasPrefix(name, ".") { // .gitignore, unfinished, discarded, what file managers leave
			continue
		}
		entry, err := s.read(root, name)
		if err == nil {
			entries = append(entries, entry)
		} else if problem, ok := errors.AsType[*Problem](err); ok && problem.Code != CodeNotFound { // else it was deleted meanwhile
			s.warn(problem)
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(a.UploadedOn.Compare(b.UploadedOn), strings.Compare(a.ID, b.ID))
	})
	return entries, nil
}

// Get loads the certificate with this ID and its private key, which is not encrypted.
func (s *Store) Get(id string) (*Certificate, Entry, error) { return s.Unlock(id, nil) }

// Unlock loads the certificate with this ID and its private key, which may be encrypted.
func (s *Store) Unlock(id string, passphrase Passphrase) (*Certificate, Entry, error) {
	root, entry, err := s.find(id)
	if err != nil {
		return nil, Entry{}, err
	}
	defer root.Close()
	pair, err := s.load(root, entry, passphrase)
	if err != nil {
		return nil, Entry{}, err
	}
	return pair.certificate, entry, nil
}

// Entry finds a certificate by its ID.
func (s *Store) Entry(id string) (Entry, error) {
	root, entry, err := s.find(id)
	if err != nil {
		return Entry{}, err
	}
	defer root.Close()
	return entry, nil
}

// EntryByName finds a certificate by its name, which only one may have.
func (s *Store) EntryByName(name string) (Entry, error) {
	entries, err := s.List()
	if err != nil {
		return Entry{}, err
	}
	entries = slices.DeleteFunc(entries, func(e Entry) bool { return e.Name != name })
	switch len(entries) {
	case 0:
		return Entry{}, &Problem{
			Code: CodeNotFound, What: fmt.Sprintf("certificate not found with name %q", name),
			Fix: "see the names: devserver mtls-certificate list",
		}
	case 1:
		return entries[0], nil
	}
	ids := make([]string, len(entries))
	for i, e := range entries {
		ids[i] = e.ID
	}
	return Entry{}, &Problem{
		Code: CodeNameAmbiguous, What: fmt.Sprintf("multiple certificates found with name %q: %s", name, strings.Join(ids, ", ")),
		Fix: "use --id instead",
	}
}

// Delete removes a certificate, damaged or not. Its private key is overwritten before it is unlinked, which is as much as a
// program can do: a journal, a snapshot or a flash disk may still hold it.
func (s *Store) Delete(id string) error {
	if !validID(id) {
		return notFound(id)
	}
	root, err := s.open(false)
	if errors.Is(err, fs.ErrNotExist) {
		return notFound(id)
	} else if err != nil {
		return err
	}
	defer root.Close()
	folder := discarded + newID()
	if err := root.Rename(id, folder); errors.Is(err, fs.ErrNotExist) {
		return notFound(id)
	} else if err != nil {
		return fmt.Errorf("delete certificate %s: %w", id, err)
	}
	if err := errors.Join(syncFolder(root), erase(root, folder)); err != nil {
		return fmt.Errorf("delete certificate %s: %w", id, err)
	}
	s.sweep(root)
	return nil
}

// Files are the paths of the certificate's and the private key's file, for who wants to watch them. They need not
// exist; nil if the ID is not a valid one.
func (s *Store) Files(id string) []string {
	if !validID(id) {
		return nil
	}
	return []string{s.path(id, certificateFile), s.path(id, privateKeyFile)}
}

func (s *Store) path(names ...string) string {
	return filepath.Join(append([]string{s.home, storeFolder}, names...)...)
}

// open opens the store's own folder, through which everything is reached: names cannot lead out of an os.Root. If there is none,
// it is made or the error is fs.ErrNotExist. The caller closes it.
func (s *Store) open(create bool) (*os.Root, error) {
	if create {
		if err := os.MkdirAll(s.home, 0o700); err != nil {
			return nil, fmt.Errorf("open certificate store: %w", err)
		}
	}
	home, err := os.OpenRoot(s.home)
	if err != nil {
		return nil, fmt.Errorf("open certificate store: %w", err)
	}
	defer home.Close()
	if create {
		if err := home.Mkdir(storeFolder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("open certificate store: %w", err)
		}
	}
	info, err := home.Lstat(storeFolder)
	if err != nil {
		return nil, fmt.Errorf("open certificate store: %w", err)
	}
	if !info.IsDir() {
		return nil, notFolder(s.path(), "the certificate store is not a folder but "+kind(info))
	}
	s.restrict(home, storeFolder, 0o700, s.path())
	root, err := home.OpenRoot(storeFolder)
	if err != nil {
		return nil, fmt.Errorf("open certificate store: %w", err)
	}
	if create {
		err := writeFile(root, ".gitignore", []byte("# Private keys never belong in a repository.\n*\n"))
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, errors.Join(fmt.Errorf("open certificate store: %w", err), root.Close())
		}
	}
	return root, nil
}

// find opens the store and reads the entry in it. The caller closes the store.
func (s *Store) find(id string) (*os.Root, Entry, error) {
	if !validID(id) {
		return nil, Entry{}, notFound(id)
	}
	root, err := s.open(false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Entry{}, notFound(id)
	} else if err != nil {
		return nil, Entry{}, err
	}
	entry, err := s.read(root, id)
	if err != nil {
		root.Close()
		return nil, Entry{}, err
	}
	return root, entry, nil
}

// read reads an entry and checks it, all but its private key. One that is deleted meanwhile is not found, whatever was
// missing first.
func (s *Store) read(root *os.Root, id string) (Entry, error) {
	entry, err := s.readFolder(root, id)
	if err != nil {
		if _, gone := root.Lstat(id); errors.Is(gone, fs.ErrNotExist) {
			return Entry{}, notFound(id)
		}
	}
	return entry, err
}

func (s *Store) readFolder(root *os.Root, id string) (Entry, error) {
	info, err := root.Lstat(id)
	if errors.Is(err, fs.ErrNotExist) {
		return Entry{}, notFound(id)
	} else if err != nil {
		return Entry{}, s.damaged(id, err)
	}
	if !info.IsDir() {
		return Entry{}, notFolder(s.path(id), "this is not a certificate's folder but "+kind(info))
	}
	if !validID(id) {
		return Entry{}, s.damaged(id, errors.New("the folder's name is not a certificate ID"))
	}
	s.restrict(root, id, 0o700, s.path(id))
	folder, err := root.OpenRoot(id)
	if err != nil {
		return Entry{}, s.damaged(id, err)
	}
	defer folder.Close()
	data, err := readFile(folder, metaFile)
	if err != nil {
		return Entry{}, s.damaged(id, err)
	}
	m, err := parseMeta(data)
	if err != nil {
		return Entry{}, s.damaged(id, fmt.Errorf("%s: %w", metaFile, err))
	}
	if m.ID != id {
		if strings.EqualFold(m.ID, id) { // a file system that ignores case
			return Entry{}, notFound(id)
		}
		return Entry{}, s.damaged(id, fmt.Errorf("%s is that of %s", metaFile, m.ID))
	}
	data, err = readFile(folder, certificateFile)
	if err != nil {
		return Entry{}, s.damaged(id, err)
	}
	certs, err := readContents(File{Name: s.path(id, certificateFile), Data: data}).certificates()
	if err != nil {
		return Entry{}, s.damaged(id, err)
	}
	return Entry{ID: id, Name: m.Name, UploadedOn: m.UploadedOn, Chain: certs}, nil
}

// load reads the private key of an entry, and checks that it is the certificate's.
func (s *Store) load(root *os.Root, entry Entry, passphrase Passphrase) (*keyPair, error) {
	folder, err := root.OpenRoot(entry.ID)
	if err != nil {
		return nil, s.damaged(entry.ID, err)
	}
	defer folder.Close()
	path := s.path(entry.ID, privateKeyFile)
	s.restrict(folder, privateKeyFile, 0o600, path)
	key, err := readFile(folder, privateKeyFile)
	if err != nil {
		return nil, s.damaged(entry.ID, err)
	}
	pair, err := loadKeyPair(File{Name: entry.String(), Data: encodeChain(entry.Chain)}, File{Name: path, Data: key}, passphrase)
	if problem, ok := errors.AsType[*Problem](err); err != nil && (!ok || problem.Code == CodeKeyEncrypted || problem.Code == CodePassphraseWrong) {
		return nil, err // which is no damage
	}
	if err != nil {
		return nil, s.damaged(entry.ID, err)
	}
	return pair, nil
}

// write makes a new folder that holds the entry, and waits until it is on disk.
func (s *Store) write(root *os.Root, name string, entry Entry, key []byte) error {
	metadata, err := json.MarshalIndent(meta{Version: 1, ID: entry.ID, Name: entry.Name, UploadedOn: entry.UploadedOn}, "", "  ")
	if err != nil {
		return err
	}
	if err := root.Mkdir(name, 0o700); err != nil {
		return err
	}
	folder, err := root.OpenRoot(name)
	if err != nil {
		return err
	}
	defer folder.Close()
	return errors.Join(
		writeFile(folder, privateKeyFile, key),
		writeFile(folder, certificateFile, encodeChain(entry.Chain)),
		writeFile(folder, metaFile, append(metadata, '\n')),
		syncFolder(folder),
	)
}

func (s *Store) damaged(id string, err error) *Problem {
	if problem, ok := errors.AsType[*Problem](err); ok {
		err = errors.New(problem.What)
	}
	return &Problem{
		Code: CodeStoreDamaged, Where: s.path(id),
		What: "the stored certificate is damaged: " + reason(err),
		Fix:  fmt.Sprintf("delete it and upload it again: devserver mtls-certificate delete --id %s", id),
	}
}

func notFound(id string) *Problem {
	problem := &Problem{
		Code: CodeNotFound, What: fmt.Sprintf("certificate not found with id %q", id),
		Fix: "upload it, and use the ID that is printed: devserver mtls-certificate upload --cert cert.pem --key key.pem",
	}
	if validID(id) {
		problem.Fix = "see the IDs: devserver mtls-certificate list; or store a certificate under this one: " +
			"devserver mtls-certificate upload --cert cert.pem --key key.pem --id " + id
	}
	return problem
}

func notFolder(where, what string) *Problem {
	return &Problem{Code: CodeStoreUnsafe, Where: where, What: what, Fix: "remove it: the store never follows links out of its folder"}
}

func encodeChain(chain Chain) []byte {
	var b bytes.Buffer
	for _, cert := range chain {
		pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}) // a Buffer takes everything
	}
	return b.Bytes()
}
