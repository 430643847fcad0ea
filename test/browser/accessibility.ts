import type { Page } from 'playwright-core';

/** Runs in the page: what a person without sight, or without a mouse, would stumble over. */
const findFaults = `(() => {
  const faults = [];
  const visible = (element) => element.getClientRects().length > 0;
  const textOf = (id) => document.getElementById(id)?.textContent?.trim() ?? '';
  const nameOf = (element) =>
    element.getAttribute('aria-label')?.trim() ||
    (element.getAttribute('aria-labelledby') ?? '').split(' ').map(textOf).join(' ').trim() ||
    Array.from(element.labels ?? [], (label) => label.textContent.trim()).join(' ') ||
    (element.tagName === 'INPUT' ? '' : element.textContent.trim());
  for (const element of document.querySelectorAll('a, button, input, select, textarea, summary, [tabindex="0"]'))
    if (visible(element) && !nameOf(element)) faults.push('no name: ' + element.outerHTML.slice(0, 120));
  for (const element of document.querySelectorAll('img:not([alt]), svg:not([aria-hidden="true"]):not([role])'))
    faults.push('no text for: ' + element.outerHTML.slice(0, 120));
  const ids = Array.from(document.querySelectorAll('[id]'), ({ id }) => id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push('id twice: ' + id);
  for (const landmark of ['main', 'h1'])
    if (document.querySelectorAll(landmark).length !== 1) faults.push('not exactly one ' + landmark);
  if (!document.documentElement.lang) faults.push('no language');
  if (!document.title) faults.push('no title');
  return faults;
})()`;

/** Runs in the page: texts whose contrast with what is behind them is under 4.5 to 1 (3 to 1 where they are large). */
const findFaintTexts = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = rgba(getComputedStyle(each).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return [255, 255, 255, 255];
  };
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility() || element.closest('.hidden, [aria-disabled="true"]')) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const [a, b] = [luminance(rgba(style.color)), luminance(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.push(ratio.toFixed(2) + ': ' + node.textContent.trim().slice(0, 40));
  }
  return [...new Set(faint)];
})()`;

/** Things without a name, a text or a place in the outline; none is good. */
export const accessibilityFaults = (page: Page): Promise<string[]> => page.evaluate<string[]>(findFaults);

/** Texts that are too faint to read, with their contrast; none is good. */
export const faintTexts = (page: Page): Promise<string[]> => page.evaluate<string[]>(findFaintTexts);
