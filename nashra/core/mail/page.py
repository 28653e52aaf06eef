"""The page around the blocks: head, preheader, the sheet of 600 pixels. Readable with every style block removed."""

from __future__ import annotations

from collections.abc import Iterable

from .look import Look, text
from .model import Labels, NoteTexts

# Dark colours for programs that honour them; the light ones survive the inversion that others make by themselves.
_STYLE = """<style>
:root{color-scheme:light dark;supported-color-schemes:light dark;}
a:focus-visible{outline:3px solid #0b5a69;outline-offset:2px;}
@media (max-width:480px){
.pad{padding-left:20px !important;padding-right:20px !important;}.h1{font-size:27px !important;}
}
@media (prefers-color-scheme:dark){
.bg{background:#0d0f10 !important;}.sheet,.pad{background:#131517 !important;}
.ink,.ink a,a.ink{color:#eae8e3 !important;}.ink2{color:#bcc0c2 !important;}.ink3,.ink3 a{color:#a3a9ae !important;}
.acc,a.acc,a.btn2{color:#82ccd7 !important;}.btn1{background:#82ccd7 !important;color:#0b1b1f !important;}
.rule{border-color:#2d3235 !important;}.rule2{border-color:#eae8e3 !important;}
a:focus-visible{outline-color:#82ccd7;}
}
</style>"""
_HEAD = """<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="x-apple-disable-message-reformatting">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">"""
_OFFICE = (
    '<!--[if mso]><xml xmlns:o="urn:schemas-microsoft-com:office:office"><o:OfficeDocumentSettings><o:PixelsPerInch>96'
    "</o:PixelsPerInch></o:OfficeDocumentSettings></xml>"
    "<style>*{font-family:Tahoma,Arial,sans-serif !important}</style><![endif]-->"
)
# Blanks after the preheader keep the greeting out of the inbox's preview line.
_FILL = "&#847; &zwnj; &nbsp; " * 13


def page(look: Look[Labels] | Look[NoteTexts], title: str, preheader: str, blocks: Iterable[str]) -> str:
    """The whole HTML part. `title` and `preheader` are plain text, `blocks` are HTML."""
    name = text(title)
    side = f'lang="{look.language}" dir="{look.direction}"'
    style = f"direction:{look.direction};text-align:{look.edge};"
    opening = f"""<!doctype html>
<html {side} xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
{_HEAD}
<title>{name}</title>
{_OFFICE}
{_STYLE}
</head>
<body class="bg" {side} style="margin:0;padding:0;background:#efefeb;-webkit-text-size-adjust:100%;">
{_preheader(look, preheader)}<main class="bg" {side} style="{style}background:#efefeb;">
{_office_table(look)}
<div role="article" aria-roledescription="email" aria-label="{name}" {side} class="sheet" \
style="{style}max-width:600px;margin:0 auto;background:#ffffff;word-wrap:break-word;overflow-wrap:break-word;">
"""
    closing = "</div>\n<!--[if mso]></td></tr></table><![endif]-->\n</main>\n</body>\n</html>\n"
    return opening + "".join(f"{block}\n" for block in blocks) + closing


def _preheader(look: Look[Labels] | Look[NoteTexts], preheader: str) -> str:
    """The line that an inbox shows after the subject, hidden in the message itself."""
    shown = text(preheader)
    if not shown:
        return ""
    style = "display:none;max-height:0;overflow:hidden;mso-hide:all;"
    return f'<div dir="{look.direction}" style="{style}">{shown}{_FILL}</div>\n'


def _office_table(look: Look[Labels] | Look[NoteTexts]) -> str:
    """The one table: Outlook on Windows knows no max-width."""
    cell = f'<td lang="{look.language}" dir="{look.direction}" align="{look.edge}">'
    return (
        '<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" '
        f'dir="{look.direction}"><tr>{cell}<![endif]-->'
    )
