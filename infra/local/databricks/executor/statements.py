"""Runs SQL text of several statements."""

import re
from collections.abc import Mapping
from typing import Any

from pyspark.sql import DataFrame, SparkSession

# What may hold a semicolon that ends nothing: quoted text and names, comments.
_PARTS = re.compile(
    r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|`(?:[^`]|``)*`|--[^\n]*|/\*.*?\*/|;|[^'\"`;/-]+|.", re.DOTALL
)


def run_statements(text: str, parameters: Mapping[str, Any], spark: SparkSession) -> DataFrame | None:
    """Result of the last statement, None without one. ``:name`` in a statement is a parameter."""
    result = None
    for statement in split_statements(text):
        if result is not None and result.columns:
            # Spark would compute a query only when somebody asks for its rows, and so never find its errors.
            result.write.format("noop").mode("overwrite").save()
        result = spark.sql(statement, args=dict(parameters))
    return result


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
