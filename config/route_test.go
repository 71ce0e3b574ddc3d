package config

import "testing"

// TestHost is a table of where the host in request.url is from.
func TestHost(t *testing.T) {
	tests := []struct {
		name, text  string
		options     Options
		host, route string
		problem     bool
	}{
		{"nothing", "", Options{}, "", "", false},
		{"a route", `route = "example.com/*"`, Options{}, "example.com", "example.com/*", false},
		{"the first route", `routes = ["Shop.example.com/a/*", "example.com"]`, Options{}, "shop.example.com", "Shop.example.com/a/*", false},
		{"a wildcard", `route = "*.example.com/*"`, Options{}, "example.com", "*.example.com/*", false},
		{"a wildcard in a label", `route = "*example.com/*"`, Options{}, "example.com", "*example.com/*", false},
		{"a URL", `route = "https://example.com/a?b"`, Options{}, "example.com", "https://example.com/a?b", false},
		{"a port", `route = "example.com:8080/*"`, Options{}, "example.com:8080", "example.com:8080/*", false},
		{"a custom domain", `routes = [{ pattern = "shop.example.com", custom_domain = true }]`, Options{}, "shop.example.com", "shop.example.com", false},
		{"the zone, if the pattern is for every host", `routes = [{ pattern = "*/*", zone_name = "example.com" }]`, Options{}, "example.com", "*/*", false},
		{"every host", `route = "*/*"`, Options{}, "", "", true},
		{"routes of the wrong type", `routes = 1`, Options{}, "", "", true},
		{"a route of the wrong type", `route = { a = 1 }`, Options{}, "", "", true},
		{"an empty route is none", "route = \"\"", Options{}, "", "", false},
		{"dev.host", "route = \"example.com/*\"\ndev = { host = \"dev.example\" }", Options{}, "dev.example", "", false},
		{"dev.host that is none", "dev = { host = \"https://dev.example\" }", Options{}, "", "", true},
		{"--route", "route = \"example.com/*\"", Options{Routes: []string{"flag.example/*"}}, "flag.example", "flag.example/*", false},
		{"--local-upstream", "dev = { host = \"dev.example\" }", Options{LocalUpstream: "up.example"}, "up.example", "", false},
		{"--host", "dev = { host = \"dev.example\" }", Options{Host: "flag.example", LocalUpstream: "up.example"}, "flag.example", "", false},
		{"--host that is none", "", Options{Host: "https://x"}, "", "", true},
		{"--no-infer-origin-from-routes", "route = \"example.com/*\"", Options{KeepHost: true}, "", "", false},
		{"--no-infer-origin-from-routes and dev.host", "dev = { host = \"dev.example\" }", Options{KeepHost: true}, "dev.example", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.options.Dir = mustHave(t, file{"wrangler.toml", minimal + tt.text}, file{"index.js", "x"})
			c, ds := Load(tt.options)
			if c.Dev.Host != tt.host || c.Dev.Route != tt.route || len(ds) > 0 != tt.problem {
				t.Errorf("host %q of route %q, want %q of %q; %s", c.Dev.Host, c.Dev.Route, tt.host, tt.route, ds)
			}
		})
	}
}
