/** What an element is made of: attributes, and children in order; `null` children are left out. */
export type Attributes = Readonly<Record<string, string | boolean>>;
export type Child = Node | string | null;

export const element = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  // Text, never markup: what files say about themselves is shown as it is.
  made.append(...children.filter((child) => child !== null));
  return made;
};

const SVG = "http://www.w3.org/2000/svg";

/** A drawing that says nothing to a screen reader: the words beside it do. */
export const drawing = (paths: readonly string[]): SVGElement => {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("viewBox", "0 0 64 64");
  made.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    made.append(path);
  }
  return made;
};
