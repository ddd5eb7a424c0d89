// How well each text can be read: those whose contrast to what is behind them is below what WCAG 2.2 asks (AA), with their ratio.
(() => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const paint = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
    }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const behind = (element) => {
    const grounds = [];
    for (let one = element; one; one = one.parentElement) grounds.unshift(getComputedStyle(one).backgroundColor);
    return ['#fff', ...grounds];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((n) => n / 255).map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const bad = [];
  let seen = 0;
  const judge = (what, colour, grounds, least) => {
    seen++;
    const found = ratio(paint([...grounds, colour]), paint(grounds));
    if (found < least) bad.push(`${what}: ${found.toFixed(2)} < ${least}`);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility({ opacityProperty: true })) continue;
    if (['SCRIPT', 'NOSCRIPT'].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    judge(texts.currentNode.data.trim().slice(0, 40), style.color, behind(element), large ? 3 : 4.5);
  }
  // What shows where a field is, and how long a bar.
  for (const field of document.querySelectorAll('textarea, input')) {
    if (!field.checkVisibility()) continue;
    const style = getComputedStyle(field);
    judge(`the edge of ${field.id}`, style.borderTopColor, behind(field.parentElement), 3);
    judge(`what is typed into ${field.id}`, style.color, behind(field), 4.5);
  }
  for (const bar of document.querySelectorAll('.track i')) {
    judge('a bar', getComputedStyle(bar).backgroundColor, behind(bar.parentElement), 3);
  }
  const accent = getComputedStyle(document.documentElement).getPropertyValue('--accent');
  judge('the frame of what has the keyboard', accent, behind(document.body), 3);
  return { seen, bad };
})()
