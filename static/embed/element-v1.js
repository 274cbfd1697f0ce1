(() => {
  const portal = new URL(document.currentScript.src).origin, sheets = {}, LONGEST = 3600;
  const NAMES = ["token", "shop", "lang", "scheme", "accent", "accent-text", "radius", "font"];

  const load = async (address, signal) => {
    const answer = await fetch(portal + address, { signal, credentials: "omit" });
    if (!answer.ok) throw answer;
    return answer.text();
  };
  const dress = (address) => sheets[address] ||= load(address)
    .then((css) => new CSSStyleSheet().replace(css))
    .catch((why) => { delete sheets[address]; throw why; });

  const read = (html) => {
    const box = document.createElement("div");
    if (box.setHTML) box.setHTML(html, { sanitizer: {} });
    else box.innerHTML = html;
    return box.firstElementChild;
  };

  /* Changes what is different and nothing else: focus and what a reader has opened stay. */
  const change = (old, now) => {
    if (old.isEqualNode(now)) return;
    if (old.nodeName !== now.nodeName || old.id !== now.id) return old.replaceWith(now);
    if (!now.attributes) { old.data = now.data; return; }
    for (const { name, value } of [...now.attributes]) if (name !== "open") old.setAttribute(name, value);
    for (const { name } of [...old.attributes]) if (name !== "open" && !now.hasAttribute(name)) old.removeAttribute(name);
    const have = [...old.childNodes], want = [...now.childNodes];
    want.forEach((one, place) => have[place] ? change(have[place], one) : old.append(one));
    have.slice(want.length).forEach((one) => one.remove());
  };

  customElements.get("order-tracking") || customElements.define("order-tracking", class extends HTMLElement {
    static observedAttributes = NAMES;

    connectedCallback() {
      const signal = (this.off = new AbortController()).signal;
      const wake = () => this.late && this.ask();
      document.addEventListener("visibilitychange", wake, { signal });
      addEventListener("online", wake, { signal });
      this.pace = 30;
      this.plan(this.piece()?.dataset.pace ?? 0.01);
    }

    disconnectedCallback() {
      this.off.abort();
      clearTimeout(this.timer);
    }

    attributeChangedCallback(name, old) {
      if (this.off && this.isConnected && old !== this.getAttribute(name)) this.plan(0.01);
    }

    piece() { return this.shadowRoot?.querySelector(".tracker"); }

    plan(seconds) {
      clearTimeout(this.timer);
      if (seconds > 0) this.timer = setTimeout(() => this.ask(), seconds * 1000);
    }

    async ask() {
      this.late = document.hidden || !navigator.onLine;
      if (this.late) return;
      const { signal } = this.off, [token, shop, ...rest] = NAMES.map((name) => this.getAttribute(name) || "");
      const query = new URLSearchParams(rest.map((value, place) => [NAMES[place + 2], value]).filter((pair) => pair[1]));
      const path = token ? encodeURIComponent(token) : "find/" + encodeURIComponent(shop);
      try {
        const now = read(await load(`/embed/${path}/element?${query}`, signal));
        const sheet = await dress(now.dataset.sheet);
        if (signal.aborted) return;
        const root = this.shadowRoot || this.attachShadow({ mode: "open" }), old = this.piece();
        root.adoptedStyleSheets = [sheet];
        this.plan(this.pace = +now.dataset.pace);
        old ? change(old, now) : root.replaceChildren(now);
      } catch (why) {
        if (signal.aborted) return;
        if (why.status === 404) return this.shadowRoot?.replaceChildren(document.createElement("slot"));
        /* What was never shown is not asked for for ever. */
        this.pace = Math.max(this.pace * 2 || 60, why.headers?.get("Retry-After") || 0);
        if (this.piece() || this.pace < LONGEST) this.plan(Math.min(this.pace, LONGEST));
      }
    }
  });
})();
