"""The program as scripts see it: exit status, what is on standard output, and what goes to standard error."""

import json
import os
import subprocess

import pytest

from running_node import BINARY, SHARED


def run(*arguments, environment=None, text_in=None):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ALMANAC_")}
    return subprocess.run([BINARY, *map(str, arguments)], env=clean | (environment or {}), input=text_in,
                          capture_output=True, text=True)


def test_version_names_version_commit_and_build():
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("almanac ") and "commit" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["models"], ["models", "get"], ["models", "list", "--limit", "0"],
                                       ["billing"], ["billing", "rates", "ID", "--from", "T"], ["token"], ["config"],
                                       ["config", "show"], ["serve", "--nonsense", "1"]])
def test_wrong_usage_is_2_and_says_what_to_do(arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.strip()


def test_every_verb_has_help():
    verbs = ["serve", "token", "models", "catalog", "events", "billing", "verify", "digest", "rebuild", "log", "config",
             "completion"]
    overview = run("--help").stdout
    for verb in verbs:
        assert verb in overview
        done = run(verb, "--help")
        assert done.returncode == 0 and len(done.stdout) > 100, verb


def test_a_service_that_cannot_be_reached_is_3():
    done = run("models", "list", "--url", "http://127.0.0.1:1")
    assert done.returncode == 3
    assert "cannot reach" in done.stderr and "almanac serve" in done.stderr


def test_config_tells_every_fault_with_its_source(tmp_path):
    file = tmp_path / "a.conf"
    file.write_text("http.threads = 0\n")
    done = run("config", "check", "--config", file, "--log.level", "loud", environment={"ALMANAC_HTTP_LISTEN": "x"})
    assert done.returncode == 2
    for piece in [f"{file}:1", "flag", "environment ALMANAC_HTTP_LISTEN"]:
        assert piece in done.stderr


def test_config_print_names_the_source_of_everything(tmp_path):
    file = tmp_path / "a.conf"
    file.write_text("limits.user_per_minute = 7\n")
    text = run("config", "print", "--config", file, "--http.threads", "3").stdout
    values = dict(line.split("  #")[0].split(" = ", 1) for line in text.splitlines() if " = " in line)
    assert values["http.threads"].strip() == "3"
    assert f"# {file}:1" in next(line for line in text.splitlines() if line.startswith("limits.user_per_minute"))
    shown = json.loads(run("config", "print", "--output", "json").stdout)
    assert shown["http.listen"] == {"value": "127.0.0.1:8080", "source": "default"}


def test_completion_knows_verbs_and_options():
    script = run("completion", "bash").stdout
    assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0
    words = subprocess.run(
        ["bash", "-c", script + "\nCOMP_WORDS=(almanac models cr); COMP_CWORD=2; _almanac; echo ${COMPREPLY[@]}"],
        capture_output=True, text=True).stdout
    assert words.strip() == "create"
    assert "--http.listen" in script
    for shell in ["zsh", "fish"]:
        assert "deprecate" in run("completion", shell).stdout


def test_models_from_creation_to_deletion(node):
    parent = node.system_model()["id"]
    created = json.loads(node.run("models", "create", "--parent", parent, "--name", "Support", "--max-tokens", "4096",
                                  "--metadata", '{"team": "a"}', "--reason", "a first one"))
    assert created["maxTokensPerRequest"] == 4096 and created["metadata"] == {"team": "a"}
    model = created["id"]
    assert json.loads(node.run("models", "get", model)) == created
    changed = json.loads(node.run("models", "update", model, "--name", "Help", "--unset", "maxTokensPerRequest"))
    assert changed["displayName"] == "Help" and changed["maxTokensPerRequest"] == 8000
    explained = json.loads(node.run("models", "explain", model))
    assert explained["effective"]["maxTokensPerRequest"]["layer"] == "parent"
    assert json.loads(node.run("models", "dependents", parent))["count"] == 1
    dry = json.loads(node.run("models", "deprecate", model, "--at", "2999-01-01T00:00:00Z", "--dry-run"))
    assert dry["lifecycleState"] == "deprecated"
    assert json.loads(node.run("models", "get", model))["lifecycleState"] == "active"
    assert json.loads(node.run("models", "deprecate", model, "--at", "2999-01-01T00:00:00Z"))["endOfLifeAt"]
    assert json.loads(node.run("models", "restore", model))["endOfLifeAt"] is None
    assert node.run("models", "delete", model) == ""
    gone = node.run("models", "get", model, check=False)
    assert gone.returncode == 1 and "404" in gone.stderr


def test_every_fault_of_a_body_is_told(node):
    parent = node.system_model()["id"]
    done = node.run("models", "create", "--parent", parent, "--name", "x", "--context-window", "999999999",
                    "--max-tokens", "999999999", check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert "/contextWindow" in done.stderr and "/maxTokensPerRequest" in done.stderr


def test_a_table_fits_and_moves_no_terminal(node):
    for number in range(3):
        node.system_model(f"atlas-{number}", displayName="N" * 150)
    table = node.run("catalog", "list", "--output", "table")
    assert all(len(line) <= 80 for line in table.splitlines())
    assert "\x1b" not in table and "…" in table


def test_a_token_is_printed_alone_and_works_for_both_kinds(node):
    machine = node.run("token", "--org", "acme", "--scope", "models:read").strip()
    assert node.get("/v1/models", machine).status == 200
    member = node.run("token", "--org", "acme", "--kind", "member", "--role", "stytch_member").strip()
    assert node.get("/v1/models", member).status == 200
    scoped = node.run("token", "--org", "acme", "--kind", "member", "--scope", "models:read").strip()
    assert node.get("/v1/models", scoped).status == 200
    assert node.request("POST", "/v1/models", {}, scoped).status == 403


def test_minting_needs_a_node_that_was_served(tmp_path):
    done = run("token", "--org", "a", "--scope", "models:read", "--data.dir", tmp_path / "none")
    assert done.returncode == 1 and "almanac serve" in done.stderr
    assert not (tmp_path / "none").exists()


def test_an_import_is_a_plan_until_it_is_applied_and_the_second_one_writes_nothing(node, tmp_path):
    rows = [{"provider": "p", "modelName": f"m{n}", "displayName": f"M{n}", "contextWindow": 1000} for n in range(3)]
    file = tmp_path / "rows.json"
    file.write_text(json.dumps(rows + [{"provider": "p", "modelName": "bad", "nonsense": 1}]))
    plan = json.loads(node.run("catalog", "import", file))
    assert plan["mode"] == "plan" and plan["counts"] == {"create": 3, "update": 0, "unchanged": 0, "rejected": 1}
    assert json.loads(node.run("catalog", "list"))["items"] == []
    applied = json.loads(node.run("catalog", "import", file, "--apply"))
    assert applied["batchId"]
    assert node.run("catalog", "import", file, "--apply", "--strict", check=False).returncode == 1
    again = json.loads(node.run("catalog", "import", file, "--apply"))
    assert again["batchId"] is None and again["position"] == applied["position"]
    lines = tmp_path / "rows.jsonl"
    lines.write_text("\n".join(json.dumps(row) for row in rows))
    assert json.loads(node.run("catalog", "import", lines))["counts"]["unchanged"] == 3
    reverted = json.loads(node.run("catalog", "revert", applied["batchId"]))
    assert reverted["batchId"]
    assert reverted["counts"] == {"create": 0, "update": 0, "unchanged": 0, "rejected": 0, "delete": 3}
    assert {row["verdict"] for row in reverted["rows"]} == {"delete"}
    assert json.loads(node.run("catalog", "list"))["items"] == []


def test_the_litellm_map_has_a_verdict_for_each_of_its_models(node):
    source = SHARED / "data/litellm_model_prices.json"
    if not source.exists():
        pytest.skip("the LiteLLM map is not at ../shared/data")
    plan = json.loads(node.run("catalog", "import", source, "--format", "litellm"))
    assert len(plan["rows"]) == 2984 and [row["row"] for row in plan["rows"]] == list(range(2984))
    assert sum(plan["counts"].values()) == 2984
    assert all(row["errors"] for row in plan["rows"] if row["verdict"] == "rejected")
    applied = json.loads(node.run("catalog", "import", source, "--format", "litellm", "--apply"))
    assert applied["counts"] == plan["counts"] and plan["counts"]["create"] > 2200
    again = json.loads(node.run("catalog", "import", source, "--format", "litellm", "--apply"))
    assert again["batchId"] is None
    assert again["counts"]["unchanged"] == applied["counts"]["create"]


def test_a_log_moves_with_its_positions_and_hashes(node, tmp_path):
    node.user_model(node.system_model()["id"])
    running = json.loads(node.run("verify"))
    assert running["ok"]
    node.stop()
    export = tmp_path / "export.jsonl"
    exported = json.loads(node.run("log", "export", export, "--seal"))
    assert exported["sealed"]
    assert json.loads(node.run("verify", "--file", export)) == exported
    elsewhere = tmp_path / "elsewhere"
    node.run("log", "import", export, "--data.dir", elsewhere)
    moved = json.loads(node.run("verify", "--log", elsewhere / "log"))
    assert moved["logId"] == exported["logId"] and int(moved["records"]) == int(exported["records"]) + 1
    assert run("serve", "--data.dir", tmp_path / "data", "--http.listen", "127.0.0.1:0").returncode == 1
    refused = run("log", "import", export, "--data.dir", elsewhere)
    assert refused.returncode == 1 and "already holds a log" in refused.stderr


def test_read_models_rebuilt_from_the_log_are_the_same(node):
    node.user_model(node.system_model()["id"])
    beside = json.loads(node.run("rebuild"))
    assert beside["equal"] and not beside["swapped"]
    node.stop()
    before = json.loads(node.run("digest"))
    rebuilt = json.loads(node.run("rebuild"))
    assert rebuilt["equal"] and rebuilt["digest"] == before["digest"]
    assert json.loads(node.run("digest")) == before


def test_commands_on_files_do_not_judge_what_says_nothing_of_the_files(node, tmp_path):
    node.user_model(node.system_model()["id"])
    node.stop()
    file = tmp_path / "wrong.conf"
    file.write_text(f"data.dir = {node.directory / 'data'}\nauth.development = true\nauth.jwks = /keys.json\nhttp.threads = 0\n")
    assert run("config", "check", "--config", file).returncode == 2
    for verb in (["digest"], ["verify"], ["rebuild"], ["log", "export", tmp_path / "export.jsonl"],
                 ["token", "--org", "acme", "--scope", "models:read"]):
        done = run(*verb, "--config", file)
        assert done.returncode == 0, (verb, done.stderr)
    file.write_text("data.dri = x\n")
    for verb in (["digest"], ["verify"], ["rebuild"], ["log", "export", tmp_path / "export.jsonl"]):
        done = run(*verb, "--config", file)
        assert done.returncode == 2 and "data.dri" in done.stderr, verb
