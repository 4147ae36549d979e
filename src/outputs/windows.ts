// Names that Windows cannot hold or takes for devices. https://learn.microsoft.com/windows/win32/fileio/naming-a-file

/** One part of a path as Windows can hold it: `CON.png` → `CON_.png`, `a:b` → `a_b`, a dot or blank at the end → `_`. */
export function safeOnWindows(name: string): string {
  return name
    .replace(/[<>:"/\\|?*\u0000-\u001f]/g, '_')
    .replace(/[. ]+$/, (end) => '_'.repeat(end.length))
    .replace(devices, '$1_');
}

const devices = /^(con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?=\s*(?:\.|$))/i;
