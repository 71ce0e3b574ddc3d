//go:build peers

package matrix_test

import (
	"net/http"
	"testing"
)

// TestSwappedServers is the test of the test: each situation is made with the server of the next one. Where that server
// should lead to something else, the row must turn red; a harness that takes everything for right would not notice.
func TestSwappedServers(t *testing.T) {
	a := newAuthorities()
	for _, p := range products {
		t.Run(p.name, func(t *testing.T) {
			if why := p.missing(); why != "" {
				t.Skip(why)
			}
			servers := map[setup]*server{}
			swaps := 0
			for i, sit := range situations {
				for _, version := range sit.tlsVersions() {
					other, found := differing(p, i, version)
					if !found || p.lacks(sit.at(version), sit.client) != "" {
						continue
					}
					if servers[other] == nil {
						servers[other] = p.start(t, a, other)
					}
					want := sit.at(version).expect(p, sit.client)
					out := call(t, a, servers[other], sit.client, http.MethodGet)
					if out.judge(want, http.MethodGet) == "" {
						t.Errorf("%s, %s: taken for right although the server was another: %+v", sit.name, tlsName(version), other)
					}
					swaps++
				}
			}
			if swaps == 0 {
				t.Error("no servers were swapped")
			}
			t.Logf("%d rows made with another server, all red", swaps)
		})
	}
}

// differing is the setup of the next situation that this product can make and that should end otherwise for the client of
// situation i.
func differing(p product, i int, version uint16) (setup, bool) {
	sit := situations[i]
	want := sit.at(version).expect(p, sit.client)
	for j := range situations {
		next := situations[(i+1+j)%len(situations)]
		for _, v := range next.tlsVersions() {
			s := next.at(v)
			if sit.client.plain && s.version == 0 { // that is no mistake
				continue
			}
			if p.lacks(s, sit.client) != "" || p.lacks(s, next.client) != "" {
				continue
			}
			got := s.expect(p, sit.client)
			if got.status != want.status || got.code != want.code {
				return s, true
			}
		}
	}
	return setup{}, false
}
