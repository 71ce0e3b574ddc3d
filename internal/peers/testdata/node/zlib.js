// Compression; node_io_test.go compares the lines.
import zlib from 'node:zlib'; import {Buffer} from 'node:buffer';
const wait = (ms=5) => new Promise(r => setTimeout(r, ms));
const e=(f)=>{try{const x=f(); return Buffer.isBuffer(x)?x.toString('latin1'):String(x)}catch(e){return [e.name,e.code,e.errno,e.message].join('|')}};
export default { async fetch(){ const o=[]; 
const gz=Buffer.from('1f8b0800000000000003cb48cdc9c9070086a6103605000000','hex'), df=Buffer.from('789ccb48cdc9c90700062c0215','hex'), br=Buffer.from('0b028068656c6c6f03','hex');
for (const name of ['gzip','deflate','deflateRaw','brotliCompress','zstdCompress']) for (const text of ['','hello','hello'.repeat(5000)]) { const back={gzip:'gunzip',deflate:'inflate',deflateRaw:'inflateRaw',brotliCompress:'brotliDecompress',zstdCompress:'zstdDecompress'}[name]; o.push(name+text.length+' '+(zlib[back+'Sync'](zlib[name+'Sync'](text)).toString()===text)+' '+await new Promise(r=>zlib[name](text,(er,c)=>zlib[back](c,(er2,t)=>r([er,er2,String(t)===text].join()))))); const p=[]; const c=zlib['create'+name[0].toUpperCase()+name.slice(1)](), d=zlib['create'+back[0].toUpperCase()+back.slice(1)](); c.pipe(d); c.end(text); for await (const x of d) p.push(x); o.push(String(Buffer.concat(p)===text||Buffer.concat(p).toString()===text)); }
o.push(e(()=>zlib.gunzipSync('not gzip')), e(()=>zlib.inflateSync(gz)), e(()=>zlib.gunzipSync(gz.subarray(0,10))), e(()=>zlib.gunzipSync(gz.subarray(0,-1))), e(()=>zlib.inflateRawSync(gz)), e(()=>zlib.brotliDecompressSync('xxxx')), e(()=>zlib.brotliDecompressSync(br.subarray(0,3))));
const bad=Buffer.from(gz); bad[bad.length-6]^=1; o.push(e(()=>zlib.gunzipSync(bad))); const bad2=Buffer.from(gz); bad2[bad2.length-1]^=1; o.push(e(()=>zlib.gunzipSync(bad2)));const bad3=Buffer.from(df); bad3[bad3.length-1]^=1; o.push(e(()=>zlib.inflateSync(bad3)));
const bad4=Buffer.from(gz); bad4[2]=9; o.push(e(()=>zlib.gunzipSync(bad4))); const bad5=Buffer.from(gz); bad5[10]=0xff; o.push(e(()=>zlib.gunzipSync(bad5)));
o.push(e(()=>zlib.gunzipSync(Buffer.concat([gz,gz]))), e(()=>zlib.gunzipSync(Buffer.concat([gz,Buffer.from('trail')]))),e(()=>zlib.inflateSync(Buffer.concat([df,Buffer.from('trail')]))), e(()=>zlib.unzipSync(gz)), e(()=>zlib.unzipSync(df)), e(()=>zlib.unzipSync('abc')), e(()=>zlib.gunzipSync('')), e(()=>zlib.inflateSync('')));
o.push(e(()=>zlib.gunzipSync(gz,{maxOutputLength:3})), e(()=>zlib.gunzipSync()), e(()=>zlib.gzipSync(5)), e(()=>zlib.gzipSync('a',{level:99})), e(()=>zlib.gzipSync('a',{windowBits:3})), e(()=>zlib.gzipSync('a',{chunkSize:1})), e(()=>zlib.gunzip(gz)), e(()=>zlib.crc32('hello')), e(()=>zlib.crc32(Buffer.from('hello'),5)), e(()=>zlib.crc32(5)),e(()=>zlib.crc32('a',-1)));
o.push(e(()=>zlib.brotliCompressSync('a',{params:{9999:1}})));
o.push(e(()=>zlib.zstdDecompressSync(zlib.zstdCompressSync('hello'))), e(()=>zlib.zstdDecompressSync('xx')));
o.push(e(()=>zlib.inflateSync(gz,{info:true})));
const ev=(s,l)=>{for(const n of ['data','end','close','error','finish']) s.on(n,x=>l.push(n+(n=='error'?[x.name,x.code,x.errno,x.message]:n=='data'?x.length:''))); return s};
{const l=[]; const g=ev(zlib.createGunzip(),l); g.end('bad data here'); await wait(); o.push(l.join(' '))}
{const l=[]; zlib.gunzip('bad',(er,r)=>l.push(er.message,er.code,er.errno,r)); l.push('sync'); zlib.gzip('x',(er,r)=>l.push(er,r.length>0)); await wait(); o.push(l.join(' '))}
{const l=[]; const g=zlib.createGzip(); l.push(g.close===undefined, typeof g.reset); g.close(()=>l.push('closed')); await wait(); o.push(l.join(' '))}
{const d=Buffer.from('dictionary hello'); const c=zlib.deflateSync('hello dictionary',{dictionary:d}); o.push(e(()=>zlib.inflateSync(c,{dictionary:d})), e(()=>zlib.inflateSync(c)), e(()=>zlib.inflateSync(c,{dictionary:Buffer.from('zz')})))}
o.push(e(()=>zlib.inflateSync(df.subarray(0,6),{finishFlush:zlib.constants.Z_SYNC_FLUSH})), e(()=>zlib.gunzipSync(gz.subarray(0,15),{finishFlush:2})));
o.push(JSON.stringify(zlib.constants), JSON.stringify(Object.entries(zlib.codes).sort()), Object.keys(zlib).filter(k=>typeof zlib[k]!='function').sort().join());
return new Response(o.join('\n')); } }
