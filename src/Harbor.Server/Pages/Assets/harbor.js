// Keeps a page current: asks for it again and puts what differs in its place. Without this script the page is loaded by hand.
'use strict';

const main = document.getElementById('content');
const seconds = Number(main && main.dataset.live);
let stopped = false;

function showEnds(part) {
  for (const log of part.querySelectorAll('pre.log')) {
    log.scrollTop = log.scrollHeight;
  }
}

function isInUse(old) {
  const focused = document.activeElement;
  return focused && focused !== document.body && focused !== main && old.contains(focused)
    && /^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(focused.tagName);
}

function isSelected(old) {
  const selection = document.getSelection();
  return selection && !selection.isCollapsed && selection.containsNode(old, true);
}

function replace(old, fresh) {
  if (old.isEqualNode(fresh)) {
    return;
  }
  if (/^(MAIN|SECTION|DIV|TABLE|TBODY|TR)$/.test(old.tagName) && old.tagName === fresh.tagName
    && old.children.length === fresh.children.length && old.children.length > 0) {
    [...old.children].forEach((child, i) => replace(child, fresh.children[i]));
    return;
  }
  if (isInUse(old) || isSelected(old)) {
    return; // The next look finds it again.
  }
  if (old.tagName === 'PRE' && fresh.tagName === 'PRE') {
    const atEnd = old.scrollHeight - old.scrollTop - old.clientHeight < 8;
    old.textContent = fresh.textContent;
    if (atEnd) {
      old.scrollTop = old.scrollHeight;
    }
    return;
  }
  const mine = document.importNode(fresh, true);
  old.replaceWith(mine);
  showEnds(mine);
}

async function look() {
  if (document.hidden) {
    return;
  }
  const answer = await fetch(location.href, { headers: { 'X-Harbor-Live': '1' }, redirect: 'error' });
  if (answer.status === 401) {
    stopped = true;
    location.reload(); // Signed out.
    return;
  }
  if (!answer.ok) {
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.getElementById('content');
  replace(main, fresh);
  stopped = !fresh.dataset.live;
}

async function follow() {
  while (!stopped) {
    await new Promise(done => setTimeout(done, seconds * 1000));
    try {
      await look();
    } catch {
      // The server is away; the next look may find it.
    }
  }
}

if (seconds > 0) {
  showEnds(document);
  follow();
}
