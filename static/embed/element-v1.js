(() => {
  const portal = new URL(document.currentScript.src).origin, sheets = {};
  const NAMES = ["token", "shop", "lang", "scheme", "accent", "accent-text", "radius", "font"], SLOWEST = 3600;

  const load = async (path, signal) => {
    const answer = await fetch(portal + path, { signal, credentials: "omit" });
    if (!answer.ok) throw answer;
    return answer.text();
  };
  const dress = (path) => sheets[path] ||= load(path)
    .then((css) => new CSSStyleSheet().replace(css))
    .catch((why) => { delete sheets[path]; throw why; });

  const read = (html) => {
    const box = document.createElement("div");
    box.setHTML ? box.setHTML(html, { sanitizer: {} }) : box.innerHTML = html;
    return box.firstElementChild;
  };

  /* Changes what is different and nothing else: focus and what a reader has opened stay. */
  const change = (old, now) => {
    if (old.isEqualNode(now)) return;
    if (old.nodeName !== now.nodeName || old.id !== now.id) return old.replaceWith(now);
    if (!now.attributes) return old.data = now.data;
    for (const { name } of [...old.attributes, ...now.attributes]) {
      const value = now.getAttribute(name);
      if (name !== "open") value === null ? old.removeAttribute(name) : old.setAttribute(name, value);
    }
    const have = [...old.childNodes], want = [...now.childNodes];
    want.forEach((one, place) => have[place] ? change(have[place], one) : old.append(one));
    have.slice(want.length).forEach((one) => one.remove());
  };

  customElements.get("order-tracking") || customElements.define("order-tracking", class extends HTMLElement {
    static observedAttributes = NAMES;
    pace = 30;

    connectedCallback() {
      const { signal } = this.off = new AbortController();
      const wake = () => this.late && this.ask();
      document.addEventListener("visibilitychange", wake, { signal });
      addEventListener("online", wake, { signal });
      this.plan(this.piece()?.dataset.pace ?? .01);
    }

    disconnectedCallback() {
      this.off.abort();
      this.plan(0);
    }

    attributeChangedCallback() {
      if (this.off && this.isConnected) this.plan(.01);
    }

    piece() { return this.shadowRoot?.querySelector(".tracker"); }

    plan(seconds) {
      clearTimeout(this.timer);
      if (seconds > 0) this.timer = setTimeout(() => this.ask(), seconds * 1e3);
    }

    async ask() {
      if (this.late = document.hidden || !navigator.onLine) return;
      const { signal } = this.off, turn = this.turn = {}, query = new URLSearchParams();
      for (const name of NAMES) if (this.getAttribute(name)) query.set(name, this.getAttribute(name));
      const path = encodeURIComponent(query.get("token") || "find") + (query.get("token") ? "" : "/" + query.get("shop"));
      query.delete("token");
      try {
        const now = read(await load(`/embed/${path}/element?${query}`, signal)), sheet = await dress(now.dataset.sheet);
        if (signal.aborted || turn !== this.turn) return;
        const root = this.shadowRoot || this.attachShadow({ mode: "open" }), old = this.piece();
        root.adoptedStyleSheets = [sheet];
        this.plan(this.pace = +now.dataset.pace);
        old ? change(old, now) : root.replaceChildren(now);
      } catch (why) {
        if (signal.aborted || turn !== this.turn) return;
        if (why.status === 404) return this.shadowRoot?.replaceChildren(document.createElement("slot"));
        this.pace = Math.max(this.pace * 2 || 60, why.headers?.get("Retry-After") || 0);
        /* What was never shown is not asked for for ever. */
        if (this.piece() || this.pace < SLOWEST) this.plan(Math.min(this.pace, SLOWEST));
      }
    }
  });
})();
