/** The page's style sheet: quiet, in the reader's own light or dark, on narrow screens and on paper. */
export const style = `:root{color-scheme:light dark;--ink:#1b1f24;--soft:#59636e;--paper:#fff;--panel:#f6f8fa;--line:#d1d9e0;--link:#0b57d0;--bad:#b42318;--bad-bg:#fde7e4;--mid:#8a5300;--mid-bg:#fdf0d5;--good:#1a7034;--good-bg:#dff5e3;--note:#1f5fa8;--note-bg:#e1eefb}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ed;--soft:#a0aab4;--paper:#14171b;--panel:#1c2127;--line:#38414a;--link:#8ab4f8;--bad:#ff9a8f;--bad-bg:#4a1d1a;--mid:#f2c46d;--mid-bg:#443108;--good:#7fd99a;--good-bg:#15381f;--note:#9cc6f7;--note-bg:#15304d}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main,header.top,footer{max-width:76rem;margin:0 auto;padding:0 1.25rem}
header.top{padding-top:2rem}
h1{font-size:1.5rem;margin:0 0 .5rem;line-height:1.25}
h2{font-size:1.2rem;margin:3rem 0 .75rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
h3{font-size:1.02rem;margin:1.75rem 0 .5rem;overflow-wrap:anywhere}
h4{font-size:.95rem;margin:1.25rem 0 .35rem;overflow-wrap:anywhere}
p{margin:.4rem 0;overflow-wrap:anywhere;max-width:60rem}
a{color:var(--link)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.86em}
code,li{overflow-wrap:anywhere}
.soft{color:var(--soft)}
.badge{display:inline-block;padding:.05rem .5rem;border-radius:1rem;font-size:.8rem;font-weight:600;white-space:nowrap;background:var(--panel);color:var(--soft);border:1px solid currentColor}
.error,.fail,.refused,.removed{color:var(--bad);background:var(--bad-bg)}
.warning,.unknown,.silent,.not-protected,.renamed,.changed,.hidden,.shown{color:var(--mid);background:var(--mid-bg)}
.pass,.accepted,.new-subject,.added{color:var(--good);background:var(--good-bg)}
.note{color:var(--note);background:var(--note-bg)}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:1rem 0;font-size:.92rem}
dl.facts dt{color:var(--soft)}
dl.facts dd{margin:0;overflow-wrap:anywhere}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;margin:1rem 0 0;list-style:none}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0 1rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;padding:.5rem .7rem;color:var(--soft)}
th,td{text-align:left;vertical-align:top;padding:.45rem .7rem;border-top:1px solid var(--line)}
thead th{border-top:0;background:var(--panel);font-weight:600}
caption+thead th{border-top:1px solid var(--line)}
td{overflow-wrap:break-word}
td.wide{min-width:14rem}
td.where{min-width:13rem;overflow-wrap:anywhere}
td code{overflow-wrap:normal}
td.where code{overflow-wrap:anywhere}
article{border:1px solid var(--line);border-left:4px solid var(--line);border-radius:.5rem;padding:.7rem 1rem;margin:.75rem 0;break-inside:avoid}
article.is-error{border-left-color:var(--bad)}
article.is-warning{border-left-color:var(--mid)}
article.is-note{border-left-color:var(--note)}
article h4{margin:.35rem 0 .5rem}
article dl{margin:0;display:grid;grid-template-columns:max-content 1fr;gap:.25rem .8rem}
article dt{font-weight:600}
article dd{grid-column:2;margin:0;overflow-wrap:anywhere}
pre{margin:0;padding:.7rem 0;overflow-x:auto;background:var(--panel);tab-size:4;line-height:1.5}
.code{position:relative;border:1px solid var(--line);border-radius:.5rem;overflow:hidden;margin:.5rem 0 1rem}
.line{display:block;padding:0 1rem 0 4.5rem;min-height:1.5em;white-space:pre;width:max-content;min-width:100%}
.line::before{content:attr(data-n);display:inline-block;width:3rem;margin-left:-3.9rem;margin-right:.9rem;text-align:right;color:var(--soft)}
.plain{padding:.7rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere}
mark{border-radius:.2rem;padding:.05rem 0;color:inherit;text-decoration:underline wavy var(--bad);text-underline-offset:.25em;background:var(--bad-bg)}
mark.is-warning{background:var(--mid-bg);text-decoration-color:var(--mid)}
mark.is-note{background:var(--note-bg);text-decoration-color:var(--note)}
a.ref{display:inline-block;min-width:1.3em;margin-right:.3em;border-radius:.3em;text-align:center;text-decoration:none;font-weight:700;background:var(--ink);color:var(--paper);font-size:.8em;line-height:1.35;padding:0 .25em}
del{color:var(--soft)}
ins{text-decoration:none;font-weight:600}
ul.levels{display:flex;flex-wrap:wrap;gap:.4rem;padding:0;margin:.4rem 0 .8rem;list-style:none}
details{margin:.5rem 0}
summary{cursor:pointer;overflow-wrap:anywhere}
ol.phases{padding-left:1.4rem}
ol.phases>li{margin-bottom:1rem}
pre[data-copy]{padding-right:5.5rem}
button.copy{position:absolute;top:.4rem;right:.4rem;font:600 .78rem system-ui,sans-serif;padding:.2rem .6rem;border:1px solid var(--line);border-radius:.4rem;background:var(--paper);color:var(--ink);cursor:pointer}
button.copy:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
p.paper{display:none}
footer{margin-top:3rem;padding-bottom:2rem;font-size:.85rem;color:var(--soft)}
@media(max-width:40rem){body{font-size:15px}article dd{grid-column:1}main,header.top,footer{padding-left:.9rem;padding-right:.9rem}article dl{grid-template-columns:1fr;gap:0}article dd{margin-bottom:.5rem}th,td{padding:.4rem .5rem}table.found thead{display:none}table.found tr{display:block;padding:.5rem 0;border-top:1px solid var(--line)}table.found tr:first-child{border-top:0}table.found td{display:inline-block;border:0;padding:.1rem .5rem}table.found td.wide,table.found td.where{display:block;min-width:0;overflow-wrap:anywhere}}
@media print{:root{color-scheme:light}body{font-size:10pt}tr{break-inside:avoid}td{overflow-wrap:anywhere}table.found td.wide{width:42%}td.where{min-width:10rem}nav,button.copy{display:none}.scroll,.code{overflow:visible}.line,pre{white-space:pre-wrap;width:auto}h2,h3{break-after:avoid}a{color:inherit}p.paper{display:block}}
`;

/** Adds copy buttons. The page is whole without it. */
export const script = `for (const pre of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", () => {
    const select = () => {
      getSelection().selectAllChildren(pre);
      button.textContent = "Selected";
    };
    // Pages opened from a file may have no clipboard.
    if (!navigator.clipboard) return select();
    navigator.clipboard.writeText(pre.textContent).then(() => (button.textContent = "Copied"), select);
  });
  pre.parentElement.append(button);
}
`;

/** SHA-256 of the two, for the page's Content-Security-Policy; a test keeps them true. */
export const styleHash = "sha256-d/AMIqHj9Z6NRT5dLPEeFefXwg9NksRt8G6ZYxKM5bI=";
export const scriptHash = "sha256-gxyDH/ECTcWM9bliqW3Vpt0SBa1fSt3ZHP/ZuC3lSVc=";
