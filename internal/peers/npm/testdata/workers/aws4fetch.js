// aws4fetch: signing requests at a fixed time
// GET /
import { AwsClient, AwsV4Signer } from "aws4fetch";
import { calls } from "./lib/calls.js";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const sign = async (options) => { const { method, url, headers } = await new AwsV4Signer({ ...keys, datetime: "20260102T030405Z", ...options }).sign(); return [method, String(url), Object.fromEntries(headers)]; };
const datetime = "20260102T030405Z";
export default calls({
  get: () => sign({ url: "https://s3.eu-west-1.amazonaws.com/bucket/a b/ü?x=2&x=1&a" }),
  put: () => sign({ url: "https://bucket.s3.amazonaws.com/key", method: "PUT", body: "content", headers: { "content-type": "text/plain" } }),
  query: () => sign({ url: "https://lambda.us-east-1.amazonaws.com/x", signQuery: true, sessionToken: "TOKEN" }),
  service: () => sign({ url: "http://localhost/", service: "sqs", region: "eu-central-1", body: "Action=X", singleEncode: true }),
  parts: async () => { const s = new AwsV4Signer({ ...keys, datetime, url: "https://dynamodb.us-west-2.amazonaws.com/", body: "{}" }); return [s.service, s.region, await s.canonicalString(), await s.stringToSign(), await s.signature()]; },
  request: async () => { const r = await new AwsClient({ ...keys, service: "s3" }).sign("https://x.s3.amazonaws.com/k", { method: "DELETE", aws: { datetime } }); return [r.method, r.url, r.headers.get("authorization")]; },
  fetch: async (env) => (await new AwsClient({ ...keys, region: "auto", service: "s3" }).fetch(`${env.ORIGIN}/status/201?text=stored&content=text/plain`, { method: "PUT", body: "x", aws: { signQuery: false, datetime } })).status,
  retry: async (env) => (await new AwsClient({ ...keys, retries: 2, initRetryMs: 1, region: "r", service: "s" }).fetch(`${env.ORIGIN}/status/503?text=&content=text/plain`, { aws: { datetime } })).status,
  noKey: () => new AwsV4Signer({ url: "https://x/" }),
  noUrl: () => new AwsV4Signer(keys),
  badUrl: () => new AwsV4Signer({ ...keys, url: "nonsense" }),
});
