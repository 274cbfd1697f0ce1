/* Beside htmx: asks nothing while nobody looks, and tells a listed parent page how tall the widget is. */
(() => {
  const parentOrigin = document.body.dataset.parent;
  let height = 0;

  const tell = () => {
    const now = Math.ceil(document.body.getBoundingClientRect().height);
    if (now !== height) {
      height = now;
      window.parent.postMessage({ tracker: 1, type: "height", height }, parentOrigin);
    }
  };

  document.addEventListener("htmx:before:request", (event) => {
    if (document.hidden || !navigator.onLine) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    const tracking = document.getElementById("tracking");
    if (!document.hidden && tracking) tracking.dispatchEvent(new Event("wake"));
  });
  /* What somebody stood on may be gone with the news: then they stand where the page goes on, not before its start. */
  let held;
  document.addEventListener("htmx:before:swap", () => { held = document.hasFocus() && document.activeElement; });
  document.addEventListener("htmx:after:swap", () => {
    if (held && held !== document.body && !held.isConnected) {
      const next = document.querySelector(".heart-ways a") || document.getElementById("headline");
      if (!next.href) next.tabIndex = -1;
      next.focus({ preventScroll: true });
    }
  });
  /* The link ended while the page was open: what it showed goes with it. */
  document.addEventListener("htmx:response:error", (event) => {
    if (event.detail.ctx.response.status === 404) location.reload();
  });

  if (parentOrigin && window.parent !== window) {
    /* A frame of another process has no width at first, and stands a word a line: nobody is to be told of that.
       While it is hidden no observer is called, so it looks by the clock; in a box that stays shut, only for a second. */
    let looks = 40;
    const begin = () => {
      if (!document.documentElement.clientWidth && looks--) return setTimeout(begin, 25);
      new ResizeObserver(tell).observe(document.body);
      tell();
    };
    begin();
  }
})();
