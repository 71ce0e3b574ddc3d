// Each case logs what it sees; node_io_test.go compares the logs.
import stream, { Readable, Writable, Duplex, Transform, PassThrough, pipeline, finished, compose, addAbortSignal } from 'node:stream';
import { pipeline as ppipe, finished as pfin } from 'node:stream/promises';
import * as consumers from 'node:stream/consumers';
import { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';
const wait = (ms=5) => new Promise(r => setTimeout(r, ms));
const log = (s, l, name='', evs=['data','end','close','error','finish','readable','pause','resume','drain','pipe','unpipe','prefinish']) => { for (const e of evs) s.on(e, (x) => l.push(name+e+(e==='data'?':'+String(x):e==='error'?':'+x.code+'/'+x.message:''))); return s; };
const E=['data','end','close','error','finish','pause','resume','drain','pipe','unpipe','prefinish'];
const NE=E.slice(1);
const cases = {
 async order1(l){ const r=new Readable({read(){}}); log(r,l,'',E); r.push('a'); r.push('b'); l.push('sync'); r.push(null); await wait(); },
 async order2(l){ const r=new Readable({read(){}}); log(r,l,'',['readable','end','close']); r.push('a'); r.push('b'); r.push(null); r.on('readable',()=>{let c; while((c=r.read())!==null) l.push('got'+c)}); await wait(); },
 async order3(l){ const w=new Writable({write(c,e,cb){l.push('w'+c);cb()}}); log(w,l,'',NE); w.write('a',()=>l.push('cb1')); w.write('b',()=>l.push('cb2')); w.end('c',()=>l.push('endcb')); l.push('sync'); await wait(); },
 async order4(l){ const w=new Writable({highWaterMark:3,write(c,e,cb){l.push('w'+c);setTimeout(cb,1)},final(cb){l.push('final');cb()}}); log(w,l,'',NE); l.push(w.write('ab')); l.push(w.write('cd'),w.writableNeedDrain,w.writableLength); w.end(); await wait(200); },
 async cork(l){ const w=new Writable({writev(cs,cb){l.push('v'+cs.map(x=>x.chunk+x.encoding).join('|'));cb()}}); w.cork(); w.write('a'); w.write('b','latin1'); l.push(w.writableCorked,w.writableLength); w.uncork(); w.end('z'); await wait(); },
 async transform(l){ const t=new Transform({transform(c,e,cb){cb(null,String(c).toUpperCase())},flush(cb){this.push('!');cb()}}); log(t,l,'',E); t.write('a'); t.end('b'); await wait(); },
 async pipe(l){ const r=Readable.from(['a','b','c']); const w=new Writable({objectMode:true,highWaterMark:1,write(c,e,cb){l.push('w'+c);setTimeout(cb,1)}}); log(r,l,'r:',NE); log(w,l,'w:',NE); r.pipe(w); await wait(200); },
 async destroy1(l){ const r=new Readable({read(){},destroy(e,cb){l.push('_d'+e?.message);cb(e)}}); log(r,l,'',E); r.destroy(new Error('x')); l.push(r.destroyed,r.closed,r.errored?.message); await wait(); l.push(r.closed,r.readable,r.readableAborted); },
 async destroy2(l){ const w=new Writable({write(c,e,cb){setTimeout(cb,2)}}); log(w,l,'',NE); w.write('a',e=>l.push('cb'+e?.code)); w.write('b',e=>l.push('cb'+e?.code)); w.end(e=>l.push('end'+e?.code)); w.destroy(); await wait(200); },
 async afterEnd(l){ const w=new Writable({write(c,e,cb){cb()}}); log(w,l,'',NE); w.end(); l.push(w.write('x',e=>l.push('cb'+e.code))); await wait(); },
 async pushAfterEof(l){ const r=new Readable({read(){}}); log(r,l,'',E); r.push(null); l.push(r.push('x')); await wait(); },
 async writeErr(l){ const w=new Writable({write(c,e,cb){cb(new Error('bad'))}}); log(w,l,'',NE); w.write('a',e=>l.push('cb'+e.message)); await wait(); },
 async autoDestroyFalse(l){ const r=new Readable({autoDestroy:false,read(){this.push('x');this.push(null)}}); log(r,l,'',E); await wait(); l.push(r.destroyed); },
 async emitCloseFalse(l){ const r=new Readable({emitClose:false,read(){this.push(null)}}); log(r,l,'',E); await wait(); l.push(r.destroyed,r.closed); },
 async setEncoding(l){ const r=new Readable({read(){}}); r.setEncoding('utf8'); r.push(Buffer.from([0xe2,0x82])); r.push(Buffer.from([0xac,0x41])); r.push(null); log(r,l,'',E); await wait(); },
 async setEncoding2(l){ const r=new Readable({read(){},encoding:'base64'}); r.push('hello'); r.push('wor'); r.push(null); for await(const c of r) l.push(c); },
 async readN(l){ const r=new Readable({read(){}}); r.push('hello'); r.push('world'); l.push(String(r.read(3)),String(r.read(4)),r.read(10),r.readableLength); r.push(null); l.push(String(r.read(10))); await wait(); },
 async unshift(l){ const r=new Readable({read(){}}); r.push('b'); r.unshift('a'); r.push(null); l.push((await r.toArray()).map(String)); },
 async hwm(l){ let n=0; const r=new Readable({highWaterMark:5,read(){ l.push('_read'); n++<4?this.push('ab'):this.push(null)}}); r.read(0); await wait(); l.push(r.readableLength); r.on('data',d=>l.push('d'+d)); await wait(); },
 async asyncIter(l){ const r=Readable.from(['a',Promise.resolve('b'),'c']); for await (const c of r) l.push(c); l.push(r.destroyed); },
 async asyncIterErr(l){ const r=new Readable({read(){this.destroy(new Error('it'))}}); try{ for await (const c of r){} }catch(e){l.push(e.message)} },
 async asyncGen(l){ async function* g(){ try{ yield 1; yield 2; yield 3 } finally {l.push('fin')} } const r=Readable.from(g()); for await(const c of r){ l.push(c); if(c===2)break } await wait(); },
 async fromErr(l){ function* g(){ yield 1; throw new Error('gen') } const r=Readable.from(g()); log(r,l,'',E); await wait(); },
 async fromStr(l){ l.push((await Readable.from('hello').toArray()).join('|'), (await Readable.from(Buffer.from('hi')).toArray()).length); },
 async pipelineCb(l){ await new Promise(r=>pipeline(Readable.from(['a','b']), async function*(s){for await(const c of s) yield c.toUpperCase()}, new Writable({objectMode:true,write(c,e,cb){l.push(c);cb()}}), e=>{l.push('done'+e);r()})); },
 async pipelineErr(l){ const r=new Readable({read(){}}), t=new PassThrough(), w=new Writable({write(c,e,cb){cb()}}); log(r,l,'r',['error','close']);log(t,l,'t',['error','close']);log(w,l,'w',['error','close']); pipeline(r,t,w,e=>l.push('done'+e.message)); r.push('x'); await wait(1); t.destroy(new Error('mid')); await wait(10); },
 async pipelineProm(l){ l.push(await ppipe(Readable.from([1,2,3]), async function(s){let n=0; for await(const c of s) n+=c; return n})); },
 async pipelineAbort(l){ const ac=new AbortController(); const p=ppipe(new Readable({read(){}}), new PassThrough(), new Writable({write(c,e,cb){cb()}}), {signal:ac.signal}); setTimeout(()=>ac.abort(),2); await p.catch(e=>l.push(e.name,e.code,e.message)); },
 async pipelinePrem(l){ const r=new Readable({read(){}}); const w=new PassThrough(); const p=ppipe(r,w).catch(e=>l.push(e.code)); r.destroy(); await p; },
 async finished1(l){ const r=new Readable({read(){}}); finished(r,e=>l.push('fin'+e)); r.push(null); r.resume(); await wait(); },
 async finished2(l){ const r=new Readable({read(){}}); finished(r,e=>l.push('fin'+e.code)); r.destroy(); await wait(); },
 async finished3(l){ const d=new Duplex({read(){},write(c,e,cb){cb()}}); finished(d,e=>l.push('all'+e)); finished(d,{readable:false},e=>l.push('w'+e)); finished(d,{writable:false},e=>l.push('r'+e)); d.end(); await wait(); l.push('-'); d.push(null); d.resume(); await wait(); },
 async finishedLate(l){ const r=Readable.from([]); r.resume(); await wait(); finished(r,e=>l.push('late'+e)); l.push('sync'); await wait(); },
 async finProm(l){ const w=new Writable({write(c,e,cb){cb()}}); setTimeout(()=>w.destroy(new Error('fp')),1); await pfin(w).catch(e=>l.push(e.message)); },
 async allowHalf(l){ const d=new Duplex({allowHalfOpen:false,read(){},write(c,e,cb){cb()}}); log(d,l,'',NE); d.push(null); d.resume(); await wait(); },
 async construct(l){ const w=new Writable({construct(cb){l.push('c');setTimeout(cb,2)},write(c,e,cb){l.push('w'+c);cb()}}); log(w,l,'',NE); w.write('a'); w.end(); l.push('sync'); await wait(200); },
 async constructErr(l){ const r=new Readable({construct(cb){cb(new Error('ce'))},read(){}}); log(r,l,'',E); await wait(); },
 async signal(l){ const ac=new AbortController(); const r=new Readable({read(){},signal:ac.signal}); log(r,l,'',E); ac.abort(); await wait(); const r2=addAbortSignal(AbortSignal.abort('why'),new Readable({read(){}})); r2.on('error',e=>l.push(e.name,e.cause)); await wait(); },
 async ops(l){ const r=()=>Readable.from([1,2,3,4,5]); l.push(await r().map(x=>x*2).toArray(), await r().filter(x=>x%2).toArray(), await r().take(2).toArray(), await r().drop(3).toArray(), await r().reduce((a,b)=>a+b), await r().reduce((a,b)=>a+b,10), await r().some(x=>x>4), await r().every(x=>x>4), await r().find(x=>x>2), await r().flatMap(x=>[x,x]).toArray()); await r().forEach(x=>l.push('f'+x)); l.push(await r().map(async x=>{await wait(6-x);return x},{concurrency:3}).toArray()); await Readable.from([]).reduce((a,b)=>a).catch(e=>l.push(e.code,e.message)); },
 async opsErr(l){ await Readable.from([1,2]).map(()=>{throw new Error('m')}).toArray().catch(e=>l.push(e.message)); try{Readable.from([1]).map(1)}catch(e){l.push(e.code,e.message)} },
 async toWeb(l){ const web=Readable.toWeb(Readable.from(['a','b'])); const rd=web.getReader(); let x; while(!(x=await rd.read()).done) l.push(String(x.value)); },
 async fromWeb(l){ const ws=new ReadableStream({start(c){c.enqueue('1');c.enqueue('2');c.close()}}); const r=Readable.fromWeb(ws,{objectMode:true}); log(r,l,'',E); await wait(); },
 async webWritable(l){ const got=[]; const w=Writable.fromWeb(new WritableStream({write(c){got.push(String(c))},close(){got.push('close')}})); log(w,l,'',NE); w.write('a'); w.end('b'); await wait(); l.push(got); const w2=Writable.toWeb(new Writable({write(c,e,cb){l.push('n'+c);cb()}})); const wr=w2.getWriter(); await wr.write('q'); await wr.close(); },
 async consumers(l){ l.push(await consumers.text(Readable.from(['a','b'])), await consumers.json(Readable.from(['{"a":','1}'])), (await consumers.buffer(Readable.from([Buffer.from('x')]))).toString('hex'), (await consumers.arrayBuffer(Readable.from([Buffer.from('xy')]))).byteLength, (await consumers.blob(Readable.from(['abc']))).size); },
 async inst(l){ const d=new PassThrough(); l.push(d instanceof Writable,d instanceof Readable,d instanceof Duplex,d instanceof Transform,d instanceof stream,d instanceof EventEmitter, {} instanceof Writable, new Readable() instanceof Writable, Readable() instanceof Readable, stream===stream.Stream, typeof stream.Stream.prototype.pipe); },
 async es5(l){ function My(){ Readable.call(this,{objectMode:true}) } Object.setPrototypeOf(My.prototype,Readable.prototype); My.prototype._read=function(){this.push('es5');this.push(null)}; l.push(await new My().toArray()); },
 async subclass(l){ class U extends Transform{ _transform(c,e,cb){this.push(String(c).toUpperCase());cb()} _flush(cb){cb(null,'END')} } const u=new U(); u.end('abc'); l.push((await u.toArray()).map(String)); },
 async getters(l){ const r=new Readable(), w=new Writable(); l.push(r.readable,r.readableFlowing,r.readableHighWaterMark,r.readableObjectMode,r.readableEncoding,r.readableEnded,r.readableDidRead,r.readableAborted,r.errored,r.closed,w.writable,w.writableHighWaterMark,w.writableObjectMode,w.writableFinished,w.writableEnded,w.writableCorked,w.writableAborted,stream.isReadable(r),stream.isWritable(w),stream.isErrored(r),stream.isDisturbed(r),stream.isWritable(r)); },
 async throwRead(l){ const r=new Readable({read(){throw new Error('tr')}}); log(r,l,'',E); await wait(); },
 async notImpl(l){ const r=new Readable(); log(r,l,'',E); const w=new Writable(); w.on('error',e=>l.push(e.code)); try{w.write('a')}catch(e){l.push('t'+e.code,e.message)} await wait(); },
 async errs(l){ for (const f of [()=>new Writable().write(null),()=>new Writable().write({}),()=>new Writable().write('a','zz'),()=>new Readable({highWaterMark:-1}),()=>new Duplex({readableHighWaterMark:'x'}),()=>pipeline(),()=>pipeline(new PassThrough(),()=>{}),()=>finished(),()=>finished({},()=>{}),()=>Readable.from(5),()=>Readable.from(null),()=>new Writable().setDefaultEncoding('q'),()=>Duplex.from(5)]) try{ l.push(typeof f()) }catch(e){ l.push(e.name+' '+e.code+' '+e.message) } },
 async pushBad(l){ const r=new Readable({read(){}}); log(r,l,'',E); l.push(r.push({})); await wait(); },
 async pauseResume(l){ const r=new Readable({read(){}}); log(r,l,'',['pause','resume']); r.on('data',d=>{l.push('d'+d); r.pause(); l.push(r.isPaused()); setTimeout(()=>r.resume(),1)}); r.push('1'); r.push('2'); await wait(200); },
 async unpipe(l){ const r=new Readable({read(){}}), w=new PassThrough(); log(w,l,'',['pipe','unpipe']); r.pipe(w); r.unpipe(w); l.push(r.readableFlowing); r.pipe(w); r.unpipe(); await wait(); },
 async pipeErr(l){ const r=new Readable({read(){}}), w=new Writable({write(c,e,cb){cb(new Error('pe'))}}); w.on('error',e=>l.push(e.message)); w.on('unpipe',()=>l.push('unpipe')); r.pipe(w); r.push('x'); await wait(); },
 async endTwice(l){ const w=new Writable({write(c,e,cb){cb()}}); log(w,l,'',NE); w.end(); w.end(e=>l.push('2'+e)); await wait(); w.end(e=>l.push('3'+e?.code)); await wait(); },
 async pair(l){ const [a,b]=stream.duplexPair(); b.on('data',d=>l.push('b'+d)); a.on('data',d=>l.push('a'+d)); a.write('1'); b.write('2'); a.end(); b.on('end',()=>l.push('bend')); await wait(); },
 async decode(l){ const w=new Writable({decodeStrings:false,write(c,e,cb){l.push(typeof c,e);cb()}}); w.write('a','hex'); w.write('b'); const w2=new Writable({defaultEncoding:'hex',write(c,e,cb){l.push(c.length,e);cb()}}); w2.write('abcd'); w2.setDefaultEncoding('utf8'); w2.write('abcd'); },
 async multiPipe(l){ const r=Readable.from(['x','y']); const a=[],b=[]; r.pipe(new Writable({objectMode:true,write(c,e,cb){a.push(c);cb()}})); r.pipe(new Writable({objectMode:true,write(c,e,cb){b.push(c);setTimeout(cb,1)}})); await wait(200); l.push(a,b); },
 async wrap(l){ const old=new EventEmitter(); old.pause=()=>l.push('p'); old.resume=()=>l.push('r'); const r=new Readable().wrap(old); setTimeout(()=>{old.emit('data',Buffer.from('w'));old.emit('end')},1); l.push((await r.toArray()).map(String)); },
 async legacyPipe(l){ const s=new stream.Stream(); s.readable=true; const w=new PassThrough(); s.pipe(w); s.emit('data','lp'); s.emit('end'); l.push((await w.toArray()).map(String)); },
 async rmReadable(l){ const r=new Readable({read(){}}); const f=()=>{}; r.on('readable',f); l.push(r.readableFlowing); r.off('readable',f); await wait(); l.push(r.readableFlowing); r.on('data',()=>{}); l.push(r.readableFlowing); },
 async finishedWeb(l){ try { finished(new ReadableStream(),()=>{}); l.push('ok') } catch(e){ l.push(e.name) } },
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
