// It answers through Node.js's servers; node_io_test.go compares the lines.
import http from 'node:http'; import { httpServerHandler, handleAsNodeRequest } from 'cloudflare:node'; import { Buffer } from 'node:buffer';
const L=(s)=>{const c=[];return new Promise(r=>{s.on('data',d=>c.push(Buffer.from(d)));s.on('end',()=>r(Buffer.concat(c).toString()))})};
const log=[];
const EV=(s,p,names)=>{ for(const n of names) s.on(n,(x)=>log.push(p+n+(n==='error'?':'+[x.name,x.code,x.message]:''))); return s };
const server=http.createServer(async (q,s)=>{ const u=q.url; EV(q,'q:',['end','close','error','aborted']); EV(s,'s:',['finish','close','error','pipe','prefinish']);
 if(u==='/log'){ const t=JSON.stringify(log); s.end(t); return }
 if(u.startsWith('/info')){ const b=await L(q); s.setHeader('content-type','application/json'); s.end(JSON.stringify({m:q.method,u:q.url,v:q.httpVersion,h:Object.fromEntries(Object.entries(q.headers).filter(([k])=>!/^(host|connection|user-agent|sec|accept|cf-)/.test(k))),raw:q.rawHeaders.length,b,complete:q.complete,sock:typeof q.socket,ra:q.socket?.remoteAddress,rp:typeof q.socket?.remotePort,enc:q.socket?.encrypted,ssock:typeof s.socket,conn:typeof q.connection,keys:Object.keys(q.cloudflare||{}),rd:q.socket?.readable,wr:q.socket?.writable,sa:s.socket===q.socket, res:q.res===s, req:s.req===q, hs:s.headersSent})); return }
 if(u==='/end') { s.end('plain'); return }
 if(u==='/write'){ log.push(s.write('a'), s.headersSent); s.write('b',()=>log.push('wcb')); s.end('c',()=>log.push('ecb')); log.push(s.writableEnded,s.finished,s.writableFinished); return }
 if(u==='/head'){ s.writeHead(201,'Made',{'X-A':'1','Set-Cookie':['a=1','b=2']}); s.end('made'); return }
 if(u==='/head2'){ s.setHeader('x-one','1'); s.writeHead(202,{'x-two':'2'}); log.push(s.getHeader('x-two'),s.headersSent); s.end(); return }
 if(u==='/204'){ s.statusCode=204; s.end('ignored'); return }
 if(u==='/304'){ s.statusCode=304; s.end(); return }
 if(u==='/len'){ s.setHeader('content-length',5); s.end('hello'); return }
 if(u==='/lenbad'){ s.setHeader('content-length',3); s.end('hello'); return }
 if(u==='/multi'){ s.setHeader('x-m',['1','2']); s.appendHeader('x-n','1'); s.appendHeader('x-n','2'); s.removeHeader('date'); s.statusMessage='Fine'; s.end(); return }
 if(u==='/slow'){ s.write('one '); setTimeout(()=>{s.write('two ');setTimeout(()=>s.end('three'),10)},10); return }
 if(u==='/pipe'){ q.pipe(s); return }
 if(u==='/throw'){ throw new Error('thrown in handler') }
 if(u==='/destroy'){ s.destroy(new Error('dd')); return }
 if(u==='/partial'){ s.write('part'); setTimeout(()=>s.destroy(new Error('later')),10); return }
 if(u==='/early'){ s.writeContinue(); s.writeProcessing(); s.writeEarlyHints({link:'</a>'}); s.flushHeaders(); s.end('e'); return }
 if(u==='/trailers'){ try{s.addTrailers?.({a:'b'});}catch(e){s.write(e.code+e.message)} s.end('t'); return }
 if(u==='/after'){ s.end('x'); s.write('y',e=>log.push('after'+e?.code)); return }
 if(u==='/hwm'){ s.end(JSON.stringify([s.writableHighWaterMark,s.writableLength,s.sendDate,s.shouldKeepAlive,s.chunkedEncoding,s.statusCode,s.statusMessage])); return }
 if(u==='/getters'){ s.setHeader('Set-Cookie','x=1'); s.end(JSON.stringify([s.getHeaders(),s.getHeaderNames(),s.hasHeader('set-cookie')])); return }
 if(u==='/buf'){ s.end(Buffer.from([1,2,3,255])); return }
 if(u==='/enc'){ s.write('68656c6c6f','hex'); s.end('d29ybGQ=','base64'); return }
 if(u==='/hdrs2'){ s.setHeaders(new Map([['a','1'],['b','2']])); s.end(); return }
 if(u==='/hook'){ const w=s.writeHead; s.writeHead=function(c,...a){ s.setHeader('x-hook',String(c)); log.push(s._header,s.getHeader('content-length')??'none'); return w.call(s,c,...a) }; s.end('hooked'); log.push(s.getHeader('content-length')??'none',typeof s._header); return }
 if(u==='/hook2'){ const w=s.writeHead; s.writeHead=function(c,...a){ s.statusCode=202; s.setHeader('x-hook','2'); return w.call(s,202,...a) }; s._implicitHeader(); log.push(s.headersSent,s._headerSent); try{ s.setHeader('a','b') }catch(e){log.push(e.code+e.message)} try{ s.removeHeader('a') }catch(e){log.push(e.code+e.message)} s.write('a'); s.end('b'); return }
 if(u==='/hook3'){ const w=s.writeHead; s.writeHead=function(c,...a){ s.setHeader('x-hook','3'); return w.call(s,c,...a) }; s.flushHeaders(); s.end('flushed'); return }
 if(u==='/removed'){ s.removeHeader('content-length'); s.end('x'); return }
 if(u==='/removed2'){ s.removeHeader('connection'); s.removeHeader('transfer-encoding'); s.write('x'); s.end(); return }
 if(u==='/badcode'){ s.statusCode=99; try{ s.end('x') }catch(e){ log.push(e.name,e.code,e.message); s.statusCode=200; s.end('y') } return }
 s.statusCode=404; s.end('nope'); }).listen(8080);
server.on('request',()=>{});
const h=httpServerHandler({port:8080});
export default { async fetch(r,env,ctx){ const u=new URL(r.url); if(u.pathname!=='/') return h.fetch(r,env,ctx);
 const out=[]; const go=async (p,init)=>{ log.length=0; try { const req=new Request('http://host'+p,init); const s=await Promise.race([handleAsNodeRequest(8080,req,env,ctx),new Promise((r,j)=>setTimeout(j,300,new Error('TIMEOUT')))]); let t; try{ t=JSON.stringify([...new Uint8Array(await Promise.race([s.clone().arrayBuffer(),new Promise((r,j)=>setTimeout(j,300,new Error('TIMEOUT')))]))].map(c=>String.fromCharCode(c)).join('')) }catch(e){t='BODYERR '+e.name+e.message} const hs=[...s.headers].filter(([k])=>k!=='date'); await new Promise(r=>setTimeout(r,15)); out.push(p+' '+s.status+' '+s.statusText+' '+JSON.stringify(hs)+' date:'+s.headers.has('date')+' '+t+' '+JSON.stringify(log)); } catch(e){ out.push(p+' THROWN '+e.name+' '+e.code+' '+e.message) } };
 await go('/info?x=1',{headers:{'X-A':'1'}}); await go('/info',{method:'POST',body:'posted',headers:{'x-b':'2'}}); for (const p of ['/end','/write','/head','/head2','/204','/304','/len','/lenbad','/multi','/slow','/early','/trailers','/hwm','/getters','/buf','/enc','/hdrs2','/nope','/destroy','/hook','/hook2','/hook3','/removed','/removed2','/badcode']) await go(p);
 await go('/pipe',{method:'POST',body:'piped body'}); await go('/end',{method:'HEAD'}); await go('/partial');
 for (const f of [()=>handleAsNodeRequest(99,new Request('http://x')),()=>handleAsNodeRequest({}, new Request('http://x'))]) try{ await f(); out.push('ok') }catch(e){out.push([e.name,e.code,e.message].join('|'))}
 server.close(()=>out.push('closed')); await new Promise(r=>setTimeout(r,100)); out.push(String(server.listening)); 
 const s2=http.createServer(); s2.on('listening',()=>out.push('listening')); s2.listen({port:9001},()=>out.push('lcb')); await new Promise(r=>setTimeout(r,100)); out.push(JSON.stringify(s2.address())); s2.on('error',e=>out.push(e.code)); try{ http.createServer().listen(9001) }catch(e){out.push(e.code+e.message)} try{ s2.listen(9002) }catch(e){out.push(e.code+e.message)}
 return new Response(out.join('\n')); } };
