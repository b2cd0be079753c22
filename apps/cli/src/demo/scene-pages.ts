// The two browser pages of the demo's desktop. Everything on them is invented.
import type { SceneSecrets } from "./scene-secrets.ts";

// The title changes once the page is drawn: what waits for the title waits for the pixels.
const page = ({ title, style, body }: { title: string; style: string; body: string }): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>…</title>
<style>*{box-sizing:border-box}body{margin:0;font-family:"DejaVu Sans",sans-serif}${style}</style>
<body>${body}<script>
addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(() => { document.title = "${title}"; })));
</script></body></html>`;

export const CLINIC_TITLE = "Lakeside Clinic";
export const DESIGN_TITLE = "Poster";

export const clinicPage = ({ loginPassword, patientNumber }: SceneSecrets): string =>
  page({
    title: CLINIC_TITLE,
    style: `body{background:#eef3f7;color:#1d2b38;font-size:14px}header{background:#0b5a6f;color:#fff;padding:12px 20px;font-size:17px}
      section{background:#fff;border:1px solid #cfd9e2;border-radius:8px;margin:14px 20px;padding:12px 18px}
      h2{font-size:15px;margin:0 0 10px}label,dt{color:#51606e}input{width:100%;padding:7px;margin:3px 0 9px;font:inherit;border:1px solid #9fb0be;border-radius:5px}
      dl{display:grid;grid-template-columns:130px 1fr;gap:6px;margin:0}dd{margin:0}`,
    body: `<header>Lakeside Clinic · Records</header>
      <section><h2>Sign in</h2><label>User<input autocomplete="off" value="m.okafor"></label>
      <label>Password (shown)<input autocomplete="off" value="${loginPassword}"></label></section>
      <section><h2>Patient record</h2><dl><dt>Number</dt><dd>${patientNumber}</dd><dt>Name</dt><dd>Ilse Vandermeer</dd>
      <dt>Born</dt><dd>14 March 1968</dd><dt>Diagnosis</dt><dd>Type 2 diabetes, hypertension</dd>
      <dt>Medication</dt><dd>Metformin 850 mg twice a day</dd><dt>Next visit</dt><dd>3 December, 09:40, room 12</dd></dl></section>`,
  });

/**
 * A poster without a single letter: a sun, hills, a sailing boat and a chart of layers. Rows of bars would be taken
 * for lettering by the detector.
 */
export const designPage = (): string => {
  return page({
    title: DESIGN_TITLE,
    style: "body{background:#faf0ca;overflow:hidden}svg{display:block;width:100vw;height:100vh}",
    body: `<svg viewBox="0 0 460 930" preserveAspectRatio="xMidYMid slice"><defs>
      <linearGradient id="sky" x2="0" y2="1"><stop stop-color="#0d3b66"/><stop offset=".6" stop-color="#ee964b"/><stop offset="1" stop-color="#f4d35e"/></linearGradient></defs>
      <rect width="460" height="640" fill="url(#sky)"/><circle cx="320" cy="300" r="92" fill="#f95738"/>
      <path d="M0 420 C110 300 200 470 300 390 S420 340 460 400 V640 H0Z" fill="#3a7d8c"/>
      <path d="M0 510 C120 420 240 560 460 470 V640 H0Z" fill="#7fb685"/>
      <rect y="600" width="460" height="150" fill="#0d3b66"/>
      <path d="M150 520 L150 640 L230 640Z" fill="#faf0ca"/><path d="M140 545 L140 640 L85 640Z" fill="#f4d35e"/>
      <path d="M70 652 H250 L222 696 H100Z" fill="#f95738"/>
      <path d="M0 790 C90 730 160 800 250 760 S400 720 460 750 V930 H0Z" fill="#f4d35e"/>
      <path d="M0 840 C120 800 210 850 310 810 S420 800 460 790 V930 H0Z" fill="#ee964b"/>
      <path d="M0 890 C100 850 230 900 330 870 S430 850 460 860 V930 H0Z" fill="#f95738"/></svg>`,
  });
};
