// Each case logs what it sees; node_io_test.go compares the logs.
import http, { get, request } from 'node:http'; import { Buffer } from 'node:buffer';
const wait = (ms=5) => new Promise(r => setTimeout(r, ms));
const all=(s)=>new Promise((r,j)=>{const c=[]; s.on('data',d=>c.push(Buffer.from(d))); s.on('end',()=>r(Buffer.concat(c).toString())); s.on('error',j)});
const once=(e,n)=>new Promise((r,j)=>{e.once(n,r); if(n!=='error') e.once('error',j)});
const EV=(s,l,p,names)=>{ for(const n of names) s.on(n,(x)=>l.push(p+n+(n==='error'?':'+[x.name,x.code,x.message]:''))); return s };
const RQ=['abort','close','connect','continue','finish','response','socket','timeout','upgrade','error','drain'], RS=['aborted','close','end','error'];
const hd=(h)=>{const o={...h}; delete o.date; delete o.connection; delete o['keep-alive']; return o};
const cases={
 async post(l,{ORIGIN:B}){ const q=EV(request(B+'/p',{method:'POST',headers:{'X-One':'1','content-type':'text/plain'}}),l,'q:',RQ); q.write('hello '); q.write(Buffer.from('wor')); q.end('ld'); const s=await once(q,'response'); l.push(await all(s)); await wait(); l.push(q.writableEnded,q.finished,q.writableFinished,q.headersSent); },
 async cookies(l,{ORIGIN:B}){ const s=await once(get(B+'/cookies'),'response'); l.push(s.headers['set-cookie'],s.headers['x-multi'],s.headersDistinct['x-multi']); s.resume(); },
 async get(l,{ORIGIN:B}){ const q=EV(get(B+'/a?b=1'),l,'q:',RQ); const s=EV(await once(q,'response'),l,'s:',RS); l.push(s.statusCode,s.statusMessage,s.httpVersion,hd(s.headers),s.complete); l.push(await all(s)); await wait(); l.push(s.complete,q.res===s); },
 async opts(l,{ORIGIN:B}){ const q=request({hostname:'127.0.0.1',port:Number(new URL(B).port),path:'/o?x=y',method:'PUT',auth:'u:p',headers:{a:1}}, s=>{l.push('cb'); all(s).then(t=>l.push(t))}); l.push(q.path,q.method,q.host,q.protocol,q.getHeader('host')===new URL(B).host,q.getHeader('authorization')); q.end(); await wait(100); },
 async del(l,{ORIGIN:B}){ const q=request(B+'/d',{method:'delete'}); q.end(); l.push(await all(await once(q,'response'))); },
 async head(l,{ORIGIN:B}){ const q=request(B+'/h',{method:'HEAD'}); q.end(); const s=await once(q,'response'); l.push(s.statusCode, await all(s)); },
 async json(l,{ORIGIN:B}){ const d=JSON.stringify({a:1}); const q=request(B+'/j',{method:'POST',headers:{'Content-Type':'application/json','Content-Length':Buffer.byteLength(d)}}); q.end(d); l.push(await all(await once(q,'response'))); },
 async gz(l,{ORIGIN:B}){ const s=await once(get(B+'/gz'),'response'); l.push(hd(s.headers), await all(s)); const s2=await once(get(B+'/gz',{headers:{'accept-encoding':'gzip'}}),'response'); l.push(hd(s2.headers)); const c=[]; for await(const d of s2) c.push(d); l.push(Buffer.concat(c).toString('latin1').length); },
 async redir(l,{ORIGIN:B}){ const s=await once(get(B+'/redir'),'response'); l.push(s.statusCode,s.headers.location, await all(s)); },
 async s204(l,{ORIGIN:B}){ const s=await once(get(B+'/204'),'response'); l.push(s.statusCode,s.statusMessage,await all(s)); },
 async s404(l,{ORIGIN:B}){ const s=await once(get(B+'/404'),'response'); l.push(s.statusCode,s.statusMessage,s.headers['x-a'],await all(s)); },
 async abort(l,{ORIGIN:B}){ const q=EV(get(B+'/slow'),l,'q:',RQ); setTimeout(()=>q.destroy(),20); await wait(400); l.push(q.destroyed,q.aborted); },
 async abort2(l,{ORIGIN:B}){ const q=EV(get(B+'/slow'),l,'q:',RQ); setTimeout(()=>q.abort(),20); await wait(400); l.push(q.destroyed,q.aborted); },
 async destroyErr(l,{ORIGIN:B}){ const q=EV(get(B+'/slow'),l,'q:',RQ); setTimeout(()=>q.destroy(new Error('mine')),20); await wait(400); },
 async signal(l,{ORIGIN:B}){ const ac=new AbortController(); const q=EV(get(B+'/slow',{signal:ac.signal}),l,'q:',RQ); setTimeout(()=>ac.abort(),20); await wait(400); },
 async timeout(l,{ORIGIN:B}){ const q=EV(get(B+'/slow',{timeout:30}),l,'q:',RQ); q.on('timeout',()=>q.destroy(new Error('to'))); await wait(150); },
 async setTimeout(l,{ORIGIN:B}){ const q=EV(request(B+'/slow'),l,'q:',RQ); q.setTimeout(20,()=>l.push('tcb')); q.end(); const s=await once(q,'response'); l.push(await all(s)); },
 async nolisten(l,{ORIGIN:B}){ const q=get(B+'/a'); await wait(500); l.push(q.res?.complete, q.res?._dumped); },
 async agent(l,{ORIGIN:B}){ const a=new http.Agent({keepAlive:true,maxSockets:5}); const s=await once(get(B+'/ag',{agent:a}),'response'); l.push(s.statusCode); s.resume(); l.push(a.keepAlive,a.maxSockets,Object.keys(a.sockets).length); a.destroy(); },
 async enc(l,{ORIGIN:B}){ const s=await once(get(B+'/e'),'response'); s.setEncoding('utf8'); let t=''; for await(const c of s) t+=typeof c; l.push(t); },
 async pipe(l,{ORIGIN:B}){ const {Readable}=await import('node:stream'); const q=request(B+'/b',{method:'POST'}); Readable.from([Buffer.from('p1'),Buffer.from('p2')]).pipe(q); l.push(JSON.parse(await all(await once(q,'response'))).b); },
 async urlObj(l,{ORIGIN:B}){ const s=await once(get(new URL(B+'/u?q=1#frag'),{headers:{z:'1'}}),'response'); l.push(await all(s)); },
};
export default { async fetch(request, env) {
	const out = [];
	for (const [name, run] of Object.entries(cases)) {
		const l = [];
		try {
			await Promise.race([run(l, env), wait(2000).then(() => l.push('it takes too long'))]);
		} catch (e) {
			l.push(`thrown: ${e.name} ${e.code} ${e.message}`);
		}
		out.push(name + ': ' + JSON.stringify(l));
	}
	return new Response(out.join('\n'));
} };
