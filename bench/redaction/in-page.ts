// What runs in the page itself: each function is sent there as text, so nothing of this file is in its reach.

/** Something like a photo on every canvas that asks for one: soft light, a figure, and a camera's grain. */
export const paintPhotos = (): void => {
  for (const canvas of document.querySelectorAll<HTMLCanvasElement>("canvas[data-photo]")) {
    const pen = canvas.getContext("2d");
    if (pen === null) continue;
    let state = Number(canvas.dataset.photo) + 1;
    const next = (limit: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return ((state >>> 8) / 2 ** 24) * limit;
    };
    const { width, height } = canvas;
    const colour = (light: number): string => `hsl(${next(360)} ${20 + next(40)}% ${light + next(20)}%)`;
    const light = pen.createRadialGradient(next(width), next(height), 10, width / 2, height / 2, width * 0.8);
    light.addColorStop(0, colour(55));
    light.addColorStop(0.6, colour(35));
    light.addColorStop(1, colour(10));
    pen.fillStyle = light;
    pen.fillRect(0, 0, width, height);
    for (let shape = 0; shape < 14; shape += 1) {
      pen.fillStyle = colour(25);
      pen.globalAlpha = 0.35;
      pen.beginPath();
      pen.ellipse(next(width), next(height), next(width / 3), next(height / 3), next(3), 0, 7);
      pen.fill();
    }
    pen.globalAlpha = 1;
    pen.fillStyle = `hsl(${15 + next(20)} 45% ${35 + next(35)}%)`;
    pen.beginPath();
    pen.ellipse(width / 2, height * 0.45, height * 0.17, height * 0.23, 0, 0, 7);
    pen.ellipse(width / 2, height * 1.05, height * 0.45, height * 0.38, 0, 0, 7);
    pen.fill();
    const pixels = pen.getImageData(0, 0, width, height);
    for (let at = 0; at < pixels.data.length; at += 4) {
      const grain = next(26) - 13;
      for (let part = at; part < at + 3; part += 1) pixels.data[part] = (pixels.data[part] ?? 0) + grain;
    }
    pen.putImageData(pixels, 0, 0);
  }
};

/** Puts each drawing where its number asks for it. */
export const placeCodes = (codes: readonly { readonly svg: string; readonly text: string }[]): void => {
  for (const [index, place] of [...document.querySelectorAll<HTMLElement>("[data-qr]")].entries()) {
    const code = codes[index];
    if (code === undefined) continue;
    place.innerHTML = `<div data-item="code" data-shape style="width:140px;height:140px;display:inline-block">${code.svg}</div>`;
    const drawing = place.querySelector("svg");
    // The drawing says how many dots it has; only with a view box do they grow with it.
    const dots = drawing?.getAttribute("width") ?? "100";
    drawing?.setAttribute("viewBox", `0 0 ${dots} ${dots}`);
    drawing?.setAttribute("style", "width:140px;height:140px;display:block");
    place.querySelector("[data-item]")?.setAttribute("data-text", code.text);
  }
};

export interface MeasuredText {
  readonly itemClass: string | null;
  readonly neutral: boolean;
  /** Visible letters; the whole has `letters` of them. */
  readonly text: string;
  readonly letters: number;
  readonly boxes: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
}

/** Where each item and each other word can be seen: letter by letter, asking the page what is on top there. */
export const measureTexts = (): readonly MeasuredText[] => {
  interface Box {
    x: number;
    y: number;
    width: number;
    height: number;
  }
  const isOnTop = (x: number, y: number, owner: Element): boolean => {
    const top = document.elementFromPoint(x, y);
    return top !== null && (top === owner || owner.contains(top));
  };
  const boxOfLetter = (node: Text, index: number, owner: Element): Box | null => {
    const range = document.createRange();
    range.setStart(node, index);
    range.setEnd(node, index + 1);
    const { x, y, width, height } = range.getBoundingClientRect();
    const inside = x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight;
    const middle = x + width / 2;
    const seen = isOnTop(middle, y + height * 0.3, owner) && isOnTop(middle, y + height * 0.7, owner);
    return width > 0 && inside && seen ? { x, y, width, height } : null;
  };
  const addBox = (boxes: Box[], box: Box): void => {
    const last = boxes.at(-1);
    if (last === undefined || Math.abs(last.y - box.y) > 2 || Math.abs(last.x + last.width - box.x) > 2) {
      boxes.push(box);
    } else {
      last.width = box.x + box.width - last.x;
    }
  };
  /** A space is part of what is between letters and of nothing else, so it is only bridged. */
  const measure = (nodes: readonly Text[], from: number, to: number, owner: Element): MeasuredText => {
    const boxes: Box[] = [];
    let text = "";
    let letters = 0;
    let space: Box | null = null;
    for (const node of nodes) {
      for (let index = from; index < Math.min(to, node.data.length); index += 1) {
        const box = boxOfLetter(node, index, owner);
        const isSpace = /\s/.test(node.data.charAt(index));
        if (!isSpace) letters += 1;
        if (box !== null && !isSpace && space !== null && boxes.length > 0) addBox(boxes, space);
        space = isSpace ? box : null;
        if (box !== null && !isSpace) addBox(boxes, box);
        if (box !== null) text += node.data.charAt(index);
      }
    }
    const neutral = owner.closest("[data-neutral]") !== null;
    const itemClass = owner.closest("[data-item]")?.getAttribute("data-item") ?? null;
    return { itemClass, neutral, text, letters, boxes };
  };
  const found: MeasuredText[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const owner = node.parentElement;
    // The walker was told to show text only.
    const text = node as Text;
    if (owner === null || owner.closest("style, svg") !== null) continue;
    if (owner.closest("[data-item]") !== null) {
      found.push(measure([text], 0, text.data.length, owner));
      continue;
    }
    for (const { 0: word, index } of text.data.matchAll(/\S+/g)) {
      const measured = measure([text], index, index + word.length, owner);
      if (measured.text.length === word.length) found.push(measured);
    }
  }
  for (const shape of document.querySelectorAll<HTMLElement>("[data-shape]")) {
    const { x, y, width, height } = shape.getBoundingClientRect();
    const corners = [0.1, 0.5, 0.9].flatMap((across) => [0.1, 0.5, 0.9].map((down) => [across, down] as const));
    const seen = corners.every(([across, down]) => isOnTop(x + width * across, y + height * down, shape));
    const text = shape.dataset.text ?? "";
    if (seen)
      found.push({ itemClass: "code", neutral: false, text, letters: text.length, boxes: [{ x, y, width, height }] });
  }
  return found;
};
