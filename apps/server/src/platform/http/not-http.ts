import type { Socket } from "node:net";
import { presentProblem } from "./problem.ts";

/** Answers bytes that are no HTTP request (or too slow, or with too many headers) and hangs up. */
export const answerNotHttp = (socket: Socket, requestId: string): void => {
  if (!socket.writable) return void socket.destroy();
  const problem = presentProblem(
    { code: "INVALID_REQUEST", detail: "This is not a complete HTTP request." },
    requestId,
  );
  const body = JSON.stringify(problem);
  const head = [
    "HTTP/1.1 400 Bad Request",
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
};
