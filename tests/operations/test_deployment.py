"""The image, compose, nginx, Kubernetes and the monitoring name things of the product that exist."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from typing import cast

import pytest
import yaml
from cryptography.fernet import Fernet

from chatbot.foundation.metrics import Metrics
from chatbot.foundation.settings import Settings
from scripts import production_env
from tests.architecture.tree import ROOT

Mapping = dict[str, object]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, dict[str, Mapping]] = yaml.safe_load(COMPOSE_TEXT)
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
MANIFESTS: list[Mapping] = list(yaml.safe_load_all((ROOT / "deploy" / "kubernetes" / "chatbot.yaml").read_text()))
COMMANDS = {"serve", "worker", "migrate"}


def test_the_image_copies_what_exists_and_ignores_the_rest() -> None:
    copied = [path for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M) for path in line.split()[:-1]]
    assert copied
    assert not [path for path in copied if not (ROOT / path).exists()]
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(copied) == allowed


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is() -> None:
    final = DOCKERFILE[DOCKERFILE.rindex("\nFROM ") :]
    assert re.search(r"^USER chatbot$", final, re.M)
    assert "HEALTHCHECK" in final
    assert "/health/live" in final
    assert 'ENTRYPOINT ["chatbot"]' in final
    assert DOCKERFILE.count("\nFROM ") == 2


def test_the_health_check_of_the_image_is_python_that_parses() -> None:
    command = re.search(r"^    CMD (\[.+\])$", DOCKERFILE, re.M)
    assert command
    words = json.loads(command[1])
    assert words[:2] == ["python", "-c"]
    compile(words[2], "healthcheck", "exec")


def test_images_hold_the_version_of_the_project() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    tags = re.findall(r"enterprise-chatbot-platform:(\S+)", COMPOSE_TEXT + yaml.safe_dump_all(MANIFESTS))
    assert set(tags) == {version}


@pytest.mark.parametrize("service", ["api", "worker", "migrate"])
def test_compose_starts_commands_that_exist(service: str) -> None:
    assert COMPOSE["services"][service]["command"] == [{"api": "serve"}.get(service, service)]
    assert _understands(cast(list[str], COMPOSE["services"][service]["command"])[0])


@pytest.mark.parametrize("service", ["api", "worker", "migrate"])
def test_compose_sets_settings_that_exist(service: str) -> None:
    given = cast(Mapping, COMPOSE["services"][service]["environment"])
    assert given.keys() <= _variables()
    assert {"CHATBOT_DATABASE_URL", "CHATBOT_REDIS_URL", "CHATBOT_SECRET_KEY", "CHATBOT_ENCRYPTION_KEY"} <= given.keys()


def test_no_secret_of_compose_has_a_default() -> None:
    used = re.findall(r"\$\{(\w+)([:?-]*)", COMPOSE_TEXT)
    secrets = {(name, how) for name, how in used if re.search("PASSWORD|KEY", name)}
    assert secrets
    assert {how for _, how in secrets} == {":?"}
    assert not re.search(r"(?i)(password|secret|key)\w*: (?!\$\{)['\"]?\w+", COMPOSE_TEXT)


def test_what_make_env_writes_is_all_that_compose_asks_for() -> None:
    written = dict(line.split("=", 1) for line in production_env.content().splitlines())
    demanded = set(re.findall(r"\$\{(\w+):\?", COMPOSE_TEXT))
    assert demanded <= written.keys()
    Fernet(written["ENCRYPTION_KEY"])
    assert production_env.content() != production_env.content()


def test_databases_are_reachable_from_inside_alone() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for service in ("postgres", "redis"):
        assert COMPOSE["services"][service]["networks"] == ["inside"]
        assert "ports" not in COMPOSE["services"][service]
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["nginx"]


def test_mounted_files_exist() -> None:
    mounts = re.findall(r"\./(deploy/[\w./-]+):", COMPOSE_TEXT)
    assert len(mounts) == 2
    assert not [path for path in mounts if not (ROOT / path).is_file()]


def test_nginx_streams_events_and_takes_the_largest_document() -> None:
    stream = NGINX[NGINX.index("location ~ ^/chatbot/stream") :].split("}")[0]
    assert "proxy_buffering off" in stream
    assert "gzip off" in stream
    documents = NGINX[NGINX.index("/documents/?$") :].split("}")[0]
    size = re.search(r"client_max_body_size (\d+)m", documents)
    assert size
    assert int(size[1]) * 2**20 > Settings.model_fields["max_upload_bytes"].default
    assert "proxy_set_header X-Forwarded-For $remote_addr" in NGINX
    assert NGINX.count("{") == NGINX.count("}")


def test_kubernetes_starts_commands_and_probes_paths_that_exist() -> None:
    text = (ROOT / "deploy" / "kubernetes" / "chatbot.yaml").read_text()
    assert set(re.findall(r"args: \[(\w+)\]", text)) == COMMANDS
    assert set(re.findall(r"httpGet: \{path: ([\w/]+)", text)) == {"/health/live", "/health/ready"}
    assert set(re.findall(r"\bCHATBOT_\w+", text)) <= _variables()
    assert {"ConfigMap", "Deployment", "Service", "Ingress"} <= {str(manifest["kind"]) for manifest in MANIFESTS}


def test_monitoring_asks_for_metrics_that_exist() -> None:
    exposed = Metrics().render().decode()
    # A counter or histogram without a sample is still announced.
    known = set(re.findall(r"^# TYPE (\w+)", exposed, re.M))
    texts = [(ROOT / "deploy" / path).read_text() for path in ("prometheus/rules.yml", "grafana/dashboard.json")]
    metric = re.compile(r"\b((?:chatbot|process)_[a-z0-9_]+?)(?:_bucket)?(?=[{\[ )])")
    asked = {name for text in texts for name in metric.findall(text)}
    assert asked
    assert not [name for name in asked if name not in known]


def test_every_alert_leads_to_a_page_that_helps() -> None:
    rules = yaml.safe_load((ROOT / "deploy" / "prometheus" / "rules.yml").read_text())
    page = (ROOT / "docs" / "operations.md").read_text()
    headings = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", page, re.M)
    }
    alerts = [rule for group in rules["groups"] for rule in group["rules"] if "alert" in rule]
    assert alerts
    for rule in alerts:
        path, anchor = rule["annotations"]["runbook"].split("#")
        assert path == "docs/operations.md"
        assert anchor in headings, rule["alert"]


def _variables() -> set[str]:
    return {f"CHATBOT_{field.upper()}" for field in Settings.model_fields}


def _understands(command: str) -> bool:
    result = subprocess.run([sys.executable, "-m", "chatbot.cli", command, "--help"], cwd=ROOT, capture_output=True)
    return result.returncode == 0
