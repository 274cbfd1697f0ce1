(() => {
  const me = document.currentScript, { token, shop, title, height, lazy } = me.dataset;
  const portal = new URL(me.src).origin, box = me.parentNode, link = box.querySelector("a");
  const frame = document.createElement("iframe");
  const query = new URLSearchParams({ origin: location.origin });
  const set = (name, value) => frame.style.setProperty(name, value, "important");
  let heard, wait;
  for (const name of ["lang", "scheme", "accent", "accent-text", "radius", "font"]) {
    const value = me.getAttribute("data-" + name);
    if (value) query.set(name, value);
  }
  const hear = ({ source, origin, data }) => {
    if (!frame.isConnected) return removeEventListener("message", hear);
    if (source !== frame.contentWindow || origin !== portal || !data || data.tracker !== 1) return;
    if (data.type === "height" && data.height > 0) {
      heard = clearTimeout(wait) || true;
      set("height", Math.min(data.height, 5000) + "px");
      set("visibility", "visible");
      if (link) link.style.visibility = "hidden";
    }
  };
  frame.title = title || (link && link.textContent) || "Order tracking";
  if (lazy != null) frame.loading = "lazy";
  for (const name of ["max-height", "float"]) set(name, "none");
  set("display", "block");
  set("border", 0);
  set("width", "100%");
  set("visibility", "hidden");
  set("height", (+height || Math.max(300, box.clientHeight)) + "px");
  frame.onload = () => { wait = setTimeout(() => heard || frame.remove(), 4000); };
  frame.src = portal + "/embed/" + (token ? encodeURIComponent(token) : "find/" + shop) + "?" + query;
  addEventListener("message", hear);
  me.after(frame);
  const top = (one) => one.getBoundingClientRect().top;
  if (link) set("margin-top", top(link) - top(frame) + "px");
})();
