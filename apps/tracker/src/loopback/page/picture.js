// The picture under review: what is hidden in it, the part that is marked, and how mouse and keyboard mark it.

const TILE_PX = 64;

const COLOURS = {
  // Under it the owner still sees what is hidden; the client sees black.
  withheld: "rgb(20 24 60 / 72%)",
  byHand: "rgb(120 40 0 / 72%)",
  sealed: "rgb(0 0 0)",
  marked: "#ffb000",
  cursor: "#ffffff",
};

/** `onMark` is told the marked tiles' rectangle after each change. */
export const createPicture = (canvas, onMark) => {
  const picture = { canvas, onMark, bitmap: null, detail: null, isSealed: false, from: null, to: null };
  canvas.addEventListener("pointerdown", (event) => startDrag(picture, event));
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) mark(picture, picture.from, tileUnder(picture, event));
  });
  canvas.addEventListener("keydown", (event) => moveCursor(picture, event));
  return {
    /** Of another capture, or of none. */
    open: (detail) => {
      Object.assign(picture, { detail, bitmap: null, from: null, to: null });
      draw(picture);
    },
    setBitmap: (bitmap) => {
      picture.bitmap = bitmap;
      draw(picture);
    },
    /** The same capture, after a change. */
    setDetail: (detail) => {
      picture.detail = detail;
      draw(picture);
    },
    setSealed: (isSealed) => {
      picture.isSealed = isSealed;
      draw(picture);
    },
    markedTiles: () => markedTiles(picture),
    clear: () => mark(picture, null, null),
  };
};

const startDrag = (picture, event) => {
  if (picture.detail === null || event.button !== 0) return;
  picture.canvas.setPointerCapture(event.pointerId);
  const tile = tileUnder(picture, event);
  mark(picture, event.shiftKey && picture.from !== null ? picture.from : tile, tile);
};

const tileUnder = ({ canvas, detail: { columns, rows } }, { clientX, clientY }) => {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const within = (part, count) => Math.min(count - 1, Math.max(0, Math.floor(part * count)));
  return { column: within((clientX - left) / width, columns), row: within((clientY - top) / height, rows) };
};

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const moveCursor = (picture, event) => {
  const step = STEPS[event.key];
  if (picture.detail === null || step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const { columns, rows } = picture.detail;
  const at = picture.to ?? { column: 0, row: 0 };
  // The first step only shows where the cursor is.
  const [right, down] = picture.to === null ? [0, 0] : step;
  const to = {
    column: Math.min(columns - 1, Math.max(0, at.column + right)),
    row: Math.min(rows - 1, Math.max(0, at.row + down)),
  };
  mark(picture, event.shiftKey && picture.from !== null ? picture.from : to, to);
};

const mark = (picture, from, to) => {
  Object.assign(picture, { from, to });
  draw(picture);
  picture.onMark(markedTiles(picture));
};

const markedTiles = ({ detail, from, to }) => {
  if (detail === null || from === null || to === null) return [];
  const [left, right] = [from.column, to.column].sort((a, b) => a - b);
  const [top, bottom] = [from.row, to.row].sort((a, b) => a - b);
  const tiles = [];
  for (let row = top; row <= bottom; row += 1) {
    for (let column = left; column <= right; column += 1) tiles.push(row * detail.columns + column);
  }
  return tiles;
};

const draw = (picture) => {
  const { canvas, bitmap, detail } = picture;
  const context = canvas.getContext("2d");
  if (detail === null) return context.clearRect(0, 0, canvas.width, canvas.height);
  const [width, height] = [detail.columns * TILE_PX, detail.rows * TILE_PX];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  context.clearRect(0, 0, width, height);
  if (bitmap !== null) {
    context.drawImage(bitmap, 0, 0);
    drawTiles(context, picture);
  }
  drawMarked(context, picture);
};

const drawTiles = (context, { detail: { columns, tiles }, isSealed }) => {
  tiles.forEach(({ state, proposed }, tile) => {
    if (state === "visible") return;
    const own = proposed === "visible" ? COLOURS.byHand : COLOURS.withheld;
    context.fillStyle = isSealed ? COLOURS.sealed : own;
    context.fillRect((tile % columns) * TILE_PX, Math.floor(tile / columns) * TILE_PX, TILE_PX, TILE_PX);
  });
};

const drawMarked = (context, { from, to }) => {
  if (from === null || to === null) return;
  const [left, top] = [Math.min(from.column, to.column), Math.min(from.row, to.row)];
  const [width, height] = [Math.abs(from.column - to.column) + 1, Math.abs(from.row - to.row) + 1];
  const frame = (colour, lineWidth, [x, y, w, h]) => {
    Object.assign(context, { strokeStyle: colour, lineWidth });
    context.strokeRect(x * TILE_PX, y * TILE_PX, w * TILE_PX, h * TILE_PX);
  };
  frame(COLOURS.cursor, 10, [left, top, width, height]);
  frame(COLOURS.marked, 6, [left, top, width, height]);
};
