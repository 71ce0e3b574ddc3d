package webcrypto

// ecdhKey is an elliptic curve key for https://w3c.github.io/webcrypto/#ecdh
type ecdhKey struct{ ecKey }

func (k ecdhKey) deriveBits(p *params, bits *int) ([]byte, error) {
	if k.private == nil {
		return nil, invalidAccessErrorf("The deriveBits operation is only valid for a private key, not \"public\".")
	}
	if err := checkPeer("ECDH", p.public); err != nil {
		return nil, err
	}
	peer := p.public.material.(ecdhKey)
	if peer.curve != k.curve {
		return nil, invalidAccessErrorf("Private key for derivation is using curve %q while public key is using %q.", k.curve.name, peer.curve.name)
	}
	private, err := k.private.ECDH()
	if err != nil {
		return nil, operationErrorf("Failed to generate shared ECDH secret")
	}
	public, err := peer.public.ECDH()
	if err != nil {
		return nil, operationErrorf("Failed to generate shared ECDH secret")
	}
	secret, err := private.ECDH(public)
	if err != nil {
		return nil, operationErrorf("Failed to generate shared ECDH secret")
	}
	return firstBits(secret, bits)
}

// checkPeer checks that the key that goes with a private one is a public one for the same algorithm.
func checkPeer(name string, public *key) error {
	if public.kind != "public" {
		return invalidAccessErrorf("The provided key has type %q, not \"public\"", public.kind)
	}
	if public.name != name {
		return invalidAccessErrorf("Base %s private key cannot be used to derive a key from a peer %s public key", name, public.name)
	}
	return nil
}

// firstBits returns the first bits of a shared secret, which it owns; nil means all. What is left of the last byte is
// zero.
func firstBits(secret []byte, bits *int) ([]byte, error) {
	if bits == nil {
		return secret, nil
	}
	if *bits > 8*len(secret) {
		return nil, operationErrorf("Derived key length (%d bits) is too long (should be at most %d bits).", *bits, 8*len(secret))
	}
	secret = secret[:(*bits+7)/8]
	if rest := *bits % 8; rest != 0 {
		secret[len(secret)-1] &= 0xFF << (8 - rest)
	}
	return secret, nil
}
