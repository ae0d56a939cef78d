/**
 * The page's one script: comfort alone. It finds text in claims and drills, opens what a link leads into, and walks by
 * keyboard through what differs. A constant, so that the page's policy can name it by its hash.
 */
export const SCRIPT = `
'use strict';
{
  const all = (selector) => [...document.querySelectorAll(selector)];
  const reveal = (target) => {
    for (let at = target; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
    const group = target.closest('details.group');
    if (group && target.parentElement === group) group.open = true;
  };
  const follow = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!target) return;
    reveal(target);
    target.scrollIntoView();
  };
  addEventListener('hashchange', follow);
  follow();

  const ledger = document.getElementById('claims');
  const unexercised = document.querySelector('.unexercised-claims');
  ledger?.addEventListener('change', ({ target }) => {
    if (target.value === 'unexercised' && unexercised) unexercised.open = true;
  });

  const input = document.getElementById('search');
  const found = document.getElementById('found');
  const rows = all('.ledger tbody tr, .ledger li[data-kind], #matrix tbody tr');
  const groups = all('details.group');
  const texts = new Map([...rows, ...groups].map((one) => [one, null]));
  const textOf = (one) => {
    if (texts.get(one) === null) texts.set(one, one.textContent.toLowerCase());
    return texts.get(one);
  };
  const find = () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
    let number = 0;
    for (const one of texts.keys()) {
      const hit = words.every((word) => textOf(one).includes(word));
      one.classList.toggle('unfound', !hit);
      if (hit) number += 1;
    }
    found.textContent = words.length === 0 ? '' : number + ' of ' + texts.size + ' claims and drills';
    if (words.length > 0 && unexercised) unexercised.open = true;
  };
  if (input) {
    document.querySelector('.search').hidden = false;
    input.addEventListener('input', find);
  }

  let last = -1;
  const next = () => {
    const places = all('.panel.bad li > a:first-child, tr.differing, .differing-group > summary').filter((one) => one.checkVisibility());
    if (places.length === 0) return;
    last = (last + 1) % places.length;
    const place = places[last];
    if (!place.matches('a, summary')) place.tabIndex = -1;
    place.focus();
    place.scrollIntoView({ block: 'center' });
  };
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && input && input.value !== '') {
      input.value = '';
      find();
      return;
    }
    if (event.target.matches('input[type=search]')) return;
    if (event.key === '/' && input) input.focus();
    else if (event.key === 'n') next();
    else return;
    event.preventDefault();
  });
}
`;
