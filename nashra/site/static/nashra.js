// Optional behaviour: every page reads, links and posts without this file.
(() => {
  const root = document.documentElement, body = document.body;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const say = text => { const line = one('#say'); if (line) line.textContent = text; };
  const keep = (name, value) => {
    const age = value ? 31536000 : 0, secure = location.protocol === 'https:' ? '; secure' : '';
    document.cookie = `nashra_${name}=${value}; path=/; max-age=${age}; samesite=lax${secure}`;
  };

  // --- light or dark, text size: kept in cookies, which the server reads too
  const setTheme = theme => {
    if (theme === 'system') { delete root.dataset.theme; keep('theme', ''); } else { root.dataset.theme = theme; keep('theme', theme); }
    all('[name="theme"][aria-pressed]').forEach(b => b.setAttribute('aria-pressed', b.value === theme));
  };
  const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const SIZES = ['s', 'm', 'l', 'xl'];
  const stepText = step => {
    const at = SIZES.indexOf(root.dataset.text || 'm') + step, size = SIZES[Math.max(0, Math.min(3, at))];
    if (size === 'm') { delete root.dataset.text; keep('text', ''); } else { root.dataset.text = size; keep('text', size); }
  };

  // --- actions: a button that posts is answered in place; whatever goes wrong falls back to an ordinary post
  const item = from => from.closest('.item, .storygroup, .lead, .libitem');
  const draw = (button, on) => {
    const label = one('.label', button);
    button.setAttribute('aria-pressed', on);
    if (button.value === '0' || button.value === '1') button.value = on ? '0' : '1';
    if (label && button.dataset.on) label.textContent = on ? button.dataset.on : button.dataset.off;
  };
  const twins = button => all('[aria-pressed][formaction]').filter(other => other.name === button.name && other.formAction === button.formAction);
  const flip = button => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    twins(button).forEach(twin => draw(twin, on));
  };
  const hide = button => {
    const piece = item(button);
    if (!piece) return;
    const row = document.createElement('div'), text = document.createElement('p'), undo = document.createElement('button');
    row.className = 'message'; text.textContent = body.dataset.sayHidden;
    undo.className = 'btn btn--quiet'; undo.textContent = body.dataset.sayUndo;
    undo.setAttribute('form', 'act'); undo.setAttribute('formaction', button.getAttribute('formaction'));
    undo.name = 'on'; undo.value = button.value === '0' ? '1' : '0'; undo.dataset.act = 'unhide';
    row.append(text, undo); piece.hidden = true; piece.before(row); undo.focus(); say(text.textContent);
  };
  const unhide = button => {
    const row = button.closest('.message'), piece = row.nextElementSibling;
    piece.hidden = false; row.remove(); one('.headline a', piece)?.focus();
  };
  // --- more, less, not interested in the source: each can be pressed again, or undone where the piece stands
  const SAYS = '[formaction*="/more"], [formaction*="/less"], [formaction*="/uninteresting"]';
  const toggles = (from = document) => all(SAYS, from).filter(button => button.getAttribute('form') === 'act');
  const path = button => new URL(button.formAction).pathname;
  const toast = (place, text, undone) => {
    all('.message--toast').forEach(row => row.remove());
    const row = document.createElement('div'), words = document.createElement('p');
    row.className = 'message message--toast'; words.textContent = text; row.append(words);
    if (undone) {
      const undo = document.createElement('button');
      undo.type = 'button'; undo.className = 'btn btn--quiet'; undo.textContent = body.dataset.sayUndo;
      undo.addEventListener('click', () => { undone.focus(); undone.click(); });
      row.append(undo);
    }
    place.append(row); say(text);
  };
  const said = button => {
    const on = button.value !== '0', other = { more: '/less', less: '/more' }[path(button).split('/').pop()];
    toggles().forEach(twin => {
      if (path(twin) === path(button)) draw(twin, on);
      else if (on && other && path(twin) === path(button).replace(/\/\w+$/, other)) draw(twin, false);
    });
    toast(button.closest('.why__panel') ?? item(button) ?? button.closest('.article__end, section, main'), on ? body.dataset.sayNoted : body.dataset.sayTaken, on && button);
  };
  const ready = from => toggles(from).forEach(button => {
    button.name = 'on'; button.value ||= '1'; button.dataset.act = 'said';
    button.setAttribute('aria-pressed', button.value === '0');
  });
  ready();
  const DONE = { save: flip, toggle: flip, hide, unhide, said };
  addEventListener('submit', async event => {
    const form = event.target, button = event.submitter;
    if (!form.matches('form[data-enhance]') || !button || 'plain' in button.dataset || form.dataset.bypass) return;
    if (button.name === 'theme' || 'textStep' in button.dataset) { event.preventDefault(); return; }
    const done = DONE[button.dataset.act];
    if (!done) return;
    event.preventDefault();
    button.setAttribute('aria-busy', 'true');
    let ok = false;
    try {
      const answer = await fetch(button.formAction, { method: 'POST', body: new FormData(form, button), redirect: 'manual', headers: { 'X-Requested-With': 'fetch' } });
      ok = answer.status === 204;
    } catch { /* no network: the ordinary post shows it */ }
    button.removeAttribute('aria-busy');
    if (ok) { done(button); return; }
    form.dataset.bypass = '1'; form.requestSubmit(button); delete form.dataset.bypass;
  });
  addEventListener('click', event => {
    const button = event.target.closest?.('button[name="theme"], [data-text-step], [data-keys]');
    if (button?.name === 'theme') setTheme(button.value);
    else if (button?.dataset.textStep) stepText(Number(button.dataset.textStep));
    else if (button) one('.keys')?.showModal();
    all('details.menu[open]').forEach(menu => { if (!menu.contains(event.target)) menu.open = false; });
  });
  all('[data-keys]').forEach(button => { button.hidden = false; });
  all('[data-submit-on-change]').forEach(input => input.addEventListener('change', () => input.form.requestSubmit()));

  // --- a form of choices shows at once how they look; a new account begins with this browser's time zone
  all('[data-example]').forEach(line => line.closest('form').addEventListener('change', async event => {
    line.dataset.wanted = `${line.dataset.example}?${new URLSearchParams([...new FormData(event.currentTarget)].filter(([name]) => ['language', 'time_zone', 'digits', 'region', 'hijri'].includes(name)))}`;
    const answer = await fetch(line.dataset.wanted);
    if (answer.ok && answer.url.endsWith(line.dataset.wanted)) line.textContent = await answer.text(); // not an older one
  }));
  all('[data-zone]').forEach(field => { field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? ''; });

  // --- suggestions while one types: a combobox; without this the field is an ordinary one
  all('[data-suggest]').forEach(field => {
    const list = document.createElement('ul');
    let timer = 0, at = -1;
    list.id = `${field.id}-options`; list.className = 'suggest'; list.hidden = true;
    list.setAttribute('role', 'listbox'); list.setAttribute('aria-label', field.labels[0]?.textContent ?? '');
    field.parentElement.append(list);
    const say = values => Object.entries(values).forEach(([name, value]) => field.setAttribute(name, value));
    say({ role: 'combobox', autocomplete: 'off', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id });
    const choose = to => {
      at = to; field.removeAttribute('aria-activedescendant');
      [...list.children].forEach((option, place) => option.setAttribute('aria-selected', place === at));
      if (at >= 0) field.setAttribute('aria-activedescendant', list.children[at].id);
    };
    const open = on => { list.hidden = !on; say({ 'aria-expanded': on }); choose(-1); };
    const take = option => { field.value = option.dataset.text; open(false); field.focus(); };
    const option = ({ text, label, kind }, place) => {
      const row = document.createElement('li'), name = document.createElement('bdi'), what = document.createElement('span');
      row.id = `${list.id}-${place}`; row.dataset.text = text; row.setAttribute('role', 'option');
      name.textContent = label; what.textContent = kind; row.append(name, ' ', what);
      return row;
    };
    const ask = async () => {
      const typed = field.value;
      try {
        const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(typed)}`);
        const { suggestions } = answer.ok ? await answer.json() : { suggestions: [] };
        if (field.value !== typed || document.activeElement !== field) return;
        list.replaceChildren(...suggestions.map(option)); open(suggestions.length > 0);
      } catch { open(false); }
    };
    field.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, 180); });
    field.addEventListener('blur', () => open(false));
    list.addEventListener('mousedown', event => { event.preventDefault(); const row = event.target.closest('li'); if (row) take(row); });
    field.addEventListener('keydown', event => {
      if (list.hidden || event.isComposing) return;
      const last = list.children.length - 1, step = { ArrowDown: at === last ? -1 : at + 1, ArrowUp: at < 0 ? last : at - 1 }[event.key];
      if (step !== undefined) choose(step);
      else if (event.key === 'Enter' && at >= 0) take(list.children[at]);
      else if (event.key === 'Escape') open(false);
      else return;
      event.preventDefault();
    });
  });

  // --- sharing: by the device's own sheet, else the address is copied
  all('[data-share]').forEach(button => {
    const { share, address, title, copied } = button.dataset, url = address || location.origin + location.pathname;
    button.hidden = false;
    button.addEventListener('click', async () => {
      try {
        if (navigator.share) await navigator.share({ title, url });
        else { await navigator.clipboard.writeText(url); toast(one('.article__head') ?? body, copied); }
        await fetch(share, { method: 'POST', body: new FormData(one('#act')), headers: { 'X-Requested-With': 'fetch' } });
      } catch { /* not shared after all */ }
    });
  });

  // --- a picture that its site no longer has leaves no broken sign; one with words keeps those
  const lost = image => {
    const box = image.alt ? null : image.closest('.picture');
    if (!box) return;
    image.hidden = true;
    if (box.closest('.libitem')) { box.classList.add('picture--none'); return; } // its column stays
    box.hidden = true; box.closest('.item--thumb')?.classList.remove('item--thumb');
  };
  addEventListener('error', event => { if (event.target.matches?.('img')) lost(event.target); }, true);
  all('img').forEach(image => { if (image.complete && !image.naturalWidth) lost(image); });

  // --- how far the article is read
  const bar = one('progress.progress'), prose = one('.prose');
  if (bar && prose) {
    const follow = () => { const box = prose.getBoundingClientRect(); bar.value = Math.max(0, Math.min(1, (innerHeight - box.top) / box.height)); };
    addEventListener('scroll', follow, { passive: true }); follow();
  }

  // --- a part of the page that is still arriving: asks again, ever more slowly, until the server answers 204
  const policy = window.trustedTypes?.createPolicy('nashra', { createHTML: html => html });
  const parse = html => new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, 'text/html');
  const poll = async (part, wait) => {
    await new Promise(resolve => setTimeout(resolve, wait));
    if (document.hidden) return poll(part, wait);
    let next = part;
    try {
      const answer = await fetch(part.dataset.poll, { headers: { 'X-Requested-With': 'fetch' } });
      if (answer.status === 204) { location.reload(); return undefined; }
      const fresh = answer.ok && one('[data-poll]', parse(await answer.text()));
      if (fresh) { next = document.importNode(fresh, true); part.replaceWith(next); }
    } catch { /* asked again below */ }
    return poll(next, Math.min(wait * 1.3, 15000));
  };
  all('[data-poll]').forEach(part => { if (part.dataset.poll) poll(part, 2000); });

  // --- the whole account of a piece, in its own panel
  addEventListener('click', async event => {
    const link = event.target.closest?.('.why__panel a[href*="/why"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { headers: { 'X-Requested-With': 'fetch' } });
      const fresh = answer.ok && one('.account', parse(await answer.text()));
      if (!fresh) throw new Error(answer.status);
      const account = document.importNode(fresh, true);
      link.closest('.why__panel').append(account); link.remove();
      account.tabIndex = -1; account.focus();
    } catch { location.assign(link.href); }
  });

  // --- keys, read by their place on the board (KeyboardEvent.code), so that an Arabic layout works too
  const pieces = () => all('.item, .storygroup, .lead, .latest li, .libitem').filter(piece => !piece.hidden && !piece.matches('.item .item'));
  const link = piece => one('.headline a, :scope > a', piece);
  const here = list => list.findIndex(piece => piece.contains(document.activeElement));
  const go = step => { const list = pieces(), at = here(list); link(list[Math.max(0, Math.min(list.length - 1, at + step))] ?? body)?.focus(); };
  const press = selector => { // on the piece that has the focus; on an article's page else on the article
    const list = pieces(), at = list[here(list)] ?? (one('.article') && document);
    if (at) one(selector, at)?.click();
  };
  const unread = () => { const list = pieces(), at = here(list); link(list.slice(at + 1).find(piece => !piece.matches('.is-read')) ?? body)?.focus(); };
  const KEYS = {
    KeyJ: () => go(1), KeyK: () => go(-1), KeyN: unread,
    KeyO: () => { const list = pieces(), at = list[here(list)]; if (at) link(at)?.click(); },
    KeyS: () => press('[data-act="save"]'), KeyM: () => press('[data-act="mute"]'),
    KeyW: () => press('.why > summary'), KeyD: () => setTheme(isDark() ? 'light' : 'dark'),
  };
  let went = -Infinity;
  const GO = { KeyF: () => location.assign(body.dataset.front), KeyS: () => location.assign(body.dataset.saved) };
  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, dialog, [contenteditable]')) return;
    if (event.key === 'Escape') { all('details.menu[open]').forEach(menu => { menu.open = false; one('summary', menu).focus(); }); return; }
    if (root.dataset.keys === 'off') return;
    const chained = event.timeStamp - went < 1500 && GO[event.code];
    went = event.code === 'KeyG' ? event.timeStamp : -Infinity;
    if (chained) chained();
    else if (event.key === '?' || event.key === '؟') one('.keys')?.showModal();
    else if (event.key === '+' || event.key === '=') stepText(1);
    else if (event.key === '-' || event.key === '−') stepText(-1);
    else if (event.code === 'Slash') { event.preventDefault(); const box = one('main [type=search]'); if (box) box.focus(); else location.assign(body.dataset.search); }
    else if (!event.shiftKey) KEYS[event.code]?.();
  });
})();
