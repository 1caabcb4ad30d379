"""A picture that a phone reads, drawn here: the key is told to no other program or host."""

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString

BORDER = 4  # modules of white around it, which readers need


def picture(text: str, label: str) -> SafeString:
    """Inline SVG, black on white in every theme, without script or style."""
    code = qrcode.QRCode(border=BORDER, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    matrix = code.get_matrix()
    size = len(matrix)
    modules = "".join(
        f"M{column} {row}h1v1h-1z"
        for row, modules in enumerate(matrix)
        for column, is_dark in enumerate(modules)
        if is_dark
    )
    return format_html(
        '<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="{label}">'
        '<rect width="{size}" height="{size}" fill="#fff"/>'
        '<path d="{modules}" fill="#000" shape-rendering="crispEdges"/></svg>',
        size=size,
        label=label,
        modules=modules,
    )
