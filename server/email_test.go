package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"devserver/server"
)

const emailWorker = `import { EmailMessage } from "cloudflare:email";
const reply = (fields, body = "hi") => new EmailMessage("b@y.test", "a@x.test", fields.join("\r\n") + "\r\n\r\n" + body);
export default {
	async email(m, env, ctx) {
		const subject = m.headers.get("subject")
		if (subject === "look") console.log(m.from, m.to, m.rawSize, m.headers.get("x-one"), JSON.stringify(await new Response(m.raw).text()), m.canBeForwarded, m.headers.get("bcc"))
		if (subject === "reject") m.setReject("no thanks")
		if (subject === "throw") throw new Error("boom")
		if (subject === "forward") console.log(/^<\w+@z.test>$/.test((await m.forward("c@z.test", new Headers({ "X-A": "1" }))).messageId))
		const own = ["From: b@y.test", "Message-ID: <r@y.test>"]
		const answers = {
			reply: () => m.reply(reply([...own, "In-Reply-To: <1@x.test>"])),
			built: () => m.reply({ from: { name: "B", email: "b@y.test" }, subject: "Größe", text: "t", html: "<p>", attachments: [{ filename: "a.txt", type: "text/plain", content: "aGk=" }] }),
			foreign: () => m.reply(reply(["From: other@y.test", "In-Reply-To: <1@x.test>"])),
			noref: () => m.reply(reply(own)),
			wrongref: () => m.reply(reply([...own, "In-Reply-To: <2@x.test>"])),
			received: () => m.reply(reply([...own, "Received: x", "In-Reply-To: <1@x.test>"])),
			references: () => m.reply(reply([...own, "In-Reply-To: <1@x.test>", "References: <9@x.test>"])),
			injected: () => m.reply({ from: "b@y.test", subject: "a\r\nBcc: c@z.test" }),
			send: () => env.MAIL.send(reply(own)),
			sendbuilt: () => env.MAIL.send({ from: "b@y.test", to: ["a@x.test"], subject: "s", text: "t" }),
			sendother: () => env.MAIL.send(new EmailMessage("b@y.test", "c@z.test", own.join("\r\n"))),
			sendfrom: () => env.MAIL.send({ from: "c@z.test", to: "a@x.test", subject: "s" }),
			noid: () => env.MAIL.send(new EmailMessage("b@y.test", "a@x.test", "From: b@y.test\r\n\r\n")),
		}
		if (answers[subject]) await answers[subject]().then((r) => console.log(/^<\w+@y.test>$/.test(r.messageId)), (e) => console.log(e.message))
	},
}`

func TestEmail(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "send_email = [{ name = 'MAIL', destination_address = 'a@x.test', allowed_sender_addresses = ['b@y.test'] }]\n",
		"src/index.js":  emailWorker,
	})
	await[server.Loaded](p)
	const endpoint = "/cdn-cgi/local/email?from=a@x.test&to=b@y.test"
	message := func(subject string, more ...string) string {
		return "From: A <a@x.test>\r\nTo: b@y.test\r\nBcc: secret@x.test\r\nX-One: 1\r\n 2\r\nMessage-ID: <1@x.test>\r\nSubject: " + subject + "\r\n" + strings.Join(more, "") + "\r\nhello\r\n"
	}
	for _, test := range []struct {
		path, body string
		status     int
		answer     string
		printed    string
	}{
		{endpoint, message("none"), 200, "Worker successfully processed email", ""},
		{"/cdn-cgi/handler/email?from=a@x.test&to=b@y.test", message("none"), 200, "Worker successfully processed email", ""},
		{endpoint, message("look"), 200, "Worker successfully", `a@x.test b@y.test 96 1 2 "From: A <a@x.test>\r\nTo: b@y.test\r\nX-One: 1\r\n 2\r\nMessage-ID: <1@x.test>\r\nSubject: look\r\n\r\nhello\r\n" true null`},
		{endpoint, message("reject"), 400, "Worker rejected email with the following reason: no thanks", ""},
		{endpoint, message("throw"), 500, "exception", ""},
		{endpoint + "&format=json", message("throw"), 500, `"outcome":"exception"`, ""},
		{endpoint + "&format=json", message("reject"), 200, `"rejectReason":"no thanks"`, ""},
		{endpoint + "&format=json", message("forward"), 200, `"headers":[["x-a","1"]]`, "true"},
		{endpoint, message("reply"), 200, "", "true"},
		{endpoint + "&format=json", message("built"), 200, `In-Reply-To: \u003c1@x.test\u003e`, "true"},
		{endpoint, message("reply", "Auto-Submitted: auto-replied\r\n"), 200, "", "Original email is not replyable"},
		{endpoint, message("reply", "X-Auto-Response-Suppress: All\r\n"), 200, "", "Original email is not replyable"},
		{endpoint, message("reply", "In-Reply-To: <0@x.test>\r\n"), 200, "", "Original email is not replyable"},
		{endpoint, message("reply", "In-Reply-To: <0@x.test>\r\nReferences: "+strings.Repeat("<r@x> ", 100)+"\r\n"), 200, "", "Original email is not replyable"},
		{endpoint, message("foreign"), 200, "", "From: header does not match mail from"},
		{endpoint, message("noref"), 200, "", "no In-Reply-To header found in reply message"},
		{endpoint, message("wrongref"), 200, "", "In-Reply-To does not match original Message-ID"},
		{endpoint, message("received"), 200, "", "invalid headers set"},
		{endpoint, message("references"), 200, "", "provided References header is invalid"},
		{endpoint, message("injected"), 200, "", "invalid headers set"},
		{endpoint, message("send"), 200, "", "true"},
		{endpoint, message("sendbuilt"), 200, "", "true"},
		{endpoint, message("sendother"), 200, "", "email to c@z.test not allowed"},
		{endpoint, message("sendfrom"), 200, "", "email from c@z.test not allowed"},
		{endpoint, message("noid"), 200, "", "invalid message-id"},
		{endpoint, "Subject: x\r\n\r\n", 400, "Email could not be parsed: invalid or no message id provided", ""},
		{endpoint, "", 400, "Invalid email. Your request must include URL parameters", ""},
		{"/cdn-cgi/local/email?from=a@x.test", message("none"), 400, "Invalid email. Your request must include URL parameters", ""},
	} {
		status, body := post(p, test.path, test.body)
		if status != test.status || !strings.Contains(body, test.answer) {
			t.Errorf("%s\n%s%d %s", test.path, test.body, status, body)
		}
		if test.printed != "" {
			if e := await[server.Console](p); e.Text != test.printed {
				t.Errorf("%.200s\nprinted %s, want %s", test.body, e.Text, test.printed)
			}
		}
		if strings.Contains(test.path, "json") && !json.Valid([]byte(body)) {
			t.Errorf("not JSON: %s", body)
		}
	}
}

func TestEmailFiles(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": wrangler + "[[send_email]]\nname = 'MAIL'\n", "src/index.js": emailWorker})
	await[server.Loaded](p)
	post(p, "/cdn-cgi/local/email?from=a@x.test&to=b@y.test", "From: a@x.test\r\nTo: b@y.test\r\nMessage-ID: <1@x.test>\r\nSubject: built\r\n\r\n")
	e := await[server.Handled](p)
	if e.Event != "EMAIL" || e.Which != "reply to a@x.test" {
		t.Fatalf("%+v", e)
	}
	t.Cleanup(func() { os.RemoveAll(e.Note[:strings.LastIndexByte(e.Note, os.PathSeparator)]) })
	raw, err := os.ReadFile(e.Note)
	for _, want := range []string{"From: \"B\" <b@y.test>\r\n", "To: a@x.test\r\n", "Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\r\n", "In-Reply-To: <1@x.test>\r\nReferences: <1@x.test>\r\n",
		"multipart/mixed", "multipart/alternative", "filename=a.txt", "aGk=\r\n"} {
		if err != nil || !strings.Contains(string(raw), want) {
			t.Errorf("%q is not in %v\n%s", want, err, raw)
		}
	}
}

func TestEmailWithoutHandler(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": worker("''")})
	await[server.Loaded](p)
	if status, body := post(p, "/cdn-cgi/local/email?from=a@x.test&to=b@y.test", "Message-ID: <1@x.test>\r\n\r\n"); status != 500 || body != "Worker does not export an email() handler." {
		t.Errorf("%d %s", status, body)
	}
}

// FuzzEmail has the endpoint take anything: it answers, and does not fail.
func FuzzEmail(f *testing.F) {
	var handler http.Handler
	f.Add("From: a@x.test\r\nMessage-ID: <1@x>\r\n\r\nhi", "a@x.test")
	f.Add("Message-ID:<1>\n\n", "\x00")
	f.Add(" x\r\n\r\n:\r\nMessage-ID: \xff\r\n", "a")
	f.Fuzz(func(t *testing.T, raw, from string) {
		if handler == nil {
			handler = server.NewSession(server.Options{Projects: []server.Load{nil}, Report: func(server.Event) {}}).Handler()
		}
		r := httptest.NewRequest("POST", "/cdn-cgi/local/email", strings.NewReader(raw))
		r.Host, r.URL.RawQuery = "localhost", "to=b@y.test&from="+strings.ReplaceAll(from, "&", "")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != 400 && w.Code != 503 { // no Worker is loaded
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
