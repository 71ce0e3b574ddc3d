package sites

import (
	"encoding/base64"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/streams"
	"devserver/runtime/textcodec"
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
		webidl.Promising("get", 1, func(s *site, c webidl.Call) goja.Value { return s.get(c, "get") }).Lenient(),
		webidl.Promising("getWithMetadata", 1, func(s *site, c webidl.Call) goja.Value {
			result := c.Realm.VM.NewObject()
			result.Set("value", s.get(c, "getWithMetadata"))
			result.Set("metadata", goja.Null())
			result.Set("cacheStatus", goja.Null())
			return result
		}).Lenient(),
		webidl.Promising("list", 0, func(s *site, c webidl.Call) goja.Value { return s.list(c) }),
		webidl.Promising("put", 2, func(_ *site, c webidl.Call) goja.Value {
			required(c, 1, "put", "string")
			required(c, 2, "put", "string or Object")
			c.Throw(webidl.Errorf("KV PUT failed: 405 Cannot put() with Workers Sites namespace"))
			return nil
		}).Lenient(),
		webidl.Promising("delete", 1, func(_ *site, c webidl.Call) goja.Value {
			required(c, 1, "delete", "string")
			c.Throw(webidl.Errorf("KV DELETE failed: 405 Cannot delete() with Workers Sites namespace"))
			return nil
		}).Lenient(),
	}
}

// required throws if an argument, counted from 1, is missing.
func required(c webidl.Call, number int, method, kind string) {
	if goja.IsUndefined(c.Arg(number - 1)) {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on 'KvNamespace': parameter %d is not of type '%s'.", method, number, kind))
	}
}

// get returns a value as the type that is asked for, for a method.
func (s *site) get(c webidl.Call, method string) goja.Value {
	required(c, 1, method, "string or Array")
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
	f := s.read(key)
	if f == nil {
		return goja.Null()
	}
	if kind == "stream" {
		return streamOf(c, f)
	}
	defer f.Close()
	if !slices.Contains([]string{"text", "json", "arrayBuffer"}, kind) {
		c.Throw(webidl.TypeErrorf("Unknown response type. Possible types are \"text\", \"arrayBuffer\", \"json\", and \"stream\"."))
	}
	data, err := io.ReadAll(f)
	c.Check(err)
	if kind == "arrayBuffer" {
		return c.Realm.ArrayBuffer(data)
	}
	text := textcodec.DecodeUTF8WithoutBOM(data)
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
	limit, prefix, cursor := maxList, "", ""
	options, ok := c.Arg(0).(*goja.Object)
	if !ok && !webidl.IsNullish(c.Arg(0)) {
		c.Throw(webidl.TypeErrorf("Failed to execute 'list' on 'KvNamespace': parameter 1 is not of type 'ListOptions'."))
	}
	if options != nil {
		d := c.Dictionary(0)
		if v, ok := d.Get("limit"); ok && !webidl.IsNullish(v) {
			if n := int(v.ToInteger()); n > 0 { // others are not sent
				limit = n
			}
		}
		if v, ok := d.Get("prefix"); ok && !webidl.IsNullish(v) {
			prefix = v.String()
		}
		if v, ok := d.Get("cursor"); ok && !webidl.IsNullish(v) {
			cursor = v.String()
		}
	}
	if limit > maxList {
		c.Throw(webidl.Errorf("KV GET failed: 400 Invalid key_count_limit of %d. Please specify an integer less than %d.", limit, maxList))
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
	complete := len(keys) <= limit
	if !complete {
		keys = keys[:limit]
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
