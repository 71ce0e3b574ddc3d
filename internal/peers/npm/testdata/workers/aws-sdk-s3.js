// @aws-sdk/client-s3: objects and lists, errors; signed at a fixed time
// GET /
import { S3Client, GetObjectCommand, PutObjectCommand, ListObjectsV2Command, DeleteObjectsCommand, HeadObjectCommand, CopyObjectCommand, S3ServiceException, NoSuchKey } from "@aws-sdk/client-s3";
import { calls } from "./lib/calls.js";

const make = (env) => {
  const client = new S3Client({ endpoint: env.ORIGIN, region: "auto", forcePathStyle: true, credentials: { accessKeyId: "AKID", secretAccessKey: "secret" }, maxAttempts: 1, requestChecksumCalculation: "WHEN_REQUIRED", responseChecksumValidation: "WHEN_REQUIRED" });
  // The clock and random values are taken away just before a request is sent.
  client.middlewareStack.add((next) => (args) => {
    for (const name of ["authorization", "x-amz-date", "amz-sdk-invocation-id"]) if (args.request.headers[name]) args.request.headers[name] = `${args.request.headers[name].length > 0}`;
    return next(args);
  }, { step: "finalizeRequest", priority: "low", name: "fixed" });
  return client;
};
const Bucket = "b";
const failed = (e) => [e.name, e.message, e.$metadata?.httpStatusCode, e instanceof S3ServiceException, e instanceof NoSuchKey, e.$fault];
export default calls({
  get: async (env) => { const r = await make(env).send(new GetObjectCommand({ Bucket, Key: "hello.txt" })); return [await r.Body.transformToString(), r.ContentType, r.ETag, r.ContentLength]; },
  put: async (env) => (await make(env).send(new PutObjectCommand({ Bucket, Key: "a b/ü.txt", Body: "content", ContentType: "text/plain", Metadata: { k: "v" } }))).ETag,
  bytes: async (env) => (await make(env).send(new PutObjectCommand({ Bucket, Key: "bytes", Body: new Uint8Array([1, 2, 3]), ChecksumAlgorithm: "SHA256" }))).$metadata.httpStatusCode,
  list: async (env) => { const r = await make(env).send(new ListObjectsV2Command({ Bucket, Prefix: "x/", MaxKeys: 2 })); return [r.Contents, r.KeyCount, r.IsTruncated, r.CommonPrefixes]; },
  delete: async (env) => (await make(env).send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "<a&b>" }] } }))).Deleted,
  head: async (env) => (await make(env).send(new HeadObjectCommand({ Bucket, Key: "hello.txt" }))).ContentType,
  stream: async (env) => new Uint8Array(await new Response((await make(env).send(new GetObjectCommand({ Bucket, Key: "hello.txt" }))).Body.transformToWebStream()).arrayBuffer()),
  missing: (env) => make(env).send(new GetObjectCommand({ Bucket, Key: "missing" })).catch(failed),
  denied: (env) => make(env).send(new CopyObjectCommand({ Bucket, Key: "denied", CopySource: "b/x" })).catch(failed),
  noKey: (env) => make(env).send(new GetObjectCommand({ Bucket })).catch(failed),
});
