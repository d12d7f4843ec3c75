"""The description and the service say the same: every route, every answer, every header."""

import json

import jsonschema
import pytest

MODEL_ID = "0190b5a2-7c00-7000-8000-000000000001"


@pytest.fixture
def document(node):
    answer = node.request("GET", "/openapi.json")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    return answer.json()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def resolve(document, value):
    while "$ref" in value:
        place = document
        for step in value["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        value = place
    return value


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def validator(document, schema):
    return jsonschema.Draft202012Validator({"components": document["components"]} | schema,
                                           format_checker=jsonschema.FormatChecker())


def test_every_reference_leads_somewhere_and_every_schema_is_one(document):
    assert document["openapi"].startswith("3.1.")
    for reference in set(references(document)):
        resolve(document, {"$ref": reference})
    for name, schema in document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        for example in schema.get("examples", []):
            validator(document, {"$ref": f"#/components/schemas/{name}"}).validate(example)


def test_every_operation_is_told_in_full(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert operation["summary"], where
        assert any(status.startswith("2") for status in operation["responses"]), where
        if path.startswith("/v1/"):
            assert operation["security"], where
            assert {"401", "403", "429", "503"} <= set(operation["responses"]), where
        for parameter in operation["parameters"]:
            assert resolve(document, parameter)["description"], where
        if method in ("post", "put", "patch") and "requestBody" in operation:
            for media in operation["requestBody"]["content"].values():
                assert resolve(document, media["schema"]).get("examples"), where


def test_the_document_and_the_service_have_the_same_routes(document, node):
    methods = ("get", "post", "put", "patch", "delete")
    for path, described in document["paths"].items():
        target = path.replace("{id}", MODEL_ID).replace("{batch}", MODEL_ID)
        allowed = {name.strip().lower() for name in node.request("OPTIONS", target).headers["Allow"].split(",")}
        assert {name for name in described if name in methods} == allowed & set(methods), path
        for method in set(methods) - allowed:
            answer = node.request(method.upper(), target, token=node.token())
            assert answer.status == 405, (method, path, answer)
            assert answer.headers["Allow"]


class Checked:
    """Asks, and holds what comes back to what the document says about it."""

    def __init__(self, document, node):
        self.document, self.node, self.seen = document, node, set()

    def __call__(self, method, path, target, status, body=None, token=None, headers=None):
        answer = self.node.request(method, target, body, token or self.node.operator(), headers)
        assert answer.status == status, (method, target, answer)
        operation = self.document["paths"][path][method.lower()]
        self.seen.add(operation["operationId"])
        response = resolve(self.document, operation["responses"][str(status)])
        media = answer.headers.get("Content-Type", "").split(";")[0]
        if answer.body:
            content = response["content"][media]
            if media.endswith("json") and media != "application/x-ndjson":
                validator(self.document, content["schema"]).validate(json.loads(answer.body))
        else:
            assert "content" not in response or status == 304, (method, target)
        told = {name.lower() for name in response.get("headers", {})}
        transport = {"date", "content-length", "content-type", "cache-control", "connection", "vary", "server",
                     "transfer-encoding", "content-security-policy", "x-content-type-options", "referrer-policy"}
        for name in answer.headers:
            usual = name.lower() in transport or name.lower().startswith(("x-ratelimit", "accept"))
            lifecycle = status == 304 and name.lower() in ("deprecation", "sunset", "link")
            assert usual or lifecycle or name.lower() in told, (method, target, name)
        return answer


def test_real_answers_are_what_the_document_says(document, node):
    ask = Checked(document, node)
    models, one, catalogue = "/v1/models", "/v1/models/{id}", "/v1/models/catalog"
    system = {"provider": "p", "modelName": "m", "displayName": "M", "contextWindow": 1000, "supportsTools": True,
              "creditMultiplier": 1.25, "metadata": {"a": [1, None]}}
    parent = ask("POST", catalogue, catalogue, 201, system).json()["id"]
    small = ask("POST", catalogue, catalogue, 201, system | {"modelName": "s", "contextWindow": 5}).json()["id"]
    made = ask("POST", models, models, 201, {"parentModelId": parent, "displayName": "U"}, node.token(),
               {"Idempotency-Key": "k"})
    ask("POST", models, models, 201, {"parentModelId": parent, "displayName": "U"}, node.token(),
        {"Idempotency-Key": "k"})
    user = made.json()["id"]
    ask("POST", models, models, 422, {"parentModelId": 7, "colour": 1}, node.token())
    ask("POST", models, models, 400, b"{", node.token())
    ask("POST", models, models, 415, b"{}", node.token(), {"Content-Type": "text/plain"})
    ask("POST", models, models, 403, {}, node.token("acme", "models:read"))
    ask("POST", models, models, 401, {}, "nonsense")
    ask("POST", catalogue, catalogue, 409, system)
    ask("GET", models, models, 200, token=node.token())
    ask("GET", models, models + "?expand[]=parent&expand[]=effective&limit=1", 200, token=node.token())
    ask("GET", models, models + "?limit=0", 422, token=node.token())
    ask("GET", models, models + "?cursor=x", 400, token=node.token())
    ask("GET", catalogue, catalogue + "?limit=1", 200)
    found = ask("GET", one, f"/v1/models/{user}?expand[]=effective", 200, token=node.token())
    ask("GET", one, f"/v1/models/{user}?expand[]=effective", 304, token=node.token(),
        headers={"If-None-Match": found.headers["ETag"]})
    ask("GET", one, f"/v1/models/{user}?asOf={made.headers['Almanac-Position']}", 200, token=node.token())
    ask("GET", one, f"/v1/models/{MODEL_ID}", 404)
    ask("PATCH", one, f"/v1/models/{user}", 200, {"displayName": "V"}, node.token())
    ask("PATCH", one, f"/v1/models/{user}", 412, {"displayName": "W"}, node.token(), {"If-Match": '"9-9-9"'})
    deprecation = one + "/deprecation"
    end = {"endOfLifeAt": "2099-01-01T00:00:00Z", "replacementModelId": small}
    ask("PUT", deprecation, f"/v1/models/{parent}/deprecation?dryRun=true", 200, end)
    warned = ask("PUT", deprecation, f"/v1/models/{parent}/deprecation", 200, end)
    assert warned.json()["warnings"]
    ask("DELETE", deprecation, f"/v1/models/{parent}/deprecation", 200)
    pricing = one + "/pricing"
    ask("PUT", pricing, f"/v1/models/{parent}/pricing?dryRun=true", 200, {"creditMultiplier": 2})
    ask("PUT", pricing, f"/v1/models/{parent}/pricing", 200,
        {"creditMultiplier": 2, "modelTier": "premium", "effectiveAt": "2099-01-01T00:00:00Z"})
    ask("DELETE", pricing, f"/v1/models/{parent}/pricing", 200)
    ask("GET", one + "/dependents", f"/v1/models/{parent}/dependents", 200)
    imports = catalogue + "/imports"
    rows = [{"externalKey": "p/m", "description": "new"}, {"provider": "q", "modelName": "n", "displayName": "N",
                                                           "contextWindow": 7}, {"colour": 1}]
    ask("POST", imports, imports, 200, {"mode": "plan", "rows": rows})
    batch = ask("POST", imports, imports, 200, {"mode": "apply", "rows": rows}).json()["batchId"]
    ask("POST", imports + "/{batch}/revert", f"{imports}/{batch}/revert", 200)
    for expand in ("", "?expand[]=parent"):
        ask("GET", one + "/events", f"/v1/models/{user}/events{expand}", 200, token=node.token())
    events, stream, log = "/v1/events", "/v1/events/stream", "/v1/log"
    assert len(ask("GET", events, events, 200).json()) > 10
    ask("GET", events, events, 200, token=node.token("acme", "events:read"))
    ask("GET", events, events + "?limit=2", 200, headers={"Accept": "application/x-ndjson"})
    ask("GET", events, events + "?after=1.0123456789abcdef", 409)
    ask("GET", stream, stream + "?after=x", 422)
    ask("GET", log, log + "?limit=3", 200)
    rates, year = "/v1/billing/rates", "?from=2026-01-01T00:00:00Z&to=2099-01-01T00:00:00Z"
    assert len(ask("GET", rates, rates + year, 200).json()["items"]) > 3
    ask("GET", rates, rates + year + "&limit=1&organizationId=acme", 200, token=node.token("acme", "events:read"))
    ask("GET", rates, rates, 422)
    ask("DELETE", one, f"/v1/models/{parent}", 409)
    ask("DELETE", one, f"/v1/models/{user}", 204, token=node.token())
    for path in ("/livez", "/readyz", "/metrics", "/openapi.json", "/asyncapi.json", "/docs"):
        ask("GET", path, path, 200)
    described = {operation["operationId"] for path, _, operation in operations(document)}
    assert ask.seen == described, "every operation is asked at least once"
