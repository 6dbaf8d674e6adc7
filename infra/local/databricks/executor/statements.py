"""Splits SQL into its statements."""

import re

# What may hold a semicolon that ends nothing: quoted text and names, comments.
_PARTS = re.compile(
    r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|`(?:[^`]|``)*`|--[^\n]*|/\*.*?\*/|;|[^'\"`;/-]+|.", re.DOTALL
)


def split_statements(text: str) -> list[str]:
    """Statements without their semicolons; those of nothing but white space and comments are left out."""
    statements, current, has_code = [], "", False
    for part in _PARTS.findall(text):
        if part == ";":
            statements.append((current, has_code))
            current, has_code = "", False
        else:
            current += part
            has_code = has_code or not (part.isspace() or part.startswith(("--", "/*")))
    statements.append((current, has_code))
    return [statement.strip() for statement, code in statements if code]
