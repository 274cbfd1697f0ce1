// Copies the shared link, or hands it to the device. Without it the link stands in a field to be copied by hand.
"use strict";
const link = document.getElementById("address");
const copy = document.getElementById("copy");
const passOn = document.getElementById("pass-on");
if (link) {
  link.addEventListener("focus", () => link.select());
  if (document.activeElement === link) link.select();
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      const done = document.getElementById("copied");
      await navigator.clipboard.writeText(link.value);
      done.textContent = done.dataset.done;
    });
  }
  if (navigator.share) {
    passOn.hidden = false;
    passOn.addEventListener("click", () => navigator.share({ title: passOn.dataset.title, url: link.value }).catch(() => {}));
  }
}
