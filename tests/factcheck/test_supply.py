"""What is installed is what was locked, byte for byte, and listed."""

import hashlib
import json
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
WHEEL = "sample-1.0-py3-none-any.whl"


def make_wheel(folder, name="sample", needs=()):
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    about = f"{name}-1.0.dist-info"
    wanted = "".join(f"Requires-Dist: {other}\n" for other in needs)
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}.py", "WHO = 'sample'\n")
        archive.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{wanted}"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", f"{name}.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n")
    return wheel


def installers():
    """The two ways of the Makefile, with its own options."""
    lines = (ROOT / "Makefile").read_text().splitlines()
    pip, uv = (
        shlex.split(next(line for line in lines if command in line).strip(" \t;\\"))
        for command in ("-m pip install", "uv pip install")
    )
    options = [word for word in pip[4:] if not word.startswith(("$", "-r", "-qq"))]
    uv_options = [
        word for word in uv[4:] if not word.startswith(("$", "-r", "--quiet", "--python"))
    ]
    return {
        "pip": [sys.executable, "-m", "pip", "install", *options],
        "uv": [str(Path(sys.executable).with_name("uv")), "pip", "install", *uv_options],
    }


def install(tool, folder, requirements):
    listed = folder / "requirements.txt"
    listed.write_text(requirements)
    command = [*installers()[tool], "--no-index", "--find-links", folder, "--no-cache-dir"]
    if tool == "uv":
        command[-1] = "--no-cache"
    return subprocess.run(
        [*command, "--target", folder / "installed", "-r", listed],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("tool", ["pip", "uv"])
def test_a_changed_byte_or_an_unlisted_package_is_not_installed(tmp_path, tool):
    wheel = make_wheel(tmp_path, needs=["unlisted"])
    make_wheel(tmp_path, "unlisted")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    locked = f"sample==1.0 --hash=sha256:{digest}\n"
    refused = install(tool, tmp_path, locked)
    assert refused.returncode != 0, "an unlisted package came in"
    wheel = make_wheel(tmp_path)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    locked = f"sample==1.0 --hash=sha256:{digest}\n"
    content = wheel.read_bytes()
    wheel.write_bytes(content.replace(b"WHO = 'sample'", b"WHO = 'simple'"))
    assert install(tool, tmp_path, locked).returncode != 0, "a changed byte came in"
    wheel.write_bytes(content)
    accepted = install(tool, tmp_path, locked)
    assert accepted.returncode == 0, accepted.stderr
    assert (tmp_path / "installed" / "sample.py").exists()


@pytest.mark.parametrize("name", ["", "-demo", "-dev"])
def test_every_locked_package_has_hashes_and_no_address(name):
    text = (ROOT / f"requirements{name}.txt").read_text()
    entries = re.split(r"(?m)^(?=\S)", text)[1:]
    assert len(entries) > 30
    assert all(re.search(r"==\S+.*--hash=sha256:[0-9a-f]{64}", entry, re.S) for entry in entries)
    assert "://" not in text


def test_the_bill_of_materials_is_the_lock_with_licences():
    bill = json.loads((ROOT / "docs" / "sbom.cdx.json").read_text())
    lock = (ROOT / "requirements.txt").read_text()
    locked = dict(re.findall(r"(?m)^([a-z0-9-]+)(?:\[[^]]*\])?==([^\s;]+)", lock))
    assert {part["name"]: part["version"] for part in bill["components"]} == locked
    licences = [part["licenses"][0]["expression"] for part in bill["components"]]
    assert all(
        re.fullmatch(r"[A-Za-z0-9.-]+( (AND|OR) [A-Za-z0-9.-]+)*", told) for told in licences
    )
    assert "unknown" not in licences
