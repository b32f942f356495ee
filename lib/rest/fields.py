"""Types of the API's bodies: strict, and with all rules for texts stated in the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from lib.text import INVISIBLE, clean

ANY_TEXT = r"^[^\x00]*$"  # PostgreSQL stores everything but NUL
SOME_TEXT = rf"^[^\x00]*[^{INVISIBLE}][^\x00]*$"  # at least one visible character


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _whole(value: Any) -> Any:
    """JSON Schema and JavaScript know only one kind of number, so 5.0 is a whole number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Line = Annotated[str, StringConstraints(pattern=ANY_TEXT), AfterValidator(_one_line)]
FilledLine = Annotated[str, StringConstraints(pattern=SOME_TEXT, min_length=1), AfterValidator(_one_line)]
Text = Annotated[str, StringConstraints(pattern=ANY_TEXT), AfterValidator(clean)]
FilledText = Annotated[str, StringConstraints(pattern=SOME_TEXT, min_length=1), AfterValidator(clean)]


Whole = BeforeValidator(_whole)  # Annotated[int, Field(ge=1), Whole]


class Body(BaseModel):
    """A JSON body: `"1"` is not a number and `0` is not false. Unknown fields are ignored."""

    model_config = ConfigDict(strict=True)


def without_defaults(schema: dict[str, Any]) -> None:
    """For the schema of a body that changes only the fields it names: a field left out has no default."""
    schema.pop("required", None)
    for details in schema["properties"].values():
        details.pop("default", None)
