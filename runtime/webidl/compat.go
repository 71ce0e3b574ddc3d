package webidl

import (
	"sync"

	"devserver/runtime/compat"
)

// defaultCompat is what a Worker without a compatibility date gets.
var defaultCompat = sync.OnceValue(func() compat.Set {
	set, _ := compat.Resolve("", nil)
	return set
})

// SetCompat says which compatibility flags the realm's scripts run with. A realm that is told nothing has those of
// [compat.DefaultDate].
func (r *Realm) SetCompat(set *compat.Set) { r.compat = set }

// Compat returns the compatibility flags that the realm's scripts run with.
func (r *Realm) Compat() compat.Set {
	if r.compat != nil {
		return *r.compat
	}
	return defaultCompat()
}
