// SPDX-License-Identifier: Apache-2.0
#include "evaluate/html_page.h"

#include "evaluate/svg_chart.h"

namespace flightcast::evaluate {
namespace {

constexpr std::string_view kPageHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{title}}</title><style>
:root{color-scheme:light dark;--back:#fff;--text:#1c2024;--faint:#d9dde1;--c0:#1663b5;--c1:#c2410c;
--c2:#15803d;--c3:#7e22ce}
@media (prefers-color-scheme:dark){:root{--back:#15181b;--text:#e6e9ec;--faint:#3a4046;--c0:#6cb1ff;
--c1:#fb9a5c;--c2:#62d08a;--c3:#cf9bff}}
body{margin:0 auto;max-width:60rem;padding:1rem;background:var(--back);color:var(--text);
font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}td,th{padding:.25rem .6rem;text-align:right;border-bottom:1px solid var(--faint)}
td:first-child,th:first-child{text-align:left}small{opacity:.75;white-space:nowrap}
svg{width:100%;max-width:42rem;height:auto;display:block}
svg text{fill:var(--text);font-size:11px}.end{text-anchor:end}.mid{text-anchor:middle}
.grid{stroke:var(--faint)}.ideal{stroke:var(--text);stroke-dasharray:4 4;opacity:.5}
.line{fill:none;stroke-width:1.6}.range{stroke-width:4;opacity:.45}
.c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}
svg .c0,svg .c1,svg .c2,svg .c3{fill:var(--c)}svg .line,svg .range{stroke:var(--c)}
.legend span{color:var(--c);margin-right:1rem}.legend span::before{content:"\25CF "}
</style></head><body><main>
)";

}  // namespace

std::string html_head(std::string_view title) {
    std::string head(kPageHead);
    constexpr std::string_view kPlace = "{{title}}";
    head.replace(head.find(kPlace), kPlace.size(), escape_html(title));
    return head;
}

}  // namespace flightcast::evaluate
