// How far and how long an article is read: loaded only where its reader asked for that. Nothing finer than four steps of
// time leaves the browser, once for each step, when the page is left or hidden.
(() => {
  const prose = document.querySelector('[data-reading]'), form = document.querySelector('#act');
  if (!prose || !form || !navigator.sendBeacon) return;
  let since = document.hidden ? 0 : performance.now(), seen = 0, finished = false, told = '';
  const last = prose.lastElementChild ?? prose;
  const watch = new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting || entry.boundingClientRect.bottom < 0) { finished = true; watch.disconnect(); }
  });
  watch.observe(last);
  const tell = () => {
    if (since) { seen += performance.now() - since; since = 0; }
    const step = [10, 30, 120].filter(limit => seen / 1000 >= limit).length, now = `${step} ${finished}`;
    if (now === told) return;
    told = now;
    const data = new FormData(form);
    data.set('step', step); data.set('finished', finished ? '1' : '0'); data.delete('next');
    navigator.sendBeacon(prose.dataset.reading, data);
  };
  addEventListener('visibilitychange', () => { if (document.hidden) tell(); else since = performance.now(); });
  addEventListener('pagehide', tell);
})();
