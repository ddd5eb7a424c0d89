package dev.litegraft.lab.report;

import static dev.litegraft.lab.report.Html.escaped;

/**
 * One page that needs nothing beside itself, to read on any screen, light or dark, and in print.
 */
public final class Page {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#59636e;--line:#d1d9e0;--ok:#4c8bf5;--bad:#d1383d;--code:#f3f5f7}
      @media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--soft:#9198a1;--line:#3d444d;--ok:#6ea8fe;--bad:#ff7b72;--code:#1b222b}}
      *{box-sizing:border-box}
      body{margin:0 auto;padding:1rem;max-width:60rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
      h1{font-size:1.35rem;line-height:1.3}h2{font-size:1.1rem;margin-top:2rem}
      p.soft,td.soft,figcaption{color:var(--soft)}
      .scroll{overflow-x:auto}th,.scroll td{overflow-wrap:normal}.scroll td.soft,.scroll td:last-child:not(.n){min-width:12rem}
      table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
      th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
      td.n,th.n{text-align:right;white-space:nowrap}tr.bad td{color:var(--bad)}tr.first td{font-weight:600}
      code{background:var(--code);padding:.1em .3em;border-radius:.2em;font-size:.92em}
      figure{margin:1rem 0}svg{width:100%;height:auto}svg text{font-size:11px;fill:var(--soft)}
      svg .grid{stroke:var(--line)}svg .ok{fill:var(--ok)}svg .bad{fill:var(--bad)}
      svg .axis{stroke:var(--soft);fill:none}svg .d0{fill:#4c8bf5}svg .d1{fill:#e8710a}svg .d2{fill:#1e9e4a}svg .d3{fill:#a142f4}svg .d4{fill:#d1383d}svg .d5{fill:#0aa2b5}
      svg .l0{stroke:#4c8bf5}svg .l1{stroke:#e8710a}svg .l2{stroke:#1e9e4a}svg .l3{stroke:#a142f4}svg .l4{stroke:#d1383d}svg .l5{stroke:#0aa2b5}svg polyline{fill:none;stroke-width:2}svg text.name{font-weight:700;fill:var(--ink)}
      @media (min-width:40rem){th[scope=row]{white-space:nowrap}}
      @media (max-width:40rem){table{font-size:.875rem}th,td{padding:.25rem .4rem}svg.bars text{font-size:18px}svg.bars{overflow:visible}figure{overflow-x:auto}figure svg:not(.bars){min-width:36rem}}
      @media print{:root{--ink:#000;--paper:#fff;--soft:#333;--line:#999;--code:#eee}body{max-width:none;padding:0;font-size:12px}table{font-size:10px}th,td{padding:.15rem .3rem}.scroll{overflow:visible}.scroll td.soft,.scroll td:last-child:not(.n){min-width:0}tr,figure{break-inside:avoid}h2{break-after:avoid}}
      """;

  private Page() {}

  /**
   * A whole page.
   *
   * @param title plain text, of the tab and in no other place
   * @param body markup, whose foreign texts {@link Html#escaped} has made safe
   */
  public static String of(String title, CharSequence body) {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
        + " style-src 'unsafe-inline'\">\n<title>"
        + escaped(title)
        + "</title>\n<style>\n"
        + STYLE
        + "</style>\n</head>\n<body>\n"
        + body
        + "</body>\n</html>\n";
  }
}
