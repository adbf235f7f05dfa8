// The page's own style and script, and what is said of them to the browser: nothing else may run or be fetched. After a change
// here, the hashes change too; the test of the report says to what.
enum HTMLPage {
    static let policy: StaticString =
        "default-src 'none'; img-src data:; style-src 'sha256-H4woJwSNBtSdwAA3BI+DpjZmvnJBHF/wcfSUiNWmKP8='; script-src 'sha256-g3wd7PnkYoAC9DJFFuB1B25usGZjfOq+WEBOe2EUh5Q='; base-uri 'none'; form-action 'none'"

    static let style: StaticString = #"""
        :root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#5b6470;--line:#d5dae1;--card:#f5f7f9;--accent:#1f5fbf;--err:#b3261e;--warn:#8a5a00;--ok:#1a7038;--del:#ffd9d5;--ins:#cdf0d6;--code:#fff0b8}
        @media (prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e4e7eb;--soft:#a0a9b5;--line:#353c45;--card:#1d2228;--accent:#82b1ff;--err:#ff8a80;--warn:#f0b94d;--ok:#6fd08c;--del:#5c2421;--ins:#1d4a2b;--code:#4d4213}}
        *{box-sizing:border-box}
        [hidden]{display:none!important}
        body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
        main,header{max-width:76rem;margin:auto;padding:0 1rem}
        h1{font-size:1.5rem;margin:1.2rem 0 .2rem}
        h2{font-size:1.2rem;margin:2.2rem 0 .6rem;padding-top:.4rem;border-top:1px solid var(--line)}
        p{margin:.3rem 0 .6rem}
        .soft,small{color:var(--soft)}
        a{color:var(--accent)}
        :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
        .skip{position:absolute;left:-99rem}
        .skip:focus{position:static}
        nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:.6rem 0}
        .tiles{display:flex;flex-wrap:wrap;gap:.6rem;margin:.8rem 0;padding:0;list-style:none}
        .tiles li{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.4rem .9rem}
        .tiles b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}
        .error{color:var(--err)}.warning{color:var(--warn)}.ok{color:var(--ok)}
        .level{font-weight:600;white-space:nowrap}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%}
        th,td{text-align:left;vertical-align:top;padding:.25rem .8rem .25rem 0;border-bottom:1px solid var(--line)}
        thead th{color:var(--soft);font-weight:600;font-size:.85rem}
        tbody th{font-weight:600}
        .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        th small{display:block;min-width:12rem;font-weight:400}
        svg{display:block;fill:var(--accent);stroke:none}
        .gauge{margin-top:.35rem}
        .back{fill:var(--line)}path.error{fill:var(--err)}path.warning{fill:var(--warn)}path.fine{fill:var(--accent)}
        path.err,path.warn{fill:none;stroke-width:2}
        path.err{stroke:var(--err)}path.warn{stroke:var(--warn);stroke-dasharray:3 2}
        .hist{border-bottom:1px solid var(--soft)}
        #filter{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;padding:.6rem 0;background:var(--bg);border-bottom:1px solid var(--line)}
        input,select,button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:.35rem;padding:.3rem .6rem;min-height:2.4rem;max-width:100%}
        input{flex:1 1 12rem;min-width:8rem}
        ol.list{list-style:none;margin:0;padding:0}
        ol.list>li{border-bottom:1px solid var(--line);padding:.45rem 0}
        .where{font-family:ui-monospace,monospace;font-size:.9rem;overflow-wrap:anywhere}
        .text{display:block;margin:.2rem 0 0;padding:.3rem .6rem;background:var(--card);border-radius:.35rem;overflow:hidden;overflow-wrap:anywhere;white-space:pre-wrap;unicode-bidi:isolate}
        .u{font:600 .75em ui-monospace,monospace;background:var(--code);border-radius:.2rem;padding:0 .2em;margin:0 .1em;unicode-bidi:isolate}
        .pair{display:grid;grid-template-columns:1fr 1fr;gap:.6rem;margin:.5rem 0}
        .pair>div{min-width:0}
        del,ins{text-decoration:none;border-radius:.15rem}
        del{background:var(--del);text-decoration:line-through}
        ins{background:var(--ins);text-decoration:underline}
        summary{cursor:pointer;padding:.2rem 0;overflow-wrap:anywhere}
        .tag{font-size:.85rem;border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;white-space:nowrap;display:inline-block}
        footer{max-width:76rem;margin:2rem auto;padding:0 1rem;color:var(--soft)}
        @media (max-width:40rem){.pair{grid-template-columns:1fr}body{font-size:15px}#filter{position:static}th small{min-width:9rem}}
        @media print{#filter,nav{display:none}}
        """#

    static let script: StaticString = #"""
        "use strict";
        (function () {
          var form = document.getElementById("filter");
          var words = document.getElementById("words");
          var kind = document.getElementById("kind");
          var level = document.getElementById("level");
          var said = document.getElementById("said");
          var sections = Array.from(document.querySelectorAll("section[data-filtered]"), function (section) {
            return {
              none: section.querySelector(".none"),
              items: Array.from(section.querySelectorAll("[data-k]"), function (item) {
                return { item: item, kinds: item.dataset.k.split(" "), level: item.dataset.l || "", text: null };
              })
            };
          });
          function matches(entry, wanted) {
            if (kind.value && entry.kinds.indexOf(kind.value) < 0) return false;
            if (level.value && entry.level !== level.value) return false;
            if (wanted.length === 0) return true;
            if (entry.text === null) entry.text = entry.item.textContent.toLowerCase();
            return wanted.every(function (word) { return entry.text.indexOf(word) >= 0; });
          }
          function apply() {
            var wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
            var all = 0, shown = 0;
            sections.forEach(function (section) {
              var here = 0;
              section.items.forEach(function (entry) {
                var fits = matches(entry, wanted);
                if (entry.item.hidden === fits) entry.item.hidden = !fits;
                if (fits) here += 1;
              });
              if (section.none) section.none.hidden = here > 0 || section.items.length === 0;
              all += section.items.length;
              shown += here;
            });
            said.textContent = shown + " of " + all + " entries shown";
            var state = new URLSearchParams();
            if (words.value) state.set("words", words.value);
            if (kind.value) state.set("kind", kind.value);
            if (level.value) state.set("level", level.value);
            try { history.replaceState(null, "", "#" + state); } catch (error) { /* The address stays as it is. */ }
          }
          function read() {
            var state = new URLSearchParams(location.hash.slice(1));
            words.value = state.get("words") || "";
            kind.value = state.get("kind") || "";
            level.value = state.get("level") || "";
            if (kind.selectedIndex < 0) kind.value = "";
            if (level.selectedIndex < 0) level.value = "";
          }
          var timer = 0;
          words.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(apply, 120); });
          kind.addEventListener("change", apply);
          level.addEventListener("change", apply);
          form.addEventListener("submit", function (event) { event.preventDefault(); apply(); });
          form.addEventListener("reset", function () { setTimeout(apply, 0); });
          window.addEventListener("hashchange", function () {
            if (location.hash.indexOf("=") < 0) return;
            read();
            apply();
            document.getElementById("findings").scrollIntoView();
          });
          form.hidden = false;
          if (location.hash.indexOf("=") > 0) { read(); apply(); }
        })();
        """#
}
