package sites

import (
	"encoding/base64"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/streams"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

func percentDecode(s string) string { return weburl.PercentDecode(s) }

// namespaceClass is the class KvNamespace over a site, which can only be read.
//
// https://developers.cloudflare.com/kv/api/
var namespaceClass = webidl.NewClass("KvNamespace", namespaceIDL{})

type namespaceIDL struct{}

// What a key and a list may be.
const (
	maxKey  = 512 // bytes
	maxList = 1000
)

func (namespaceIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Promising("get", 1, func(s *site, c webidl.Call) goja.Value { return s.get(c) }),
		webidl.Promising("getWithMetadata", 1, func(s *site, c webidl.Call) goja.Value {
			result := c.Realm.VM.NewObject()
			result.Set("value", s.get(c))
			result.Set("metadata", goja.Null())
			result.Set("cacheStatus", goja.Null())
			return result
		}),
		webidl.Promising("list", 0, func(s *site, c webidl.Call) goja.Value { return s.list(c) }),
		webidl.Promising("put", 2, func(_ *site, c webidl.Call) goja.Value {
			c.Throw(webidl.Errorf("KV PUT failed: 405 Cannot put() with Workers Sites namespace"))
			return nil
		}),
		webidl.Promising("delete", 1, func(_ *site, c webidl.Call) goja.Value {
			c.Throw(webidl.Errorf("KV DELETE failed: 405 Cannot delete() with Workers Sites namespace"))
			return nil
		}),
	}
}

// get returns a value as the type that is asked for.
func (s *site) get(c webidl.Call) goja.Value {
	if list, ok := c.Arg(0).(*goja.Object); ok && list.ClassName() == "Array" {
		c.Throw(webidl.Errorf("KV GET_BULK failed: 405 Cannot post() with Workers Sites namespace"))
	}
	key := checkedKey(c)
	kind := "text"
	switch options := c.Arg(1).(type) {
	case goja.String:
		kind = options.String()
	case *goja.Object:
		if given, ok := c.Dictionary(1).Get("type"); ok {
			kind = given.String()
		}
	}
	if !slices.Contains([]string{"text", "json", "arrayBuffer", "stream"}, kind) {
		c.Throw(webidl.TypeErrorf("Unknown response type. Possible types are \"text\", \"arrayBuffer\", \"json\", and \"stream\"."))
	}
	f := s.read(key)
	if f == nil {
		return goja.Null()
	}
	if kind == "stream" {
		return streamOf(c, f)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	c.Check(err)
	if kind == "arrayBuffer" {
		return c.Realm.ArrayBuffer(data)
	}
	text := strings.TrimPrefix(strings.ToValidUTF8(string(data), "\uFFFD"), "\uFEFF")
	if kind == "json" {
		return c.Realm.ParseJSON(text)
	}
	return c.String(text)
}

func streamOf(c webidl.Call, f *os.File) goja.Value {
	length := int64(-1)
	if info, err := f.Stat(); err == nil {
		length = info.Size()
	}
	return c.Realm.New(streams.ReadableStreamClass, streams.FromReader(c.Realm, f, length))
}

// checkedKey is the first argument, if it can be a key.
func checkedKey(c webidl.Call) string {
	key := c.USVString(0)
	switch {
	case key == "":
		c.Throw(webidl.TypeErrorf("Key name cannot be empty."))
	case key == "." || key == "..":
		c.Throw(webidl.TypeErrorf("%q is not allowed as a key name.", key))
	case len(key) > maxKey:
		c.Throw(webidl.Errorf("KV GET failed: 414 UTF-8 encoded length of %d exceeds key length limit of %d.", len(key), maxKey))
	}
	return key
}

// list returns the keys, or as many of them as are asked for.
func (s *site) list(c webidl.Call) goja.Value {
	limit, prefix, cursor := float64(maxList), "", ""
	if options, ok := c.Arg(0).(*goja.Object); ok && options != nil {
		d := c.Dictionary(0)
		if v, ok := d.Get("limit"); ok && !webidl.IsNullish(v) {
			limit = math.Trunc(v.ToFloat())
		}
		if v, ok := d.Get("prefix"); ok && !webidl.IsNullish(v) {
			prefix = v.String()
		}
		if v, ok := d.Get("cursor"); ok && !webidl.IsNullish(v) {
			cursor = v.String()
		}
	}
	switch {
	case math.IsNaN(limit) || limit < 1:
		c.Throw(webidl.Errorf("KV GET failed: 400 Invalid key_count_limit of %v. Please specify an integer greater than 0.", limit))
	case limit > maxList:
		c.Throw(webidl.Errorf("KV GET failed: 400 Invalid key_count_limit of %v. Please specify an integer less than %d.", limit, maxList))
	}
	keys := slices.DeleteFunc(s.keys(), func(key string) bool { return !strings.HasPrefix(key, prefix) })
	if after, err := base64.StdEncoding.DecodeString(cursor); err == nil && len(after) > 0 {
		i := slices.Index(keys, string(after))
		if i < 0 {
			i = len(keys) - 1
		}
		keys = keys[i+1:]
	}
	r := c.Realm
	result := r.VM.NewObject()
	complete := len(keys) <= int(limit)
	if !complete {
		keys = keys[:int(limit)]
	}
	list := make([]any, len(keys))
	for i, key := range keys {
		entry := r.VM.NewObject()
		entry.Set("name", key)
		list[i] = entry
	}
	result.Set("keys", r.VM.NewArray(list...))
	result.Set("list_complete", complete)
	if !complete {
		result.Set("cursor", base64.StdEncoding.EncodeToString([]byte(keys[len(keys)-1])))
	}
	result.Set("cacheStatus", goja.Null())
	return result
}
