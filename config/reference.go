package config

import (
	"maps"
	"slices"
)

// KeyStatus says what devserver does with a key of the wrangler file.
type KeyStatus int

const (
	KeyUsed        KeyStatus = iota // as wrangler does, or as its Note says
	KeyBinding                      // makes bindings: whether they are supported is known by their kinds
	KeyDeployOnly                   // has no meaning before the Worker is deployed
	KeyUnsupported                  // wrangler does something with it locally; here it is reported
	KeyRefused                      // an Error, unless a script is named
	KeyRemoved                      // wrangler no longer has it: an Error
)

// KeyInfo describes a key.
type KeyInfo struct {
	Name   string // "main", "dev.port"
	Where  string // "top level", "inherited by environments" or "not inherited"
	Status KeyStatus
	Note   string // what is reported, unless it is used
}

// Reference is every key that is known, in the order of the documentation.
func Reference() []KeyInfo {
	places := map[scope]string{topOnly: "top level only", inherited: "inherited", notInherited: "not inherited"}
	statuses := map[effect]KeyStatus{used: KeyUsed, deployOnly: KeyDeployOnly, unsupported: KeyUnsupported}
	var list []KeyInfo
	for _, k := range keys() {
		if k.name == "pages_build_output_dir" {
			list = append(list, KeyInfo{k.name, places[k.scope], KeyRefused, k.note})
			continue
		}
		if k.name != "dev" {
			list = append(list, KeyInfo{k.name, places[k.scope], statuses[k.effect], k.note})
			continue
		}
		ignored := ignoredDevKeys()
		for _, name := range devKeys().names() {
			info := KeyInfo{Name: "dev." + name, Where: places[topOnly]}
			if i := slices.IndexFunc(ignored, func(k key) bool { return k.name == name }); i >= 0 {
				info.Status, info.Note = statuses[ignored[i].effect], ignored[i].note
			}
			list = append(list, info)
		}
	}
	for _, k := range kinds() {
		list = append(list, KeyInfo{k.key, places[k.scope], KeyBinding, k.title})
	}
	for _, name := range slices.Sorted(maps.Keys(removed())) {
		list = append(list, KeyInfo{name, "nowhere", KeyRemoved, removed()[name]})
	}
	return list
}
