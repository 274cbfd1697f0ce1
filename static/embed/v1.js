(() => {
  const me = document.currentScript, { token, lang, scheme, title, height, lazy } = me.dataset;
  const portal = new URL(me.src).origin, box = me.parentNode, link = box.querySelector("a");
  const frame = document.createElement("iframe"), style = frame.style;
  const query = new URLSearchParams({ origin: location.origin });
  if (lang) query.set("lang", lang);
  if (scheme) query.set("scheme", scheme);
  const hear = (event) => {
    if (!frame.isConnected) return removeEventListener("message", hear);
    const said = event.data;
    if (event.source !== frame.contentWindow || event.origin !== portal || !said || said.tracker !== 1) return;
    if (said.type === "height" && +said.height === said.height && said.height > 0 && said.height < 5000) {
      clearTimeout(wait);
      heard = true;
      style.height = said.height + "px";
      if (link) link.hidden = true;
    }
  };
  let wait, heard;
  const leave = () => heard || frame.remove();
  frame.title = title || (link && link.textContent) || "Order tracking";
  if (lazy != null) frame.loading = "lazy";
  style.cssText = "display:block;border:0;width:100%;height:" + (+height || Math.max(300, box.clientHeight - (link ? link.offsetHeight : 0))) + "px";
  frame.onload = () => { wait = setTimeout(leave, 4000); };
  frame.src = portal + "/embed/" + encodeURIComponent(token) + "?" + query;
  addEventListener("message", hear);
  me.after(frame);
})();
