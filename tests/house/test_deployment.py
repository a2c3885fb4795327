"""The files that production is started from: what a schema cannot see."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from handrail.app.container import with_files
from handrail.app.prod.workers import KEEP_SECONDS

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = sorted((ROOT / "docs" / "deploy" / "kubernetes").glob("*.yaml"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
SECRET = re.compile(r"(SECRET|PASSWORD|TOKEN|DATABASE_URL|REDIS_URL|LIMITS_URL|SMTP_URL)$")
OURS = {name for name, service in SERVICES.items() if "build" in service}


def documents(kind):
    every = [one for file in MANIFESTS for one in yaml.safe_load_all(file.read_text("utf-8"))]
    return [one for one in every if one["kind"] == kind]


def pods():
    for kind in ("Deployment", "StatefulSet", "Job"):
        yield from (one["spec"]["template"]["spec"] for one in documents(kind))
    yield from (
        one["spec"]["jobTemplate"]["spec"]["template"]["spec"] for one in documents("CronJob")
    )


def test_only_the_servers_are_published_and_on_loopback():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"app"}
    assert all(port.startswith("127.0.0.1:") for port in published["app"])
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {
        "app"
    }


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_its_secrets_by_file_and_its_limits(name):
    service = SERVICES[name]
    environment = service.get("environment", {})
    assert not [key for key in environment if SECRET.search(key)]
    files = [value for key, value in environment.items() if key.endswith("_FILE")]
    named = {f"/run/secrets/{secret}" for secret in service.get("secrets", [])}
    assert set(files) <= named
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    runs_on = service["restart"] == "unless-stopped"
    assert runs_on == ("stop_grace_period" in service)
    if runs_on:
        assert service["deploy"]["resources"]["limits"]["memory"]
        assert "healthcheck" in service or "HEALTHCHECK" in DOCKERFILE


def test_whoever_is_waited_for_can_be_healthy():
    for service in SERVICES.values():
        for name, wanted in service.get("depends_on", {}).items():
            done = "service_completed_successfully"
            assert wanted["condition"] == (
                "service_healthy" if "stop_grace_period" in SERVICES[name] else done
            )


def test_a_stop_is_longer_than_closing_and_draining():
    closing = int(re.search(r'--timeout-graceful-shutdown", "(\d+)"', DOCKERFILE).group(1))
    app = SERVICES["app"]
    needed = closing + int(app["environment"]["WORKER_DRAIN_TIMEOUT"])
    assert int(app["stop_grace_period"].rstrip("s")) > needed
    (deployment,) = documents("Deployment")
    pod = deployment["spec"]["template"]["spec"]
    sleeps = int(re.search(r"sleep\((\d+)\)", str(pod["containers"][0]["lifecycle"])).group(1))
    assert pod["terminationGracePeriodSeconds"] > sleeps + needed


def test_containers_keep_an_idle_connection_as_long_as_make_prod_does():
    kept = int(re.search(r'--timeout-keep-alive", "(\d+)"', DOCKERFILE).group(1))
    assert kept == KEEP_SECONDS > 60


def test_kubernetes_and_compose_say_the_same():
    (config,) = documents("ConfigMap")
    theirs = {key.removesuffix("_FILE") for key in config["data"]}
    assert theirs == {key.removesuffix("_FILE") for key in SERVICES["app"]["environment"]}
    (secret,) = documents("Secret")
    assert not any(secret["stringData"].values())
    wanted = set(SERVICES["retention"]["secrets"])
    assert set(secret["stringData"]) == wanted


def test_no_pod_is_root_or_writes_to_its_image():
    found = list(pods())
    assert len(found) == 4
    for pod in found:
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["requests"]
            assert container["resources"]["limits"]["memory"]


def test_a_rollout_takes_nobody_away():
    (deployment,) = documents("Deployment")
    assert deployment["spec"]["replicas"] >= 2
    assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    (budget,) = documents("PodDisruptionBudget")
    assert budget["spec"]["selector"] == deployment["spec"]["selector"]


def test_the_image_is_built_from_what_is_let_in_and_runs_as_nobody():
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    wanted = {line[1:].strip("/") for line in let_in if line.startswith("!")}
    copied = set()
    for line in DOCKERFILE.splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            copied |= {source.strip("/") for source in line.split()[1:-1]}
    assert all((ROOT / source).exists() for source in copied)
    assert all(any(fnmatch(source, f"{top}*") for top in wanted) for source in copied)
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (?!0$|root$)\S+$", last, re.MULTILINE)
    assert "pip install --no-deps -r constraints-aegra.txt" in DOCKERFILE
    assert not re.search(r"^(ARG|ENV) .*(SECRET|PASSWORD|TOKEN|KEY)", DOCKERFILE, re.MULTILINE)


def test_what_the_engine_reads_may_stand_in_files(tmp_path):
    file = tmp_path / "url"
    file.write_text("postgresql://db/aegra\n", encoding="utf-8")
    given = {"DATABASE_URL_FILE": str(file), "HANDRAIL_SECRET_FILE": "kept", "HOME": "/"}
    assert with_files(given) == {
        "DATABASE_URL": "postgresql://db/aegra", "HANDRAIL_SECRET_FILE": "kept", "HOME": "/",
    }  # fmt: skip
    file.write_text("\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"DATABASE_URL_FILE=.* is empty"):
        with_files(given)
    with pytest.raises(OSError, match="No such file"):
        with_files({"REDIS_URL_FILE": str(tmp_path / "none")})
