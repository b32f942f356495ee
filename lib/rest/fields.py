"""What the API's bodies are made of: strict types, and texts whose rules the OpenAPI document states in full."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from lib.text import clean

ANY_TEXT = r"^[^\x00]*$"  # PostgreSQL stores everything else
SOME_TEXT = r"^[^\x00]*[^\s\x00-\x1f\x7f\x85][^\x00]*$"  # at least one character that shows


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _whole(value: Any) -> Any:
    """JSON Schema, and JavaScript, know one kind of number: 5.0 is whole."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Line = Annotated[str, StringConstraints(pattern=ANY_TEXT), AfterValidator(_one_line)]
FilledLine = Annotated[str, StringConstraints(pattern=SOME_TEXT, min_length=1), AfterValidator(_one_line)]
Text = Annotated[str, StringConstraints(pattern=ANY_TEXT), AfterValidator(clean)]
FilledText = Annotated[str, StringConstraints(pattern=SOME_TEXT, min_length=1), AfterValidator(clean)]


Whole = BeforeValidator(_whole)  # Annotated[int, Field(ge=1), Whole]


class Body(BaseModel):
    """A JSON body: `"1"` is not a number and `0` is not false. Fields nobody knows are ignored."""

    model_config = ConfigDict(strict=True)


def without_defaults(schema: dict[str, Any]) -> None:
    """For a body that changes what it names: there, a field that is left out has no default."""
    schema.pop("required", None)
    for details in schema["properties"].values():
        details.pop("default", None)
