// Words for numbers, and text of jobs made harmless.

// Colours and cursor movements (CSI) and titles (OSC) mean nothing here and go; other control characters, and the marks that turn the direction of
// what follows, become visible.
const escapes = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const longest = 8192;

export function plain(text) {
  const shown = text.length > longest ? text.slice(0, longest) : text;
  const clean = shown.replace(escapes, '').replace(controls, (c) => {
    const code = c.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
  return shown === text ? clean : `${clean} … (${text.length - longest} more characters)`;
}

export function duration(seconds) {
  if (seconds < 0) seconds = 0;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const s = Math.floor(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

export function bytes(count) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (count >= 1024 && unit < units.length - 1) {
    count /= 1024;
    unit++;
  }
  return `${unit === 0 || count >= 100 ? Math.round(count) : count.toFixed(1)} ${units[unit]}`;
}

export const percent = (share) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

export function clock(iso) {
  const at = new Date(iso);
  const time = at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
  return at.toDateString() === new Date().toDateString() ? time : `${at.toLocaleDateString()} ${time}`;
}

export function lastExit(exit) {
  if (!exit) return '';
  if (exit.cause === 'exited') return `code ${exit.code}`;
  if (exit.cause === 'spawn-failed') return 'failed to start';
  return exit.signal ? `${exit.signal}${exit.core_dumped ? ' (core)' : ''}` : exit.cause.replace('-', ' ');
}

export const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
