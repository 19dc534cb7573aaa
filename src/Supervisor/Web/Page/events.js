// What happens, newest first, from the event stream; a screen reader hears the changes of state.
import { stream } from './api.js';
import { byId, element, setText } from './dom.js';
import { clock, plain } from './text.js';

const most = 300;
let news = [];
let speaking = null;

// Follows until aborted or broken; `happened` is called for each batch. Throws when the stream cannot be had.
export async function follow(signal, happened) {
  let first = true;
  for await (const events of stream('v1/events?follow=true&last=200', signal)) {
    const list = byId('events');
    if (first) list.replaceChildren();
    list.prepend(...events.toReversed().slice(0, most).map(lineOf));
    while (list.childElementCount > most) list.lastChild.remove();
    byId('no-events').hidden = true;
    list.hidden = false;
    // The first batch is the past.
    if (!first) speak(events);
    first = false;
    happened();
  }
}

export function speak(events) {
  news.push(...events.filter((event) => event.job && event.state && event.level !== 'detail').map((event) => `${event.job}: ${event.state}`));
  speaking ??= setTimeout(() => {
    const words = news.length > 4 ? [`${news.length} changes`, ...news.slice(-2)] : news;
    if (words.length) setText(byId('announce'), words.join('. '));
    news = [];
    speaking = null;
  }, 1000);
}

function lineOf({ at, job, level, text, missed }) {
  return element('li', { class: level },
    element('time', { datetime: at }, clock(at)),
    job ? element('a', { href: `#/job/${encodeURIComponent(job)}` }, job) : element('span', { class: 'muted' }, 'supervisor'),
    element('span', {}, `${missed > 0 ? `(${missed} events left out) ` : ''}${plain(text)}`));
}
