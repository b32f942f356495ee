"""The OpenAPI document as a Postman collection (format 2.1): one folder per tag, one request per operation."""

from __future__ import annotations

import json
from typing import Any

Part = dict[str, Any]

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
DESCRIPTION = """\
Made from docs/openapi.json by `manage.py postman`; docs/api.md explains it. Set `base_url` and `management_key` first.
“Begin a conversation” keeps the visitor's token and the session for the requests after it, and creating an agent or
uploading a document keeps its id."""
KEPT = {  # saved from a response for later requests: variable, field
    "chat_init": {"visitor_token": "token", "session_id": "session_id"},
    "create_agent": {"agent_id": "id"},
    "add_document": {"document_id": "id"},
    "add_website": {"website_id": "id"},
    "create_session": {"session_id": "id"},
    "send_message": {"message_id": "assistant_message.id"},
    "leave_contact": {"lead_id": "lead_id"},
    "add_case": {"case_id": "id"},
    "begin_evaluation": {"evaluation_id": "id"},
    "add_attachment": {"attachment_id": "id"},
}
VARIABLES = {
    "base_url": "http://127.0.0.1:8000/api/v1",
    "management_key": "",
    "visitor_token": "",
    "agent_id": "",
    "session_id": "",
    "message_id": "",
    "attachment_id": "",
    "case_id": "",
    "gap_id": "",
    "evaluation_id": "",
    "document_id": "",
    "website_id": "",
    "lead_id": "",
    "path": "",
}


def collection(document: Part) -> Part:
    """All paths in order. Operations that visitors may call use the visitor's token."""
    folders: dict[str, list[Part]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["Other"])[0]
            folders.setdefault(tag, []).append(_item(document, path, method, operation))
    return {
        "info": {"name": document["info"]["title"], "description": DESCRIPTION, "schema": SCHEMA},
        "variable": [{"key": name, "value": value} for name, value in VARIABLES.items()],
        "auth": _bearer("management_key"),
        "item": [{"name": tag, "item": items} for tag, items in folders.items()],
    }


def _item(document: Part, path: str, method: str, operation: Part) -> Part:
    request: Part = {
        "method": method.upper(),
        "header": _headers(operation),
        "url": _url(path, operation),
        "description": operation.get("description", ""),
    }
    callers = {name for way in operation.get("security", []) for name in way}
    if not callers:
        request["auth"] = {"type": "noauth"}
    elif "visitorToken" in callers:
        request["auth"] = _bearer("visitor_token")
    if body := _body(document, operation):
        request["body"] = body
        if body["mode"] == "raw":
            request["header"].append({"key": "Content-Type", "value": "application/json"})
    item: Part = {"name": operation["summary"], "request": request, "response": []}
    if kept := KEPT.get(operation["operationId"]):
        lines = [f'pm.collectionVariables.set("{name}", body.{field});' for name, field in kept.items()]
        script = [
            "if (pm.response.code < 300) {",
            "  const body = pm.response.json();",
            *(f"  {x}" for x in lines),
            "}",
        ]
        item["event"] = [{"listen": "test", "script": {"type": "text/javascript", "exec": script}}]
    return item


def _bearer(variable: str) -> Part:
    return {"type": "bearer", "bearer": [{"key": "token", "value": f"{{{{{variable}}}}}", "type": "string"}]}


def _url(path: str, operation: Part) -> Part:
    filled = path.replace("{", "{{").replace("}", "}}")
    query = [_parameter(one) for one in operation.get("parameters", []) if one["in"] == "query"]
    raw = f"{{{{base_url}}}}{filled}"
    return {"raw": raw, "host": ["{{base_url}}"], "path": filled.strip("/").split("/"), "query": query}


def _headers(operation: Part) -> list[Part]:
    return [_parameter(one) for one in operation.get("parameters", []) if one["in"] == "header"]


def _parameter(parameter: Part) -> Part:
    """Required parameters are sent; Postman shows the others as disabled."""
    value = parameter["schema"].get("default")
    return {
        "key": parameter["name"],
        "value": "" if value is None else str(value),
        "description": parameter.get("description", ""),
        "disabled": not parameter.get("required", False),
    }


def _body(document: Part, operation: Part) -> Part | None:
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        fields = _resolved(document, content["multipart/form-data"]["schema"]).get("properties", {})
        return {"mode": "formdata", "formdata": [_field(name, schema) for name, schema in fields.items()]}
    if "application/json" in content:
        example = _example(document, content["application/json"]["schema"])
        return {"mode": "raw", "raw": json.dumps(example, indent=2, ensure_ascii=False)}
    return None


def _field(name: str, schema: Part) -> Part:
    is_file = schema.get("format") == "binary" or "contentMediaType" in schema
    field: Part = {"key": name, "type": "file" if is_file else "text", "description": schema.get("description", "")}
    return field | ({"src": []} if is_file else {"value": "", "disabled": True})


def _example(document: Part, schema: Part) -> Any:
    """The schema's own example, else its required fields with simple values."""
    schema = _resolved(document, schema)
    if schema.get("examples"):
        return schema["examples"][0]
    properties = schema.get("properties", {})
    return {name: _example_of(properties[name], name) for name in schema.get("required", ()) if name in properties}


def _example_of(schema: Part, name: str) -> Any:
    return schema["examples"][0] if schema.get("examples") else schema.get("default", name)


def _resolved(document: Part, schema: Part) -> Part:
    """The schema behind a reference; for an optional body, the schema of a body that is sent."""
    schema = next((each for each in schema.get("anyOf", ()) if "$ref" in each), schema)
    if "$ref" in schema:
        found: Part = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        return found
    return schema
