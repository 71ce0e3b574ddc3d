// Reloads the page when devserver serves another version than the one that made it.
(() => {
  const path = "/cdn-cgi/local/live-reload", key = "devserver live reload";
  const made = new URL(document.currentScript.src).searchParams.get("v");
  let events;

  const heard = ({ data: version }) => {
    if (version === made) return;
    // Once for each version: a page that some cache keeps would reload for ever.
    const mark = version + " " + location.href;
    try {
      if (sessionStorage.getItem(key) === mark) return;
      sessionStorage.setItem(key, mark);
    } catch {} // no storage for this page
    location.reload();
  };
  // Only while it is seen: a browser has few connections for a host, and hidden pages need none.
  const connect = () => {
    if (events || document.hidden) return;
    let opened = false;
    const source = (events = new EventSource(path));
    source.onopen = () => { opened = true; };
    source.onmessage = heard;
    source.onerror = () => { // it tries again by itself, unless it is closed
      if (source.readyState === EventSource.CLOSED && opened && events === source) {
        events = undefined;
        setTimeout(connect, 1000);
      }
    };
  };
  const leave = () => {
    events?.close();
    events = undefined;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : connect()));
  addEventListener("pagehide", leave);
  addEventListener("pageshow", connect);
  connect();
})();
